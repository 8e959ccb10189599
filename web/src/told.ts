// What is known of a number: told, told to be zero, withheld, or not there. Four things, never mixed up.

export type Status = "told" | "zero" | "withheld" | "none";

/** A number of a release, with what it comes with. */
export interface Told {
  status: Status;
  value: number | null;
  low: number | null;
  high: number | null;
  /** Why it is withheld: the id of the release. */
  reason: string | null;
  /** What is special about it, ids joined by `;`. */
  flags: string | null;
}

export const NONE: Told = { status: "none", value: null, low: null, high: null, reason: null, flags: null };
/** A row that a release of shown rows only does not have: withheld, or nobody. */
export const NOT_SHOWN: Told = { ...NONE, status: "withheld", reason: "not_shown" };

/** Of the columns of a row. */
export function told(
  value: number | null,
  [low, high]: [number | null, number | null],
  suppressed: boolean,
  reason: string | null,
  flags: string | null,
): Told {
  const status = value === null ? (suppressed ? "withheld" : "none") : value === 0 ? "zero" : "told";
  return { status, value, low, high, reason, flags };
}

/** Greater numbers first; what has none comes last, whichever way the others go. */
export function byValue(a: Told, b: Told, descending = true): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  return descending ? b.value - a.value : a.value - b.value;
}

/** Whether the ranges of two numbers have a value in common; `null` where one has no range. */
export function overlap(a: Told, b: Told): boolean | null {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return null;
  return a.low <= b.high && b.low <= a.high;
}
