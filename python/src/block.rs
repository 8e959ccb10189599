//! Events of whole subscribers, as they arrive from other workers, until they are counted.

use crate::counting::Counting;
use crate::fault::{Checked, Fault};
use crate::local_days::{ByDay, LocalDays};
use crate::locations::SeenLocations;
use crate::packed::PackedEvents;
use hexodus_model::{DayWindow, GroupedEvents, Locations, Moment, SubscriberId, UtcMicros};

/// Events by local day. Packed events ascend by subscriber, so they are kept as runs of one subscriber each: eight bytes an event and
/// sixteen a run, and only runs need to be sorted.
pub struct Block {
    days: ByDay<DayRuns>,
    events: usize,
    local_days: LocalDays,
    seen: SeenLocations,
}

/// Events of a day, in no order.
#[derive(Default)]
pub struct DayRuns {
    runs: Vec<Run>,
    moments: Vec<Moment>,
}

/// Moments of one subscriber: from `first` to where the next run begins, before they are sorted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    subscriber: SubscriberId,
    first: u32,
    count: u32,
}

impl Block {
    /// Without events.
    pub fn new(counting: &Counting) -> Self {
        let local_days = LocalDays::new(counting.calendar.clone());
        Self { days: ByDay::default(), events: 0, local_days, seen: SeenLocations::default() }
    }

    /// How many events there are.
    pub const fn events(&self) -> usize {
        self.events
    }

    /// Takes in events. What `check_events` would have refused cannot be among them.
    pub fn read(&mut self, events: &PackedEvents<'_>, counting: &Counting) -> Checked<()> {
        let mut keys = Vec::with_capacity(events.locations.len());
        for &name in &events.locations {
            keys.push(self.seen.key_of(name, || counting.id_of(name))?);
        }
        events.for_each(|subscriber, at, location| {
            let at = UtcMicros(at);
            let unlikely = || Fault::column("rows", "instants from 1990 to 2099", "another");
            let window = self.local_days.of(at).ok_or_else(unlikely)?;
            let own = self.days.of(window, DayRuns::default);
            own.push(SubscriberId::from_pseudonym(subscriber), Moment::new(at, &window, keys[location]));
            self.events += 1;
            Ok(())
        })
    }

    /// All events, day by day, and what their location keys stand for; leaves none. Locations stay known.
    pub fn take(&mut self) -> (Vec<(DayWindow, DayRuns)>, &Locations) {
        self.events = 0;
        (std::mem::take(&mut self.days).ascending(), &self.seen.locations)
    }
}

impl DayRuns {
    #[inline]
    fn push(&mut self, subscriber: SubscriberId, moment: Moment) {
        match self.runs.last_mut() {
            Some(run) if run.subscriber == subscriber => run.count += 1,
            _ => self.runs.push(Run { subscriber, first: self.moments.len() as u32, count: 1 }),
        }
        self.moments.push(moment);
    }

    /// Each event once, in order, and how many were there before.
    pub fn grouped(self) -> (GroupedEvents, u64) {
        let Self { mut runs, moments, .. } = self;
        // A stable sort finds that runs ascend, value by value, and merges them.
        runs.sort();
        let mut grouped = GroupedEvents::with_capacity(moments.len());
        let mut own = Vec::new();
        for of_one in runs.chunk_by(|left, right| left.subscriber == right.subscriber) {
            own.clear();
            for run in of_one {
                let first = run.first as usize;
                own.extend_from_slice(&moments[first..first + run.count as usize]);
            }
            if !own.is_sorted() {
                own.sort_unstable();
            }
            own.dedup();
            grouped.push_group(of_one[0].subscriber, own.iter().copied());
        }
        let duplicates = moments.len() - grouped.len();
        (grouped, duplicates as u64)
    }
}
