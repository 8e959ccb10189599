use super::named;
use crate::spec::SourceSpec;

/// eurostat/multimno: events in Parquet under hive folders, binary ids, times as text in UTC (formats §1.2.1).
pub fn fill(spec: &mut SourceSpec) {
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
