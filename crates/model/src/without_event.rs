//! The stock that there is when nothing happens: people make trips, and some last long enough to meet the definition.

use crate::crisis::Period;
use std::ops::AddAssign;

/// Displaced subscriber-days of the panel in a time without an event. Additive over subscribers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithoutEvent {
    /// Days of subscribers, observed or not.
    pub days: u64,
    /// Of them, those on which the subscriber was displaced and observed.
    pub displaced: u64,
    /// Of these, those at a host that a phone at home may be heard at.
    pub near: u64,
}

/// The days it is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithoutEventDays {
    /// The routine is of these.
    pub learnt: Period,
    /// Residence is followed on these.
    pub followed: Period,
    /// The last of them, which are counted.
    pub counted: Period,
}

impl AddAssign for WithoutEvent {
    fn add_assign(&mut self, other: Self) {
        self.days += other.days;
        self.displaced += other.displaced;
        self.near += other.near;
    }
}
