//! What neither cycles nor shifts settle: a linear program over the cells around a number. It says whether the number can
//! be raised, and if not, what more to withhold at least cost so that it can.

use super::changes::Changes;
use super::net::Kind;
use super::work::Work;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// Of all changes that raise `cell` by `by`, those that change the least that is shown; none where the program has no
/// answer. Cells not around keep their counts, so that less is found than there is, never more.
pub(super) fn least_changes(
    work: &Work,
    around: &BTreeSet<u32>,
    cell: u32,
    by: i64,
    over_shown: bool,
) -> Option<Found> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut sums: BTreeMap<u32, Vec<(Variable, f64)>> = BTreeMap::new();
    let mut variables = Vec::new();
    for &member in around {
        let shown = work.net.shown[member as usize];
        if work.net.cells[member as usize].kind == Kind::Impossible || shown && !over_shown {
            continue;
        }
        let count = work.net.count(member) as f64;
        let price = if shown { price(work, member) } else { 0.0 };
        let up = if member == cell { (-REWARD, by as f64) } else { (price, f64::INFINITY) };
        for (sign, price, most) in [(1.0, up.0, up.1), (-1.0, price, if member == cell { 0.0 } else { count })] {
            if most > 0.0 {
                let variable = problem.add_var(price + TIE, (0.0, most));
                variables.push((member, variable, sign));
                for &(sum, own) in &work.net.of_cell[member as usize] {
                    sums.entry(sum).or_default().push((variable, sign * f64::from(own)));
                }
            }
        }
    }
    for terms in sums.into_values() {
        problem.add_constraint(&terms[..], ComparisonOp::Eq, 0.0);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let mut found: BTreeMap<u32, f64> = BTreeMap::new();
    for (member, variable, sign) in variables {
        *found.entry(member).or_default() += sign * solution.var_value(variable);
    }
    found.retain(|_, change| change.abs() > TOLERANCE);
    Some(Found(found))
}

/// What raising by one is worth: more than any way to do it costs.
const REWARD: f64 = 1e5;
/// Makes changes that change nothing worse than none.
const TIE: f64 = 1e-3;
/// How far off numbers of a program may be.
const TOLERANCE: f64 = 1e-6;

fn price(work: &Work, cell: u32) -> f64 {
    let count = work.net.count(cell) as f64;
    f64::from(work.net.cells[cell as usize].weight) * (1.0 + count / (count + 1000.0))
}

/// Changes as a program finds them, not always integers.
#[derive(Debug)]
pub(super) struct Found(BTreeMap<u32, f64>);

impl Found {
    /// The cells that change.
    pub(super) fn cells(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.keys().copied()
    }

    /// By how much a cell is raised.
    pub(super) fn raises(&self, cell: u32) -> f64 {
        self.0.get(&cell).copied().unwrap_or(0.0) + TOLERANCE
    }

    /// The changes as integers, so many times over; none where they are not integers then.
    pub(super) fn times(&self, times: u32) -> Option<Changes> {
        let whole = |(&cell, change): (&u32, &f64)| {
            let (change, rounded) = (change * f64::from(times), (change * f64::from(times)).round());
            ((change - rounded).abs() < TOLERANCE).then_some((cell, rounded as i64))
        };
        self.0.iter().map(whole).collect()
    }
}
