// Longitude and latitude to pixels: equidistant, true at the middle of the map. Maps of a country need no more, and
// polygons of any winding stay what they are.

export type Point = [number, number];

export interface Projection {
  width: number;
  height: number;
  project: (at: Point) => Point;
}

/** Fits points into a width; the height follows, up to a most. */
export function fitted(points: Point[], width: number, mostHeight: number): Projection {
  // Across the antimeridian a country is whole again with its west beyond 180 degrees.
  const crosses = points.some((own) => own[0] > 90) && points.some((own) => own[0] < -90);
  const lon = (own: number) => (crosses && own < 0 ? own + 360 : own);
  const [x, y] = [points.map((own) => lon(own[0])), points.map((own) => own[1])];
  const bounds = { west: least(x), east: most(x), south: least(y), north: most(y) };
  const narrow = Math.cos((((bounds.south + bounds.north) / 2) * Math.PI) / 180);
  const margin = 28;
  const span: Point = [
    Math.max((bounds.east - bounds.west) * narrow, 1e-6),
    Math.max(bounds.north - bounds.south, 1e-6),
  ];
  const scale = Math.min((width - 2 * margin) / span[0], (mostHeight - 2 * margin) / span[1]);
  const height = Math.round(span[1] * scale + 2 * margin);
  const left = (width - span[0] * scale) / 2;
  return {
    width,
    height,
    project: (at) => [left + (lon(at[0]) - bounds.west) * narrow * scale, margin + (bounds.north - at[1]) * scale],
  };
}

/** Not `Math.min(...)`: there may be more points than a call takes. */
const least = (own: number[]) => own.reduce((a, b) => Math.min(a, b), Infinity);
const most = (own: number[]) => own.reduce((a, b) => Math.max(a, b), -Infinity);

/** A path through pixels, closed. */
export function closed(points: Point[]): string {
  return `M${points.map((own) => own.map((axis) => axis.toFixed(1)).join(",")).join("L")}Z`;
}
