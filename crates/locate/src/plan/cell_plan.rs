//! The resolved plan: where every radio cell stood, and when.

use crate::h3::h3_of_point;
use crate::plan::repair::{flag_default_points, repair_position};
use crate::plan::report::{FlagTally, PlanOverlap, PlanReport};
use crate::plan::site::{Site, Standing, assign_sites};
use crate::plan::validity::{Stretch, compare_positions, resolve_timeline};
use crate::plan::{NetFlag, PlanError, PlanRules};
use hexodus_model::{DayWindow, H3Cell, RadioCellRecord, SemanticCode, UtcMicros};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

/// A stretch of time that a radio cell stood at one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// Index of the site; [`NO_SITE`] = without position.
    pub(super) site: u32,
    /// Stated by no row of the plan.
    bridged: bool,
}

const NO_SITE: u32 = u32::MAX;

/// A radio-cell plan after every rule of formats §1.3: at any instant a radio cell is at no more than one site.
///
/// The order of the records it was made from has no influence.
#[derive(Clone, Debug, PartialEq)]
pub struct CellPlan {
    /// Ascending.
    pub(super) ids: Vec<Box<str>>,
    /// Where the stays of each radio cell end in `stays`.
    ends: Vec<u32>,
    /// By radio cell, then ascending in time, without overlaps.
    stays: Vec<Stay>,
    sites: Vec<Site>,
    /// H3 cell of each site.
    pub(super) places: Vec<Option<H3Cell>>,
    report: PlanReport,
}

impl CellPlan {
    /// Resolves the rows of all snapshots of a plan.
    ///
    /// `known_sites` are the [`sites`](Self::sites) of the plan version before (empty for the first): they keep their
    /// keys, and radio cells that still stand where they stood keep their site.
    ///
    /// # Errors
    /// [`PlanError::Overlaps`] under `strict` when a radio cell is at two positions at once; [`PlanError::SiteRadius`]
    /// and [`PlanError::CountryBox`] for rules without meaning; [`PlanError::TooLarge`] beyond 2^32 rows.
    pub fn resolve(
        mut records: Vec<RadioCellRecord>,
        rules: &PlanRules,
        known_sites: &[Site],
    ) -> Result<Self, PlanError> {
        rules.check()?;
        if u32::try_from(records.len()).is_err() {
            return Err(PlanError::TooLarge { what: "rows", limit: u32::MAX });
        }
        let mut report = PlanReport { records: records.len() as u64, ..PlanReport::default() };
        let mut flags = FlagTally::default();
        repair(&mut records, rules, &mut flags, &mut report);

        let timelines = resolve_timelines(&records, &mut flags, &mut report);
        report.flags = flags.counts();
        if rules.strict && report.flagged(NetFlag::Overlap) > 0 {
            let radio_cells = report.flagged(NetFlag::Overlap);
            return Err(PlanError::Overlaps { radio_cells, overlaps: report.overlaps });
        }
        Self::at_sites(&timelines, rules, known_sites, report)
    }

    /// What was found on the way.
    pub const fn report(&self) -> &PlanReport {
        &self.report
    }

    /// All sites, ascending by key: those known before, whether or not a radio cell still stands there, and new ones.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Radio cells with a validity stated by the plan that meets the day, with or without a position.
    pub fn radio_cells_valid_on(&self, window: &DayWindow) -> usize {
        let meets = |stay: &Stay| !stay.bridged && stay.from < window.end.0 && window.start.0 < stay.until;
        (0..self.ids.len()).filter(|&radio_cell| self.stays[self.stay_range(radio_cell)].iter().any(meets)).count()
    }

    /// The H3 cell of every place of the plan, at any time; ascending, without repeats.
    pub fn h3_cells(&self) -> Vec<H3Cell> {
        let mut h3: Vec<H3Cell> = self.stays.iter().filter_map(|stay| self.place_of(stay)).collect();
        h3.sort_unstable();
        h3.dedup();
        h3
    }

