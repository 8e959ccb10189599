//! The counts of a crisis, range of subscribers by range of subscribers.

use super::super::Run;
use super::super::days::SUBSCRIBER_DAYS;
use super::super::flows::place_column;
use super::kept::{by_evening, evenings_to_keep, joined};
use super::variances::SEED;
use super::window::Window;
use crate::crisis::{Crisis, HomesBy};
use crate::failure::Failure;
use hexodus_locate::h3_centre;
use hexodus_mobility::{
    Bootstrap, Bucket, Centres, CountedLevel, CrisisRules, CrisisTally, DailyLocationRule, DaySlice, HomeOutages,
    HomeRule, HomeWindows, Homes, KeptRows, Located, Surroundings, fold_crisis, in_parallel, locations_over_days,
};
use hexodus_model::{H3Cell, Level, LocalDay, Reserved, StockTable, Tally, UnitKey};
use hexodus_store::{CrisisCounts, KeptEvening, Part, Share};
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::collections::{HashMap, HashSet};

/// What is kept of a subscriber takes as much memory as so many daily locations: some 200 bytes.
const KEPT_AS_DAYS: u64 = 12;

/// Of places outside every area.
const UNKNOWN: UnitKey = UnitKey::reserved(Reserved::Unknown);

/// Daily locations of several dates.
type Days = Vec<(LocalDay, Located)>;

/// The counts of a crisis.
pub(in crate::run) struct Counted {
    pub(in crate::run) counts: CrisisCounts,
    /// Those up to this day are as they were.
    pub(in crate::run) from: Option<LocalDay>,
    /// What the next night can go on from, ascending.
    pub(in crate::run) evenings: Vec<KeptEvening>,
}

