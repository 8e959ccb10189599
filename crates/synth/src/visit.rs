//! Who visits whom on a holiday.

use crate::chance::{Purpose, stream};
use crate::scenario::Holiday;
use crate::settlement::Settlements;
use hexodus_model::LocalDay;
use rand::RngExt;

/// Gravity scale of the way to where one has one's roots.
const ROOTS_KM: f64 = 80.0;
/// Days after a holiday without other trips.
const REST_DAYS: i32 = 7;

/// Nights from `from`, `until` excluded, at `host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) from: LocalDay,
    pub(crate) until: LocalDay,
    pub(crate) host: u32,
}

impl Visit {
    /// Draws the visit of a household, if it makes one: to a smaller town, or to kin where there is none.
    pub(crate) fn drawn(
        seed: u64,
        head: u32,
        event_day: LocalDay,
        holiday: &Holiday,
        (home, kin): (u32, u32),
        settlements: &Settlements,
    ) -> Option<Self> {
        let mut rng = stream(seed, Purpose::Holiday, u64::from(head), 0);
        if !rng.random_bool(holiday.travelling_share) {
            return None;
        }
        let begins = event_day.0 + holiday.begins;
        let from = begins + rng.random_range(0..holiday.spread_days) as i32;
        let until = begins + holiday.nights as i32 - rng.random_range(0..holiday.spread_days) as i32;
        let home = settlements.places[home as usize];
        let population = |town: u32| settlements.towns[town as usize].population;
        let smaller = |town: u32| population(town) < population(home.town);
        let town = settlements.town_by_gravity(home.at, ROOTS_KM, &mut rng, smaller);
        let host = town.map_or(kin, |town| settlements.place_in(town, &mut rng));
        Some(Self { from: LocalDay(from), until: LocalDay(until), host })
    }

    /// Where the visitor sleeps that night, during the visit.
    #[inline]
    pub(crate) fn host_on(&self, day: LocalDay) -> Option<u32> {
        (self.from <= day && day < self.until).then_some(self.host)
    }

    /// Whether the visitor has just come back.
    #[inline]
    pub(crate) fn rests_on(&self, day: LocalDay) -> bool {
        (0..REST_DAYS).contains(&(day.0 - self.until.0))
    }
}
