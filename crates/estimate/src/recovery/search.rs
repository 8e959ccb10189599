//! The lowest point of a function of two figures, without derivatives and without chance.

/// Values on each axis of the first grid.
const GRID: usize = 40;

/// Steps to either side of the centre in the finer grids.
const STEPS: i32 = 4;

/// More rounds than halving takes, for a centre that moves: an end for functions that have no lowest point.
const MAX_ROUNDS: u32 = 500;

/// The lowest of a grid over the upper triangle of `limits`², the first of equals. `made` is what a function needs of
/// one figure: it is computed once for each value of an axis and not for each pair.
pub(super) fn lowest_of_grid<T>(
    [low, high]: [f64; 2],
    made: impl Fn(f64) -> T,
    value: impl Fn(&T, &T) -> f64,
) -> [f64; 2] {
    let on_axis = |at: usize| low + (high - low) * at as f64 / (GRID - 1) as f64;
    let axis: Vec<(f64, T)> = (0..GRID).map(on_axis).map(|own| (own, made(own))).collect();
    let pairs = (0..GRID).flat_map(|first| (first..GRID).map(move |second| [first, second]));
    let pairs = pairs.map(|[first, second]| (&axis[first], &axis[second]));
    lowest_among(pairs, value, [low, high])
}

/// The lowest near `start`: a grid of 9 × 9 about the centre, which moves to its lowest point; the grid becomes half as
/// wide when that lies within, and keeps its width when it lies at the rim, so a narrow valley is followed and not
/// lost. It ends when the grid is narrower than `settled`.
pub(super) fn lowest<T>(
    start: [f64; 2],
    ([low, high], settled): ([f64; 2], f64),
    made: impl Fn(f64) -> T,
    value: impl Fn(&T, &T) -> f64,
) -> [f64; 2] {
    let (mut centre, mut reach) = (start, (high - low) / (GRID - 1) as f64);
    for _ in 0..MAX_ROUNDS {
        if reach < settled {
            break;
        }
        let on_axis = |axis: f64, step: i32| (axis + reach * f64::from(step) / f64::from(STEPS)).clamp(low, high);
        let axes = centre.map(|centre| -> Vec<(f64, T)> {
            (-STEPS..=STEPS).map(|step| on_axis(centre, step)).map(|own| (own, made(own))).collect()
        });
        let [first, second] = &axes;
        let beside = first.iter().flat_map(|first| second.iter().map(move |second| (first, second)));
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
fn lowest_among<'a, T: 'a>(
    among: impl Iterator<Item = (&'a (f64, T), &'a (f64, T))>,
    value: impl Fn(&T, &T) -> f64,
    otherwise: [f64; 2],
) -> [f64; 2] {
    let mut lowest = (f64::INFINITY, otherwise);
    for (first, second) in among {
        let found = value(&first.1, &second.1);
        if found < lowest.0 {
            lowest = (found, [first.0, second.0]);
        }
    }
    lowest.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLED: f64 = 1e-9;

    /// Rosenbrock's valley, lowest at (1, 1).
    #[test]
    fn a_narrow_bent_valley_is_followed() {
        let value = |x: &f64, y: &f64| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        let found = lowest([-1.2, 1.0], ([-3.0, 3.0], SETTLED), |own| own, value);
        assert!(found.iter().all(|own| (own - 1.0).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn the_lowest_may_lie_on_the_limits() {
        let value = |x: &f64, y: &f64| y - x;
        let start = lowest_of_grid([0.0, 1.0], |own| own, value);
        let found = lowest(start, ([0.0, 1.0], SETTLED), |own| own, value);
        assert!((found[0] - 1.0).abs() < 1e-9 && found[1].abs() < 1e-9, "{found:?}");
    }
}
