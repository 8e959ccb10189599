//! Daily locations → residence: the most frequent place of the last days.

use crate::fault::{Checked, Fault};
use crate::flows::{LocatedDays, by_subscriber};
use crate::table::Table;
use arrow_array::{Date32Array, Int64Array};
use hexodus_mobility::{ResidenceRule, residences};
use hexodus_model::{LocalDay, Period};
use rayon::prelude::*;
use std::sync::Arc;

/// Residence of each subscriber on each day from `first` to `last` that has one: `subscriber`, `day`, `h3`. Ascending by
/// subscriber and day.
pub fn residence_table(located: &LocatedDays, rule: ResidenceRule, [first, last]: [LocalDay; 2]) -> Checked<Table> {
    if rule.window_days == 0 {
        return Err(Fault::argument("window_days", "1 or more", "0"));
    }
    let period = Period { first, last };
    let of_one = |(who, days): &(_, Vec<_>)| {
        let own = residences(days, rule, period);
        own.filter_map(|(day, place)| Some((*who, day, place?))).collect::<Vec<_>>()
    };
    let rows: Vec<_> = by_subscriber(located).par_iter().flat_map_iter(of_one).collect();
    Table::new(
        vec![
            ("subscriber", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0.bits().cast_signed())))),
            ("day", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.1.0)))),
            ("h3", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2.index().cast_signed())))),
        ],
        &[],
    )
}
