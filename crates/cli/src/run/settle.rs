//! From a delivery that was read to parts on disk: settled and written bucket by bucket, so that sorting, looking for
//! duplicates, encoding and writing overlap, and a day larger than memory passes through.

use super::held::{Filling, HeldDays, KnownDay};
use super::known_buckets::KnownBuckets;
use crate::failure::Failure;
use crate::network::Network;
use crate::setup::Setup;
use hexodus_ingest::{DaySettling, FileOutcome, complete_accounts};
use hexodus_model::{DayTraits, FileAudit, LocalDay, Locations, RowCounts};
use hexodus_store::{Part, Store, TraitsWritten};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

/// A delivery that was read.
pub struct ReadDelivery {
    /// Its files that are new.
    pub files: Vec<FileOutcome>,
    /// The day in its name.
    pub day: Option<LocalDay>,
    /// All locations known after it was read.
    pub locations: Locations,
}

/// A delivery whose parts are on disk, to be named by the manifest.
pub struct WrittenDelivery {
    /// Its files, with their accounts complete; their rows are gone.
    pub files: Vec<FileOutcome>,
    /// What it brings, by day.
    pub parts: Vec<(LocalDay, Part)>,
    /// What it adds to what is known of subscribers, by day.
    pub traits: Vec<(LocalDay, TraitsWritten)>,
    /// Its rejected rows, if there are any, with the newest day it is about.
    pub quarantine: Option<(LocalDay, Part)>,
    /// The locations, if it brings new ones.
    pub locations: Option<Part>,
    /// The days it is the delivery of.
    pub delivered: BTreeSet<LocalDay>,
}

/// Settles and writes a delivery, day by day. Days there is room for stay in memory.
pub fn settle_and_write(
    read: ReadDelivery,
    setup: &Setup,
    network: &Network,
    store: &mut Store,
    held: &mut HeldDays,
) -> Result<WrittenDelivery, Failure> {
    let ReadDelivery { mut files, day: named, locations } = read;
    let days: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
    let mut parts = Vec::with_capacity(days.len());
    for &day in &days {
        if let Some(part) = settle_day(day, &mut files, &locations, setup, network, store, held)? {
            parts.push((day, part));
        }
    }
    for file in &files {
        check_account(&file.audit)?;
    }
    let known = store.manifest().locations.as_ref().map_or(0, |part| part.rows);
    let new_locations = known < locations.ids().len() as u64;
    let quarantine = write_quarantine(&files, store)?;
    let traits = write_traits(&mut files, store)?;
    Ok(WrittenDelivery {
        files,
        parts,
        traits,
        quarantine,
        locations: new_locations.then(|| store.write_locations(&locations)).transpose()?,
        delivered: named.map_or(days, |day| BTreeSet::from([day])),
    })
}

/// What the rows say of their subscribers besides events, as far as it is new.
fn write_traits(files: &mut [FileOutcome], store: &mut Store) -> Result<Vec<(LocalDay, TraitsWritten)>, Failure> {
    let mut days: BTreeMap<LocalDay, DayTraits> = BTreeMap::new();
    for (day, said) in files.iter_mut().flat_map(|file| std::mem::take(&mut file.traits)) {
        days.entry(day).or_default().add(&said);
    }
    let mut written = Vec::new();
    for (day, said) in days {
        written.extend(store.write_traits(day, &said)?.map(|part| (day, part)));
    }
    Ok(written)
}

/// Which rows were rejected, and why. Filed under the newest day of the delivery and not under today's date: nothing
/// in a store depends on the clock of the machine.
fn write_quarantine(files: &[FileOutcome], store: &mut Store) -> Result<Option<(LocalDay, Part)>, Failure> {
    let rejected: Vec<_> = files.iter().map(|file| (&file.audit, &file.rejected)).collect();
    let Some(&day) = files.iter().flat_map(|file| file.audit.days.keys()).max() else { return Ok(None) };
    Ok(store.write_quarantine(day, &rejected)?.map(|part| (day, part)))
}

/// Settles one day's rows against what is known, completes the accounts, and writes what is new.
fn settle_day(
    day: LocalDay,
    files: &mut [FileOutcome],
    locations: &Locations,
    setup: &Setup,
    network: &Network,
    store: &mut Store,
    held: &mut HeldDays,
) -> Result<Option<Part>, Failure> {
    let (window, buckets) = (setup.calendar.window(day), setup.buckets());
    let places = network.locator.day_places(locations, &window);
    let known = KnownDay::find(held, store, &window)?;
    let settling = DaySettling::begin(files, day, &places, buckets, known.rows() > 0);
    let waiting: usize = (0..buckets).map(|bucket| settling.rows_waiting(bucket)).sum();
    // A day that was put away is not taken up again: its late rows are written, and it is reduced once, at the end.
    let is_held = matches!(known, KnownDay::Held(_)) && held.has_room_for(known.rows() + waiting);
    let filling = is_held.then(|| Filling::new(buckets));
    let known = KnownBuckets::of(&known, (0..buckets).map(|bucket| settling.rows_waiting(bucket) > 0).collect());
    let settle = |bucket: usize| -> io::Result<Arc<_>> {
        let known = known.take(bucket).map_err(io::Error::other)?;
        let new = Arc::new(settling.settle(bucket, &known)?);
        if let Some(filling) = &filling {
            filling.fill(bucket, &known, &new);
        }
        Ok(new)
    };
    let part = store.write_events(&window, buckets, |bucket| settling.rows_waiting(bucket), settle)?;
    if let Some(filling) = filling {
        held.hold(day, filling.finish(&known)?);
    }
    complete_accounts(files.iter_mut().map(|file| &mut file.audit), day, &settling.finish());
    Ok(part)
}

/// `read = located + unlocated + duplicates + rejected`, for the file and for each day.
///
/// # Errors
/// Exit 5.
pub fn check_account(audit: &FileAudit) -> Result<(), Failure> {
    let unbalanced = |what: &str, counts: &RowCounts| {
        Failure::identity(format!(
            "{}: {what}: read {} ≠ located {} + unlocated {} + duplicates {} + rejected {}",
            audit.file_name,
            counts.read,
            counts.located,
            counts.unlocated,
            counts.duplicates,
            counts.rejected_rows()
        ))
    };
    for (day, counts) in &audit.days {
        if !counts.balances() {
            return Err(unbalanced(&day.to_string(), counts));
        }
    }
    Ok(())
}
