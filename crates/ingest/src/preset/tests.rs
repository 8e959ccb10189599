use super::*;
use crate::spec::{IdEpoch, Outcome};

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
    assert_eq!(resolved.checks.in_future, Some(Outcome::Reject), "defaults are spelled out");
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

#[test]
fn ids_that_are_drawn_anew_need_their_epoch() {
    for preset in ["d4r", "d4d"] {
        let mut spec = source(preset);
        spec.time.tz = Some("Etc/GMT-3".into());
        let message = resolve_preset(spec.clone()).unwrap_err().to_string();
        assert!(message.contains("code 209"), "{message}");
        spec.identity.id_epoch = Some(IdEpoch::Label("none".into()));
        resolve_preset(spec).unwrap();
    }
}
