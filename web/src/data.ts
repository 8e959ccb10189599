// The data blocks of the page: base64 → gzip → JSON → tables.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

interface Words {
  words: string[];
  at: number[];
}
interface Values {
  values: (number | boolean | null)[];
}
interface RawTable {
  table: string;
  rows: number;
  columns: Record<string, Words | Values>;
}

/** A released table, or the part of it that the page holds. */
export class Table {
  readonly name: string;
  readonly rows: number;
  constructor(private readonly raw: RawTable) {
    this.name = raw.table;
    this.rows = raw.rows;
  }

  get columns(): string[] {
    return Object.keys(this.raw.columns);
  }

  text(column: string, row: number): string | null {
    const own = this.raw.columns[column];
    return own && "words" in own ? (own.words[own.at[row] ?? -1] ?? null) : null;
  }

  number(column: string, row: number): number | null {
    const value = this.value(column, row);
    return typeof value === "number" ? value : null;
  }

  flag(column: string, row: number): boolean {
    return this.value(column, row) === true;
  }

  /** Whatever there is, for tables whose columns are not known beforehand. */
  value(column: string, row: number): string | number | boolean | null {
    const own = this.raw.columns[column];
    if (!own) return null;
    return "words" in own ? this.text(column, row) : (own.values[row] ?? null);
  }
}

/** What is no table. */
export interface Head {
  format: number;
  method: Json;
  absent: string[];
  left_out: string[];
}
/** Lines of areas, in steps of a grid. */
export interface Boundaries {
  origin: [number, number];
  step: number;
  areas: { adm_level: number; area_id: string; rings: number[][] }[];
}
/** Corners of H3 cells. */
export interface Hexagons {
  per_degree: number;
  ids: string[];
  corners: number[][];
}
export interface Blocks {
  head: Head;
  tables: Map<string, Table>;
  boundaries: Boundaries | null;
  hexagons: Hexagons | null;
}

/** Whether this browser can inflate the data. */
export const canRead = (): boolean => typeof DecompressionStream === "function";

/** All blocks of the document. */
export async function readBlocks(): Promise<Blocks> {
  const elements = [...document.querySelectorAll<HTMLScriptElement>("script[data-block]")];
  const texts = await Promise.all(elements.map((own) => inflated(own.textContent ?? "")));
  const tables = new Map<string, Table>();
  const others = new Map<string, unknown>();
  elements.forEach((own, at) => {
    const name = own.dataset["block"] ?? "";
    const value: unknown = JSON.parse(texts[at] ?? "null");
    if (["head", "boundaries", "hexagons"].includes(name)) others.set(name, value);
    else tables.set(name, new Table(value as RawTable));
  });
  return {
    head: others.get("head") as Head,
    tables,
    boundaries: (others.get("boundaries") as Boundaries | undefined) ?? null,
    hexagons: (others.get("hexagons") as Hexagons | undefined) ?? null,
  };
}

async function inflated(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (own) => own.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
