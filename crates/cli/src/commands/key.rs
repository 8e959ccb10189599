//! `hexodus key rotate`: a new key, a new panel.
//!
//! Killed at any point, the same command finishes it: a new key waits under its own name until the store knows it, and
//! the old one is kept under a number before the new one takes its place.

use crate::args::RotateArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure, pass};
use crate::run::check_whole;
use crate::setup::Setup;
use hexodus_failpoint::Point;
use hexodus_ingest::PseudonymKey;
use hexodus_ingest::key::sync_names_beside;
use hexodus_store::{Rotation, Store};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Makes a new key (or takes the one an unfinished rotation made), tells the store, keeps the old key, replaces it.
pub fn rotate(args: &RotateArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let path = setup.path(&setup.config.store.key_file);
    let old = setup.key()?;
    let waiting = beside(&path, "next");
    let epoch = match record(&setup, &old, &waiting, Duration::from_secs(args.wait.seconds))? {
        Recorded::Now(rotation) => {
            tell_given_up(&rotation, console);
            rotation.epoch
        }
        Recorded::Before(epoch) => epoch,
    };
    pass(Point::KeyRecorded)?;
    let kept = keep(&path, &old, epoch - 1)?;
    pass(Point::KeyKept)?;
    fs::rename(&waiting, &path)
        .and_then(|()| sync_names_beside(&path))
        .map_err(|error| Failure::system("replace", &path, &error))?;
    pass(Point::KeyReplaced)?;
    console.result(&format!(
        "new key: {} (mode 0600), epoch {epoch}\nold key: {} (mode 0600); destroy it when its panel ends, see \
         docs/privacy.md\nids of the two are never linked: `hexodus run --span-key-epochs` goes on with both panels",
        path.display(),
        kept.display()
    ));
    Ok(Exit::Done)
}

enum Recorded {
    /// By this command.
    Now(Rotation),
    /// By one that was killed: the number of the epoch.
    Before(usize),
}

/// Tells the store of the new key, which is made once the store is free.
fn record(setup: &Setup, old: &PseudonymKey, waiting: &Path, wait: Duration) -> Result<Recorded, Failure> {
    let new = if waiting.exists() { Some(PseudonymKey::read(waiting)?) } else { None };
    let manifest = Store::read_manifest(&setup.store_folder())?;
    manifest.as_ref().map_or(Ok(()), |manifest| check_whole(manifest, "key rotate"))?;
    let known = manifest.map(|manifest| manifest.key_epochs).unwrap_or_default();
    if new.as_ref().is_some_and(|new| known.last() == Some(&new.fingerprint())) {
        return Ok(Recorded::Before(known.len()));
    }
    let mut store = setup.open_store(old, wait)?;
    let new = new.map_or_else(|| PseudonymKey::create(waiting), Ok)?;
    pass(Point::KeyCreated)?;
    Ok(Recorded::Now(store.begin_key_epoch(&new.fingerprint())?))
}

/// Keeps the old key under the number of its epoch, unless that was done before.
fn keep(path: &Path, old: &PseudonymKey, epoch: usize) -> Result<PathBuf, Failure> {
    let kept = beside(path, &epoch.to_string());
    if kept.exists() {
        let found = PseudonymKey::read(&kept)?;
        if found.fingerprint() != old.fingerprint() {
            return Err(Failure::usage(format!("{} holds another key; move it away first", kept.display())));
        }
    } else {
        old.write_new(&kept)?;
    }
    Ok(kept)
}

/// `hexodus.key.1` beside `hexodus.key`.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}

fn tell_given_up(rotation: &Rotation, console: &Console) {
    if rotation.rows > 0 {
        let days: Vec<String> = rotation.given_up.iter().map(ToString::to_string).collect();
        console.warn(&format!(
            "{} early rows of {} went by the old key and were given up (day_closed): their days are not delivered yet",
            grouped(rotation.rows),
            days.join(", ")
        ));
    }
}
