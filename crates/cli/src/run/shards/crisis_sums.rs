//! The counts of a crisis over shards, and what is made of the sums: variances over replicates.

use super::parts::Part;
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::run::Run;
use crate::run::days::fingerprint;
use crate::run::displacement::{Counted, CountedShard, Window};
use hexodus_mobility::{DailyLocationRule, ReplicateFigure, ReplicateTally};
use hexodus_model::Tally;
use hexodus_store::{CrisisSum, ReplicateRow, read_crisis, read_replicates};

impl Run<'_> {
    /// What depends on all shards: which days are used, and everything a crisis is counted from. None where it changes
    /// nothing that a shard has counted without it: no crisis has begun, and all days are used (a night is told by the
    /// day after it, so under that rule flows depend on which are).
    pub(super) fn to_be_counted(&self, reduced: &str) -> Option<String> {
        let manifest = self.store.manifest();
        let windows = self.setup.crises.iter().filter_map(|own| Some((&own.slug, self.crisis_window(own)?.inputs)));
        let windows: Vec<_> = windows.collect();
        let (used, delivered) = (manifest.usable_days(), manifest.delivered_days());
        let is_by_night = self.setup.config.mobility.daily_location == DailyLocationRule::Night;
        if windows.is_empty() && (!is_by_night || used == delivered) {
            return None;
        }
        Some(fingerprint(&serde_json::json!([reduced, used, windows])))
    }

    /// The counts of all shards as those of one run.
    pub(super) fn sum_crisis(&self, crisis: &Crisis, window: &Window, parts: &[Part]) -> Result<Counted, Failure> {
        let (mut counts, mut replicates) = (CrisisSum::default(), ReplicateTally::default());
        for part in parts {
            let own = read_shard(crisis, part)?;
            counts.add(own.counts);
            replicates.merge(own.replicates);
        }
        let mut counts = counts.finish();
        let (variances, kept) = self.share_variances(replicates, window, &counts)?;
        counts.variances.extend(variances);
        counts.replicates.extend(kept);
        Ok(Counted { counts, from: None, evenings: Vec::new() })
    }
}

fn read_shard(crisis: &Crisis, part: &Part) -> Result<CountedShard, Failure> {
    let missing = || Failure::identity(format!("{}: shard {} has no counts of it", crisis.operation, part.shard));
    let entry = part.manifest.crises.get(&crisis.slug).ok_or_else(missing)?;
    let counts = read_crisis(&part.folder, crisis.dating, entry)?;
    let mut replicates = ReplicateTally::default();
    let rows = entry.replicates.as_ref().map(|own| read_replicates(&part.folder, own)).transpose()?;
    for ReplicateRow { figure, ends, day, changes } in rows.unwrap_or_default() {
        let figure = usize::try_from(figure).ok().and_then(|number| ReplicateFigure::ALL.get(number));
        replicates.add_change((*figure.ok_or_else(missing)?, ends), day, &changes);
    }
    Ok(CountedShard { counts, replicates })
}
