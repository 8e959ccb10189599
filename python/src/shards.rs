//! Rows of an operator → the shard, pseudonym and instant of each: what travels, and no id.

use crate::columns::{Ids, Reader, for_each_batch, instants};
use crate::fault::Checked;
use crate::subscribers::Pseudonyms;
use crate::table::Table;
use arrow_array::{Array, Int32Array, Int64Array};
use hexodus_model::{SubscriberId, shard_of};
use std::sync::Arc;

/// `shard`, `subscriber` (the pseudonym's bits; null where the id is missing) and `time` (microseconds since 1970 in UTC) of
/// each row, in order. Rows without a subscriber are spread by their instant: only counted, they may be anywhere.
pub fn sharded(reader: Reader, subscriber: &str, time: &str, pseudonyms: &Pseudonyms) -> Checked<Table> {
    let (mut shards, mut subscribers, mut instants_us) = (Vec::new(), Vec::new(), Vec::new());
    for_each_batch(reader, |batch, _| {
        let (ids, times) = (Ids::read(batch, subscriber)?, instants(batch, time)?);
        pseudonyms.check(&ids, subscriber)?;
        for row in 0..batch.num_rows() {
            let at = times.is_valid(row).then(|| times.value(row));
            let own = pseudonyms.of(&ids, row).ok().map(SubscriberId::bits);
            shards.push(i32::from(shard_of(own.or(at.map(i64::cast_unsigned)).unwrap_or_default())));
            subscribers.push(own.map(u64::cast_signed));
            instants_us.push(at);
        }
        Ok(())
    })?;
    Table::new(
        vec![
            ("shard", Arc::new(Int32Array::from(shards))),
            ("subscriber", Arc::new(Int64Array::from(subscribers))),
            ("time", Arc::new(Int64Array::from(instants_us))),
        ],
        &["subscriber", "time"],
    )
}
