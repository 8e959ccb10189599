//! Who was present where, and which trips were made: counted while one day is reduced.

use crate::quality::DayActivity;
use crate::semantic::SemanticCounts;
use hexodus_model::{SubscriberDay, Tally};
use rustc_hash::FxHashMap;

/// Counts of one day. Every count is of distinct subscribers, so it is additive over buckets and over nothing else.
#[derive(Debug, Default)]
pub struct DayTally {
    /// By place × hour begun (place-major): subscribers; empty when not asked for.
    pub by_place_and_hour: Vec<u32>,
    /// By place: subscribers during the day.
    pub by_place: Vec<u32>,
    /// By level, by area: subscribers during the day, counted at that level.
    pub by_area: Vec<Vec<u32>>,
    /// By level of units (first areas, last places): subscribers by (origin, destination); empty when not asked for.
    pub trips: Vec<FxHashMap<(u32, u32), u64>>,
    /// Events by location and hour.
    pub activity: DayActivity,
    /// Events by semantic code.
    pub semantic: SemanticCounts,
    /// First and last event, in microseconds since the start of the day.
    pub span: Option<[i64; 2]>,
    /// Subscribers with any event.
    pub subscribers_active: u64,
    /// Hours of the day with a located event, one bit each.
    pub hours_covered: u64,
    /// Reduced days by bucket; ascending by subscriber within each.
    pub days: Vec<(usize, Vec<SubscriberDay>)>,
}

impl Tally for DayTally {
    fn merge(&mut self, other: Self) {
        add(&mut self.by_place_and_hour, other.by_place_and_hour);
        add(&mut self.by_place, other.by_place);
        if self.by_area.is_empty() {
            self.by_area = other.by_area;
        } else {
            self.by_area.iter_mut().zip(other.by_area).for_each(|(sum, counts)| add(sum, counts));
        }
        if self.trips.is_empty() {
            self.trips = other.trips;
        } else {
            for (sum, counts) in self.trips.iter_mut().zip(other.trips) {
                super::add(sum, counts);
            }
        }
        self.activity.merge(other.activity);
        self.semantic.add(&other.semantic);
        self.span = other.span.map_or(self.span, |span| widest(self.span, span));
        self.subscribers_active += other.subscribers_active;
        self.hours_covered |= other.hours_covered;
        self.days.extend(other.days);
    }
}

fn add(sum: &mut Vec<u32>, counts: Vec<u32>) {
    if sum.is_empty() {
        *sum = counts;
    } else {
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
}

/// The span that holds both.
#[inline]
pub fn widest(span: Option<[i64; 2]>, other: [i64; 2]) -> Option<[i64; 2]> {
    span.map_or(Some(other), |[first, last]| Some([first.min(other[0]), last.max(other[1])]))
}
