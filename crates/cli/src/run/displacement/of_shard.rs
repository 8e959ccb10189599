//! The counts of a crisis of one shard: what adds up over shards, before anything is made of the sums.

use super::super::Run;
use super::window::Window;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_mobility::{CrisisTally, ReplicateTally};
use hexodus_model::Tally;
use hexodus_store::{CrisisCounts, Share};

/// The counts of a shard, without variances, and the replicates these are made from once all shards are summed.
pub(in crate::run) struct CountedShard {
    pub(in crate::run) counts: CrisisCounts,
    pub(in crate::run) replicates: ReplicateTally,
}

impl Run<'_> {
    /// Counts all days of the window, as many subscribers at a time as memory allows.
    pub(in crate::run) fn count_crisis_of_shard(
        &self,
        crisis: &Crisis,
        window: &Window,
    ) -> Result<CountedShard, Failure> {
        let outages = self.home_outages(window)?;
        let shares = self.shares(crisis, window, None, 0);
        let mut tally = CrisisTally::default();
        for index in 0..shares {
            tally.merge(self.count_share(crisis, window, &outages, (None, &[]), Share { index, of: shares })?);
        }
        let replicates = std::mem::take(&mut tally.replicates);
        Ok(CountedShard { counts: self.counts(tally, crisis, window), replicates })
    }
}
