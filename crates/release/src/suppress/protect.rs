//! Number by number: is it protected, and if not, what else is withheld.

use super::around::around;
use super::changes::Changes;
use super::cycles::by_cycles;
use super::exchange::by_exchange;
use super::pattern::Audit;
use super::program::least_changes;
use super::shift::by_shift;
use super::work::Work;

/// Withholds what it takes that every small number could be k and more. Each is settled by a world that looks the same,
/// checked in integers. Withholding more leaves all those worlds, so one pass over the numbers is enough.
pub(super) fn protect_all(work: &mut Work) -> Audit {
    let mut audit = Audit::default();
    for cell in 0..work.net.cells.len() as u32 {
        if work.is_small(cell) {
            protect(work, cell, &mut audit);
        }
    }
    audit
}

fn protect(work: &mut Work, cell: u32, audit: &mut Audit) {
    let by = work.raise(cell);
    let net = &mut work.net;
    let found = by_cycles(net, cell, by).or_else(|| by_exchange(net, cell, by));
    if found.or_else(|| by_shift(work, cell, by)).is_some() {
        audit.shown_by_shift += 1;
        return;
    }
    let around = around(work, cell);
    for over_shown in [false, true] {
        audit.programs += 1;
        let changes = least_changes(work, &around, cell, by, over_shown);
        if changes.is_some_and(|changes| settles(work, cell, by, &changes)) {
            audit.shown_by_program += 1;
            return;
        }
    }
    audit.failed += 1;
}

/// Withholds what the changes need, if then they are a world that looks the same.
fn settles(work: &mut Work, cell: u32, by: i64, changes: &Changes) -> bool {
    if changes.get(&cell).is_none_or(|&raised| raised < by) {
        return false;
    }
    let changed = changes.iter().filter(|&(_, &change)| change != 0).map(|(&changed, _)| changed);
    let needed: Vec<u32> = changed.filter(|&changed| work.net.shown[changed as usize]).collect();
    for &more in &needed {
        work.net.shown[more as usize] = false;
    }
    work.net.looks_the_same(changes)
}
