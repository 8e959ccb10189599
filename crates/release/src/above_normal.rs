//! What is above normal through the wall.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, UnitKey};

/// Which series was compared with its own past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeriesKind {
    /// Subscribers present in an area.
    Presence,
    /// Daily location of a day × of the next, by the first day.
    DayToDay,
    /// Reference home × residence.
    HomeToPresent,
}

impl SeriesKind {
    /// The id in file names.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::DayToDay => "day_to_day",
            Self::HomeToPresent => "home_to_present",
        }
    }
}

/// One day of one series, with what is normal for it. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesDay {
    /// The local day.
    pub day: LocalDay,
    /// The area, or the origin.
    pub origin: UnitKey,
    /// The destination, where there is one.
    pub destination: Option<UnitKey>,
    /// Distinct subscribers.
    pub subscribers: u64,
    /// The figures that are made of it and of the baseline.
    pub figures: AboveNormalFigures,
}

/// What a day has above normal, in subscribers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveNormalFigures {
    /// The median of the weekday in the baseline.
    pub normal: f64,
    /// Subscribers less normal.
    pub excess: f64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
    /// Robust z.
    pub z: f64,
    /// Whether z is significant among all series of the day.
    pub significant: bool,
    /// Whether |z| ≥ 3 two days running, on one side.
    pub alert: bool,
}

/// One released row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveNormalRow {
    /// The local day.
    pub day: LocalDay,
    /// The area, or the origin.
    pub origin: UnitKey,
    /// The destination, where there is one.
    pub destination: Option<UnitKey>,
    /// Distinct subscribers.
    pub subscribers: ReleasedCount,
    /// The median, if it passes by itself.
    pub normal: Option<f64>,
    /// Everything that is made of both, if both pass.
    pub figures: Option<AboveNormalFigures>,
}

impl AboveNormalRow {
    /// The reason, if anything of the row is withheld.
    pub const fn reason(&self) -> Option<SuppressionReason> {
        if self.figures.is_some() { None } else { Some(SuppressionReason::BelowK) }
    }
}

/// The released days of one kind of series at one level.
#[derive(Clone, Debug, PartialEq)]
pub struct AboveNormalTable {
    /// Which series.
    pub series: SeriesKind,
    /// The unit of both ends.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Days that told what is normal.
    pub baseline_days: usize,
    /// Ascending by day, origin and destination.
    pub rows: Vec<AboveNormalRow>,
}

/// Releases the days of one kind of series.
///
/// *Test*: the count and the median each by itself, both as numbers of subscribers; differences, intervals, z and alerts
/// are made of both and pass where both pass. So an alert for an area that has emptied is withheld like the count.
/// *Rows* (sparse): those of which the count or the median passes.
pub fn release_above_normal(
    series: SeriesKind,
    level: Level,
    baseline_days: usize,
    days: &[SeriesDay],
    policy: &DisclosurePolicy,
) -> Released<AboveNormalTable> {
    let threshold = policy.threshold(level);
    let released = |own: &SeriesDay| {
        let subscribers = ReleasedCount::tested(own.subscribers, threshold);
        // Whole subscribers: a median of 15.5 is none of 16.
        let normal = Some(own.figures.normal).filter(|normal| *normal >= threshold as f64);
        let figures = Some(own.figures).filter(|_| normal.is_some() && subscribers.published().is_some());
        let SeriesDay { day, origin, destination, .. } = *own;
        let row = AboveNormalRow { day, origin, destination, subscribers, normal, figures };
        (normal.is_some() || subscribers.published().is_some()).then_some(row)
    };
    let mut rows: Vec<AboveNormalRow> = days.iter().filter_map(released).collect();
    rows.sort_by_key(|row| (row.day, row.origin, row.destination));
    Released::internal(AboveNormalTable { series, level, threshold, baseline_days, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::AreaKey;

    #[test]
    fn a_difference_needs_both_sides() {
        let row = |area, subscribers, normal| SeriesDay {
            day: LocalDay(3),
            origin: UnitKey::area(AreaKey(area)),
            destination: None,
            subscribers,
            figures: AboveNormalFigures {
                normal,
                excess: subscribers as f64 - normal,
                interval: [0.0, 1.0],
                z: 4.0,
                significant: true,
                alert: true,
            },
        };
        let days = [row(4, 15, 15.9), row(3, 16, 16.0), row(2, 15, 40.0), row(1, 40, 15.5)];
        let policy = DisclosurePolicy::default();
        let released = release_above_normal(SeriesKind::Presence, Level::Adm(2), 56, &days, &policy);
        let told: Vec<_> = released
            .rows
            .iter()
            .map(|row| (row.origin.bits(), row.subscribers.published(), row.normal, row.figures.is_some()))
            .collect();
        let expected = [(1, Some(40), None, false), (2, None, Some(40.0), false), (3, Some(16), Some(16.0), true)];
        assert_eq!(told, expected);
        assert_eq!(released.rows.iter().filter(|row| row.reason().is_some()).count(), 2);
    }
}
