// Where from and where to: the areas with most, with their ranges, and every area in the twin.

import { html } from "./dom";
import { figure } from "./figure";
import { type Area, FROM, NEW, RETURNED, STOCK, UNOBSERVED } from "./release";
import { type Column, table } from "./table";
import { byValue } from "./told";
import { isCount, units, type View } from "./view";

/** Areas in a list. */
const MOST = 8;

export function ranking(view: View): HTMLElement {
  const { say, format, choices } = view;
  const gaps = { units: units(view), day: format.day(choices.day) };
  return figure(view, {
    id: "areas",
    title: say("ranking.title"),
    caption: say(isCount(view) ? "ranking.caption.subscribers" : "ranking.caption", gaps),
    body: [
      html("div", { class: "pair" }, list(view, FROM, say("ranking.from")), list(view, STOCK, say("ranking.stock"))),
    ],
    twin: () => all(view),
  });
}

function list(view: View, indicator: string, title: string): HTMLElement {
  const { release, choices, say, format } = view;
  const of = (area: Area) => release.figure(indicator, choices.level, area.id, choices.day);
  const areas = release.areas(choices.level);
  const told = areas.filter((own) => (of(own).value ?? 0) > 0).sort((a, b) => byValue(of(a), of(b)));
  const shown = told.slice(0, MOST);
  const most = Math.max(...shown.map((own) => of(own).high ?? of(own).value ?? 0), 1);
  const withheld = areas.filter((own) => of(own).status === "withheld").length;
  const rows = shown.map((own) => {
    const figure = of(own);
    return html(
      "li",
      { "data-area": own.id, "data-value": figure.value },
      html("span", { class: "name" }, format.name(own), " ", html("span", { class: "code" }, own.id)),
      html(
        "span",
        { class: "figures" },
        html("b", {}, format.value(figure)),
        " ",
        html("span", { class: "range" }, format.range(figure)),
      ),
      bar([figure.value ?? 0, figure.low, figure.high], most),
    );
  });
  return html(
    "div",
    { class: "ranked", "data-indicator": indicator },
    html("h3", {}, title),
    rows.length > 0 ? html("ol", {}, ...rows) : html("p", {}, say("ranking.nothing")),
    html("p", { class: "note" }, say("ranking.more", { told: told.length, withheld })),
  );
}

/** The estimate as a bar, its range as a line across the end. */
function bar([value, low, high]: [number, number | null, number | null], most: number): HTMLElement {
  const percent = (own: number) => `${(100 * own) / most}%`;
  const estimate = html("span", { class: "bar" });
  estimate.style.inlineSize = percent(value);
  const all = html("span", { class: "bars", "aria-hidden": "true" }, estimate);
  if (low !== null && high !== null) {
    const whisker = html("span", { class: "whisker" });
    whisker.style.insetInlineStart = percent(low);
    whisker.style.inlineSize = percent(high - low);
    all.append(whisker);
  }
  return all;
}

/** Every area of the level, every figure of it. */
function all(view: View): HTMLElement {
  const { release, choices, say, format } = view;
  const of = (indicator: string) => (area: Area) => release.figure(indicator, choices.level, area.id, choices.day);
  const names = {
    [FROM]: "column.from",
    [STOCK]: "column.stock",
    [NEW]: "column.new",
    [RETURNED]: "column.returned",
    [UNOBSERVED]: "column.unobserved",
  } as const;
  const columns: Column<Area>[] = [
    { label: say("column.area"), cell: (own) => format.name(own) },
    { label: say("column.pcode"), cell: (own) => own.id, isCode: true },
  ];
  for (const indicator of [FROM, STOCK, NEW, RETURNED, UNOBSERVED] as const) {
    if (!release.has(indicator)) continue;
    columns.push({ label: say(names[indicator]), cell: of(indicator), withRange: !isCount(view) });
  }
  const rows = release.areas(choices.level).sort((a, b) => byValue(of(FROM)(a), of(FROM)(b)));
  return table(view, say("ranking.title"), columns, rows);
}
