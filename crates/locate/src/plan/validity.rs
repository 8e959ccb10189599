//! All rows of one radio cell become one timeline: at any instant at most one position.
//!
//! First, rows of one position that overlap are snapshots of one record; the latest snapshot says when it ends. Next,
//! an open end is closed by a later snapshot that has the radio cell elsewhere from a later instant on (a move told in
//! snapshots). Then instants that two positions still claim are decided by a total order (code 401). Last, gaps between
//! two validities are bridged for up to 7 days on either side (code 402).

use crate::plan::report::{FlagTally, NetFlag, PlanOverlap};
use geo::{Distance, Haversine, Point};
use hexodus_model::time::HOUR_US;
use hexodus_model::{RadioCellRecord, SitePoint, UtcMicros};
use std::cmp::Ordering;

/// How far into a gap the nearest validity reaches (formats §1.3): 7 days.
const BRIDGE_US: i64 = 7 * 24 * HOUR_US;

/// A change of position beyond this distance within one validity is no survey correction (formats §1.3).
const MOVED_FAR_M: f64 = 500.0;

/// "Since ever" and "still valid" as instants.
const EVER: i64 = i64::MIN;
const STILL: i64 = i64::MAX;

/// A stretch of time with one position. Within a timeline stretches are ascending and do not overlap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// First microsecond; `i64::MIN` = since ever.
    pub(crate) from: i64,
    /// First microsecond after it; `i64::MAX` = still valid.
    pub(crate) until: i64,
    /// `None`: the plan knows the radio cell but not its position.
    pub(crate) position: Option<SitePoint>,
    /// The operator's site.
    pub(crate) site_id: Option<String>,
    /// Stated by no row: a gap bridged from the nearest validity.
    pub(crate) bridged: bool,
}

/// What became of the rows of one radio cell.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) stretches: Vec<Stretch>,
    /// Rows that repeat another one.
    pub(crate) repeated: u64,
    /// Whether a later snapshot ended an open validity elsewhere.
    pub(crate) moved_between_snapshots: bool,
    /// Every pair of rows at two positions at once.
    pub(crate) overlaps: Vec<PlanOverlap>,
}

/// Resolves the rows of one radio cell, which must be sorted by a total order of all their fields.
pub(crate) fn resolve_timeline(records: &[RadioCellRecord], flags: &mut FlagTally) -> Timeline {
    let Some(id) = records.first().map(|record| record.radio_cell_id.as_str()) else {
        return Timeline::default();
    };
    let mut rows: Vec<Row> = records.iter().map(Row::of).collect();
    rows.retain(|row| row.from < row.until);
    if rows.len() < records.len() {
        flags.raise(NetFlag::OutOfRange, id);
    }
    if repeats_a_version(&rows) {
        flags.raise(NetFlag::DuplicateVersion, id);
    }

    let mut timeline = Timeline { repeated: merge_repeats(&mut rows), ..Timeline::default() };
    if rows.windows(2).any(|pair| pair[0].position != pair[1].position) {
        if rows.iter().any(|row| is_moved_far_within(row, &rows)) {
            flags.raise(NetFlag::MovedFar, id);
        }
        timeline.moved_between_snapshots = close_open_ends(&mut rows);
        timeline.overlaps = find_overlaps(id, &rows);
        if !timeline.overlaps.is_empty() {
            flags.raise(NetFlag::Overlap, id);
        }
        timeline.stretches = decide(&rows);
    } else {
        timeline.stretches = join(rows);
    }
    if bridge_gaps(&mut timeline.stretches) {
        flags.raise(NetFlag::Gap, id);
    }
    timeline
}

/// A row with its validity as plain instants.
#[derive(Clone, Debug)]
struct Row {
    from: i64,
    until: i64,
    position: Option<SitePoint>,
    site_id: Option<String>,
    version: Option<i32>,
    recorded_at: Option<UtcMicros>,
}

impl Row {
    fn of(record: &RadioCellRecord) -> Self {
        Self {
            from: record.valid_from.map_or(EVER, |at| at.0),
            until: record.valid_until.map_or(STILL, |at| at.0),
            position: record.position,
            site_id: record.site_id.clone(),
            version: record.version,
            recorded_at: record.recorded_at,
        }
    }

