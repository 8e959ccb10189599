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

/// Days that are followed in a time without an event.
pub const QUIET_DAYS: usize = 21;

/// The stock by day since a time without an event began: from nobody it grows for weeks, as that after an event does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuietDays(pub [WithoutEvent; QUIET_DAYS]);

impl QuietDays {
    /// Displaced near home and beyond, as shares of the panel, so many days after the first (0): the mean of the day and
    /// those beside it; from the last day on of the last three. `None` where nothing was counted.
    pub fn shares(&self, day: usize) -> Option<[f64; 2]> {
        let middle = day.clamp(1, QUIET_DAYS - 2);
        let mut sum = WithoutEvent::default();
        self.0[middle - 1..=middle + 1].iter().for_each(|own| sum += *own);
        let share = |count: u64| count as f64 / sum.days as f64;
        (sum.days > 0).then(|| [share(sum.near), share(sum.displaced - sum.near)])
    }
}

impl AddAssign for QuietDays {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(own, other)| *own += other);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_days_hold_on() {
        let mut days = QuietDays::default();
        assert_eq!(days.shares(4), None);
        for (number, own) in (0..).zip(&mut days.0) {
            *own = WithoutEvent { days: 100, displaced: 3 * number, near: number };
        }
        let told = [0, 1, 10, 19, 20, 90].map(|day| days.shares(day).unwrap().map(|own| (own * 1000.0).round() as u64));
        assert_eq!(told, [[10, 20], [10, 20], [100, 200], [190, 380], [190, 380], [190, 380]]);
    }
}
