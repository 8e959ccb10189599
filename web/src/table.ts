// A table that sorts by its headings, by pointer or keyboard, and can be saved as CSV.

import { button, html } from "./dom";
import { byValue, type Told } from "./told";
import type { View } from "./view";

/** A cell: text, a number without a range, or a figure. */
export type Cell = string | number | Told;

export interface Column<Row> {
  label: string;
  cell: (row: Row) => Cell;
  /** Text that is read from left to right in any language. */
  isCode?: boolean;
  /** A number that is a share. */
  isShare?: boolean;
  /** Whether a figure is followed by a column of its range. */
  withRange?: boolean;
}

const isTold = (own: Cell): own is Told => typeof own === "object";

/** `rows` in their order at first. */
export function table<Row>(view: View, title: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
  let order: { at: number; descending: boolean } | null = null;
  const body = html("tbody");
  const fill = () => body.replaceChildren(...sorted(columns, rows, order).map((row) => line(view, columns, row)));
  const headings = columns.map((column, at) => {
    const heading = html("th", { scope: "col", "aria-sort": "none", class: isNumeric(column, rows) ? "n" : "" });
    const sort = () => {
      order = { at, descending: order?.at === at ? !order.descending : isNumeric(column, rows) };
      for (const own of headings) own.setAttribute("aria-sort", "none");
      heading.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      fill();
    };
    heading.append(button(column.label, sort, { class: "sort" }));
    return heading;
  });
  const heads = columns.flatMap((column, at) => {
    const range = column.withRange ? html("th", { scope: "col" }, view.say("column.range")) : null;
    return [headings[at] as HTMLElement, ...(range ? [range] : [])];
  });
  fill();
  const head = html("thead", {}, html("tr", {}, ...heads));
  const made = html("table", { class: "data" }, html("caption", { class: "sr" }, title), head, body);
  const label = view.say("table.region", { title });
  const region = html("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": label }, made);
  return html("div", { class: "table" }, region, save(view, title, made));
}

function isNumeric<Row>(column: Column<Row>, rows: Row[]): boolean {
  return rows.some((row) => typeof column.cell(row) !== "string");
}

function sorted<Row>(columns: Column<Row>[], rows: Row[], order: { at: number; descending: boolean } | null): Row[] {
  const column = order && columns[order.at];
  if (!column || !order) return rows;
  const compare = (a: Cell, b: Cell): number => {
    if (isTold(a) && isTold(b)) return byValue(a, b, order.descending);
    // Words among numbers, which say why there is none, come last.
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    const ascending = a < b ? -1 : Number(a !== b);
    return order.descending ? -ascending : ascending;
  };
  return [...rows].sort((a, b) => compare(column.cell(a), column.cell(b)));
}

function line<Row>(view: View, columns: Column<Row>[], row: Row): HTMLElement {
  const cells = columns.flatMap((column, at) => {
    const cell = column.cell(row);
    if (isTold(cell)) {
      const figure = html("td", {
        class: `n ${cell.status}`,
        title: cell.value === null ? view.format.why(cell) : null,
      });
      figure.append(view.format.value(cell));
      if (cell.value !== null) figure.dataset["plain"] = String(cell.value);
      return column.withRange ? [figure, html("td", { class: "range" }, view.format.range(cell))] : [figure];
    }
    const number = column.isShare ? view.format.percent(Number(cell)) : view.format.number(Number(cell));
    const text = typeof cell === "string" ? cell : number;
    const code = column.isCode ? "code" : "";
    if (at === 0) return [html("th", { scope: "row", class: code }, text)];
    return [
      html(
        "td",
        { class: typeof cell === "string" ? code : "n", "data-plain": typeof cell === "number" ? cell : null },
        text,
      ),
    ];
  });
  return html("tr", {}, ...cells);
}

/** Saves what is seen; the page makes the file, nothing is sent. */
function save(view: View, title: string, of: HTMLTableElement): HTMLElement {
  const act = () => {
    const lines = [...of.rows].map((row) =>
      [...row.cells].map((own) => own.dataset["plain"] ?? quoted(own.textContent ?? "")).join(","),
    );
    const url = URL.createObjectURL(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
    const link = html("a", { href: url, download: `${title.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return button(view.say("table.csv"), act, { class: "quiet" });
}

/** A field of CSV. Text that a spreadsheet would take for a formula is kept text. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
