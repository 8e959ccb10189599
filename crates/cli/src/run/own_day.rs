//! A delivery for a day without a row of that day: the right name on the wrong file.

use super::accept;
use crate::args::Acceptance;
use crate::setup::Setup;
use hexodus_ingest::{Delivery, FileFault, FileOutcome, FileRead, Refusal};
use hexodus_model::LocalDay;
use hexodus_store::Manifest;
use jiff::civil::Time;
use std::collections::BTreeSet;
use std::path::Path;

/// Of the files of a delivery those that are new, unless it is refused: see [`missing`].
///
/// # Errors
/// The refusal.
pub fn new_files(
    setup: &Setup,
    manifest: &Manifest,
    delivery: &Delivery,
    files: Vec<FileRead>,
    accepted: &[Acceptance],
) -> Result<Vec<FileOutcome>, Refusal> {
    let files = FileRead::new_ones(files);
    let (Some(day), Some(first)) = (delivery.day, delivery.files.first()) else { return Ok(files) };
    let is_accepted = |path: &Path| accept::reason(accepted, path, Some(day)).is_some();
    let arrival = Arrival {
        day,
        is_known: manifest.days.get(&day).is_some_and(|entry| entry.delivered),
        first_path: &first.path,
        is_whole: files.len() == delivery.files.len(),
        days: files.iter().flat_map(|file| file.days.keys().copied()).collect(),
        is_accepted: delivery.files.iter().any(|file| is_accepted(&file.path)),
    };
    missing(setup, &arrival).map_or(Ok(files), Err)
}

/// A dated delivery, as far as its own day goes.
pub struct Arrival<'a> {
    /// The date it was delivered for.
    pub day: LocalDay,
    /// Whether a delivery of that day was accepted before.
    pub is_known: bool,
    /// The path of its first file.
    pub first_path: &'a Path,
    /// Whether all of its files are new.
    pub is_whole: bool,
    /// The days these have accepted rows of.
    pub days: BTreeSet<LocalDay>,
    /// Whether somebody said why it is good enough.
    pub is_accepted: bool,
}

/// Refuses a dated delivery that is new as a whole and has no row of its date, unless it is accepted. Stored, it would
/// count as that day's delivery, and the day would be one on which nobody was seen. Where days begin after midnight, the
/// small hours of a date are of the day before.
pub fn missing(setup: &Setup, arrival: &Arrival<'_>) -> Option<Refusal> {
    let &Arrival { day, is_known, first_path, is_whole, ref days, is_accepted } = arrival;
    let day_before = (setup.calendar.day_start() != Time::midnight()).then(|| day.previous());
    let has_own = days.iter().any(|own| *own == day || Some(*own) == day_before);
    if is_known || has_own || !is_whole || is_accepted {
        return None;
    }
    let found = match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => format!("rows of {first} only"),
        (Some(first), Some(last)) => format!("rows of {} other days only, {first} to {last}", days.len()),
        _ => "none".into(),
    };
    let expected = format!("rows of {day}, the date it was delivered for");
    let fault = FileFault::of_file(first_path, expected, found);
    Some(Refusal { fault: Box::new(fault), days: BTreeSet::from([day]) })
}
