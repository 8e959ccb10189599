//! Keys change: days before and after a rotation are two panels, with no flow between them.

use super::{Run, RunOptions};
use crate::failure::Failure;
use hexodus_model::LocalDay;
use hexodus_store::Manifest;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Refuses to put days of an earlier key and days of the one in use into one release, unless told to.
pub fn check_span(manifest: &Manifest, options: &RunOptions) -> Result<(), Failure> {
    let epoch = manifest.key_epochs.len();
    let earlier: Vec<LocalDay> =
        manifest.usable_days().into_iter().filter(|&day| manifest.key_epoch(day) != Some(epoch)).collect();
    let (Some(first), Some(last), false) = (earlier.first(), earlier.last(), options.span_key_epochs) else {
        return Ok(());
    };
    Err(Failure::usage(format!(
        "the key was rotated: {} days of the store, {first} to {last}, go by an earlier key than the one in use, and \
         ids of two keys are never linked. --span-key-epochs goes on with both, without a flow across the rotation; \
         another [store] and [output] folder begins anew",
        earlier.len()
    )))
}

impl Run<'_> {
    /// For `method.json`: which days go by which key, and the pairs of days that have no matrix for that reason.
    pub fn key_epochs(&self, days: &[LocalDay]) -> Value {
        let manifest = self.store.manifest();
        let mut epochs: BTreeMap<usize, Vec<LocalDay>> = BTreeMap::new();
        for &day in days {
            epochs.entry(manifest.key_epoch(day).unwrap_or_default()).or_default().push(day);
        }
        let epochs: Vec<Value> = epochs
            .into_iter()
            .map(|(epoch, days)| json!({"epoch": epoch, "first_day": days.first(), "last_day": days.last()}))
            .collect();
        let apart = |pair: &&[LocalDay]| pair[0].next() == pair[1] && !manifest.is_linked(pair[0], pair[1]);
        let breaks: Vec<&[LocalDay]> = days.windows(2).filter(apart).collect();
        json!({"epochs": epochs, "pairs_never_linked": breaks})
    }
}
