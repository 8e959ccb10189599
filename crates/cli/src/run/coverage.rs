//! `coverage_daily_<level>`: which share of each area's network carries its usual traffic, day by day.

use super::Run;
use super::days::{ACTIVITY, LOCATION_HOURS};
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_locate::SiteLookup;
use hexodus_mobility::{AreaCoverage, JudgedDay, SiteBaseline, SiteCount, SiteDay, area_coverage, judge_sites};
use hexodus_model::{AreaKey, Consequence, LocalDay, UtcMicros};
use hexodus_publish::{EncodedTable, ReleaseContext, ReleaseFolder, encode_coverage};
use hexodus_release::{AreaSites, CoverageFlag, release_coverage};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Without a crisis the days of the last week are judged by these many days before it.
const BASELINE_DAYS: usize = 28;
const LAST_WEEK: i32 = 7;

/// Days to tell of, ascending, and those of them that tell what is usual.
pub(super) struct CoverageDays {
    pub(super) all: Vec<LocalDay>,
    pub(super) baseline: BTreeSet<LocalDay>,
}

/// Sites day by day, and what they carry.
pub(super) struct Sites {
    pub(super) days: Vec<JudgedDay>,
    /// Whether a baseline tells what is usual; without, no site is judged.
    pub(super) is_judged: bool,
    /// By level from 1, by site.
    pub(super) areas: Vec<Vec<Option<AreaKey>>>,
}

impl Sites {
    /// The same, of sites only at which so many distinct subscribers were heard.
    pub(super) fn heard_by(self, least: u64) -> Self {
        Self { days: self.days.into_iter().map(|day| day.heard_by(least)).collect(), ..self }
    }
}

