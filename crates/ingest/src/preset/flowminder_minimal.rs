use super::named;
use crate::spec::SourceSpec;

/// Flowminder's minimal table of calls (formats §1.2.3). `call_datetime` is trusted, `call_date` compared with it. The
/// times are naive, so the zone must be declared.
pub fn fill(spec: &mut SourceSpec) {
    let columns = &mut spec.columns;
    named(&mut columns.user_id, "msisdn");
    named(&mut columns.timestamp, "call_datetime");
    if columns.time.is_none() {
        named(&mut columns.date, "call_date");
    }
    named(&mut columns.radio_cell_id, "location_id");
}
