//! A line in the quarantine for each file that was refused as a whole: which, why, and the row reached.

use crate::failure::Failure;
use hexodus_ingest::Refusal;
use hexodus_ingest::digest::digest_file;
use hexodus_model::{FaultCode, FileAudit, LocalDay, RejectionReason, Rejections};
use hexodus_store::{Part, Store};

/// Writes what the store does not know yet: a file that was refused for the same reason in the run before has its line.
pub fn write(store: &mut Store, refusals: &[(String, Refusal)]) -> Result<Vec<(LocalDay, Part)>, Failure> {
    let mut parts = Vec::new();
    for (source_id, refusal) in refusals {
        let (name, why) = (refusal.fault.file.display().to_string(), refusal.fault.to_string());
        if store.manifest().refused_files.get(&name) == Some(&why) {
            continue;
        }
        let newest = store.manifest().days.keys().next_back();
        let day = refusal.days.last().or(newest).copied().unwrap_or(LocalDay(0));
        let digest = digest_file(&refusal.fault.file).map(|(digest, _)| digest).unwrap_or_default();
        let audit = FileAudit { source_id: source_id.clone(), file_name: name, digest, ..FileAudit::default() };
        parts.extend(store.write_quarantine(day, &[(&audit, &line(refusal))])?.map(|part| (day, part)));
    }
    Ok(parts)
}

fn line(refusal: &Refusal) -> Rejections {
    let fault = &refusal.fault;
    let reason = RejectionReason {
        code: FaultCode::UnreadableFile,
        column: fault.column.clone().unwrap_or_else(|| "(all)".into()),
        // What was found is told as a shape or in words, never as content.
        expected: format!("{}, found {}", fault.expected, fault.found),
    };
    let mut line = Rejections::default();
    line.push(fault.row.unwrap_or(0), refusal.days.last().copied(), &reason);
    line
}
