//! A delivery for a day without a row of that day: the right name on the wrong file.

use super::accept;
use crate::args::Acceptance;
use crate::setup::Setup;
use hexodus_ingest::{Delivery, FileFault, FileOutcome, FileRead, Refusal};
use hexodus_model::LocalDay;
use hexodus_store::Manifest;
use jiff::civil::Time;
use std::collections::BTreeSet;

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
    missing(setup, manifest, delivery, &files, accepted).map_or(Ok(files), Err)
}

/// Refuses a dated delivery that is new as a whole and has no row of its date, unless it is accepted. Stored, it would
/// count as that day's delivery, and the day would be one on which nobody was seen. Where days begin after midnight, the
/// small hours of a date are of the day before.
fn missing(
    setup: &Setup,
    manifest: &Manifest,
    delivery: &Delivery,
    files: &[FileOutcome],
    accepted: &[Acceptance],
) -> Option<Refusal> {
    let day = delivery.day?;
    let is_known = manifest.days.get(&day).is_some_and(|entry| entry.delivered);
    let day_before = (setup.calendar.day_start() != Time::midnight()).then(|| day.previous());
    let is_own = |own: &LocalDay| *own == day || Some(*own) == day_before;
    let has_own = files.iter().any(|file| file.days.keys().any(is_own));
    let is_accepted = || delivery.files.iter().any(|file| accept::reason(accepted, &file.path, Some(day)).is_some());
    if is_known || has_own || files.len() < delivery.files.len() || is_accepted() {
        return None;
    }
    let others: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
    let found = match (others.first(), others.last()) {
        (Some(first), Some(last)) if first == last => format!("rows of {first} only"),
        (Some(first), Some(last)) => format!("rows of {} other days only, {first} to {last}", others.len()),
        _ => "none".into(),
    };
    let expected = format!("rows of {day}, the date it was delivered for");
    let fault = FileFault::of_file(&delivery.files.first()?.path, expected, found);
    Some(Refusal { fault: Box::new(fault), days: BTreeSet::from([day]) })
}