impl Run<'_> {
    /// Counts the days of the window: those since the newest evening that still holds, or all of them.
    pub(super) fn count_crisis(&mut self, crisis: &Crisis, window: &Window) -> Result<Counted, Failure> {
        let outages = self.home_outages(window)?;
        let held = self.evenings_that_hold(crisis, window, &outages);
        if let Some(from) = held.last() {
            if let Some(counted) = self.count_from(crisis, window, &outages, &held)? {
                return Ok(counted);
            }
            self.console
                .warn(&format!("{}: what was kept on {} is of no use: counting anew", crisis.operation, from.day));
        }
        let counted = self.count_from(crisis, window, &outages, &[])?;
        counted.ok_or_else(|| Failure::identity(format!("{}: subscribers that cannot be counted", crisis.operation)))
    }

    /// Counts the days after the last of the evenings that hold (none: all), as many subscribers at a time as memory
    /// allows. `None`: what was kept on that evening cannot be read.
    fn count_from(
        &mut self,
        crisis: &Crisis,
        window: &Window,
        outages: &HomeOutages,
        held: &[KeptEvening],
    ) -> Result<Option<Counted>, Failure> {
        let from = held.last();
        let keep = evenings_to_keep(crisis, window, from.map(|own| own.day));
        let shares = self.shares(crisis, window, from, keep.len());
        let names: Vec<Vec<String>> = (0..shares)
            .map(|_| keep.iter().map(|_| self.store.new_kept(&crisis.slug)).collect::<Result<_, _>>())
            .collect::<Result<_, _>>()?;
        let run = &*self;
        let mut tally = CrisisTally::default();
        let mut parts: Vec<Vec<Part>> = Vec::new();
        // What is kept of a share is written while the next one is counted.
        let mut rows = Vec::new();
        for index in 0..shares {
            let share = Share { index, of: shares };
            let (written, counted) = in_parallel(
                || run.write_evenings(names.get(index.wrapping_sub(1)), &rows),
                || run.count_share(crisis, window, outages, (from, &keep), share),
            );
            let mut own = counted?;
            if own.unreadable > 0 {
                return Ok(None);
            }
            parts.push(written?);
            rows = by_evening(std::mem::take(&mut own.kept), &keep);
            tally.merge(own);
        }
        let (written, counts) = in_parallel(
            || run.write_evenings(names.last(), &rows),
            || {
                let replicates = std::mem::take(&mut tally.replicates);
                let later = run.counts(tally, crisis, window);
                let mut counts = run.with_earlier_days(crisis, from.map(|own| own.day), later)?;
                let (variances, kept) = run.share_variances(replicates, window, &counts)?;
                counts.variances.extend(variances);
                counts.replicates.extend(kept);
                Ok::<_, Failure>(counts)
            },
        );
        parts.push(written?);
        let evenings = run.evenings_kept(crisis, window, outages, held, (&keep, &parts));
        Ok(Some(Counted { counts: counts?, from: from.map(|own| own.day), evenings }))
    }

    /// One part an evening; none where `names` is none.
    fn write_evenings(&self, names: Option<&Vec<String>>, rows: &[Vec<KeptRows>]) -> Result<Vec<Part>, Failure> {
        let evenings = names.into_iter().flatten().zip(rows);
        let written =
            evenings.map(|(name, rows)| self.store.write_kept(name.clone(), rows.len(), |own| rows[own].iter()));
        Ok(written.collect::<Result<_, _>>()?)
    }

    /// The counts of the days after an evening with those of the days up to it, made before.
    fn with_earlier_days(
        &self,
        crisis: &Crisis,
        evening: Option<LocalDay>,
        later: CrisisCounts,
    ) -> Result<CrisisCounts, Failure> {
        let Some(evening) = evening else { return Ok(later) };
        let before = self.crisis_counts(crisis)?.unwrap_or_default().into_owned();
        Ok(joined(before, evening, later))
    }

    /// Counts the subscribers of a share.
    pub(super) fn count_share(
        &self,
        crisis: &Crisis,
        window: &Window,
        outages: &HomeOutages,
        (from, keep): (Option<&KeptEvening>, &[LocalDay]),
        share: Share,
    ) -> Result<CrisisTally, Failure> {
        let windows = HomeWindows::new(crisis.baseline, &window.usable, crisis.rule.residence.window_days);
        let kept_on = from.map(|own| own.day);
        let days = self.locations_of(&self.reduced_parts(window, kept_on), crisis.location, share)?;
        let days: Days = days.into_iter().filter(|own| kept_on.is_none_or(|evening| own.0 > evening)).collect();
        let kept = from.map(|from| self.kept_rows(from, share)).transpose()?.unwrap_or_default();
        let found = if from.is_none() { self.homes_by_hours(crisis, window, share)? } else { None };
        let others = kept.par_iter().flat_map_iter(KeptRows::places).collect::<HashSet<H3Cell, FxBuildHasher>>();
        let homes = found.iter().flatten().filter_map(|(_, home)| home.place());
        let ground = centres(&days, homes.chain(others));
        let homes = match (&found, crisis.homes) {
            (Some(found), _) => Homes::Found(found),
            (None, HomesBy::Days(rule)) => Homes::ByRule(rule),
            (None, HomesBy::Hours(_)) => Homes::ByRule(HomeRule::MostDates),
        };
        let units = self.counted_units(crisis, &ground);
        let unit_of: Vec<_> = units.iter().map(|(_, units)| |h3: H3Cell| units.get(&h3).copied()).collect();
        let levels = units.iter().zip(&unit_of);
        let by_dates: Vec<CountedLevel<'_>> =
            levels.map(|((level, _), unit_of)| CountedLevel { level: *level, unit_of }).collect();
        let replicates = self.replicates();
        let areas = if replicates > 0 {
            self.units_at(Level::Adm(self.network.areas.deepest()), &ground)
        } else {
            HashMap::new()
        };
        let area_of = (replicates > 0).then_some(|h3: H3Cell| areas.get(&h3).copied().unwrap_or(UNKNOWN));
        let classes = self.network.population.as_ref().and_then(|own| own.classes.as_ref());
        let stratum_of =
            area_of.zip(classes).map(|(area_of, classes)| move |h3: H3Cell| classes.stratum(h3, area_of(h3)));
        let rules = CrisisRules {
            days: window.days,
            homes,
            windows: &windows,
            around: Surroundings { rule: &crisis.rule, ground: &ground, outages },
            dating: crisis.dating,
            rolling: self.setup.config.output.relocations_rolling,
            by_dates: &by_dates,
            keep,
            bootstrap: area_of.as_ref().map(|area_of| Bootstrap {
                replicates,
                seed: SEED,
                area_of,
                stratum_of: stratum_of.as_ref().map(|own| own as &(dyn Fn(H3Cell) -> UnitKey + Sync)),
            }),
        };
        Ok(fold_crisis(&buckets(&days, &kept, self.setup.buckets()), kept_on, &rules))
    }

    /// In how many ranges the subscribers are counted, so that their days, and what is kept of them, fit in memory.
    pub(super) fn shares(
        &self,
        crisis: &Crisis,
        window: &Window,
        from: Option<&KeptEvening>,
        evenings: usize,
    ) -> usize {
        let parts = self.reduced_parts(window, from.map(|own| own.day));
        let of_hours = if from.is_none() { self.hours_parts(crisis, window) } else { Vec::new() };
        let rows: u64 = parts.iter().chain(&of_hours).map(|(_, part)| part.rows).sum();
        let kept: u64 = from.iter().flat_map(|own| &own.parts).map(|part| part.rows).sum();
        let subscribers = parts.iter().map(|(_, part)| part.rows).max().unwrap_or(0).max(kept);
        // What is kept of two shares is in memory: one is written while the next is counted.
        let all = rows + (kept + 2 * subscribers * evenings as u64) * KEPT_AS_DAYS;
        usize::try_from(all).unwrap_or(usize::MAX).div_ceil(self.setup.days_held(crisis.location).max(1)).max(1)
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
        self.counted_levels(crisis).into_iter().map(|level| (level, self.units_at(level, ground))).collect()
    }

    /// The unit of a level that holds each place.
    fn units_at(&self, level: Level, ground: &Centres) -> HashMap<H3Cell, UnitKey> {
        let unit = |h3: H3Cell| match level {
            Level::H3 => Some(UnitKey::h3(h3)),
            Level::Adm(level) => self.network.locator.area_at(h3, level).map(UnitKey::area),
        };
        ground.places().filter_map(|h3| Some((h3, unit(h3)?))).collect()
    }

    /// How many replicates are counted: none where nothing is scaled to people.
    fn replicates(&self) -> usize {
        self.setup.config.population.as_ref().map_or(0, |own| usize::from(own.replicates))
    }

    /// One table for every day that is followed, of those the tally is of, and those on which nobody has a home.
    pub(super) fn counts(&self, tally: CrisisTally, crisis: &Crisis, window: &Window) -> CrisisCounts {
        let mut tables = tally.stock.tables(crisis.dating).into_iter().peekable();
        let mut stock = Vec::new();
        for day in window.days.followed().days() {
            let empty = || StockTable::empty(day, crisis.dating);
            stock.push(tables.next_if(|table| table.day == day).unwrap_or_else(empty));
        }
        let mut flows = tally.flows.into_matrices(Level::H3);
        let by_dates = self.counted_levels(crisis).into_iter().zip(tally.by_dates.0);
        flows.extend(by_dates.flat_map(|(level, flows)| flows.into_matrices(level)));
        let totals = [tally.panel, tally.by_look_back, tally.unlocatable, tally.newcomers];
        let spread = tally.spread.rows().into_iter().collect();
        let without_event = tally.without_event;
        let near = tally.near_without_event.into_iter();
        let near = near.map(|(home, days)| (crisis.event, UnitKey::h3(home), days));
        let near_without_event = near.collect();
        let quiet_days = tally.quiet_days;
        CrisisCounts::join(vec![CrisisCounts {
            totals,
            without_event,
            quiet_days,
            near_without_event,
            stock,
            spread,
            flows,
            ..CrisisCounts::default()
        }])
    }

    /// The reduced days after an evening (none: all).
    fn reduced_parts(&self, window: &Window, after: Option<LocalDay>) -> Vec<(LocalDay, &Part)> {
        let entry = |day: LocalDay| self.store.manifest().days.get(&day);
        let part = |&day: &LocalDay| Some((day, &entry(day)?.derived.get(SUBSCRIBER_DAYS)?.part));
        let days = window.usable.iter().filter(|&&day| after.is_none_or(|evening| day > evening));
        days.filter_map(part).collect()
    }
}

/// Every day and what was kept, cut into ranges of subscribers: by range, then by day.
fn buckets<'a>(days: &'a Days, kept: &'a [KeptRows], number: usize) -> Vec<Bucket<'a>> {
    let slice = |(day, located): &'a (LocalDay, Located), bucket: usize| {
        let at = |bucket: usize| located.partition_point(|own| own.0.bucket(number) < bucket);
        DaySlice { day: *day, located: &located[at(bucket)..at(bucket + 1)] }
    };
    let bucket = |bucket: usize| {
        let slices = days.iter().map(|own| slice(own, bucket)).collect();
        Bucket { slices, kept: kept.get(bucket) }
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
