//! The lowest point of a function of two figures, without derivatives and without chance.

/// Values on each axis of the first grid.
const GRID: usize = 40;

/// Steps to either side of the centre in the finer grids.
const STEPS: i32 = 4;

/// Below this the figures (logarithms) are settled.
const SETTLED: f64 = 1e-9;

/// More rounds than halving takes, for a centre that moves: an end for functions that have no lowest point.
const MAX_ROUNDS: u32 = 500;

/// The lowest of a grid over the upper triangle of `limits`², the first of equals.
pub(super) fn lowest_of_grid([low, high]: [f64; 2], value: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let on_axis = |at: usize| low + (high - low) * at as f64 / (GRID - 1) as f64;
    let pairs = (0..GRID).flat_map(|first| (first..GRID).map(move |second| [first, second].map(on_axis)));
    lowest_among(pairs, value, [low, high])
}

/// The lowest near `start`: a grid of 9 × 9 about the centre, which moves to its lowest point; the grid becomes half as
/// wide when that lies within, and keeps its width when it lies at the rim, so a narrow valley is followed and not
/// lost.
pub(super) fn lowest(start: [f64; 2], [low, high]: [f64; 2], value: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let (mut centre, mut reach) = (start, (high - low) / (GRID - 1) as f64);
    for _ in 0..MAX_ROUNDS {
        if reach < SETTLED {
            break;
        }
        let on_axis = |axis: f64, step: i32| (axis + reach * f64::from(step) / f64::from(STEPS)).clamp(low, high);
        let steps = (-STEPS..=STEPS).flat_map(|first| (-STEPS..=STEPS).map(move |second| [first, second]));
        let beside = steps.map(|[first, second]| [on_axis(centre[0], first), on_axis(centre[1], second)]);
        let next = lowest_among(beside, &value, centre);
        let moved = centre.iter().zip(next).map(|(from, to)| (from - to).abs()).fold(0.0, f64::max);
        if moved < reach * 0.99 {
            reach /= 2.0;
        }
        centre = next;
    }
    centre
}

/// The first of the lowest; `otherwise` where nothing is lower than infinity.
fn lowest_among(
    among: impl Iterator<Item = [f64; 2]>,
    value: impl Fn([f64; 2]) -> f64,
    otherwise: [f64; 2],
) -> [f64; 2] {
    let mut lowest = (f64::INFINITY, otherwise);
    for at in among {
        let found = value(at);
        if found < lowest.0 {
            lowest = (found, at);
        }
    }
    lowest.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley, lowest at (1, 1).
    #[test]
    fn a_narrow_bent_valley_is_followed() {
        let value = |[x, y]: [f64; 2]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        let found = lowest([-1.2, 1.0], [-3.0, 3.0], value);
        assert!(found.iter().all(|own| (own - 1.0).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn the_lowest_may_lie_on_the_limits() {
        let found = lowest(lowest_of_grid([0.0, 1.0], |[x, y]| y - x), [0.0, 1.0], |[x, y]| y - x);
        assert!((found[0] - 1.0).abs() < 1e-9 && found[1].abs() < 1e-9, "{found:?}");
    }
}
