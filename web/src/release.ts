// A release as the page asks for it: days, levels, areas, figures, pairs. Nothing is added up here.

import type { Blocks, Json, Table } from "./data";
import { type Coverage, nationalCoverage, readCoverage } from "./coverage";
import { type Pair, readPairs } from "./pairs";
import { ends, why } from "./rows";
import { NONE, NOT_SHOWN, type Told, told } from "./told";

export const FROM = "displacement.from";
export const STOCK = "displacement.stock";
export const NEW = "displacement.new";
export const RETURNED = "displacement.returned";
export const UNOBSERVED = "displacement.unobserved";

export interface Area {
  id: string;
  name: string | null;
  level: number;
  parent: string | null;
  lon: number | null;
  lat: number | null;
  population: number | null;
}
export class Release {
  readonly days: string[];
  readonly levels: number[];
  readonly unit: "persons" | "subscribers";
  private readonly known = new Map<string, Area>();
  private readonly byLevel = new Map<number, Area[]>();
  private readonly figures = new Map<string, { told: Told; start: string }>();
  private readonly idsByLevel = new Map<number, Set<string>>();
  private readonly indicators = new Set<string>();
  private readonly pairsByLevel = new Map<number, Map<string, Pair[]>>();
  private coverageByArea: Map<string, Coverage[]> | null = null;

  constructor(readonly blocks: Blocks) {
    this.unit = this.method("unit") === "subscribers" ? "subscribers" : "persons";
    this.readAreas(blocks.tables.get("areas_admin"));
    this.readFigures(blocks.tables.get("indicators_admin"));
    const days = new Set([...this.figures.keys()].map((key) => key.split("|").at(-1) ?? ""));
    this.days = [...days].sort();
    this.levels = [...this.idsByLevel.keys()].filter((own) => own > 0).sort((a, b) => a - b);
  }

  /** A value of method.json; `null` where it has none. */
  method(...path: string[]): Json {
    let at: Json = this.blocks.head.method;
    for (const key of path) {
      if (typeof at !== "object" || at === null || Array.isArray(at)) return null;
      at = at[key] ?? null;
    }
    return at;
  }

  get country(): Area {
    return this.byLevel.get(0)?.[0] ?? { ...NOWHERE, id: [...(this.idsByLevel.get(0) ?? [])][0] ?? "" };
  }

  /** Areas of a level that have figures or a place, reserved ids last. */
  areas(level: number): Area[] {
    const ids = new Set([
      ...(this.byLevel.get(level) ?? []).map((own) => own.id),
      ...(this.idsByLevel.get(level) ?? []),
    ]);
    const isReserved = (id: string) => Number(id.startsWith("_"));
    const ordered = [...ids].sort((a, b) => isReserved(a) - isReserved(b) || (a < b ? -1 : 1));
    return ordered.map((id) => this.area(level, id));
  }

  area(level: number, id: string): Area {
    return this.known.get(`${level}|${id}`) ?? { ...NOWHERE, id, level };
  }

  figure(indicator: string, level: number, id: string, day: string): Told {
    return this.figures.get(`${indicator}|${level}|${id}|${day}`)?.told ?? NONE;
  }

  /** A figure of the country. */
  national(indicator: string, day: string): Told {
    return this.figure(indicator, 0, this.country.id, day);
  }

  /** Whether the release has such figures at all. */
  has(indicator: string): boolean {
    return this.indicators.has(indicator);
  }

  /** First day that the figures of a day count from. */
  since(indicator: string, day: string): string {
    return this.figures.get(`${indicator}|0|${this.country.id}|${day}`)?.start ?? day;
  }

  dayBefore(day: string): string | null {
    return this.days[this.days.indexOf(day) - 1] ?? null;
  }

  /** All pairs of a level and day that the page holds. */
  pairs(level: number, day: string): Pair[] {
    const ofLevel =
      this.pairsByLevel.get(level) ?? readPairs(this.blocks.tables.get(`flows_adm${level}__stock_displaced`));
    this.pairsByLevel.set(level, ofLevel);
    return ofLevel.get(day) ?? [];
  }

  /** Whether the page was kept small by leaving out what is asked for. */
  lacks(what: "flows_earlier_days" | "h3_earlier_days", day: string): boolean {
    return this.blocks.head.left_out.includes(what) && day !== this.days.at(-1);
  }

  hasPairs(level: number): boolean {
    return this.blocks.tables.has(`flows_adm${level}__stock_displaced`);
  }

  /** What a pair without a row is: of a table of all pairs there is none, else it is not shown. */
  absentPair(level: number): Told {
    const tables = this.method("tables");
    const name = `flows_adm${level}__stock_displaced`;
    const own = Array.isArray(tables) ? tables.find((own) => isObject(own) && own["name"] === name) : null;
    const isFull = isObject(own) && own["row_policy"] === "full" && this.blocks.head.left_out.length === 0;
    return isFull ? NONE : NOT_SHOWN;
  }

  /** Working share of the network by day. */
  coverage(level: number, id: string): Coverage[] {
    if (level === 0) return nationalCoverage(this.blocks.tables.get("quality_daily"));
    this.coverageByArea ??= readCoverage(this.blocks.tables.get("coverage_daily"));
    return this.coverageByArea.get(`${level}|${id}`) ?? [];
  }

  private readAreas(table: Table | undefined): void {
    for (let row = 0; table && row < table.rows; row += 1) {
      const area: Area = {
        id: table.text("area_id", row) ?? "",
        name: table.text("area_name", row),
        level: table.number("adm_level", row) ?? 0,
        parent: table.text("parent_id", row),
        lon: table.number("center_lon", row),
        lat: table.number("center_lat", row),
        population: table.number("population_ref", row),
      };
      this.known.set(`${area.level}|${area.id}`, area);
      this.byLevel.set(area.level, [...(this.byLevel.get(area.level) ?? []), area]);
    }
  }

  private readFigures(table: Table | undefined): void {
    for (let row = 0; table && row < table.rows; row += 1) {
      const [level, id] = [table.number("adm_level", row) ?? 0, table.text("area_id", row) ?? ""];
      const day = table.text("reference_period_end", row) ?? "";
      const own = told(table.number("value", row), ends(table, row, "value_low", "value_high"), ...why(table, row));
      const start = table.text("reference_period_start", row) ?? day;
      const indicator = table.text("indicator", row) ?? "";
      this.figures.set(`${indicator}|${level}|${id}|${day}`, { told: own, start });
      this.indicators.add(indicator);
      this.idsByLevel.set(level, (this.idsByLevel.get(level) ?? new Set()).add(id));
      const name = table.text("area_name", row);
      if (name !== null && !this.known.has(`${level}|${id}`)) {
        this.known.set(`${level}|${id}`, { ...NOWHERE, id, level, name });
      }
    }
  }
}

const NOWHERE: Area = { id: "", name: null, level: 0, parent: null, lon: null, lat: null, population: null };

function isObject(own: Json | undefined): own is { [key: string]: Json } {
  return typeof own === "object" && own !== null && !Array.isArray(own);
}
