// At most six classes of a map or matrix, with round numbers where they begin.

export const MOST_CLASSES = 6;

/** Where classes begin, ascending: 1, 2, 5, 10, 20, 50 … as far as `values` go; what is below the first is in it. */
export function classStarts(values: number[]): number[] {
  const positive = values.filter((own) => own > 0);
  if (positive.length === 0) return [];
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  const starts: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power <= most) starts.push(step * power);
  }
  // The largest start that is not above the least value is the first.
  const first = Math.max(
    starts.findLastIndex((own) => own <= least),
    0,
  );
  return starts.slice(first).slice(-MOST_CLASSES);
}

/** Class of a positive value, from 1; classes of few are spread over the colours, so that the last is always the strongest. */
export function classOf(value: number, starts: number[]): number {
  const at = Math.max(
    starts.findLastIndex((own) => own <= value),
    0,
  );
  return shade(at, starts.length);
}

/** Colour of the class at a place. */
export function shade(at: number, count: number): number {
  return count < 2 ? MOST_CLASSES - 1 : 1 + Math.round((at * (MOST_CLASSES - 1)) / (count - 1));
}