    /// Which of two rows valid at one instant is believed, the greater one: latest `valid_from`, then highest version,
    /// then latest `recorded_at`, then the position, so that no two positions are equal. A row without a position says
    /// nothing about where and yields to one that does.
    fn trust(&self, other: &Self) -> Ordering {
        self.position
            .is_some()
            .cmp(&other.position.is_some())
            .then(self.from.cmp(&other.from))
            .then(self.version.cmp(&other.version))
            .then(self.recorded_at.cmp(&other.recorded_at))
            .then_with(|| compare_positions(self.position, other.position))
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// The two positions, when both rows have one and they differ.
    fn conflict(&self, other: &Self) -> Option<(SitePoint, SitePoint)> {
        self.position.zip(other.position).filter(|(ours, theirs)| ours != theirs)
    }
}

/// A total order of positions: none first, then latitude, then longitude.
pub(crate) fn compare_positions(a: Option<SitePoint>, b: Option<SitePoint>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.lat.total_cmp(&b.lat).then(a.lon.total_cmp(&b.lon)),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// Metres between two points on a sphere of the mean earth radius (haversine).
pub(crate) fn distance_m(a: SitePoint, b: SitePoint) -> f64 {
    Haversine.distance(Point::new(a.lon, a.lat), Point::new(b.lon, b.lat))
}

/// Code 406: one version number, twice in one snapshot, with different content.
fn repeats_a_version(rows: &[Row]) -> bool {
    let mut stated: Vec<_> =
        rows.iter().filter(|row| row.version.is_some()).map(|row| (row.version, row.recorded_at, row)).collect();
    stated.sort_by_key(|&(version, recorded_at, _)| (version, recorded_at));
    stated.windows(2).any(|pair| {
        let ((version, recorded_at, a), (other_version, other_recorded_at, b)) = (&pair[0], &pair[1]);
        (version, recorded_at) == (other_version, other_recorded_at)
            && (a.from, a.until, a.position) != (b.from, b.until, b.position)
    })
}

/// Rows of one position whose validities overlap or touch are one record. Returns how many rows only repeat. Afterwards
/// rows are sorted by position, then validity; each keeps its own start, which decides against other positions.
fn merge_repeats(rows: &mut Vec<Row>) -> u64 {
    rows.sort_by(|a, b| {
        compare_positions(a.position, b.position).then(a.from.cmp(&b.from)).then(a.until.cmp(&b.until))
    });
    let mut repeated = 0;
    for of_position in rows.chunk_by_mut(|a, b| a.position == b.position) {
        let site_id = latest_site_id(of_position);
        for row in of_position.iter_mut() {
            row.site_id.clone_from(&site_id);
        }
        let mut start = 0;
        while start < of_position.len() {
            let length = record_length(&of_position[start..]);
            repeated += length as u64 - 1;
            end_with_latest_snapshot(&mut of_position[start..start + length]);
            start += length;
        }
    }
    // Equal rows of several snapshots: the latest speaks for all.
    rows.sort_by(|a, b| {
        compare_positions(a.position, b.position).then(a.from.cmp(&b.from)).then(a.until.cmp(&b.until)).then(b.trust(a))
    });
    rows.dedup_by(|a, b| (a.position, a.from, a.until) == (b.position, b.from, b.until));
    repeated
}

/// How many of these rows, one position sorted by start, overlap or touch in a chain from the first on.
fn record_length(rows: &[Row]) -> usize {
    let mut end = rows[0].until;
    rows.iter()
        .position(|row| {
            let is_apart = row.from > end;
            end = end.max(row.until);
            is_apart
        })
        .unwrap_or(rows.len())
}

/// The latest snapshot of a record says when it ends: multimno's last daily file closes what the earlier ones left open.
fn end_with_latest_snapshot(record: &mut [Row]) {
    let latest = record.iter().map(|row| row.recorded_at).max().flatten();
    let Some(end) = record.iter().filter(|row| row.recorded_at == latest).map(|row| row.until).max() else {
        return;
    };
    for row in record.iter_mut().filter(|row| row.from < end) {
        row.until = row.until.min(end);
    }
}

/// The operator's site in the latest row that names one.
fn latest_site_id(rows: &[Row]) -> Option<String> {
    rows.iter()
        .filter(|row| row.site_id.is_some())
        .max_by(|a, b| {
            let time = |row: &Row| (row.recorded_at, row.version, row.from);
            time(a).cmp(&time(b)).then_with(|| a.site_id.cmp(&b.site_id))
        })
        .and_then(|row| row.site_id.clone())
}

/// Code 405: another row starts within this row's validity, far away.
fn is_moved_far_within(row: &Row, rows: &[Row]) -> bool {
    rows.iter().any(|other| {
        row.overlaps(other) && row.conflict(other).is_some_and(|(here, there)| distance_m(here, there) > MOVED_FAR_M)
    })
}

/// Ends a row without an end where a later snapshot has the radio cell elsewhere from a later instant on: a daily
/// snapshot cannot say that its rows will end. Returns whether there was one.
fn close_open_ends(rows: &mut [Row]) -> bool {
    let ends: Vec<Option<i64>> = rows
        .iter()
        .map(|row| {
            let supersedes = |other: &&Row| {
                row.until == STILL
                    && row.from < other.from
                    && row.recorded_at.is_some_and(|at| other.recorded_at.is_some_and(|later| at < later))
                    && row.conflict(other).is_some()
            };
            rows.iter().filter(supersedes).map(|other| other.from).min()
        })
        .collect();
    for (row, end) in rows.iter_mut().zip(&ends) {
        row.until = end.unwrap_or(row.until);
    }
    ends.iter().any(Option::is_some)
}

/// Code 401: every pair of rows at two positions at once, the believed one first.
fn find_overlaps(id: &str, rows: &[Row]) -> Vec<PlanOverlap> {
    let mut overlaps = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for other in rows[index + 1..].iter().filter(|other| row.overlaps(other)) {
            let Some((ours, theirs)) = row.conflict(other) else { continue };
            let (kept, dropped) = if row.trust(other).is_gt() { (ours, theirs) } else { (theirs, ours) };
            let (from, until) = (row.from.max(other.from), row.until.min(other.until));
            overlaps.push(PlanOverlap {
                radio_cell_id: id.to_owned(),
                from: (from != EVER).then_some(UtcMicros(from)),
                until: (until != STILL).then_some(UtcMicros(until)),
                kept_lat_lon: [kept.lat, kept.lon],
                dropped_lat_lon: [dropped.lat, dropped.lon],
            });
        }
    }
    overlaps
}

/// Gives every instant to the most trusted row that covers it. Quadratic, for the few radio cells that move.
fn decide(rows: &[Row]) -> Vec<Stretch> {
    let mut bounds: Vec<i64> = rows.iter().flat_map(|row| [row.from, row.until]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let decided = bounds.windows(2).filter_map(|pair| {
        let covering = rows.iter().filter(|row| row.from <= pair[0] && pair[1] <= row.until);
        let believed = covering.max_by(|a, b| a.trust(b))?;
        Some(Row { from: pair[0], until: pair[1], ..believed.clone() })
    });
    join(decided.collect())
}

/// Joins rows that overlap or touch at one position. Rows are sorted by start.
fn join(rows: Vec<Row>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for Row { from, until, position, site_id, .. } in rows {
        match stretches.last_mut() {
            Some(last) if from <= last.until && position == last.position => last.until = last.until.max(until),
            _ => stretches.push(Stretch { from, until, position, site_id, bridged: false }),
        }
    }
    stretches
}

/// Fills the gap between two stretches from the nearer one (the earlier on a tie), up to 7 days from either. Returns
/// whether there was a gap.
fn bridge_gaps(stretches: &mut Vec<Stretch>) -> bool {
    let mut bridges = Vec::new();
    for pair in stretches.windows(2) {
        let (end, start) = (pair[0].until, pair[1].from);
        if end >= start {
            continue;
        }
        // An instant belongs to the earlier side as long as `instant - end <= start - instant`.
        let middle = end + (start - end) / 2 + 1;
        let forward = middle.min(end + BRIDGE_US + 1).min(start);
        let backward = middle.max(start - BRIDGE_US);
        bridges.push(Stretch { from: end, until: forward, bridged: true, ..pair[0].clone() });
        bridges.push(Stretch { from: backward, until: start, bridged: true, ..pair[1].clone() });
    }
    let has_gap = !bridges.is_empty();
    stretches.extend(bridges.into_iter().filter(|bridge| bridge.from < bridge.until));
    stretches.sort_by_key(|stretch| stretch.from);
    has_gap
}
