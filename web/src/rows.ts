// What rows of released tables have in common.

import type { Table } from "./data";

/** Adds to the list of a key. */
export function put<T>(lists: Map<string, T[]>, key: string, own: T): void {
  const list = lists.get(key);
  if (list) list.push(own);
  else lists.set(key, [own]);
}

/** Ends of an interval. */
export function ends(table: Table, row: number, low: string, high: string): [number | null, number | null] {
  return [table.number(low, row), table.number(high, row)];
}

/** Whether and why a number is withheld, and remarks. */
export function why(table: Table, row: number): [boolean, string | null, string | null] {
  return [table.flag("suppressed", row), table.text("suppression_reason", row), table.text("qa_flags", row)];
}
