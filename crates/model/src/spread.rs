//! How far, how long, how settled: distributions of a panel by origin. CONFIDENTIAL until released.

use crate::time::LocalDay;
use crate::unit::UnitKey;

/// What is distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spread {
    /// Home to host of the displaced, in bins of [`DISTANCE_KM`].
    Distance,
    /// Days since onset of the displaced, in bins of [`DURATION_DAYS`].
    Duration,
    /// Days from onset to return of those who returned on the day, in bins of [`DURATION_DAYS`].
    DurationUntilReturn,
    /// Subscribers of the panel by mobility class, in order of [`MOBILITY_CLASSES`].
    MobilityClass,
}

/// Lower edges of the bins of distance, km; the last is open.
pub const DISTANCE_KM: [f64; 8] = [0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
/// Lower edges of the bins of duration, days; the last is open.
pub const DURATION_DAYS: [i32; 8] = [0, 4, 8, 15, 29, 57, 92, 183];
/// The ids of the mobility classes, in order of priority (methods §2.4).
pub const MOBILITY_CLASSES: [&str; 6] =
    ["not_active_in_latest_period", "unlocated", "irregular", "not_always_locatable", "mobile", "stable"];

impl Spread {
    /// All of them. Their position here is stored: new ones go last.
    pub const ALL: [Self; 4] = [Self::Distance, Self::Duration, Self::DurationUntilReturn, Self::MobilityClass];

    /// The id in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Distance => "distance",
            Self::Duration => "duration",
            Self::DurationUntilReturn => "duration_until_return",
            Self::MobilityClass => "mobility_class",
        }
    }

    /// Number of bins.
    pub const fn bins(self) -> usize {
        match self {
            Self::Distance => DISTANCE_KM.len(),
            Self::Duration | Self::DurationUntilReturn => DURATION_DAYS.len(),
            Self::MobilityClass => MOBILITY_CLASSES.len(),
        }
    }

    /// The lower edge of a bin, and the upper one where there is one; none for classes. Kilometres or days.
    pub fn edges(self, bin: usize) -> (Option<f64>, Option<f64>) {
        let edge = |at: usize| match self {
            Self::Distance => DISTANCE_KM.get(at).copied(),
            Self::Duration | Self::DurationUntilReturn => DURATION_DAYS.get(at).map(|&days| f64::from(days)),
            Self::MobilityClass => None,
        };
        (edge(bin), edge(bin + 1))
    }

    /// The id of a bin: a class, or its edges as in `5-10` and `500-`.
    pub fn bin_id(self, bin: usize) -> String {
        match (self, self.edges(bin)) {
            (Self::MobilityClass, _) => MOBILITY_CLASSES.get(bin).copied().unwrap_or_default().into(),
            (_, (from, until)) => {
                let text = |edge: Option<f64>| edge.map(|edge| edge.to_string()).unwrap_or_default();
                format!("{}-{}", text(from), text(until))
            }
        }
    }
}

/// Subscribers of one origin in one bin on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpreadKey {
    /// What is distributed.
    pub spread: Spread,
    /// The local day; of classes the last day of the periods.
    pub day: LocalDay,
    /// Unit of the reference home.
    pub origin: UnitKey,
    /// The bin, from 0.
    pub bin: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_named_by_their_edges() {
        assert_eq!([0, 1, 7].map(|bin| Spread::Distance.bin_id(bin)), ["0-5", "5-10", "500-"]);
        assert_eq!(Spread::Duration.bin_id(3), "15-29");
        assert_eq!(Spread::MobilityClass.bin_id(5), "stable");
        assert_eq!(Spread::MobilityClass.edges(5), (None, None));
        assert!(Spread::ALL.iter().enumerate().all(|(at, &spread)| spread as usize == at));
    }
}
