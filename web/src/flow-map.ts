// The map of movements: areas shaded by a figure, and a band from home to host for each pair that is told.

import { choice, html, svg } from "./dom";
import { classOf, classStarts } from "./classes";
import { figure } from "./figure";
import { legend, look } from "./legend";
import { roving, says } from "./pointing";
import { closed, fitted, type Point, type Projection } from "./projection";
import { type Area, FROM, STOCK } from "./release";
import { pairTable } from "./pair-table";
import type { Pair } from "./pairs";
import { areaRings } from "./shapes";
import { byValue } from "./told";
import { isCount, type Side, units, type View } from "./view";
import { band, labels } from "./marks";
import { isKey, type Key } from "./words";
import { zoomable } from "./zoom";

/** Bands drawn: more of them hide each other, and the table has all. */
const MOST_BANDS = 60;
/** Width of the widest band. */
const WIDEST = 16;

export function flowMap(view: View): HTMLElement {
  const { say, release, choices, format } = view;
  const pairs = release.pairs(choices.level, choices.day);
  const told = pairs.filter((own) => own.told.status === "told").sort((a, b) => byValue(a.told, b.told));
  const drawing = draw(view, told);
  const side = say(sideKey(view, choices.side));
  const withheld = pairs.filter((own) => own.told.status === "withheld").length;
  const all = told.filter((own) => own.origin !== own.dest).length;
  const shown = drawing ? drawing.bands : 0;
  return figure(view, {
    id: "map",
    title: say("map.title"),
    caption: drawing ? say("map.caption", { units: units(view), side, shown, all }) : say("map.none"),
    body: drawing ? [sides(view), drawing.legend, drawing.map] : [],
    notes: [
      ...(release.lacks("flows_earlier_days", choices.day) ? [say("quality.left.flows_earlier_days")] : []),
      ...(withheld > 0
        ? [say("map.withheld", { withheld: format.number(withheld), all: format.number(pairs.length) })]
        : []),
      ...(drawing?.isPoints
        ? [say("map.points")]
        : [say("map.borders", { version: String(release.method("cod_version") ?? "–") })]),
    ],
    twin: () => pairTable(view, pairs),
  });
}

function sideKey(view: View, side: Side): Key {
  const key = `map.side.${side}${isCount(view) ? ".subscribers" : ""}`;
  return isKey(key) ? key : "map.side";
}

function sides(view: View): HTMLElement {
  const options = (["stock", "from"] as const).map((value) => ({ value, label: view.say(sideKey(view, value)) }));
  const choose = (value: string) => view.choose({ side: value === "from" ? "from" : "stock" });
  return html("div", { class: "choices" }, choice("side", view.say("map.side"), options, view.choices.side, choose));
}

interface Drawing {
  map: Element;
  legend: HTMLElement;
  bands: number;
  isPoints: boolean;
}

function draw(view: View, told: Pair[]): Drawing | null {
  const { release, choices, say, format } = view;
  const areas = release.areas(choices.level).filter((own) => !own.id.startsWith("_"));
  const rings = areaRings(release, choices.level);
  const center = (own: Area): Point | null => (own.lon === null || own.lat === null ? null : [own.lon, own.lat]);
  const points = [...[...rings.values()].flat(2), ...areas.flatMap((own) => center(own) ?? ([] as Point[]))].filter(
    isPoint,
  );
  const centers = areas.map(center).filter((own): own is Point => own !== null);
  if (rings.size === 0 && centers.length === 0) return null;
  const map = fitted([...points, ...centers], view.width, 620);

  const indicator = choices.side === "from" ? FROM : STOCK;
  const of = (area: Area) => release.figure(indicator, choices.level, area.id, choices.day);
  const starts = classStarts(areas.map((own) => of(own).value ?? 0));
  const ordered = [...areas].sort((a, b) => byValue(of(a), of(b)) || (a.id < b.id ? -1 : 1));
  const shapes = ordered.flatMap((area) => {
    const own = of(area);
    const shape = areaShape(map, rings.get(area.id), center(area), own.status === "told" ? 9 : 5);
    if (!shape) return [];
    shape.setAttribute("class", `area ${look(own.status, own.value ? classOf(own.value, starts) : null)}`);
    mark(shape, { area: area.id, value: own.value, status: own.status });
    says(shape, say("map.area", { area: format.area(area), told: format.whole(own) }));
    return [shape];
  });
  const lines = bands(view, map, told);
  const names = labels(
    map,
    ordered.map((area) => ({ at: center(area), text: format.name(area), code: area.id })),
    lines.touched,
  );
  const group = svg(
    "svg",
    { class: "map flows", viewBox: `0 0 ${map.width} ${map.height}`, role: "group", "aria-label": say("map.label") },
    ...shapes,
    ...[...lines.elements].reverse(),
    ...names,
  );
  const order = [...lines.elements, ...shapes];
  roving(group, () => order);
  const title = say(sideKey(view, choices.side));
  return {
    map: zoomable(view, group, map),
    legend: legend(view, title, starts),
    bands: lines.elements.length,
    isPoints: rings.size === 0,
  };
}

const isPoint = (own: unknown): own is Point => Array.isArray(own) && own.length === 2;

function areaShape(
  map: Projection,
  rings: Point[][] | undefined,
  center: Point | null,
  radius: number,
): SVGElement | null {
  if (rings) {
    const d = rings.map((ring) => closed(ring.map(map.project))).join("");
    return svg("path", { d, "fill-rule": "evenodd", role: "img" });
  }
  if (!center) return null;
  const [cx, cy] = map.project(center);
  return svg("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: radius, role: "img" });
}

function mark(
  element: Element,
  values: { area?: string; origin?: string; dest?: string; value: number | null; status: string },
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) element.setAttribute(`data-${name}`, String(value));
  }
}

/** The largest pairs of two areas that have a place, and which areas they touch. */
function bands(view: View, map: Projection, told: Pair[]): { elements: SVGElement[]; touched: Set<string> } {
  const { release, choices, say, format } = view;
  const place = (id: string): Point | null => {
    const { lon, lat } = release.area(choices.level, id);
    return lon === null || lat === null ? null : map.project([lon, lat]);
  };
  const touched = new Set<string>();
  const most = told[0]?.told.value ?? 1;
  const elements: SVGElement[] = [];
  for (const pair of told) {
    const [from, to] = [place(pair.origin), place(pair.dest)];
    if (!from || !to || pair.origin === pair.dest || elements.length >= MOST_BANDS) continue;
    const width = Math.max((WIDEST * (pair.told.value ?? 0)) / most, 3);
    const own = svg("path", { class: "flow", d: band(from, to, width), role: "img" });
    mark(own, { origin: pair.origin, dest: pair.dest, value: pair.told.value, status: pair.told.status });
    const name = (id: string) => format.area(release.area(choices.level, id));
    says(own, say("map.flow", { origin: name(pair.origin), dest: name(pair.dest), told: format.whole(pair.told) }));
    elements.push(own);
    touched.add(pair.origin).add(pair.dest);
  }
  return { elements, touched };
}
