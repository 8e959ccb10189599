//! Where one subscriber lives: daily location, home, and the state of residence on a day. INDIVIDUAL: never leaves the
//! store.

use crate::place::H3Cell;
use crate::time::LocalDay;

/// Where one subscriber was on one local day, by one rule (methods §1). A day without a located event has none.
///
/// The unit of place is the H3 cell; profiles that count areas put area keys there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyLocation<P = H3Cell> {
    /// The local day.
    pub day: LocalDay,
    /// The place of the day.
    pub place: P,
}

/// Where a subscriber lived in a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home<P = H3Cell> {
    /// One place satisfied the home rule.
    Settled {
        /// The home.
        place: P,
        /// Days of the baseline spent at home, in the unit of the rule (residence days, or dates).
        days_there: u16,
        /// All days of that unit.
        days: u16,
        /// Whether the majority of the earlier period decided.
        by_look_back: bool,
    },
    /// No place did: too little was seen, or no place had the majority. A row of its own, never dropped.
    Unlocatable,
}

impl<P: Copy> Home<P> {
    /// The place, if there is one.
    pub const fn place(&self) -> Option<P> {
        match self {
            Self::Settled { place, .. } => Some(*place),
            Self::Unlocatable => None,
        }
    }

    /// This home, or the other where this one is unlocatable (methods T6, `combine_first`).
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if matches!(self, Self::Unlocatable) { other } else { self }
    }

    /// Share of days at home with one day added for and one against: (n₁ + 1) / (n + 2) (methods §2.3). 0 to 1;
    /// `None` without a home.
    ///
    /// ```
    /// use hexodus_model::Home;
    /// let home = Home::Settled { place: 'A', days_there: 20, days: 28, by_look_back: false };
    /// assert_eq!(home.confidence(), Some(0.7));
    /// ```
    pub fn confidence(&self) -> Option<f64> {
        match *self {
            Self::Settled { days_there, days, .. } => Some((f64::from(days_there) + 1.0) / (f64::from(days) + 2.0)),
            Self::Unlocatable => None,
        }
    }
}

/// Why a subscriber is unobserved on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silence {
    /// Too few located days in the window.
    NotLocated,
    /// Every site of the home was out, and the only new place is one where a phone at home would be heard (methods §4.5).
    Outage,
}

/// A confirmed displacement: from which day, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Displacement {
    /// The one H3 cell where the subscriber is, or was last known to be.
    pub host: H3Cell,
    /// Onset: first residence day away (about 3 days late by construction, methods §3.1).
    pub since: LocalDay,
    /// Back-dated onset: first day of the unbroken run of located days inconsistent with home; not after `since`.
    pub left: LocalDay,
}

/// What a subscriber with a home is on one day (methods §3.1).
///
/// Silence is a state: it is never counted as at home, away or returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residence {
    /// Residence is the home, or less than the return radius from it; never displaced before.
    AtHome,
    /// Away from home at a place of the subscriber's own baseline routine.
    UsualPlace {
        /// The place.
        at: H3Cell,
    },
    /// Away, not yet for long enough.
    Provisional {
        /// Residence of the day.
        at: H3Cell,
        /// First day of the run away.
        since: LocalDay,
    },
    /// Confirmed displaced, at the first host. Days back home that are not yet a return belong here.
    Displaced(Displacement),
    /// Confirmed displaced, at a later host (secondary displacement).
    MovedOn {
        /// The present host and the onset of the whole displacement.
        displacement: Displacement,
        /// The host before.
        previous: H3Cell,
        /// First residence day at the present host.
        moved: LocalDay,
    },
    /// Was displaced and came back; stays so until displaced again, short absences included.
    Returned {
        /// The last host.
        from: H3Cell,
        /// First residence day of the return.
        since: LocalDay,
    },
    /// Not seen, or not seen in a way that says anything.
    Unobserved(Silence),
}

impl Residence {
    /// The displacement, if the subscriber is in the stock of the day.
    pub const fn displacement(&self) -> Option<Displacement> {
        match *self {
            Self::Displaced(displacement) | Self::MovedOn { displacement, .. } => Some(displacement),
            _ => None,
        }
    }
}

/// What changed for one subscriber on one day. Several may fall on one day: who reappears may move on at once where a
/// rule confirms after one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Entered the stock, at this host.
    pub entered: Option<H3Cell>,
    /// Seen again, still displaced, at the last known host.
    pub reappeared: Option<H3Cell>,
    /// Moved on, from a host to a host.
    pub onward: Option<(H3Cell, H3Cell)>,
    /// Returned, from this host.
    pub returned: Option<H3Cell>,
    /// Fell silent while displaced, at this host.
    pub vanished: Option<H3Cell>,
}

/// One subscriber's day: the state, and how it came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidenceDay {
    /// The local day.
    pub day: LocalDay,
    /// Residence: the 7-day mode of daily location, also on days that the state does not follow.
    pub place: Option<H3Cell>,
    /// The state.
    pub residence: Residence,
    /// The changes of the day.
    pub changes: Changes,
}
