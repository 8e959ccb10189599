//! All subscribers over many days: one pass that fixes homes, follows residence and counts everything of a crisis.
//!
//! | module | answers |
//! |---|---|
//! | [`slices`] | whose days are next, over the days of a bucket |
//! | [`kept_rows`] | what is kept of many subscribers between two nights |
//! | [`count`] | everything counted of one subscriber, from the first day or from where a night before stopped |

pub mod count;
pub mod kept_rows;
pub mod slices;

use crate::by_dates::{CountedLevel, LevelTally};
use crate::fold::fold_buckets;
use crate::homes_by_permanence::FoundHomes;
use crate::subscriber::displacement::Surroundings;
use crate::subscriber::home::HomeRule;
use crate::subscriber::home_windows::HomeWindows;
use crate::tally::add;
use crate::tally::flows::FlowTally;
use crate::tally::replicates::{Bootstrap, ReplicateTally};
use crate::tally::spread::SpreadTally;
use crate::tally::stock::StockTally;
use count::{Scratch, count_on, count_subscriber};
use hexodus_model::{CrisisDays, Dating, H3Cell, LocalDay, QuietDays, Tally, WithoutEvent};
use kept_rows::KeptRows;
use rustc_hash::FxHashMap;
use slices::{DaySlice, for_each_kept_or_seen};
use std::collections::BTreeMap;

/// Where homes come from.
#[derive(Clone, Copy, Debug)]
pub enum Homes<'a> {
    /// From daily locations.
    ByRule(HomeRule),
    /// Found before from something else; who is not there has none.
    Found(&'a FoundHomes),
}

/// How a crisis is counted.
#[derive(Clone, Copy)]
pub struct CrisisRules<'a> {
    /// The days.
    pub days: CrisisDays,
    /// How homes are found.
    pub homes: Homes<'a>,
    /// The windows of the baseline.
    pub windows: &'a HomeWindows,
    /// Displacement, distances and outages.
    pub around: Surroundings<'a>,
    /// How movements are dated.
    pub dating: Dating,
    /// Whether relocations from each day to the next are counted besides those from week to week.
    pub rolling: bool,
    /// Levels that home → present and home → week are counted at by most dates; without any, home → present is counted
    /// from the home and the residences of the displaced, on the grid.
    pub by_dates: &'a [CountedLevel<'a>],
    /// The evenings on which to keep what the next nights can go on from, ascending. They are followed days or the eve
    /// of the event, and no day before them changes any more: none under revised dating.
    pub keep: &'a [LocalDay],
    /// Replicates of the stock; none where nothing is scaled to people.
    pub bootstrap: Option<Bootstrap<'a>>,
}

/// Everything counted of a crisis. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrisisTally {
    /// Displacement of the panel.
    pub stock: StockTally,
    /// Home → present, and relocations, on the grid.
    pub flows: FlowTally,
    /// Home → present and home → week by most dates, by level as asked for.
    pub by_dates: LevelTally,
    /// Distances, durations, mobility classes of the panel.
    pub spread: SpreadTally,
    /// Subscribers with a home.
    pub panel: u64,
    /// Of them, those whose home the earlier period decided.
    pub by_look_back: u64,
    /// Subscribers located in the baseline, without a home.
    pub unlocatable: u64,
    /// Subscribers first located after it.
    pub newcomers: u64,
    /// The stock of a time without an event; nothing where the count goes on from an evening.
    pub without_event: WithoutEvent,
    /// The same by day since that time began.
    pub quiet_days: QuietDays,
    /// Of its days, those near home, by home.
    pub near_without_event: FxHashMap<H3Cell, u64>,
    /// What is kept, by evening and bucket.
    pub kept: BTreeMap<(LocalDay, usize), KeptRows>,
    /// Subscribers of whom what was kept could not be read: the counts are worth nothing then.
    pub unreadable: u64,
    /// The stock in each replicate.
    pub replicates: ReplicateTally,
}

impl Tally for CrisisTally {
    fn merge(&mut self, other: Self) {
        self.stock.merge(other.stock);
        self.flows.merge(other.flows);
        self.by_dates.merge(other.by_dates);
        self.spread.merge(other.spread);
        self.panel += other.panel;
        self.by_look_back += other.by_look_back;
        self.unlocatable += other.unlocatable;
        self.newcomers += other.newcomers;
        self.without_event += other.without_event;
        self.quiet_days += other.quiet_days;
        add(&mut self.near_without_event, other.near_without_event);
        self.kept.extend(other.kept);
        self.unreadable += other.unreadable;
        self.replicates.merge(other.replicates);
    }
}

/// Some subscribers: their days, ascending, and what was kept of them on the evening before the first of these days.
#[derive(Clone, Debug, Default)]
pub struct Bucket<'a> {
    /// The days to count; those of subscribers of whom nothing was kept are all there are.
    pub slices: Vec<DaySlice<'a>>,
    /// What was kept, ascending by subscriber.
    pub kept: Option<&'a KeptRows>,
}

/// Counts a crisis over buckets of subscribers. The same on any number of threads and for any split into buckets.
///
/// `kept_on` is the evening on which was kept what the buckets hold, if they do: then the days after it are counted, and
/// with the days counted before they give what counting all of them at once gives.
pub fn fold_crisis(buckets: &[Bucket<'_>], kept_on: Option<LocalDay>, rules: &CrisisRules<'_>) -> CrisisTally {
    fold_buckets(
        buckets.len(),
        || (CrisisTally::default(), Scratch::default()),
        |number, tally: &mut CrisisTally, scratch| {
            let Bucket { slices, kept } = &buckets[number];
            let nobody = KeptRows::default();
            scratch.kept = rules.keep.iter().map(|_| KeptRows::with_room_of(kept.unwrap_or(&nobody))).collect();
            for_each_kept_or_seen(kept.unwrap_or(&nobody), slices, |subscriber, kept, days| match kept_on {
                Some(evening) => count_on(subscriber, (evening, kept), days, rules, scratch, tally),
                None => count_subscriber(subscriber, days, rules, scratch, tally),
            });
            let rows = std::mem::take(&mut scratch.kept);
            tally.kept.extend(rules.keep.iter().zip(rows).map(|(&evening, rows)| ((evening, number), rows)));
        },
    )
}

#[cfg(test)]
mod tests;
