//! The stores of all shards: all there, and reduced from the same files by the same rules.

use super::staging::Staging;
use crate::failure::{Exit, Failure};
use hexodus_model::Shard;
use hexodus_store::{DayEntry, Manifest, Store};
use miette::miette;
use std::path::PathBuf;

/// Shards named in a message.
const NAMED: usize = 12;

/// The store of one shard, read without its lock: its files never change.
pub struct Part {
    pub shard: Shard,
    pub folder: PathBuf,
    pub manifest: Manifest,
}

impl Part {
    /// What the store knows of a day.
    pub fn day(&self, day: hexodus_model::LocalDay) -> Option<&DayEntry> {
        self.manifest.days.get(&day)
    }
}

/// All shards, each reduced from what `reduced` tells.
///
/// # Errors
/// Names the shards that are missing, not finished, or of other files or rules.
pub fn all(staging: &Staging, reduced: &str) -> Result<Vec<Part>, Failure> {
    let (mut parts, mut absent, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for shard in staging.shards() {
        let folder = staging.store_of(shard);
        let Some(manifest) = Store::read_manifest(&folder)? else {
            absent.push(shard);
            continue;
        };
        let own = manifest.shards.as_ref().filter(|own| own.index == Some(shard.index()) && own.of == shard.of());
        match own.map(|own| own.reduced.as_str()) {
            Some(own) if own == reduced => parts.push(Part { shard, folder, manifest }),
            None | Some("") => absent.push(shard),
            Some(_) => other.push(shard),
        }
    }
    if !absent.is_empty() {
        return Err(unfinished(&format!("{} not reduced yet", named(&absent))));
    }
    if !other.is_empty() {
        return Err(unfinished(&format!(
            "{} reduced from other files, or with another configuration, plan, areas or version, than those there are now",
            named(&other)
        )));
    }
    Ok(parts)
}

/// Shards that have not counted what was asked for; none where all have.
pub fn uncounted(parts: &[Part], asked: &str) -> Vec<Shard> {
    let counted = |part: &&Part| part.manifest.shards.as_ref().and_then(|own| own.counted.as_deref()) == Some(asked);
    parts.iter().filter(|part| !counted(part)).map(|part| part.shard).collect()
}

/// "shards 3/7 and 5/7 are".
pub fn named(shards: &[Shard]) -> String {
    let names: Vec<String> = shards.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if shards.len() > NAMED { format!(" and {} more", shards.len() - NAMED) } else { String::new() };
    match shards.len() {
        1 => format!("shard {} is", names[0]),
        _ => format!("shards {}{more} are", names.join(", ")),
    }
}

/// Exit 3: what is to be summed is not there.
pub fn unfinished(message: &str) -> Failure {
    let help = "run `hexodus reduce --shard i/N` for each of them, then `hexodus merge` again; nothing was released";
    Failure::new(Exit::Unreadable, miette!(help = help, "{message}"))
}
