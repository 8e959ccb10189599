//! What left, and what is left of the privacy budget.

use crate::config::release::ReleaseConfig;
use crate::failure::Failure;
use crate::run::outgoing::ledger::released_days;
use hexodus_model::LocalDay;
use hexodus_release::noise::{Charge, Delta, Rho, accountant};
use hexodus_store::Manifest;
use std::collections::BTreeMap;

/// One line an operation, and one of the budget where there is noise; none where nothing left.
pub fn released_lines(manifest: &Manifest, config: &ReleaseConfig) -> Result<Vec<String>, Failure> {
    let entries = released_days(manifest)?;
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
        lines.push(format!(
            "privacy budget: ρ {:.4} of {:.4} spent (ε {:.2} at δ {})",
            spent.to_f64(),
            total.to_f64(),
            spent.epsilon(Delta::of(noise.delta)),
            noise.delta
        ));
    }
    Ok(lines)
}
