//! The crises of a shard, by what only all shards tell: which days are used, which homes were out of service.

use crate::failure::{Failure, pass};
use crate::run::Run;
use crate::run::displacement::CountedShard;
use hexodus_failpoint::Point;
use hexodus_mobility::ReplicateTally;
use hexodus_model::Period;
use hexodus_store::{CrisisEntry, Manifest, ReplicateRow};
use std::collections::BTreeSet;

impl Run<'_> {
    /// Takes over the judgement of the days, counts flows that it changes, and every crisis.
    pub(super) fn count_shard(&mut self, asked: &str) -> Result<(), Failure> {
        let Some(judged) = self.whole.as_ref().map(|whole| whole.manifest.clone()) else { return Ok(()) };
        self.take_over(&judged)?;
        self.console.timed("flows", || self.count_flows())?;
        let setup = self.setup;
        for crisis in &setup.crises {
            let Some(window) = self.crisis_window(crisis) else { continue };
            pass(Point::CrisisBegin)?;
            let console = self.console;
            let counted = console.timed("displacement", || self.count_crisis_of_shard(crisis, &window))?;
            pass(Point::CrisisCounted)?;
            let CountedShard { counts, replicates } = counted;
            let days = Period { first: hexodus_model::LocalDay(i32::MIN), last: window.days.last };
            let part = self.store.write_crisis(&crisis.slug, &counts, days)?;
            let replicates = self.store.write_replicates(&crisis.slug, &rows(replicates))?;
            pass(Point::CrisisWritten)?;
            let (before, evenings) = (Vec::new(), Vec::new());
            let entry = CrisisEntry { before, part, inputs: asked.to_owned(), evenings, replicates: Some(replicates) };
            self.store.commit(|manifest| _ = manifest.crises.insert(crisis.slug.clone(), entry))?;
        }
        let names: BTreeSet<&str> = setup.crises.iter().map(|crisis| crisis.slug.as_str()).collect();
        self.store.commit(|manifest| {
            manifest.crises.retain(|name, own| names.contains(name.as_str()) && own.inputs == asked);
            if let Some(own) = &mut manifest.shards {
                own.counted = Some(asked.to_owned());
            }
        })?;
        Ok(())
    }

    fn take_over(&mut self, judged: &Manifest) -> Result<(), Failure> {
        self.store.commit(|manifest| {
            for (day, entry) in &mut manifest.days {
                let all = judged.days.get(day);
                entry.verdict = all.and_then(|all| all.verdict.clone());
                entry.acceptance = all.and_then(|all| all.acceptance.clone());
            }
        })?;
        Ok(())
    }
}

fn rows(replicates: ReplicateTally) -> Vec<ReplicateRow> {
    let row = |((figure, ends), day, changes)| ReplicateRow { figure: figure as i16, ends, day, changes };
    replicates.into_changes().into_iter().map(row).collect()
}