impl Run<'_> {
    /// Writes the tables of each crisis in its folder, by its baseline; where none is counted, those of all usable days,
    /// by the 28 before the last week. None without sites or areas, as where places are known by their area only. Reads
    /// who was heard by radio cell and hour, no events.
    pub(super) fn write_coverage(
        &self,
        usable: &[LocalDay],
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        if !self.has_coverage() {
            return Ok(());
        }
        let with_csv = self.setup.config.output.csv;
        let mut is_of_crisis = false;
        for crisis in &self.setup.crises {
            let Some(days) = self.coverage_days(crisis) else { continue };
            is_of_crisis = true;
            for table in self.coverage_tables(&days, context)? {
                writer.write(&table.below(&crisis.slug), with_csv)?;
            }
        }
        if !is_of_crisis {
            let days = CoverageDays { all: usable.to_vec(), baseline: self.days_before_last_week(usable) };
            for table in self.coverage_tables(&days, context)? {
                writer.write(&table, with_csv)?;
            }
        }
        Ok(())
    }

    /// By level from 1, areas of which on a day too little can be seen for any figure of who is there: by sites at which so
    /// many distinct subscribers were heard.
    pub(super) fn out_of_sight(
        &self,
        crisis: &Crisis,
        least: u64,
    ) -> Result<Vec<BTreeSet<(LocalDay, AreaKey)>>, Failure> {
        let levels = 1..=self.network.areas.deepest();
        let Some(days) = self.coverage_days(crisis).filter(|_| self.has_coverage()) else {
            return Ok(levels.map(|_| BTreeSet::new()).collect());
        };
        let sites = self.sites(&days)?.heard_by(least);
        let is_out =
            |own: &AreaSites| own.kappa.is_some_and(|kappa| CoverageFlag::of(kappa) == Some(CoverageFlag::Withhold));
        let of_level = |level| {
            let rows = self.area_sites(&sites, level).into_iter();
            rows.filter(is_out).map(|own| (own.day, own.area)).collect()
        };
        Ok(levels.map(of_level).collect())
    }

    pub(super) fn has_coverage(&self) -> bool {
        self.network.locator.plan().is_some() && self.network.areas.deepest() > 0 && !self.network.areas_only
    }

    /// The days of the baseline of a crisis and those since the event; none while it is not counted.
    pub(super) fn coverage_days(&self, crisis: &Crisis) -> Option<CoverageDays> {
        let window = self.crisis_window(crisis)?;
        let in_baseline = |day: &LocalDay| window.days.baseline.contains(*day);
        let is_told = |day: &LocalDay| in_baseline(day) || window.days.followed().contains(*day);
        let all: Vec<LocalDay> = window.usable.iter().copied().filter(is_told).collect();
        let baseline = all.iter().copied().filter(in_baseline).collect();
        Some(CoverageDays { all, baseline })
    }

    fn days_before_last_week(&self, usable: &[LocalDay]) -> BTreeSet<LocalDay> {
        let last = usable.last().map_or(0, |last| last.0 - LAST_WEEK);
        let teaches = |day: &&LocalDay| {
            let verdict = self.store.manifest().days.get(day).and_then(|entry| entry.verdict.as_ref());
            let excluded = verdict.is_some_and(|verdict| verdict.consequence() >= Consequence::Exclude);
            !excluded && !self.setup.holidays.contains(day)
        };
        usable.iter().rev().filter(|day| day.0 <= last).filter(teaches).take(BASELINE_DAYS).copied().collect()
    }

    /// One table a level of areas.
    fn coverage_tables(&self, days: &CoverageDays, context: &ReleaseContext<'_>) -> Result<Vec<EncodedTable>, Failure> {
        let sites = self.sites(days)?;
        let encode = |level: u8| {
            Ok(encode_coverage(&release_coverage(level, self.area_sites(&sites, level), &self.setup.policy), context)?)
        };
        (1..=self.network.areas.deepest()).map(encode).collect()
    }

    fn area_sites(&self, sites: &Sites, level: u8) -> Vec<AreaSites> {
        let areas = self.network.areas.level(level).len();
        let of_day = |day: &JudgedDay| {
            let coverage = area_coverage(day, &sites.areas[usize::from(level) - 1], areas);
            let of_area = |(area, own)| area_sites(day.day, area, &own, sites.is_judged);
            (0..).zip(coverage).map(of_area).collect::<Vec<_>>()
        };
        sites.days.par_iter().flat_map_iter(of_day).collect()
    }

    pub(super) fn sites(&self, days: &CoverageDays) -> Result<Sites, Failure> {
        let Some(plan) = self.network.locator.plan() else {
            return Ok(Sites { days: Vec::new(), is_judged: false, areas: Vec::new() });
        };
        let lookup = plan.site_lookup(&self.store.read_locations()?);
        let read: Result<Vec<_>, Failure> = days.all.par_iter().map(|&day| self.site_day(day, &lookup)).collect();
        let days_read: Vec<SiteDay> = read?.into_iter().flatten().collect();
        let baseline: Vec<&SiteDay> = days_read.iter().filter(|own| days.baseline.contains(&own.day)).collect();
        let baseline = SiteBaseline::of(&baseline);
        let judged = judge_sites(&days_read, baseline.as_ref());
        let area = |level: u8| {
            let places = lookup.places().iter();
            places.map(|place| place.and_then(|h3| self.network.locator.area_at(h3, level))).collect()
        };
        let areas = (1..=self.network.areas.deepest()).map(area).collect();
        Ok(Sites { days: judged, is_judged: baseline.is_some(), areas })
    }

    /// What was heard at each site, at which its radio cells were at noon; `None` where that is not stored.
    fn site_day(&self, day: LocalDay, lookup: &SiteLookup<'_>) -> Result<Option<SiteDay>, Failure> {
        let entry = self.store.manifest().days.get(&day);
        let part = |kind: &str| Some(&entry?.derived.get(kind)?.part);
        let Some((by_day, by_hour)) = part(ACTIVITY).zip(part(LOCATION_HOURS)) else { return Ok(None) };
        let window = self.setup.calendar.window(day);
        let noon = UtcMicros(i64::midpoint(window.start.0, window.end.0));
        let known = lookup.in_plan(noon).into_iter();
        let mut sites: Vec<Option<SiteCount>> = known.map(|is_known| is_known.then(SiteCount::default)).collect();
        for row in self.store.read_activity(by_day)? {
            if let Some(count) = lookup.site_of(row.location, noon).and_then(|site| sites[site].as_mut()) {
                count.subscribers = count.subscribers.max(row.subscribers);
            }
        }
        self.store.read_location_hours(by_hour, |row| {
            if let Some(count) = lookup.site_of(row.location, noon).and_then(|site| sites[site].as_mut()) {
                let heard = &mut count.heard[usize::from(row.hour)];
                *heard = heard.saturating_add(row.subscribers);
            }
        })?;
        Ok(Some(SiteDay { day, sites }))
    }
}

fn area_sites(day: LocalDay, area: u32, own: &AreaCoverage, is_judged: bool) -> AreaSites {
    AreaSites {
        day,
        area: AreaKey(area),
        known: own.known,
        alive: own.alive,
        kappa: own.kappa(),
        subscribers: is_judged.then_some(own.subscribers),
    }
}
