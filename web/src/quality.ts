// What the release does not tell: withheld numbers, the working network, rows read, limits, what this page leaves out.

import type { Json } from "./data";
import { html } from "./dom";
import { figure } from "./figure";
import { type Cell, type Column, table } from "./table";
import type { View } from "./view";
import { isKey } from "./words";

interface Withheld {
  name: string;
  rows: number;
  withheld: number;
}

export function quality(view: View): HTMLElement {
  const { release, say } = view;
  const { absent, left_out } = release.blocks.head;
  const sentence = (key: string, otherwise: string) => (isKey(key) ? say(key) : otherwise);
  const notes = [
    ...left_out.map((own) => sentence(`quality.left.${own}`, own)),
    ...absent.map((own) => sentence(`quality.absent.${own}`, own)),
  ];
  const limits = release.method("limits");
  const texts = Array.isArray(limits) ? limits.map((own) => sentence(`limit.${String(own)}`, String(own))) : [];
  return figure(view, {
    id: "quality",
    title: say("quality.title"),
    caption: say("quality.caption"),
    body: [
      html("h3", {}, say("quality.limits")),
      html(
        "ul",
        { class: "plain" },
        ...[...texts, say("limit.levels"), say("limit.mpd")].map((own) => html("li", {}, own)),
      ),
      ...network(view),
      html("h3", {}, say("quality.tables")),
      html("ul", { class: "plain" }, ...withheld(view).map((own) => html("li", {}, withheldText(view, own)))),
      ...(notes.length > 0 ? [html("ul", { class: "plain" }, ...notes.map((own) => html("li", {}, own)))] : []),
      ...daily(view),
    ],
    twin: () => withheldTable(view),
  });
}

function withheldText(view: View, own: Withheld): string {
  const { number } = { number: (value: number) => view.format.number(value) };
  return view.say("quality.withheld", { withheld: number(own.withheld), rows: number(own.rows), table: own.name });
}

/** Of tables with withheld numbers that are no copies of others. */
function withheld(view: View): Withheld[] {
  const tables = view.release.method("tables");
  const number = (own: Json | undefined) => (typeof own === "number" ? own : 0);
  return (Array.isArray(tables) ? tables : []).flatMap((own) => {
    if (typeof own !== "object" || own === null || Array.isArray(own) || own["row_policy"] === null) return [];
    return [{ name: String(own["name"] ?? ""), rows: number(own["rows"]), withheld: number(own["suppressed"]) }];
  });
}

function withheldTable(view: View): HTMLElement {
  const { say } = view;
  return table<Withheld>(
    view,
    say("quality.tables"),
    [
      { label: say("column.table"), cell: (own) => own.name, isCode: true },
      { label: say("column.rows"), cell: (own) => own.rows },
      { label: say("column.withheld"), cell: (own) => own.withheld },
      { label: say("column.share"), cell: (own) => (own.rows ? own.withheld / own.rows : 0), isShare: true },
    ],
    withheld(view),
  );
}

/** The share of the usual network that was working on the day, by area; in a sentence those that were below. */
function network(view: View): HTMLElement[] {
  const { release, choices, say, format } = view;
  if (!release.blocks.tables.has("coverage_daily")) return [];
  const known = release.areas(choices.level).flatMap((area) => {
    const own = release.coverage(area.level, area.id).find((day) => day.day === choices.day);
    return own ? [{ area, ...own }] : [];
  });
  const heading = html("h3", {}, say("quality.coverage", { day: format.day(choices.day) }));
  if (known.length === 0) return [heading, html("p", {}, say("quality.coverage.none"))];
  const withheld = known.filter((own) => own.isWithheld).length;
  const low = known.filter((own) => own.flag !== null);
  const gaps = {
    count: low.length,
    all: known.length - withheld,
    areas: low.map((own) => format.area(own.area)).join(", "),
  };
  const columns: Column<(typeof known)[number]>[] = [
    { label: say("column.area"), cell: (own) => format.name(own.area) },
    { label: say("column.pcode"), cell: (own) => own.area.id, isCode: true },
    {
      label: say("column.network"),
      cell: (own): Cell => own.kappa ?? say(own.isWithheld ? "status.withheld" : "status.none"),
      isShare: true,
    },
  ];
  const text = say(low.length > 0 ? "quality.coverage.low" : "quality.coverage.good", gaps);
  const details = html(
    "details",
    { class: "twin" },
    html("summary", {}, say("table.show"), html("span", { class: "sr" }, `: ${say("column.network")}`)),
    table(view, say("column.network"), columns, known),
  );
  const more = withheld > 0 ? ` ${say("quality.coverage.withheld", { count: withheld })}` : "";
  return [heading, html("p", {}, text + more), details];
}

/** What the release says of its days; keys that are the same in every row are left out. */
function daily(view: View): HTMLElement[] {
  const own = view.release.blocks.tables.get("quality_daily");
  if (!own) return [];
  const { say } = view;
  const rows = Array.from({ length: own.rows }, (_, row) => row);
  const isTold = (name: string) => rows.some((row) => own.value(name, row) !== null);
  const columns = own.columns.filter((name) => !["date", "adm_level", "area_id"].includes(name) && isTold(name));
  const label = (name: string) => {
    const key = `daily.${name}`;
    return isKey(key) ? say(key) : name;
  };
  const written = (value: string | number | boolean | null): Cell =>
    typeof value === "boolean" ? say(value ? "yes" : "no") : (value ?? "");
  const made = columns.map((name): Column<number> => ({
    label: label(name),
    cell: (row) => written(own.value(name, row)),
  }));
  const day: Column<number> = { label: say("column.day"), cell: (row) => own.text("date", row) ?? "", isCode: true };
  const used = rows.filter((row) => own.flag("day_used", row)).length;
  const days = html("p", {}, say("quality.days", { used, all: own.rows }));
  const twin = html(
    "details",
    { class: "twin" },
    html("summary", {}, say("table.show"), html("span", { class: "sr" }, `: ${say("quality.daily")}`)),
    table(view, say("quality.daily"), [day, ...made], rows),
  );
  return [html("h3", {}, say("quality.daily")), days, twin];
}
