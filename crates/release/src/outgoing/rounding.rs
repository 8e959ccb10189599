//! To what base numbers are rounded, after everything else (formats §4.1).

use super::figure::FigureUnit;

/// So many subscribers at least share one rounded figure of people: nobody can tell which of them it is, even who knows
/// how many people one subscriber stands for.
const SUBSCRIBERS_APART: f64 = 5.0;

/// Bases of figures of people.
const BASES: [u64; 10] = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/// The base that numbers of a release are multiples of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    base: u64,
}

impl Rounding {
    /// For counts of subscribers.
    pub const fn of_subscribers(base: u64) -> Self {
        Self { base: if base == 0 { 1 } else { base } }
    }

    /// For people, where one subscriber stands for at most `largest_weight` of them: the least base of 5, 10, 20, 50 …
    /// that is not below `least` and holds five subscribers.
    pub fn of_people(least: u64, largest_weight: f64) -> Self {
        let needed = (SUBSCRIBERS_APART * largest_weight).max(least as f64);
        let base = BASES.into_iter().find(|&base| base as f64 >= needed);
        Self { base: base.unwrap_or_else(|| (needed / 5000.0).ceil() as u64 * 5000) }
    }

    /// What all numbers are multiples of.
    pub const fn base(self) -> u64 {
        self.base
    }

    /// The nearest multiple, half up.
    pub const fn count(self, count: u64) -> u64 {
        (count + self.base / 2) / self.base * self.base
    }

    /// The nearest multiple of an estimate; the interval outwards, so that it stays one of 95 %.
    pub fn people(self, [estimate, low, high]: [f64; 3]) -> [u64; 3] {
        let base = self.base as f64;
        let multiple = |of: f64| of.max(0.0) as u64 * self.base;
        let estimate = multiple((estimate / base).round());
        [estimate, multiple((low / base).floor()).min(estimate), multiple((high / base).ceil()).max(estimate)]
    }

    /// In what numbers leave, and how rounded.
    pub fn for_unit(unit: FigureUnit, least: u64, largest_weight: f64) -> Self {
        match unit {
            FigureUnit::Subscribers => Self::of_subscribers(least),
            FigureUnit::People => Self::of_people(least, largest_weight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bases_hold_five_subscribers() {
        let base = |least, weight| Rounding::of_people(least, weight).base();
        assert_eq!([base(10, 1.0), base(10, 2.1), base(10, 8.0), base(5, 1.0)], [10, 20, 50, 5]);
        assert_eq!(base(10, 2400.0), 15_000, "5 × 2,400 people");
    }

    #[test]
    fn intervals_grow_and_hold_the_estimate() {
        let fifty = Rounding::of_people(10, 8.0);
        assert_eq!(fifty.people([128.0, 61.0, 201.0]), [150, 50, 250]);
        assert_eq!(fifty.people([20.0, 12.0, 24.0]), [0, 0, 50]);
        assert_eq!(fifty.people([99.0, 99.0, 99.0]), [100, 50, 100]);
    }

    proptest! {
        /// Back-computation (issue 6): whoever knows the weight learns the subscribers to within five, never nearer.
        #[test]
        fn a_figure_of_people_leaves_five_subscribers_open(count in 16_u64..2000, weight in 1.0_f64..80.0) {
            let rounding = Rounding::of_people(10, weight);
            let told = |count: u64| rounding.people([count as f64 * weight, 0.0, 0.0])[0];
            let alike = (count.saturating_sub(200)..count + 200).filter(|&other| told(other) == told(count)).count();
            prop_assert!(alike >= 5, "{alike} counts give this figure");
        }
    }
}
