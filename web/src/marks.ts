// Marks of the flow map: a band that widens towards its end, and names that do not cover each other.

import { svg } from "./dom";
import type { Point, Projection } from "./projection";

/** A curved band from one point to another, thin at the start, with a head at the end. */
export function band(from: Point, to: Point, width: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  // The middle is moved to the left of the way, so that there and back are two bands.
  const middle: Point = [(from[0] + to[0]) / 2 + dy * 0.18, (from[1] + to[1]) / 2 - dx * 0.18];
  const head = Math.min(Math.max(width * 1.1, 7), length * 0.4);
  const at = (t: number): Point => {
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return [a * from[0] + b * middle[0] + c * to[0], a * from[1] + b * middle[1] + c * to[1]];
  };
  const until = 1 - head / length;
  const [left, right]: [Point[], Point[]] = [[], []];
  const normal = (t: number): Point => {
    const [x, y] = [
      2 * (1 - t) * (middle[0] - from[0]) + 2 * t * (to[0] - middle[0]),
      2 * (1 - t) * (middle[1] - from[1]) + 2 * t * (to[1] - middle[1]),
    ];
    const size = Math.hypot(x, y) || 1;
    return [-y / size, x / size];
  };
  for (let step = 0; step <= 16; step += 1) {
    const t = (until * step) / 16;
    const [[x, y], [nx, ny]] = [at(t), normal(t)];
    const half = Math.max((0.25 + (0.75 * step) / 16) * (width / 2), 0.7);
    left.push([x + nx * half, y + ny * half]);
    right.push([x - nx * half, y - ny * half]);
  }
  const [[x, y], [nx, ny]] = [at(until), normal(until)];
  const wide = width / 2 + Math.min(3, head / 2);
  const tip: Point[] = [[x + nx * wide, y + ny * wide], to, [x - nx * wide, y - ny * wide]];
  return `M${[...left, ...tip, ...right.reverse()].map((own) => own.map((axis) => axis.toFixed(1)).join(",")).join("L")}Z`;
}

interface Name {
  at: Point | null;
  text: string;
  code: string;
}

type Box = [number, number, number, number];

const apart = (a: Box, b: Box): boolean => a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];

/** Names in their order as long as there is room, those of `first` before others. */
export function labels(map: Projection, names: Name[], first: Set<string>): SVGElement[] {
  const taken: Box[] = [];
  const most = map.width < 500 ? 8 : 24;
  const ordered = [...names.filter((own) => first.has(own.code)), ...names.filter((own) => !first.has(own.code))];
  return ordered.flatMap(({ at, text, code }) => {
    if (!at || taken.length >= most) return [];
    const [x, y] = map.project(at);
    const half = (Math.max(text.length, code.length) * 6.4) / 2 + 2;
    // Below the point, or above it.
    const box = [6, -36]
      .map((dy): Box => [x - half, y + dy, x + half, y + dy + 28])
      .find(
        (own) =>
          own[0] >= 0 &&
          own[1] >= 0 &&
          own[2] <= map.width &&
          own[3] <= map.height &&
          taken.every((other) => apart(own, other)),
      );
    if (!box) return [];
    taken.push(box);
    const position = (dy: number) => ({ x: x.toFixed(1), y: (box[1] + dy).toFixed(1), "aria-hidden": "true" });
    return [
      svg("text", { ...position(12), class: "place" }, text),
      svg("text", { ...position(24), class: "place code" }, code),
    ];
  });
}
