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

    /// The nearest multiple of an estimate, and an interval around it that holds the whole of its own, so that it stays
    /// one of 95 %. How far the ends are away follows from the rounded estimate and a coarse class of its precision:
    /// rounded by themselves, the ends would tell which of the five counts it is.
    pub fn people(self, [estimate, low, high]: [f64; 3]) -> [u64; 3] {
        let base = self.base as f64;
        let multiple = |of: f64| of.max(0.0) as u64 * self.base;
        let told = multiple((estimate / base).round());
        let away = |width: f64| {
            let class = class_of(width.max(0.0) / estimate.max(base / 2.0).sqrt());
            multiple((class * (told as f64 + base / 2.0).sqrt() / base + 0.5).ceil())
        };
        [told, told.saturating_sub(away(estimate - low)), told + away(high - estimate)]
    }

    /// In what numbers leave, and how rounded.
    pub fn for_unit(unit: FigureUnit, least: u64, largest_weight: f64) -> Self {
        match unit {
            FigureUnit::Subscribers => Self::of_subscribers(least),
            FigureUnit::People => Self::of_people(least, largest_weight),
        }
    }
}

/// The least power of 1.25 that is not below: the width of an interval by the root of its estimate, which hardly changes
/// from one count to the next.
fn class_of(precision: f64) -> f64 {
    const LEAST: f64 = 1.0 / 64.0;
    let mut class = LEAST;
    while class < precision {
        class *= 1.25;
    }
    class
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
        // 67 by the root of 128 is 5.9, class 6.8; times the root of 175 is 90, and half a base: 150.
        assert_eq!(fifty.people([128.0, 61.0, 201.0]), [150, 0, 300]);
        assert_eq!(fifty.people([20.0, 12.0, 24.0]), [0, 0, 50]);
        assert_eq!(fifty.people([99.0, 99.0, 99.0]), [100, 50, 150]);
        assert_eq!(fifty.people([0.0, 0.0, 0.0]), [0, 0, 50]);
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

        /// The interval that is told holds the one that was estimated.
        #[test]
        fn intervals_hold_their_own(base in 1_u64..500, people in 0.0_f64..1e6, below in 0.0_f64..=1.0, above in 0.0_f64..3.0) {
            let (low, high) = (people * (1.0 - below), people * (1.0 + above));
            let told = Rounding { base }.people([people, low, high]);
            prop_assert!(told[1] as f64 <= low && told[2] as f64 >= high && told[1] <= told[0] && told[0] <= told[2], "{told:?}");
            prop_assert!(told.iter().all(|own| own % base == 0));
        }
    }
}
