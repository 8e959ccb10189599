//! What left, and what is left of the privacy budget.

use crate::config::release::ReleaseConfig;
use hexodus_model::LocalDay;
use hexodus_release::noise::{Charge, Delta, Rho, accountant};
use hexodus_release::outgoing::ReleasedDay;
use hexodus_store::Manifest;
use std::collections::BTreeMap;

/// One line an operation, and one of the budget where there is noise; none where nothing left.
pub fn released_lines(manifest: &Manifest, config: &ReleaseConfig) -> Vec<String> {
    let entries: Result<Vec<ReleasedDay>, _> =
        manifest.ledger.iter().map(|entry| serde_json::from_value(entry.clone())).collect();
    let Ok(entries) = entries else {
        return vec!["the ledger of releases cannot be read: nothing can be released".into()];
    };
    let mut operations: BTreeMap<&str, Vec<LocalDay>> = BTreeMap::new();
    for own in &entries {
        operations.entry(&own.operation).or_default().push(own.period[1]);
    }
    let line = |(operation, days): (&str, Vec<LocalDay>)| {
        let last = days.iter().max().map_or_else(String::new, |last| format!(", the last {last}"));
        format!("released: {operation}, {} days{last}", days.len())
    };
    let mut lines: Vec<String> = operations.into_iter().map(line).collect();
    let charges: Vec<Charge> = entries.iter().flat_map(|own| own.charges.iter().cloned()).collect();
    if let Some(noise) = config.noise.as_ref().filter(|_| !charges.is_empty()) {
        let (spent, total) = (accountant::spent(&charges), Rho::of(noise.rho_total));
        let share = |rho: Rho| rho.pico() as f64 / Rho::ONE.pico() as f64;
        lines.push(format!(
            "privacy budget: ρ {:.4} of {:.4} spent (ε {:.2} at δ {})",
            share(spent),
            share(total),
            spent.epsilon(Delta::of(noise.delta)),
            noise.delta
        ));
    }
    lines
}
