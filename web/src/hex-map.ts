// The map of H3 cells: only those that the release has a row of, each as it was released.

import { choice, html, svg } from "./dom";
import { classOf, classStarts } from "./classes";
import type { Table } from "./data";
import { figure } from "./figure";
import { legend, look } from "./legend";
import { roving, says } from "./pointing";
import { closed, fitted } from "./projection";
import { areaRings, hexCorners } from "./shapes";
import { table } from "./table";
import { byValue, type Told, told } from "./told";
import { isCount, type Metric, type View } from "./view";
import { isKey, type Key } from "./words";
import { zoomable } from "./zoom";

const METRICS: Metric[] = ["displaced_in", "displaced_from"];

interface Hex {
  id: string;
  told: Told;
}

export function hexMap(view: View): HTMLElement | null {
  const { release, say, format, choices } = view;
  const [cells, hexagons] = [release.blocks.tables.get("cells_h3"), release.blocks.hexagons];
  if (!cells || !hexagons) return null;
  const rows = hexes(cells, choices.day, choices.metric);
  const told = rows.filter((own) => own.told.value !== null).length;
  const withheld = rows.filter((own) => own.told.status === "withheld").length;
  const metric = say(metricKey(view, choices.metric));
  const starts = classStarts(rows.map((own) => own.told.value ?? 0));
  const options = METRICS.filter((own) => cells.columns.includes(own)).map((value) => ({
    value,
    label: say(metricKey(view, value)),
  }));
  const choose = (value: string) => view.choose({ metric: METRICS.find((own) => own === value) ?? "displaced_in" });
  const gaps = {
    metric: sentenceCase(metric),
    day: format.day(choices.day),
    told: format.number(told),
    withheld: format.number(withheld),
  };
  return figure(view, {
    id: "hexes",
    title: say("hex.title"),
    caption: say("hex.caption", gaps),
    body: [
      html("div", { class: "choices" }, choice("metric", say("hex.metric"), options, choices.metric, choose)),
      legend(view, metric, starts),
      draw(view, rows, starts),
    ],
    notes: release.lacks("h3_earlier_days", choices.day) ? [say("quality.left.h3_earlier_days")] : [],
    twin: () =>
      table(
        view,
        say("hex.title"),
        [
          { label: say("column.h3"), cell: (own: Hex) => own.id, isCode: true },
          { label: metric, cell: (own) => own.told, withRange: !isCount(view) },
        ],
        [...rows].sort((a, b) => byValue(a.told, b.told)),
      ),
  });
}

const sentenceCase = (own: string) => own.charAt(0).toLocaleUpperCase() + own.slice(1);

function metricKey(view: View, metric: Metric): Key {
  const key = `hex.${metric}${isCount(view) ? ".subscribers" : ""}`;
  return isKey(key) ? key : "hex.metric";
}

/** Rows of a day. */
function hexes(cells: Table, day: string, metric: Metric): Hex[] {
  const rows: Hex[] = [];
  for (let row = 0; row < cells.rows; row += 1) {
    if (cells.text("date", row) !== day) continue;
    const reason = ofMetric(cells.text("suppression_reason", row), metric);
    const [low, high] = [cells.number(`${metric}_low`, row), cells.number(`${metric}_high`, row)];
    const flags = ofMetric(cells.text("qa_flags", row), metric);
    const own = told(cells.number(metric, row), [low, high], reason !== null, reason, flags);
    rows.push({ id: cells.text("h3", row) ?? "", told: own });
  }
  return rows;
}

/** What is said of one metric, of `displaced_in:confidential;displaced_from:…`. */
function ofMetric(all: string | null, metric: Metric): string | null {
  const said = (all ?? "").split(";").map((own) => own.split(":"));
  return said.find((own) => own[0] === metric)?.[1] ?? null;
}

function draw(view: View, rows: Hex[], starts: number[]): Element {
  const { release, say, format, choices } = view;
  const corners = release.blocks.hexagons ? hexCorners(release.blocks.hexagons) : new Map();
  const map = fitted([...corners.values()].flat(), view.width, 720);
  const lines = [...areaRings(release, choices.level).values()].map((rings) =>
    svg("path", { class: "border", d: rings.map((ring) => closed(ring.map(map.project))).join("") }),
  );
  const elements = [...rows]
    .sort((a, b) => byValue(a.told, b.told))
    .flatMap((own) => {
      const shape = corners.get(own.id);
      if (!shape) return [];
      const element = svg("path", { d: closed(shape.map(map.project)), role: "img" });
      element.setAttribute(
        "class",
        `hex ${look(own.told.status, own.told.value ? classOf(own.told.value, starts) : null)}`,
      );
      element.setAttribute("data-h3", own.id);
      element.setAttribute("data-status", own.told.status);
      if (own.told.value !== null) element.setAttribute("data-value", String(own.told.value));
      says(element, say("map.area", { area: `H3 ${own.id}`, told: format.whole(own.told) }));
      return [element];
    });
  const attributes = {
    class: "map hexagons",
    viewBox: `0 0 ${map.width} ${map.height}`,
    role: "group",
    "aria-label": say("hex.label"),
  };
  const group = svg("svg", attributes, ...elements, ...lines);
  roving(group, () => elements);
  return zoomable(view, group, map);
}
