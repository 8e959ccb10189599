//! Whose days are next, over the days of a bucket.

use crate::panel::kept_rows::KeptRows;
use hexodus_model::{DailyLocation, H3Cell, LocalDay, SubscriberId};

/// The daily locations of one day, of one bucket.
#[derive(Clone, Copy, Debug)]
pub struct DaySlice<'a> {
    /// The local day.
    pub day: LocalDay,
    /// Where each subscriber was, ascending by subscriber, each at most once.
    pub located: &'a [(SubscriberId, H3Cell)],
}

/// Calls `with` for every subscriber of a bucket, ascending, with its daily locations, ascending by day. `slices` is
/// ascending by day.
pub fn for_each_subscriber_over_days(slices: &[DaySlice<'_>], mut with: impl FnMut(SubscriberId, &[DailyLocation])) {
    let mut left: Vec<(LocalDay, &[(SubscriberId, H3Cell)])> =
        slices.iter().map(|slice| (slice.day, slice.located)).collect();
    let mut days = Vec::with_capacity(slices.len());
    while let Some(subscriber) = left.iter().filter_map(|own| own.1.first()).map(|own| own.0).min() {
        days.clear();
        for (day, located) in &mut left {
            if let Some((&(_, place), rest)) = located.split_first().filter(|(first, _)| first.0 == subscriber) {
                days.push(DailyLocation { day: *day, place });
                *located = rest;
            }
        }
        with(subscriber, &days);
    }
}

/// The same of everybody who was kept or is located, with what was kept.
pub fn for_each_kept_or_seen(
    kept: &KeptRows,
    slices: &[DaySlice<'_>],
    mut with: impl FnMut(SubscriberId, Option<&[u8]>, &[DailyLocation]),
) {
    let mut kept = kept.iter().peekable();
    for_each_subscriber_over_days(slices, |subscriber, days| {
        while let Some((silent, own)) = kept.next_if(|own| own.0 < subscriber) {
            with(silent, Some(own), &[]);
        }
        with(subscriber, kept.next_if(|own| own.0 == subscriber).map(|own| own.1), days);
    });
    kept.for_each(|(silent, own)| with(silent, Some(own), &[]));
}