    /// The id of every radio cell that has a row, ascending.
    pub fn radio_cell_ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(AsRef::as_ref)
    }

    /// The site of a radio cell at an instant; `None` = unknown to the plan, not valid then, or without a position.
    pub fn site_at(&self, radio_cell_id: &str, at: UtcMicros) -> Option<&Site> {
        self.sites.get(stay_at(self.stays_of(radio_cell_id), at)?.site as usize)
    }

    /// Why a radio cell was nowhere at an instant of a day: the plan does not know it, has it without a position that
    /// day, or not at that time.
    pub fn why_nowhere(&self, radio_cell_id: &str, window: &DayWindow) -> SemanticCode {
        let stays = self.stays_of(radio_cell_id);
        let of_day = |stay: &&Stay| stay.from < window.end.0 && window.start.0 < stay.until;
        if stays.is_empty() {
            SemanticCode::CellNonExistent
        } else if stays.iter().filter(of_day).any(|stay| stay.site == NO_SITE) {
            SemanticCode::CellWithoutCoordinates
        } else {
            SemanticCode::CellNotValid
        }
    }

    /// The stays of a radio cell, ascending in time; empty for an unknown one.
    pub(crate) fn stays_of(&self, radio_cell_id: &str) -> &[Stay] {
        self.index_of(radio_cell_id).map_or(&[], |radio_cell| self.stays_of_index(radio_cell))
    }

    /// The position of a radio cell among those of the plan.
    pub(super) fn index_of(&self, radio_cell_id: &str) -> Option<usize> {
        self.ids.binary_search_by(|id| id.as_ref().cmp(radio_cell_id)).ok()
    }

    pub(super) fn stays_of_index(&self, radio_cell: usize) -> &[Stay] {
        &self.stays[self.stay_range(radio_cell)]
    }

    pub(crate) fn place_of(&self, stay: &Stay) -> Option<H3Cell> {
        self.places.get(stay.site as usize).copied().flatten()
    }

    fn stay_range(&self, radio_cell: usize) -> Range<usize> {
        let start = radio_cell.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[radio_cell] as usize
    }

    fn at_sites(
        timelines: &[(&str, Vec<Stretch>)],
        rules: &PlanRules,
        known_sites: &[Site],
        mut report: PlanReport,
    ) -> Result<Self, PlanError> {
        let stretches = || timelines.iter().flat_map(|(id, of_radio_cell)| of_radio_cell.iter().map(move |s| (*id, s)));
        let standings: Vec<Standing<'_>> = stretches()
            .filter_map(|(radio_cell_id, stretch)| {
                let site_id = stretch.site_id.as_deref();
                Some(Standing { radio_cell_id, point: stretch.position?, site_id })
            })
            .collect();
        let found = assign_sites(known_sites, &standings, rules.site_radius_m)?;

        let in_use: BTreeSet<u32> = found.site_of.iter().copied().collect();
        let newest_known = known_sites.iter().map(|site| site.key).max();
        report.sites = in_use.len() as u64;
        report.new_sites = found.all.iter().filter(|site| Some(site.key) > newest_known).count() as u64;
        (report.spread_sites, report.moved_sites) = (found.spread, found.moved);

        let mut site_of = found.site_of.into_iter();
        let stays = stretches().map(|(_, stretch)| Stay {
            from: stretch.from,
            until: stretch.until,
            site: stretch.position.and_then(|_| site_of.next()).unwrap_or(NO_SITE),
            bridged: stretch.bridged,
        });
        let ends = timelines.iter().scan(0, |end, (_, of_radio_cell)| {
            *end += of_radio_cell.len() as u32;
            Some(*end)
        });
        Ok(Self {
            ids: timelines.iter().map(|(id, _)| (*id).into()).collect(),
            ends: ends.collect(),
            stays: stays.collect(),
            places: found.all.iter().map(|site| h3_of_point(site.lat, site.lon)).collect(),
            sites: found.all,
            report,
        })
    }
}

/// The stay that holds an instant.
pub(super) fn stay_at(stays: &[Stay], at: UtcMicros) -> Option<&Stay> {
    let after = stays.partition_point(|stay| stay.from <= at.0);
    stays[..after].last().filter(|stay| at.0 < stay.until)
}

/// Repairs positions row by row and leaves the rows in a total order.
fn repair(records: &mut [RadioCellRecord], rules: &PlanRules, flags: &mut FlagTally, report: &mut PlanReport) {
    let country = rules.country_box();
    let mut outside: BTreeSet<&str> = BTreeSet::new();
    let mut is_outside = vec![false; records.len()];
    for (record, is_outside) in records.iter_mut().zip(&mut is_outside) {
        let found = repair_position(record, country.as_ref());
        for flag in found.flag.into_iter().chain(found.low_precision.then_some(NetFlag::LowPrecision)) {
            flags.raise(flag, &record.radio_cell_id);
        }
        *is_outside = found.outside_country;
    }
    outside.extend(records.iter().zip(&is_outside).filter(|(_, out)| **out).map(|(record, _)| &*record.radio_cell_id));
    report.outside_country = outside.len() as u64;
    flag_default_points(records, flags);
    records.sort_unstable_by(compare_records);
}

fn resolve_timelines<'a>(
    records: &'a [RadioCellRecord],
    flags: &mut FlagTally,
    report: &mut PlanReport,
) -> Vec<(&'a str, Vec<Stretch>)> {
    let mut timelines = Vec::new();
    for of_radio_cell in records.chunk_by(|a, b| a.radio_cell_id == b.radio_cell_id) {
        let timeline = resolve_timeline(of_radio_cell, flags);
        report.radio_cells += 1;
        report.repeated_records += timeline.repeated;
        report.moved_between_snapshots += u64::from(timeline.moved_between_snapshots);
        let has_position = timeline.stretches.iter().any(|stretch| stretch.position.is_some());
        report.radio_cells_without_position += u64::from(!has_position);
        let listed = PlanOverlap::MOST_LISTED.saturating_sub(report.overlaps.len());
        report.overlaps.extend(timeline.overlaps.into_iter().take(listed));
        timelines.push((of_radio_cell[0].radio_cell_id.as_str(), timeline.stretches));
    }
    timelines
}

/// A total order of rows, radio cell first: two rows are equal only if they say the same.
fn compare_records(a: &RadioCellRecord, b: &RadioCellRecord) -> Ordering {
    let validity = |record: &RadioCellRecord| {
        (record.valid_from, record.valid_until.is_none(), record.valid_until, record.version, record.recorded_at)
    };
    (a.radio_cell_id.cmp(&b.radio_cell_id))
        .then_with(|| validity(a).cmp(&validity(b)))
        .then_with(|| compare_positions(a.position, b.position))
        .then_with(|| a.site_id.cmp(&b.site_id))
}
