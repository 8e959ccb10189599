// The working share of the network, by day: an outage must not be taken for anything else.

import type { Table } from "./data";
import { put } from "./rows";

export interface Coverage {
  day: string;
  kappa: number | null;
  flag: string | null;
  /** Whether the share is withheld. */
  isWithheld: boolean;
}

/** Working shares below which an area is flagged, and its figures withheld (formats §6.2). */
const [LOW, WITHHOLD] = [0.8, 0.5];

/** Of areas, by level and P-code: `2|XA0101`. */
export function readCoverage(table: Table | undefined): Map<string, Coverage[]> {
  const byArea = new Map<string, Coverage[]>();
  for (let row = 0; table && row < table.rows; row += 1) {
    const day = table.text("date", row) ?? "";
    const isWithheld = table.flag("suppressed", row);
    const flag = table.text("coverage_flag", row);
    const area = `${table.number("adm_level", row) ?? 0}|${table.text("area_id", row) ?? ""}`;
    put(byArea, area, { day, kappa: table.number("kappa", row), flag, isWithheld });
  }
  return byArea;
}

/** Of the country it is among what is told of the days, in percent and without a flag. */
export function nationalCoverage(table: Table | undefined): Coverage[] {
  const found: Coverage[] = [];
  for (let row = 0; table && row < table.rows; row += 1) {
    const percent = table.number("coverage_pct", row);
    const kappa = percent === null ? null : percent / 100;
    const flag = kappa === null || kappa >= LOW ? null : kappa < WITHHOLD ? "withhold" : "low";
    found.push({
      day: table.text("date", row) ?? "",
      kappa,
      flag,
      isWithheld: kappa === null && table.flag("suppressed", row),
    });
  }
  return found.some((own) => own.kappa !== null || own.isWithheld) ? found : [];
}
