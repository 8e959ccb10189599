// What the reader chose, and what every part of the page is given.

import type { Format } from "./format";
import type { Release } from "./release";
import type { Language, Say } from "./words";

export type Side = "stock" | "from";
export type Metric = "displaced_in" | "displaced_from";

export interface Choices {
  language: Language;
  day: string;
  level: number;
  side: Side;
  metric: Metric;
  /** `level|P-code` of the area whose days are shown. */
  area: string;
  allPairs: boolean;
  /** Twins that are open, by the id of their figure. */
  open: Set<string>;
}

export interface View {
  release: Release;
  choices: Choices;
  say: Say;
  format: Format;
  /** Width of the page's column in pixels: figures are drawn for it. */
  width: number;
  /** Whether it is drawn to be printed. */
  isPaper: boolean;
  choose: (changed: Partial<Choices>) => void;
}

/** What is counted: people, or SIM cards. */
export const units = (view: View): string => view.say(`units.${view.release.unit}`);

/** Whether figures are counts of SIM cards, which sentences must not call people. */
export const isCount = (view: View): boolean => view.release.unit === "subscribers";
