// A small chart by day: released days as points with their ranges, a line between neighbours that are both told.

import { ticks } from "d3-array";
import { line } from "d3-shape";
import { svg } from "./dom";
import { roving, says } from "./pointing";

export interface Spot {
  day: string;
  value: number | null;
  low: number | null;
  high: number | null;
  status: string;
  says: string;
}

export interface Chart {
  label: string;
  width: number;
  height: number;
  /** First and last day of the axis. */
  days: [string, string];
  most: number;
  spots: Spot[];
  /** Days on which the network was not working as usual: from, to, gravity. */
  bands: { day: string; kind: "low" | "grave" | "withheld" }[];
  event: { day: string; label: string } | null;
  number: (value: number) => string;
  shortDay: (day: string) => string;
}

const DAY = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 20, 20, 24];

export function chart(own: Chart): SVGElement {
  const [first, last] = [at(own.days[0]), Math.max(at(own.days[1]), at(own.days[0]) + 1)];
  const x = (day: number) => LEFT + ((own.width - LEFT - RIGHT) * (day - first)) / (last - first);
  const y = (value: number) => own.height - BOTTOM - ((own.height - TOP - BOTTOM) * value) / own.most;
  const [floor, step] = [own.height - BOTTOM, x(first + 1) - x(first)];
  const outages = own.bands.map(({ day, kind }) => {
    const [left, right] = [Math.max(x(at(day)) - step / 2, LEFT), Math.min(x(at(day)) + step / 2, own.width - RIGHT)];
    return svg("rect", {
      class: `outage ${kind}`,
      x: left,
      y: TOP,
      width: right - left,
      height: floor - TOP,
      "data-day": day,
    });
  });
  const grid = ticks(0, own.most, 3).map((value) =>
    svg(
      "g",
      {},
      svg("line", { class: "grid", x1: LEFT, x2: own.width - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick end", x: LEFT - 6, y: y(value) + 4 }, own.number(value)),
    ),
  );
  const event = own.event
    ? [
        svg("line", { class: "event", x1: x(at(own.event.day)), x2: x(at(own.event.day)), y1: TOP - 12, y2: floor }),
        svg("text", { class: "tick", x: x(at(own.event.day)) + 4, y: TOP - 4 }, own.event.label),
      ]
    : [];
  // `defined` breaks the line where a day has no number: nothing is drawn across it.
  const path = line<Spot>(
    (spot) => x(at(spot.day)),
    (spot) => y(spot.value ?? 0),
  ).defined((spot) => spot.value !== null)(own.spots);
  const spots = own.spots.map((spot) => mark(spot, x(at(spot.day)), y, floor));
  const days = labels(
    own.spots.map((spot) => spot.day),
    (day) => x(at(day)),
    own,
  );
  const made = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${own.width} ${own.height}`, role: "group", "aria-label": own.label },
    ...outages,
    ...grid,
    svg("line", { class: "axis", x1: LEFT, x2: own.width - RIGHT, y1: floor, y2: floor }),
    ...event,
    svg("path", { class: "curve", d: path ?? "" }),
    ...spots,
    ...days,
  );
  roving(made, () => spots);
  return made;
}

/** A point with its range, or a hatched box where the number is withheld. */
function mark(spot: Spot, x: number, y: (value: number) => number, floor: number): SVGElement {
  const group = svg("g", {
    class: `spot ${spot.status}`,
    role: "img",
    "data-day": spot.day,
    "data-status": spot.status,
  });
  if (spot.value === null) {
    group.append(svg("rect", { class: spot.status, x: x - 7, y: floor - 30, width: 14, height: 30 }));
  } else {
    group.setAttribute("data-value", String(spot.value));
    if (spot.low !== null && spot.high !== null) {
      group.append(svg("line", { class: "whisker", x1: x, x2: x, y1: y(spot.low), y2: y(spot.high) }));
      for (const end of [spot.low, spot.high])
        group.append(svg("line", { class: "whisker", x1: x - 4, x2: x + 4, y1: y(end), y2: y(end) }));
    }
    group.append(svg("circle", { cx: x, cy: y(spot.value), r: 4.5 }));
  }
  says(group, spot.says);
  return group;
}

/** Released days below the axis, as many as do not touch; the last is always there. */
function labels(days: string[], x: (day: string) => number, own: Chart): SVGElement[] {
  let free = own.width + 1;
  return [...days].reverse().flatMap((day) => {
    const middle = Math.min(x(day), own.width - 22);
    if (middle + 22 > free) return [];
    free = middle - 22;
    return [svg("text", { class: "tick middle", x: middle, y: own.height - 8 }, own.shortDay(day))];
  });
}
