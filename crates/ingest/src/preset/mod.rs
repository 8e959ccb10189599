//! Layouts known by name. A preset fills what the configuration leaves open; it never overrides.

mod check;
mod d4d;
mod d4r;
mod flowkit;
mod flowminder_minimal;
mod lat_lon;
mod multimno;

use crate::error::IngestError;
use crate::row_rules::Checks;
use crate::spec::{ColumnRef, SourceSpec};

/// Names of the presets, as written in the configuration.
pub const PRESETS: [&str; 7] = ["generic", "multimno", "flowkit", "flowminder-minimal", "d4r", "d4d", "lat-lon"];

/// The specification with its preset filled in and the required parts checked.
///
/// # Errors
/// [`IngestError::Specification`] for an unknown preset, and for a source that lacks its id column, its time column,
/// its zone or any kind of location, or the epoch of ids that are drawn anew (code 209).
pub fn resolve_preset(mut spec: SourceSpec) -> Result<SourceSpec, IngestError> {
    match spec.preset.as_str() {
        "generic" => {}
        "multimno" => multimno::fill(&mut spec),
        "flowkit" => flowkit::fill(&mut spec),
        "flowminder-minimal" => flowminder_minimal::fill(&mut spec),
        "d4r" => d4r::fill(&mut spec),
        "d4d" => d4d::fill(&mut spec),
        "lat-lon" => lat_lon::fill(&mut spec),
        other => {
            let message = format!("preset \"{other}\" is unknown; known are {}", PRESETS.join(", "));
            return Err(check::mistake(&spec, &message));
        }
    }
    spell_out_defaults(&mut spec);
    check::check(&spec)?;
    Ok(spec)
}

/// So that `hexodus explain` shows what will be done.
fn spell_out_defaults(spec: &mut SourceSpec) {
    let checks = Checks::of(&spec.checks);
    spec.checks.in_future = Some(checks.in_future);
    spec.checks.null_mcc = Some(checks.null_mcc);
    spec.checks.null_mnc = Some(checks.null_mnc);
    spec.checks.no_mno_info = Some(checks.no_mno_info);
    spec.checks.coords_zero = Some(checks.coords_zero);
    spec.checks.coords_swapped = Some(checks.coords_swapped);
    spec.checks.outside_country = Some(checks.outside_country);
    spec.checks.date_disagrees = Some(checks.date_disagrees);
    let time = &mut spec.time;
    time.format.get_or_insert_with(|| "iso".into());
    time.hour_24.get_or_insert_default();
    time.hour_label.get_or_insert_default();
    time.dst_overlap.get_or_insert_default();
    time.dst_gap.get_or_insert_default();
    spec.identity.raw_identifiers.get_or_insert_default();
    spec.identity.numeric_pseudonyms.get_or_insert(false);
}

/// Maps a column to a name, where it is still open.
fn named(column: &mut Option<ColumnRef>, name: &str) {
    column.get_or_insert_with(|| ColumnRef::Name(name.into()));
}

/// Maps a column to the first of some names, and to a position where there is no header.
fn first_of(column: &mut Option<ColumnRef>, names: &[&str], position: Option<usize>) {
    column.get_or_insert_with(|| {
        let names = names.iter().map(|&name| ColumnRef::Name(name.into()));
        ColumnRef::FirstOf(names.chain(position.map(ColumnRef::Position)).collect())
    });
}

#[cfg(test)]
mod tests;
