// Pairs of home and host, by day.

import type { Table } from "./data";
import { ends, put, why } from "./rows";
import { type Told, told } from "./told";

export interface Pair {
  origin: string;
  dest: string;
  told: Told;
}

/** All pairs that the page holds of a level. */
export function readPairs(table: Table | undefined): Map<string, Pair[]> {
  const byDay = new Map<string, Pair[]>();
  for (let row = 0; table && row < table.rows; row += 1) {
    const value = table.number("persons_est", row) ?? table.number("subscribers_published", row);
    const pair = {
      origin: table.text("origin_id", row) ?? "",
      dest: table.text("dest_id", row) ?? "",
      told: told(value, ends(table, row, "persons_low", "persons_high"), ...why(table, row)),
    };
    put(byDay, table.text("reference_period_start", row) ?? "", pair);
  }
  return byDay;
}
