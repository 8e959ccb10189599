// Every word of the page, by language. A catalogue without a key does not compile.

import en from "./strings/en.json";
import fr from "./strings/fr.json";

export type Key = keyof typeof en;
export type Language = "en" | "fr";

const CATALOGUES: Record<Language, Record<Key, string>> = { en, fr };

export const LANGUAGES = Object.keys(CATALOGUES) as Language[];

export const isLanguage = (own: string): own is Language => own in CATALOGUES;

/** Whether the catalogue has a key that is made from data. */
export const isKey = (own: string): own is Key => own in en;

/** A sentence, with its gaps filled. */
export type Say = (key: Key, gaps?: Record<string, string | number>) => string;

export function say(language: Language): Say {
  return (key, gaps = {}) =>
    CATALOGUES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(gaps[name] ?? whole));
}
