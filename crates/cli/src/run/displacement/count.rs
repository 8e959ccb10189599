//! The counts of a crisis, range of subscribers by range of subscribers.

use super::super::Run;
use super::super::days::SUBSCRIBER_DAYS;
use super::super::flows::place_column;
use super::window::Window;
use crate::crisis::{Crisis, HomesBy};
use crate::failure::Failure;
use hexodus_locate::h3_centre;
use hexodus_mobility::{
    Centres, CountedLevel, CrisisRules, CrisisTally, DailyLocationRule, DaySlice, HomeRule, HomeWindows, Homes,
    Located, Surroundings, fold_crisis, locations_over_days,
};
use hexodus_model::{H3Cell, Level, LocalDay, StockTable, Tally, UnitKey};
use hexodus_store::{CrisisCounts, Part, Share};
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::collections::{HashMap, HashSet};

/// Daily locations of several dates.
type Days = Vec<(LocalDay, Located)>;

impl Run<'_> {
    /// Reads the reduced days of the window, as many subscribers at a time as memory allows, and counts them.
    pub(super) fn count_crisis(&self, crisis: &Crisis, window: &Window) -> Result<CrisisCounts, Failure> {
        let parts = self.reduced_parts(window);
        let windows = HomeWindows::new(crisis.baseline, &window.usable, crisis.rule.residence.window_days);
        let outages = self.home_outages(window)?;
        let parts_of_hours = self.hours_parts(crisis, window);
        let rows: u64 = parts.iter().chain(&parts_of_hours).map(|(_, part)| part.rows).sum();
        let shares =
            usize::try_from(rows).unwrap_or(usize::MAX).div_ceil(self.setup.days_held(crisis.location).max(1)).max(1);
        let mut tally = CrisisTally::default();
        for index in 0..shares {
            let share = Share { index, of: shares };
            let days = self.locations_of(&parts, crisis.location, share)?;
            let found = self.homes_by_hours(crisis, window, share)?;
            let ground = centres(&days, found.iter().flatten().filter_map(|(_, home)| home.place()));
            let homes = match (&found, crisis.homes) {
                (Some(found), _) => Homes::Found(found),
                (None, HomesBy::Days(rule)) => Homes::ByRule(rule),
                (None, HomesBy::Hours(_)) => Homes::ByRule(HomeRule::MostDates),
            };
            let units = self.counted_units(crisis, &ground);
            let unit_of: Vec<_> = units.iter().map(|(_, units)| |h3: H3Cell| units.get(&h3).copied()).collect();
            let by_dates: Vec<CountedLevel<'_>> = units
                .iter()
                .zip(&unit_of)
                .map(|((level, _), unit_of)| CountedLevel { level: *level, unit_of })
                .collect();
            let rules = CrisisRules {
                days: window.days,
                homes,
                windows: &windows,
                around: Surroundings { rule: &crisis.rule, ground: &ground, outages: &outages },
                dating: crisis.dating,
                rolling: self.setup.config.output.relocations_rolling,
                by_dates: &by_dates,
            };
            tally.merge(fold_crisis(&buckets(&days, self.setup.buckets()), &rules));
        }
        Ok(counts(tally, crisis, window, &self.counted_levels(crisis)))
    }

    /// Where the subscribers of a share were on each day.
    fn locations_of(
        &self,
        parts: &[(LocalDay, &Part)],
        rule: DailyLocationRule,
        share: Share,
    ) -> Result<Days, Failure> {
        Ok(match place_column(rule) {
            Some(column) => self.store.read_places_of(parts, column, share)?,
            None => locations_over_days(rule, &self.store.read_subscriber_days_of(parts, share)?),
        })
    }

    /// The levels whose units a profile counts for themselves.
    fn counted_levels(&self, crisis: &Crisis) -> Vec<Level> {
        if crisis.profile.counts_areas() { self.levels() } else { Vec::new() }
    }

    /// The unit that holds each place, at each of these levels.
    fn counted_units(&self, crisis: &Crisis, ground: &Centres) -> Vec<(Level, HashMap<H3Cell, UnitKey>)> {
        let unit = |level: Level, h3: H3Cell| match level {
            Level::H3 => Some(UnitKey::h3(h3)),
            Level::Adm(level) => self.network.locator.area_at(h3, level).map(UnitKey::area),
        };
        let units = |level: Level| ground.places().filter_map(|h3| Some((h3, unit(level, h3)?))).collect();
        self.counted_levels(crisis).into_iter().map(|level| (level, units(level))).collect()
    }

    fn reduced_parts(&self, window: &Window) -> Vec<(LocalDay, &Part)> {
        let entry = |day: LocalDay| self.store.manifest().days.get(&day);
        let part = |&day: &LocalDay| Some((day, &entry(day)?.derived.get(SUBSCRIBER_DAYS)?.part));
        window.usable.iter().filter_map(part).collect()
    }
}

/// Every day cut into ranges of subscribers: by range, then by day.
fn buckets(days: &Days, number: usize) -> Vec<Vec<DaySlice<'_>>> {
    let slice = |(day, located): &'_ (LocalDay, Located), bucket: usize| {
        let at = |bucket: usize| located.partition_point(|own| own.0.bucket(number) < bucket);
        (*day, at(bucket)..at(bucket + 1))
    };
    let bucket = |bucket: usize| {
        let slices = days.iter().map(|own| {
            let (day, range) = slice(own, bucket);
            DaySlice { day, located: &own.1[range] }
        });
        slices.collect()
    };
    (0..number).map(bucket).collect()
}

/// The centres of all places of the days, and of homes found elsewhere.
fn centres(days: &Days, homes: impl Iterator<Item = H3Cell>) -> Centres {
    let of_day = |(_, located): &(LocalDay, Located)| -> HashSet<H3Cell, FxBuildHasher> {
        located.iter().map(|own| own.1).collect()
    };
    let mut places = days.par_iter().map(of_day).reduce(HashSet::default, |mut all, own| {
        all.extend(own);
        all
    });
    places.extend(homes);
    places.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect()
}

/// One table for every day that is followed, those on which nobody has a home included.
fn counts(tally: CrisisTally, crisis: &Crisis, window: &Window, counted: &[Level]) -> CrisisCounts {
    let mut tables = tally.stock.tables(crisis.dating).into_iter().peekable();
    let mut stock = Vec::new();
    for day in window.days.followed().days() {
        let empty = || StockTable::empty(day, crisis.dating);
        stock.push(tables.next_if(|table| table.day == day).unwrap_or_else(empty));
    }
    let mut flows = tally.flows.into_matrices(Level::H3);
    flows.extend(counted.iter().zip(tally.by_dates.0).flat_map(|(&level, flows)| flows.into_matrices(level)));
    flows.sort_by_key(|matrix| (matrix.level, matrix.definition, matrix.first_day));
    let totals = [tally.panel, tally.by_look_back, tally.unlocatable, tally.newcomers];
    CrisisCounts { totals, stock, spread: tally.spread.rows().into_iter().collect(), flows }
}
