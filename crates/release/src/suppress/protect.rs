//! Number by number: is it protected, and if not, what else is withheld.

use super::around::{REACHES, around, is_small};
use super::changes::Changes;
use super::cycles::by_cycles;
use super::exchange::by_exchange;
use super::pattern::Audit;
use super::program::{Found, least_changes};
use super::shift::by_shift;
use super::work::Work;
use std::collections::BTreeSet;

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
    }
    let more_people = more_people(work, cell, by);
    withhold(work, more_people.keys().copied());
    work.net.looks_the_same(&more_people)
}

/// Rounds of looking around, with more withheld beside a number each time.
const ROUNDS: u32 = 2;

/// The last resort, that needs no search: simply more people, in one number of those it is summed from, and in every
/// number that counts them.
fn more_people(work: &Work, cell: u32, by: i64) -> Changes {
    let net = &work.net;
    let mut path = vec![cell];
    let part = |cell: u32| {
        let sum = net.of_cell[cell as usize].iter().find(|&&(_, sign)| sign < 0)?.0;
        let parts = net.sums[sum as usize].iter().filter(|&&(part, sign)| sign > 0 && net.count(part) > 0);
        parts.map(|&(part, _)| part).next()
    };
    while let Some(below) = path.last().and_then(|&last| part(last)) {
        path.push(below);
    }
    let mut counted: BTreeSet<u32> = path.last().copied().into_iter().collect();
    let mut waiting: Vec<u32> = counted.iter().copied().collect();
    while let Some(own) = waiting.pop() {
        for &(sum, _) in net.of_cell[own as usize].iter().filter(|&&(_, sign)| sign > 0) {
            let wholes = || net.sums[sum as usize].iter().filter(|&&(_, sign)| sign < 0).map(|&(whole, _)| whole);
            // Where a slack is beside the whole it is enough that the slack grows.
            let whole = wholes().find(|whole| path.contains(whole)).or_else(|| wholes().next_back());
            waiting.extend(whole.filter(|&whole| counted.insert(whole)));
        }
    }
    counted.into_iter().map(|cell| (cell, by)).collect()
}

fn withhold(work: &mut Work, cells: impl Iterator<Item = u32>) {
    for cell in cells {
        let shown = work.net.is_shown(cell);
        work.net.shown[cell as usize] &= !shown;
    }
}

/// Withholds what the changes need; whether then, perhaps twice or three times as large, they are a world that looks the same.
fn settles(work: &mut Work, cell: u32, by: i64, found: &Found) -> bool {
    if found.raises(cell) < by as f64 {
        return false;
    }
    withhold(work, found.cells());
    let mut worlds = (1..=3).filter_map(|times| found.times(times));
    worlds.any(|changes| work.net.looks_the_same(&changes))
}

/// Withholds the shown numbers of all sums of a cell.
fn withhold_beside(work: &mut Work, cell: u32) {
    for sum in work.net.of_cell[cell as usize].clone() {
        let members = work.net.sums[sum.0 as usize].clone();
        withhold(work, members.into_iter().map(|(member, _)| member));
    }
}
