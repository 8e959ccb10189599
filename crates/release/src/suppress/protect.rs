//! Number by number: is it protected, and if not, what else is withheld.

use super::around::{REACHES, around, is_small};
use super::cycles::by_cycles;
use super::exchange::by_exchange;
use super::pattern::Audit;
use super::program::{Found, least_changes};
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
    if by_program(work, cell, by, audit) {
        audit.shown_by_program += 1;
    } else {
        audit.failed += 1;
    }
}

/// Near first, then further; what is still not settled loses all that is shown beside it, and once more.
fn by_program(work: &mut Work, cell: u32, by: i64, audit: &mut Audit) -> bool {
    let reaches = if is_small(work) { &REACHES[..1] } else { &REACHES[..] };
    for _ in 0..ROUNDS {
        for &reach in reaches {
            let around = around(work, cell, reach);
            for over_shown in [false, true] {
                audit.programs += 1;
                let found = least_changes(work, &around, cell, by, over_shown);
                if found.is_some_and(|found| settles(work, cell, by, &found)) {
                    return true;
                }
            }
        }
        withhold_beside(work, cell);
        if by_shift(work, cell, by).is_some() {
            return true;
        }
    }
    false
}

/// Rounds of withholding more.
const ROUNDS: u32 = 4;

/// Withholds what the changes need; whether then, perhaps twice or three times as large, they are a world that looks the same.
fn settles(work: &mut Work, cell: u32, by: i64, found: &Found) -> bool {
    if found.raises(cell) < by as f64 {
        return false;
    }
    let needed: Vec<u32> = found.cells().filter(|&changed| work.net.shown[changed as usize]).collect();
    for &more in &needed {
        work.net.shown[more as usize] = false;
    }
    let worlds = (1..=3).filter_map(|times| found.times(times));
    worlds.into_iter().any(|changes| work.net.looks_the_same(&changes))
}

/// The last resort: the shown numbers of all sums of a cell.
fn withhold_beside(work: &mut Work, cell: u32) {
    for &(sum, _) in &work.net.of_cell[cell as usize] {
        for &(member, _) in &work.net.sums[sum as usize] {
            if work.net.is_shown(member) {
                work.net.shown[member as usize] = false;
            }
        }
    }
}
