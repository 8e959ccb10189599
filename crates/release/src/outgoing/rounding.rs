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

    /// The nearest multiple of an estimate of `count` subscribers, and an interval around it that holds the whole of its own, so
    /// that it stays one of 95 %. How far the ends are away follows from the rounded estimate and a coarse class of its
    /// precision, the worst that any count behind this rounded estimate would have: rounded by themselves, or by the
    /// precision of this count alone, the ends would tell which of the counts it is.
    pub fn people(self, [estimate, low, high]: [f64; 3], count: u64) -> [u64; 3] {
        let base = self.base as f64;
        let multiple = |of: f64| of.max(0.0) as u64 * self.base;
        let told = multiple((estimate / base).round());
        let worst = self.worst_precision(estimate, count, told as f64);
        let away = |width: f64| {
            let class = class_of(width.max(0.0) * worst);
            multiple((class * (told as f64 + base / 2.0).sqrt() / base + 0.5).ceil())
        };
        [told, told.saturating_sub(away(estimate - low)), told + away(high - estimate)]
    }

    /// Precision is the width of an interval by the root of the estimate; the width goes with the root of the count. Of a unit of
    /// width the greatest precision among the counts that give the same rounded estimate. One of them more is as many people as
    /// each is on average, or, where a part of the estimate was taken off, up to a fifth of the base.
    fn worst_precision(self, estimate: f64, count: u64, told: f64) -> f64 {
        let (base, count) = (self.base as f64, count as f64);
        let floor = |people: f64| people.max(base / 2.0).sqrt();
        let mut worst = 1.0 / floor(estimate);
        for each in [estimate / count, base / SUBSCRIBERS_APART] {
            for other in [told - base / 2.0, told + base / 2.0] {
                let counted = (count + (other - estimate) / each).max(1.0);
                if counted.is_finite() && other > 0.0 {
                    worst = worst.max((counted / count).sqrt() / floor(other));
                }
            }
        }
        worst
    }

    /// In what numbers leave, and how rounded.
    pub fn for_unit(unit: FigureUnit, least: u64, largest_weight: f64) -> Self {
        match unit {
            FigureUnit::Subscribers => Self::of_subscribers(least),
            FigureUnit::People => Self::of_people(least, largest_weight),
        }
    }
}

/// Steps of precision: coarse, as few counts may lie at a bound of two.
const CLASS: f64 = 1.5;

/// The least power of a class that is not below.
fn class_of(precision: f64) -> f64 {
    const LEAST: f64 = 1.0 / 64.0;
    let mut class = LEAST;
    while class < precision {
        class *= CLASS;
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
        // 67 by the root of 128 is 5.9, of 16 that are 8 each; no count from 125 to 175 is less precise. Class 7.6 times the root of
        // 175 is 101, and half a base: 150.
        assert_eq!(fifty.people([128.0, 61.0, 201.0], 16), [150, 0, 300]);
        assert_eq!(fifty.people([20.0, 12.0, 24.0], 3), [0, 0, 50]);
        assert_eq!(fifty.people([99.0, 99.0, 99.0], 12), [100, 50, 150]);
        assert_eq!(fifty.people([0.0, 0.0, 0.0], 0), [0, 0, 50]);
    }

    /// Whoever knows the weight, how much was taken off the estimate, and the width of every count's interval, finds fewer than five
    /// counts behind the three numbers where a bound of classes runs through the few that the figure leaves.
    #[test]
    fn ends_rarely_leave_fewer_than_five_counts() {
        let rounding = Rounding::of_people(10, 8.0);
        let (mut few, mut all) = (0, 0);
        for (count, weight, off, width) in (16..=60_u64)
            .flat_map(|count| [4.0, 6.0, 8.0].map(|weight| (count, weight)))
            .flat_map(|(count, weight)| [0.0, 4.0, 9.0, 14.0].map(|off| (count, weight, off)))
            .flat_map(|(count, weight, off)| [0.8, 1.2, 1.7, 2.5].map(|width| (count, weight, off, width)))
        {
            let told = |count: u64| {
                let people = (count as f64 - off) * weight;
                let away = width * weight * (count as f64).sqrt();
                rounding.people([people, people - away, people + away], count)
            };
            let others = count.saturating_sub(60).max(15)..count + 60;
            all += 1;
            few += usize::from(others.filter(|&other| told(other) == told(count)).count() < 5);
        }
        assert!(all > 2_000 && few * 20 < all, "{few} of {all}");
    }

    proptest! {
        /// Back-computation (issue 6): whoever knows the weight learns the subscribers to within five, never nearer.
        #[test]
        fn a_figure_of_people_leaves_five_subscribers_open(count in 16_u64..2000, weight in 1.0_f64..80.0) {
            let rounding = Rounding::of_people(10, weight);
            let told = |count: u64| rounding.people([count as f64 * weight, 0.0, 0.0], count)[0];
            let alike = (count.saturating_sub(200)..count + 200).filter(|&other| told(other) == told(count)).count();
            prop_assert!(alike >= 5, "{alike} counts give this figure");
        }

        /// The interval that is told holds the one that was estimated.
        #[test]
        fn intervals_hold_their_own(base in 1_u64..500, people in 0.0_f64..1e6, below in 0.0_f64..=1.0, above in 0.0_f64..3.0, count in 0_u64..9_000) {
            let (low, high) = (people * (1.0 - below), people * (1.0 + above));
            let told = Rounding { base }.people([people, low, high], count);
            prop_assert!(told[1] as f64 <= low && told[2] as f64 >= high && told[1] <= told[0] && told[0] <= told[2], "{told:?}");
            prop_assert!(told.iter().all(|own| own % base == 0));
        }
    }
}
