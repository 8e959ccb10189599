//! What the privacy officer is told of a release: rule, what was withheld, what the audit found. Internal.

use super::counts::OutgoingDay;
use super::ledger::DayVerdict;
use crate::noise::{Budget, Rho};
use crate::policy::DisclosurePolicy;
use crate::suppress::{Audit, Pattern, protection_width};
use hexodus_model::{Level, LocalDay, OdPair};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What was withheld of one day, and what the audit of its tables found.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupReport {
    /// The released day.
    pub day: LocalDay,
    /// What was found.
    pub audit: Audit,
    /// Displaced subscribers of pairs of the deepest level, and those of them in pairs that were withheld.
    pub displaced: [u64; 2],
    /// The same of pairs with their home or their host in a struck area.
    pub displaced_struck: [u64; 2],
}

impl GroupReport {
    pub(crate) fn of(day: &OutgoingDay, pattern: &Pattern) -> Self {
        let (mut displaced, mut displaced_struck) = ([0, 0], [0, 0]);
        if let Some(deepest) = day.levels.last() {
            let withheld = |pair: OdPair| !pattern.pair_shown(deepest.level, pair);
            let is_struck =
                |pair: OdPair| [pair.origin, pair.destination].iter().any(|end| deepest.affected.contains(end));
            for &(pair, count) in &deepest.pairs {
                for sums in
                    [Some(&mut displaced), is_struck(pair).then_some(&mut displaced_struck)].into_iter().flatten()
                {
                    sums[0] += count;
                    sums[1] += if withheld(pair) { count } else { 0 };
                }
            }
        }
        Self { day: day.period.last, audit: *pattern.audit(), displaced, displaced_struck }
    }
}

/// The share that is withheld, whole percent.
fn percent([all, withheld]: [u64; 2]) -> Option<u64> {
    (all > 0).then(|| (200 * withheld + all) / (2 * all))
}

/// The privacy budget after a release (methods §15).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetReport {
    /// What may be spent.
    pub budget: Budget,
    /// What was.
    pub spent: Rho,
    /// Standard deviation of the noise of each number, subscribers.
    pub sigma: f64,
}

impl BudgetReport {
    /// For `method.json`, which leaves: what was spent is in it, as the guarantee is of all releases together.
    pub fn method(&self) -> Value {
        json!({
            "mechanism": "discrete Gaussian, independent on every number",
            "sigma": self.sigma,
            "unit": "one subscriber, added or removed, over all releases",
            "rho_spent": self.spent.to_f64(),
            "epsilon_spent": self.spent.epsilon(self.budget.delta),
        })
    }

    fn json(&self) -> Value {
        json!({
            "rho_total": self.budget.rho_total.to_f64(),
            "rho_spent": self.spent.to_f64(),
            "rho_left": self.budget.rho_total.to_f64() - self.spent.to_f64(),
            "epsilon_spent": self.spent.epsilon(self.budget.delta),
            "epsilon_total": self.budget.epsilon(),
            "sigma": self.sigma,
        })
    }
}

/// The report of a release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisclosureReport {
    /// Name of the operation.
    pub operation: String,
    /// Days that asked to leave, and what was said.
    pub days: Vec<(LocalDay, DayVerdict)>,
    /// Days that left.
    pub groups: Vec<GroupReport>,
    /// What numbers are multiples of.
    pub rounding_base: u64,
    /// The least number of days between two of them.
    pub every: u16,
    /// Whether figures of H3 cells left.
    pub h3: bool,
    /// Why days near to those of another operation left, as typed; none where nobody answers for that.
    pub overlap: Option<String>,
    /// Under noise.
    pub budget: Option<BudgetReport>,
    /// Rows, and those of them with a withheld number, by table.
    pub tables: Vec<(String, u64, u64)>,
}

impl DisclosureReport {
    /// `….json`.
    pub fn json(&self, policy: &DisclosurePolicy) -> Value {
        let [areas, h3] = [Level::Adm(1), Level::H3].map(|level| policy.threshold(level));
        let groups = self.groups.iter().map(|own| {
            json!({
                "day": own.day,
                "audit": own.audit,
                "passed": own.audit.passed(),
                "displaced_withheld_pct": percent(own.displaced),
                "displaced_withheld_pct_struck": percent(own.displaced_struck),
            })
        });
        let tables = self
            .tables
            .iter()
            .map(|(table, rows, suppressed)| json!({"table": table, "rows": rows, "rows_suppressed": suppressed}));
        json!({
            "dissemination_class": "internal",
            "operation": self.operation,
            "released_class": policy.class().name(),
            "rule": {
                "test": "publish iff distinct subscribers >= k, before scaling",
                "preset": policy.preset(),
                "k_admin": areas,
                "k_h3": h3,
                "width": protection_width(areas),
                "round_to": self.rounding_base,
                "every_days": self.every,
                "h3": self.h3,
                "overlap_accepted": self.overlap,
            },
            "days": self.days.iter().map(|(day, verdict)| json!({"day": day, "verdict": told(*verdict)})).collect::<Vec<_>>(),
            "groups": groups.collect::<Vec<_>>(),
            "tables": tables.collect::<Vec<_>>(),
            "budget": self.budget.map(|own| own.json()),
        })
    }

    /// `….txt`.
    pub fn text(&self, policy: &DisclosurePolicy) -> String {
        let mut text = format!(
            "Disclosure report: {}. INTERNAL: it counts what was withheld\n\n{}\n",
            self.operation,
            policy.summary(self.every, self.budget.as_ref().map(|own| &own.budget), self.h3)
        );
        text.push_str("Days\n");
        for (day, verdict) in &self.days {
            _ = writeln!(text, "  {day}: {}", told(*verdict));
        }
        if let Some(why) = &self.overlap {
            _ = writeln!(text, "  Days near to those of other operations were accepted: {why}");
        }
        _ = writeln!(text, "\nAudit of the tables of each day (numbers rounded to {} afterwards)", self.rounding_base);
        for own in &self.groups {
            let verdict = if own.audit.passed() { "passed" } else { "FAILED: nothing of it was released" };
            let share = |of| percent(of).map_or("none".into(), |share| format!("{share} %"));
            _ = writeln!(
                text,
                "  {}: {verdict}; {} numbers, {} withheld below k and {} to protect them; {} of the displaced are in \
                 withheld pairs, from or in struck areas {}",
                own.day,
                own.audit.cells,
                own.audit.primary,
                own.audit.complementary,
                share(own.displaced),
                share(own.displaced_struck)
            );
        }
        if let Some(own) = &self.budget {
            _ = writeln!(
                text,
                "  noise of σ = {:.2} subscribers on every number; budget: ρ {:.6} of {:.6} spent (ε {:.2} of {:.2})",
                own.sigma,
                own.spent.to_f64(),
                own.budget.rho_total.to_f64(),
                own.spent.epsilon(own.budget.delta),
                own.budget.epsilon()
            );
        }
        text.push_str("\nTables: rows, of these withheld\n");
        for (table, rows, suppressed) in &self.tables {
            _ = writeln!(text, "  {table}: {rows}, {suppressed}");
        }
        text
    }
}

fn told(verdict: DayVerdict) -> String {
    match verdict {
        DayVerdict::New => "released".into(),
        DayVerdict::Same => "released before, unchanged".into(),
        DayVerdict::Changed => "left out: released before with other numbers, which stand".into(),
        DayVerdict::TooNear(day) => format!("left out: too near to {day}, which was released"),
        DayVerdict::OtherOperation(day) => {
            format!("left out: too near to {day}, which was released of an operation with another event or baseline")
        }
    }
}
