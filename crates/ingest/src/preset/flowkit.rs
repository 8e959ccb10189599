use super::named;
use crate::spec::SourceSpec;

/// FlowKit's event tables calls, sms, mds, topups and forwards (formats §1.2.2): `msisdn` as text or BYTEA, each time
/// with its offset, two rows for a call within the network, which are two subscribers and so no duplicates.
pub fn fill(spec: &mut SourceSpec) {
    let columns = &mut spec.columns;
    named(&mut columns.user_id, "msisdn");
    named(&mut columns.timestamp, "datetime");
    named(&mut columns.radio_cell_id, "location_id");
    spec.time.tz.get_or_insert_with(|| "in-value".into());
    spec.identity.hex_ids.get_or_insert(true);
    // How PostgreSQL's COPY writes a null in text form.
    spec.location.sentinels.get_or_insert_with(|| vec!["\\N".into()]);
}
