//! Home: where a subscriber lived in a baseline, or the plain statement that it cannot be told.

use crate::subscriber::home_windows::HomeWindows;
use crate::subscriber::majority::majority;
use crate::subscriber::residence::{ResidenceRule, modal, residences};
use hexodus_model::{DailyLocation, Home, LocalDay, Period};

/// How a home is found (methods §2.2–2.5). Selectable; the unit of place is the caller's (H3 cells, or areas for
/// `MostDates` as Flowminder runs it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeRule {
    /// More than half of the residence days of the period; else the majority of the period before, where it still
    /// holds a third of this period's windows (methods §2.3, §2.4).
    MajorityOfResidence {
        /// How residence is found.
        residence: ResidenceRule,
        /// Fewer located days in the period are no home.
        min_located_days: u8,
        /// Whether near places speak for one another where none has the majority: [`home_among_neighbours`].
        neighbours: bool,
    },
    /// The place of most dates; tie: the latest date, then the smaller place (methods §2.5 `flowminder-covid19`; the
    /// same rule as `FlowKit`'s `ModalLocation`).
    MostDates,
}

impl HomeRule {
    /// The project's: at least 8 located days.
    pub const HEXODUS: Self =
        Self::MajorityOfResidence { residence: ResidenceRule::HEXODUS, min_located_days: 8, neighbours: true };
    /// Flowminder's production rule, without a minimum (who is in the panel is a separate question there, see
    /// [`crate::subscriber::home_windows::PanelRule`]).
    pub const FLOWBOT: Self =
        Self::MajorityOfResidence { residence: ResidenceRule::FLOWMINDER, min_located_days: 0, neighbours: false };
}

/// The home of one subscriber. `days` is ascending by day, without the days that failed the quality gate; days outside
/// the periods of `windows` are ignored.
pub fn home<P: Copy + Ord>(days: &[DailyLocation<P>], rule: HomeRule, windows: &HomeWindows) -> Home<P> {
    let period = windows.period;
    match rule {
        HomeRule::MostDates => {
            let dates: Vec<_> = within(days, period).iter().map(|own| (own.day, own.place)).collect();
            modal(&dates).map_or(Home::Unlocatable, |place| settled(place, &dates, false))
        }
        HomeRule::MajorityOfResidence { residence, min_located_days, .. } => {
            if within(days, period).len() < usize::from(min_located_days) {
                return Home::Unlocatable;
            }
            let visits = visits(days, residence, period);
            if let Some(place) = majority(visits.iter().map(|&(_, place)| (place, 1)), 0.0) {
                return settled(place, &visits, false);
            }
            look_back(days, residence, windows, &visits)
        }
    }
}

/// The home of a subscriber for whom [`home`] finds none, if the rule lets near places speak for one another: a phone at
/// one place is heard by several sites, and they split its days until none has most. A place that has more than half of
/// the residence days of the period together with those near it; of several the one with most days of its own, then most
/// near it, then the latest day, which no two share. `days` as in [`home`].
///
/// Days near it are days there. Who has a majority at one place has this home, too: no other place has more days.
pub fn home_among_neighbours<P: Copy + Ord>(
    days: &[DailyLocation<P>],
    rule: HomeRule,
    windows: &HomeWindows,
    are_near: impl Fn(P, P) -> bool,
) -> Home<P> {
    let HomeRule::MajorityOfResidence { residence, min_located_days, neighbours: true } = rule else {
        return Home::Unlocatable;
    };
    if within(days, windows.period).len() < usize::from(min_located_days) {
        return Home::Unlocatable;
    }
    let visits = visits(days, residence, windows.period);
    let days_near = |place: P| visits.iter().filter(|visit| visit.1 == place || are_near(visit.1, place)).count();
    let ranked = visits.iter().map(|&(day, place)| (days_at(&visits, place), days_near(place), day, place));
    let found = ranked.filter(|own| 2 * own.1 > visits.len()).max_by_key(|&(own, near, day, _)| (own, near, day));
    found.map_or(Home::Unlocatable, |(_, near, _, place)| Home::Settled {
        place,
        days_there: near as u16,
        days: visits.len() as u16,
        by_look_back: false,
    })
}

/// The majority of the earlier period, if this period's windows spent there are at least ⌈W / 3⌉ (methods T21).
fn look_back<P: Copy + Ord>(
    days: &[DailyLocation<P>],
    rule: ResidenceRule,
    windows: &HomeWindows,
    visits: &[(LocalDay, P)],
) -> Home<P> {
    let before = windows.look_back.map(|period| self::visits(days, rule, period)).unwrap_or_default();
    match majority(before.iter().map(|&(_, place)| (place, 1)), 0.0) {
        Some(place) if days_at(visits, place) >= windows.windows.div_ceil(3) => settled(place, visits, true),
        _ => Home::Unlocatable,
    }
}

/// Residence on every day of the period that has one.
fn visits<P: Copy + Ord>(days: &[DailyLocation<P>], rule: ResidenceRule, period: Period) -> Vec<(LocalDay, P)> {
    residences(days, rule, period).filter_map(|(day, place)| Some((day, place?))).collect()
}

fn settled<P: Copy + Eq>(place: P, visits: &[(LocalDay, P)], by_look_back: bool) -> Home<P> {
    Home::Settled { place, days_there: days_at(visits, place) as u16, days: visits.len() as u16, by_look_back }
}

fn days_at<P: Copy + Eq>(visits: &[(LocalDay, P)], place: P) -> usize {
    visits.iter().filter(|visit| visit.1 == place).count()
}

/// The days of a period.
pub(crate) fn within<P>(days: &[DailyLocation<P>], period: Period) -> &[DailyLocation<P>] {
    let first = days.partition_point(|own| own.day < period.first);
    let end = days.partition_point(|own| own.day <= period.last);
    &days[first..end.max(first)]
}

#[cfg(test)]
#[path = "home_tests.rs"]
mod tests;
