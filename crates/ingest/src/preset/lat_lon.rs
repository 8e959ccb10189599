use super::named;
use crate::spec::{ColumnRef, SourceSpec};

/// Records with their own position: `user, utc, lat, lon` (formats §1.2.6). Without a header, the columns stand in
/// that order.
pub fn fill(spec: &mut SourceSpec) {
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
