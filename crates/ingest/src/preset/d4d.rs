use crate::spec::{ColumnRef, SourceSpec};

/// Orange's Data for Development (formats §1.2.5): no header, `user, time, place`, times rounded to ten minutes, local
/// time equal to UTC in both countries, antenna -1 where it is missing.
pub fn fill(spec: &mut SourceSpec) {
    if !spec.file.header.get_or_insert(false).to_owned() {
        let columns = &mut spec.columns;
        columns.user_id.get_or_insert(ColumnRef::Position(1));
        columns.timestamp.get_or_insert(ColumnRef::Position(2));
        if columns.site_id.is_none() && columns.area_id.is_none() {
            columns.radio_cell_id.get_or_insert(ColumnRef::Position(3));
        }
    }
    spec.time.tz.get_or_insert_with(|| "utc".into());
    spec.time.precision_s.get_or_insert(600);
    spec.identity.numeric_pseudonyms.get_or_insert(true);
    spec.location.sentinels.get_or_insert_with(|| vec!["-1".into()]);
}
