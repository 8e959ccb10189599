// Where areas are drawn: by their lines where the release has them, else as points.

import type { Boundaries, Hexagons } from "./data";
import type { Point } from "./projection";
import type { Release } from "./release";

/** Rings of the areas of a level, in degrees. */
export function areaRings(release: Release, level: number): Map<string, Point[][]> {
  const { boundaries } = release.blocks;
  const rings = new Map<string, Point[][]>();
  for (const own of boundaries?.areas ?? []) {
    if (own.adm_level === level && boundaries)
      rings.set(
        own.area_id,
        own.rings.map((ring) => unpacked(ring, boundaries)),
      );
  }
  return rings;
}

function unpacked(ring: number[], { origin, step }: Boundaries): Point[] {
  return steps(ring).map(([x, y]) => [origin[0] + x * step, origin[1] + y * step]);
}

/** Corners of H3 cells by id, in degrees. */
export function hexCorners({ ids, corners, per_degree }: Hexagons): Map<string, Point[]> {
  const degrees = (own: number[]) => steps(own).map(([x, y]): Point => [x / per_degree, y / per_degree]);
  return new Map(ids.map((id, at) => [id, degrees(corners[at] ?? [])]));
}

/** Differences from corner to corner, added up. */
function steps(flat: number[]): Point[] {
  const points: Point[] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    x += flat[at] ?? 0;
    y += flat[at + 1] ?? 0;
    points.push([x, y]);
  }
  return points;
}
