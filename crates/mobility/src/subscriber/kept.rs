//! What is kept of one subscriber of a crisis between two nights, so that a night adds its day alone. INDIVIDUAL.

use crate::subscriber::displacement::SubscriberState;
use crate::subscriber::home::within;
use crate::subscriber::last_known::LastObserved;
use crate::subscriber::stay_lengths::{ClassSoFar, Sighting};
use hexodus_model::{DailyLocation, H3Cell, LocalDay, Period, ResidenceDay};

/// Days of residence that relocations join, and days of a week.
pub const WEEK: usize = 7;

/// One subscriber on the evening of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Residence, the plain mode, on the last days up to that evening: seven, or fewer where fewer are known.
    pub residences: Vec<Option<H3Cell>>,
    /// The located days of the week that ends with it.
    pub located: Vec<DailyLocation>,
    /// What more is kept of a subscriber with a home.
    pub member: Option<Member>,
    /// Whether it was first located after the baseline.
    pub is_newcomer: bool,
}

/// A subscriber of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Home, routine, runs, standing.
    pub state: SubscriberState,
    /// Whether the earlier period decided the home.
    pub by_look_back: bool,
    /// When and where it was last observed.
    pub last_observed: LastObserved,
    /// How settled, by weekday on which weeks end: the mobility class is of weeks that end with the last day.
    pub weeks: [ClassSoFar<H3Cell>; WEEK],
}

impl Member {
    /// A subscriber on the eve of the event.
    pub fn new(state: SubscriberState, by_look_back: bool, last_observed: LastObserved) -> Self {
        Self { state, by_look_back, last_observed, weeks: [ClassSoFar::default(); WEEK] }
    }

    /// Adds the week that ends with a day. `days` are the located days, at least those of that week.
    pub fn end_week(&mut self, own: &ResidenceDay, days: &[DailyLocation]) {
        let week = Period { first: LocalDay(own.day.0 - WEEK as i32 + 1), last: own.day };
        let sighting = match own.place {
            Some(place) => Sighting::At(place),
            None if within(days, week).is_empty() => Sighting::Absent,
            None => Sighting::Unlocated,
        };
        self.weeks[weekday(own.day)].add(sighting);
    }

    /// What is known of the weeks that end with `last` and every seven days before.
    pub const fn weeks_to(&self, last: LocalDay) -> ClassSoFar<H3Cell> {
        self.weeks[weekday(last)]
    }
}

const fn weekday(day: LocalDay) -> usize {
    day.0.rem_euclid(WEEK as i32) as usize
}
