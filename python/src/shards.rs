//! Rows of an operator → the shard, pseudonym and instant of each: what travels, and no id.

use crate::columns::{Ids, Reader, for_each_batch, instants};
use crate::fault::Checked;
use crate::subscribers::Pseudonyms;
use crate::table::Table;
use arrow_array::{Array, Int32Array, Int64Array};
use hexodus_model::SubscriberId;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Shards of subscribers, for the life of a data set: there may be as many workers.
const SHARDS: u64 = 4096;
/// Apart from other uses of the hash. Neither it nor the bytes hashed may ever change.
const SEED: u64 = u64::from_be_bytes(*b"hexodus1");

/// The shard of 64 bits: their little-endian bytes hashed. Ids that are no keyed hash may be consecutive numbers, so that
/// ranges of them, as the store has, would be of very unequal size.
fn shard_of(bits: u64) -> i32 {
    (xxh3_64_with_seed(&bits.to_le_bytes(), SEED) % SHARDS) as i32
}

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
            shards.push(shard_of(own.or(at.map(i64::cast_unsigned)).unwrap_or_default()));
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
