//! The counts of a crisis, range of subscribers by range of subscribers.

use super::super::Run;
use super::super::days::SUBSCRIBER_DAYS;
use super::window::Window;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_locate::h3_centre;
use hexodus_mobility::{Centres, CrisisRules, CrisisTally, DaySlice, HomeWindows, Surroundings, fold_crisis};
use hexodus_model::{Definition, H3Cell, Level, LocalDay, Period, StockTable, SubscriberDay, Tally};
use hexodus_store::{CrisisCounts, Part, Share};
use std::collections::HashSet;

/// Reduced days of several dates, each ascending by subscriber.
type Days = Vec<(LocalDay, Vec<SubscriberDay>)>;

impl Run<'_> {
    /// Reads the reduced days of the window, as many subscribers at a time as memory allows, and counts them.
    pub(super) fn count_crisis(&self, crisis: &Crisis, window: &Window) -> Result<CrisisCounts, Failure> {
        let parts = self.reduced_parts(window);
        let windows = HomeWindows::new(crisis.baseline, &window.usable, crisis.rule.residence.window_days);
        let outages = self.home_outages(window)?;
        let rows: u64 = parts.iter().map(|(_, part)| part.rows).sum();
        let shares = usize::try_from(rows).unwrap_or(usize::MAX).div_ceil(self.setup.days_held().max(1)).max(1);
        let mut tally = CrisisTally::default();
        for index in 0..shares {
            let days = self.store.read_subscriber_days_of(&parts, Share { index, of: shares })?;
            let ground = centres(&days);
            let rules = CrisisRules {
                days: window.days,
                location: self.setup.config.mobility.daily_location,
                home: crisis.home,
                windows: &windows,
                around: Surroundings { rule: &crisis.rule, ground: &ground, outages: &outages },
                dating: crisis.dating,
                relocations: Period { first: crisis.baseline.first, last: window.days.last },
            };
            tally.merge(fold_crisis(&buckets(&days, self.setup.buckets()), &rules));
        }
        Ok(counts(tally, crisis, window))
    }

    fn reduced_parts(&self, window: &Window) -> Vec<(LocalDay, &Part)> {
        let entry = |day: LocalDay| self.store.manifest().days.get(&day);
        let part = |&day: &LocalDay| Some((day, &entry(day)?.derived.get(SUBSCRIBER_DAYS)?.part));
        window.usable.iter().filter_map(part).collect()
    }
}

/// Every day cut into ranges of subscribers: by range, then by day.
fn buckets(days: &Days, number: usize) -> Vec<Vec<DaySlice<'_>>> {
    let own = |(day, rows): &'_ (LocalDay, Vec<SubscriberDay>), bucket: usize| {
        let at = |bucket: usize| rows.partition_point(|row| row.subscriber.bucket(number) < bucket);
        (*day, at(bucket)..at(bucket + 1))
    };
    let bucket = |bucket: usize| {
        let slices = days.iter().map(|stored| {
            let (day, range) = own(stored, bucket);
            DaySlice { day, rows: &stored.1[range] }
        });
        slices.collect()
    };
    (0..number).map(bucket).collect()
}

/// The centres of all places of the days.
fn centres(days: &Days) -> Centres {
    let mut places: HashSet<H3Cell> = HashSet::new();
    for row in days.iter().flat_map(|(_, rows)| rows) {
        places.extend([Some(row.last), Some(row.most_events), row.night, row.night_before].into_iter().flatten());
    }
    places.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect()
}

/// One table for every day that is followed, those on which nobody has a home included.
fn counts(tally: CrisisTally, crisis: &Crisis, window: &Window) -> CrisisCounts {
    let mut tables = tally.stock.tables(crisis.dating).into_iter().peekable();
    let mut stock = Vec::new();
    for day in window.days.followed().days() {
        let empty = || StockTable::empty(day, crisis.dating);
        stock.push(tables.next_if(|table| table.day == day).unwrap_or_else(empty));
    }
    let published = [Definition::HomeToPresent, Definition::RelocationsWeekly];
    let flows = tally.flows.into_matrices(Level::H3).into_iter();
    let flows = flows.filter(|matrix| published.contains(&matrix.definition)).collect();
    CrisisCounts { totals: [tally.panel, tally.by_look_back, tally.unlocatable, tally.newcomers], stock, flows }
}
