//! What left before, and which days may follow. The ledger is part of the store's manifest.

use super::super::Run;
use super::super::days::fingerprint;
use crate::crisis::Crisis;
use crate::failure::{Exit, Failure};
use hexodus_model::Level;
use hexodus_release::noise::Charge;
use hexodus_release::outgoing::{Candidate, DayRules, DayVerdict, OutgoingDay, ReleasedDay, audit_days};
use hexodus_store::Manifest;
use miette::miette;

/// What left, as the store keeps it.
pub fn released_days(manifest: &Manifest) -> Result<Vec<ReleasedDay>, Failure> {
    let read = |entry: &serde_json::Value| serde_json::from_value(entry.clone());
    manifest.ledger.iter().map(read).collect::<Result<_, _>>().map_err(|error| {
        let message = format!("the ledger of releases in the store cannot be read ({error}); nothing is released");
        Failure::new(Exit::Store, miette!("{message}"))
    })
}

impl Run<'_> {
    /// What left from this store.
    pub(super) fn ledger(&self) -> Result<Vec<ReleasedDay>, Failure> {
        released_days(self.store.manifest())
    }

    /// Days with the fingerprint of everything about them that could be told, and the verdict of the ledger.
    pub(super) fn judged(
        &self,
        crisis: &Crisis,
        days: Vec<OutgoingDay>,
        times: u64,
    ) -> Result<Vec<(OutgoingDay, Candidate, DayVerdict)>, Failure> {
        let candidate = |day: &OutgoingDay| Candidate {
            period: day.period,
            content: fingerprint(&serde_json::json!([
                day.content(),
                self.setup.policy,
                times,
                self.network.areas.cod_version,
                self.setup.config.release.noise.as_ref().map(|own| own.rho_per_day)
            ])),
        };
        let candidates: Vec<Candidate> = days.iter().map(candidate).collect();
        let ledger = self.ledger()?;
        let release = &self.setup.config.release;
        let of = (crisis.event, crisis.baseline);
        let rules = DayRules {
            every: release.every_days,
            noised: release.noise.is_some(),
            accepts_overlap: release.accept_overlap.is_some(),
        };
        let verdicts = audit_days(&ledger, of, &candidates, rules);
        Ok(days.into_iter().zip(candidates).zip(verdicts).map(|((day, own), verdict)| (day, own, verdict)).collect())
    }

    /// Writes days into the ledger, before anything of them is shown: a release that is shown is always accounted for.
    pub(super) fn enter(
        &mut self,
        crisis: &Crisis,
        new: &[(Candidate, Vec<Charge>)],
        folder: &str,
    ) -> Result<(), Failure> {
        let entries: Vec<serde_json::Value> = new
            .iter()
            .map(|(own, charges)| ReleasedDay {
                operation: crisis.operation.clone(),
                event: crisis.event,
                baseline: [crisis.baseline.first, crisis.baseline.last],
                period: [own.period.first, own.period.last],
                content: own.content.clone(),
                folder: folder.to_owned(),
                class: self.setup.policy.class().name().to_owned(),
                charges: charges.clone(),
                k: self.setup.policy.threshold(Level::Adm(1)),
            })
            .map(|own| serde_json::to_value(own).map_err(Failure::usage))
            .collect::<Result<_, _>>()?;
        if !entries.is_empty() {
            self.store.commit(|manifest| manifest.ledger.extend(entries))?;
        }
        Ok(())
    }
}
