use super::first_of;
use crate::spec::{Hour24, SourceSpec};

/// Ways in which the files of this family write times; none can be mistaken for another.
const FORMATS: &str = "%d-%m-%Y %H:%M|%d-%m-%Y %H|%Y-%m-%d %H:%M|%Y-%m-%d %H|%d/%m/%Y %H";
/// Districts that are no districts.
const UNKNOWN_DISTRICTS: [&str; 3] = ["738", "762", "776"];

/// Data for Refugees and its successors (formats §1.2.4), as documented and as delivered: day before month, hour 24,
/// the population group in the first character of the id, sites or districts only, and a header that may be missing.
pub fn fill(spec: &mut SourceSpec) {
    let columns = &mut spec.columns;
    first_of(&mut columns.user_id, &["CALLER_ID", "CUSTOMER_ID"], Some(1));
    if columns.date.is_none() {
        first_of(&mut columns.timestamp, &["TIMESTAMP"], Some(2));
    }
    first_of(&mut columns.date, &["DAY"], None);
    first_of(&mut columns.time, &["HOUR"], None);
    if columns.radio_cell_id.is_none() {
        first_of(&mut columns.site_id, &["SITE_ID", "CALLER_SITE_ID", "CALER_SITE_ID", "BTS_ID"], None);
        first_of(&mut columns.area_id, &["DISTRICT_ID"], Some(3));
    }
    if spec.file.header.is_none() {
        spec.file.probe_header.get_or_insert(true);
    }
    spec.time.format.get_or_insert_with(|| FORMATS.into());
    spec.time.hour_24.get_or_insert(Hour24::NextDay);
    spec.time.precision_s.get_or_insert(60);
    let identity = &mut spec.identity;
    identity.numeric_pseudonyms.get_or_insert(true);
    // The successors have a column for it.
    if columns.population_group.is_none() {
        identity.group_from_prefix.get_or_insert_with(|| {
            [("1", "refugee"), ("2", "non-refugee")].map(|(prefix, group)| (prefix.into(), group.into())).into()
        });
    }
    spec.location.area_sentinels.get_or_insert_with(|| UNKNOWN_DISTRICTS.map(Into::into).into());
}
