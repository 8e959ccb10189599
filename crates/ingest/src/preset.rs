//! Layouts known by name. A preset fills what the configuration leaves open; it never overrides.

use crate::error::IngestError;
use crate::spec::{ColumnRef, SourceSpec};

/// Names of the presets, as written in the configuration.
pub const PRESETS: [&str; 3] = ["generic", "multimno", "lat-lon"];

/// The specification with its preset filled in and the required parts checked.
///
/// # Errors
/// [`IngestError::Specification`] for an unknown preset, and for a source that lacks its id column, its time column,
/// its zone or any kind of location.
pub fn resolve_preset(mut spec: SourceSpec) -> Result<SourceSpec, IngestError> {
    match spec.preset.as_str() {
        "generic" => {}
        "multimno" => multimno(&mut spec),
        "lat-lon" => lat_lon(&mut spec),
        other => {
            return Err(spec_error(&spec, &format!("preset \"{other}\" is unknown; known are {}", PRESETS.join(", "))));
        }
    }
    check(&spec)?;
    Ok(spec)
}

fn named(column: &mut Option<ColumnRef>, name: &str) {
    column.get_or_insert_with(|| ColumnRef::Name(name.into()));
}

/// eurostat/multimno: events in Parquet under hive folders, binary ids, times as text in UTC (formats §1.2.1).
fn multimno(spec: &mut SourceSpec) {
    let columns = &mut spec.columns;
    named(&mut columns.user_id, "user_id");
    named(&mut columns.timestamp, "timestamp");
    named(&mut columns.radio_cell_id, "cell_id");
    named(&mut columns.lat, "latitude");
    named(&mut columns.lon, "longitude");
    named(&mut columns.mcc, "mcc");
    named(&mut columns.mnc, "mnc");
    named(&mut columns.plmn, "plmn");
    spec.time.tz.get_or_insert_with(|| "utc".into());
}

/// Records with their own position: `user, utc, lat, lon` (formats §1.2.6). Without a header, the columns stand in
/// that order.
fn lat_lon(spec: &mut SourceSpec) {
    let header = spec.file.header.unwrap_or(true);
    let columns = &mut spec.columns;
    let fields = [&mut columns.user_id, &mut columns.timestamp, &mut columns.lat, &mut columns.lon];
    for (position, (column, name)) in fields.into_iter().zip(["user", "utc", "lat", "lon"]).enumerate() {
        if header {
            named(column, name);
        } else {
            column.get_or_insert(ColumnRef::Position(position + 1));
        }
    }
    spec.time.tz.get_or_insert_with(|| "utc".into());
}

fn check(spec: &SourceSpec) -> Result<(), IngestError> {
    let columns = &spec.columns;
    if spec.file.glob.is_empty() {
        return Err(spec_error(spec, "[source.file] glob is missing: which files are these?"));
    }
    let delimiter = spec.file.delimiter.as_deref().unwrap_or(",");
    if delimiter.len() != 1 && delimiter != "\\t" {
        return Err(spec_error(spec, "[source.file] delimiter must be one character, or \"\\t\""));
    }
    if columns.user_id.is_none() {
        return Err(spec_error(spec, "[source.columns] user_id is missing: which column holds the subscriber id?"));
    }
    if columns.timestamp.is_none() && (columns.date.is_none() || columns.time.is_none()) {
        return Err(spec_error(spec, "[source.columns] timestamp (or date and time) is missing"));
    }
    if columns.radio_cell_id.is_none() && (columns.lat.is_none() || columns.lon.is_none()) {
        return Err(spec_error(spec, "[source.columns] radio_cell_id (or lat and lon) is missing"));
    }
    if spec.time.tz.is_none() {
        return Err(spec_error(
            spec,
            "[source.time] tz is missing: say in which zone the times are written (an IANA name, \"utc\", or \
             \"in-value\"); there is no default, because a wrong guess moves every night by hours",
        ));
    }
    let positional = |column: &Option<ColumnRef>| matches!(column, Some(ColumnRef::Position(_)));
    let header = spec.file.header.unwrap_or(true);
    let all = [
        &columns.user_id,
        &columns.timestamp,
        &columns.date,
        &columns.time,
        &columns.radio_cell_id,
        &columns.lat,
        &columns.lon,
        &columns.event_type,
        &columns.mcc,
        &columns.mnc,
        &columns.plmn,
    ];
    if header && all.into_iter().any(positional) {
        return Err(spec_error(spec, "columns by position need header = false in [source.file]"));
    }
    Ok(())
}

fn spec_error(spec: &SourceSpec, message: &str) -> IngestError {
    IngestError::Specification { source_id: spec.id.clone(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(preset: &str) -> SourceSpec {
        let mut spec = SourceSpec { id: "op1".into(), preset: preset.into(), ..Default::default() };
        spec.file.glob = "*.csv".into();
        spec
    }

    #[test]
    fn presets_fill_only_what_is_open() {
        let mut spec = source("multimno");
        spec.columns.user_id = Some(ColumnRef::Name("imsi_hash".into()));
        let resolved = resolve_preset(spec).unwrap();
        assert_eq!(resolved.columns.user_id, Some(ColumnRef::Name("imsi_hash".into())));
        assert_eq!(resolved.columns.radio_cell_id, Some(ColumnRef::Name("cell_id".into())));
        assert_eq!(resolved.time.tz.as_deref(), Some("utc"));
    }

    #[test]
    fn a_generic_source_must_say_its_zone() {
        let mut spec = source("generic");
        spec.columns.user_id = Some(ColumnRef::Name("sim".into()));
        spec.columns.timestamp = Some(ColumnRef::Name("when".into()));
        spec.columns.radio_cell_id = Some(ColumnRef::Name("tower".into()));
        let message = resolve_preset(spec).unwrap_err().to_string();
        assert!(message.contains("tz is missing"), "{message}");
    }

    #[test]
    fn without_a_header_lat_lon_goes_by_position() {
        let mut spec = source("lat-lon");
        spec.file.header = Some(false);
        let columns = resolve_preset(spec).unwrap().columns;
        assert_eq!(columns.lon, Some(ColumnRef::Position(4)));
    }
}
