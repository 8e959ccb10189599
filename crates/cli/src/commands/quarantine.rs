//! `hexodus quarantine`: which rows were rejected, and why.

use crate::args::QuarantineArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::setup::Setup;
use hexodus_model::FaultCode;
use hexodus_store::{QuarantineRow, Store, read_quarantine};
use std::fmt::Write;

/// Lists rejected rows, oldest intake first: where they stand and what was expected, never what they hold. Takes no
/// lock and changes nothing.
pub fn run(args: &QuarantineArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let folder = setup.path(&setup.config.store.folder);
    let Some(manifest) = Store::read_manifest(&folder)? else {
        console.result(&format!("no store yet at {}; `hexodus run` makes it", folder.display()));
        return Ok(Exit::Done);
    };
    let wanted = |row: &QuarantineRow| {
        args.file.as_ref().is_none_or(|name| row.file_name.contains(name))
            && args.code.as_ref().is_none_or(|code| row.name == *code || row.code.to_string() == *code)
    };
    let (mut found, mut files) = (0_u64, 0_u64);
    for part in manifest.quarantine.values().flatten() {
        read_quarantine(&folder, part, |row| {
            files += u64::from(row.code == FaultCode::UnreadableFile.number());
            if wanted(&row) {
                found += 1;
                if found <= args.limit {
                    console.result(&line(&row));
                }
            }
        })?;
    }
    if found > args.limit {
        console.result(&format!("{} more; --limit {found} lists them", grouped(found - args.limit)));
    }
    let (mut rejected, mut quarantined) = (0, 0);
    for counts in manifest.files.iter().flat_map(|file| file.days.values()) {
        rejected += counts.rejected_rows();
        quarantined += counts.quarantined;
    }
    let listed = manifest.quarantine.values().flatten().map(|part| part.rows).sum::<u64>() - files;
    let (beyond, expired) = (rejected - quarantined.min(rejected), quarantined - listed.min(quarantined));
    let mut left_out = String::new();
    if beyond > 0 {
        write!(left_out, ", {} beyond the first 10,000 of a file and code are counted only", grouped(beyond))
            .unwrap_or_default();
    }
    if expired > 0 {
        write!(left_out, ", {} are no longer listed: `hexodus prune` removed them by age", grouped(expired))
            .unwrap_or_default();
    }
    if files > 0 {
        write!(left_out, "; {} more stand for files that were refused whole", grouped(files)).unwrap_or_default();
    }
    console.result(&format!("{} rows found; {} were rejected in all{left_out}", grouped(found), grouped(rejected)));
    Ok(Exit::Done)
}

fn line(row: &QuarantineRow) -> String {
    // A file that was refused before a row was reached has none.
    let number = if row.row_no > 0 { format!(" row {}", row.row_no) } else { String::new() };
    format!(
        "{}{number}: {} (code {}), column `{}`: expected {}; file {}",
        row.file_name,
        row.name,
        row.code,
        row.column,
        row.expected,
        row.file_digest.get(..16).unwrap_or(&row.file_digest)
    )
}
