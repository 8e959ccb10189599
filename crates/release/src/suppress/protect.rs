//! Number by number: is it protected, and if not, what else is withheld.

use super::around::{REACHES, around, is_small};
use super::changes::Changes;
use super::cycles::by_cycles;
use super::exchange::by_exchange;
use super::linked::protection_width;
use super::pattern::Audit;
use super::program::{Found, least_changes};
use super::shift::by_shift;
use super::work::Work;
use std::collections::BTreeSet;

/// Withholds what it takes that every small number could be k and more. Each is settled by a world that looks the same,
/// checked in integers. Withholding more leaves all those worlds, so one pass over the numbers is enough.
///
/// From the second `step` of k on a world is searched first that does for several steps, so that most numbers are looked at once more
/// and no further. How far is the same whichever k is the last, so that every k leads through the same patterns.
pub(super) fn protect_all(work: &mut Work, step: u64) -> Audit {
    let mut audit = Audit::default();
    for cell in 0..work.net.cells.len() as u32 {
        if work.is_middling(cell) {
            protect_middling(work, cell, &mut audit);
        }
        if !work.is_small(cell) {
            continue;
        }
        let is_settled = work.settled_until.get(&cell).is_some_and(|&until| step <= until);
        if is_settled || step > 0 && is_found(work, cell, work.raise_by_steps(cell, STEPS_AHEAD)) {
            audit.shown_by_shift += 1;
            if !is_settled {
                work.settled_until.insert(cell, step + STEPS_AHEAD);
            }
            continue;
        }
        protect(work, cell, &mut audit);
    }
    audit
}

/// Some of those it counts might be in another part of the same unit, or more than they are.
fn protect_middling(work: &mut Work, cell: u32, audit: &mut Audit) {
    let by = protection_width(work.protected(cell)) as i64;
    let sums = work.net.of_cell[cell as usize].iter().filter(|own| own.1 > 0);
    let others = sums.flat_map(|&(sum, _)| work.net.unknown(sum)).filter(|&(other, sign)| other != cell && sign > 0);
    let worlds: Vec<Changes> = others.map(|(other, _)| Changes::from([(cell, -by), (other, by)])).collect();
    if worlds.iter().any(|changes| work.net.looks_the_same(changes)) {
        audit.shown_by_shift += 1;
    } else {
        protect(work, cell, audit);
    }
}

/// As many as there are from the default k to the highest of a preset.
const STEPS_AHEAD: u64 = 14;

/// Whether a search finds a world, with nothing more withheld.
fn is_found(work: &mut Work, cell: u32, by: i64) -> bool {
    let net = &mut work.net;
    let found = by_cycles(net, cell, by).or_else(|| by_exchange(net, cell, by));
    found.or_else(|| by_shift(work, cell, by)).is_some()
}

fn protect(work: &mut Work, cell: u32, audit: &mut Audit) {
    let by = work.raise(cell);
    if is_found(work, cell, by) {
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
    // A part counts with the unit that it is a part of.
    let is_part = |cell: u32| net.cells[cell as usize].level as usize == net.levels.len();
    let units_of = |cell: u32| {
        let sums = net.of_cell[cell as usize].iter().filter(|&&(_, sign)| sign > 0);
        sums.flat_map(|&(sum, _)| net.sums[sum as usize].iter().filter(|own| own.1 < 0).map(|own| own.0))
    };
    let mut path = vec![if is_part(cell) { units_of(cell).next().unwrap_or(cell) } else { cell }];
    let part = |cell: u32| {
        let of_parts = |sum: u32| net.sums[sum as usize].last().is_some_and(|&(own, _)| is_part(own));
        let sum = net.of_cell[cell as usize].iter().find(|&&(sum, sign)| sign < 0 && !of_parts(sum))?.0;
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
    for parts in &net.parts {
        let units = net.levels.last().map_or(&[][..], |deepest| &deepest.figures[parts.figure]);
        let raised: Vec<&Vec<u32>> =
            units.iter().zip(&parts.of_unit).filter(|own| counted.contains(own.0)).map(|own| own.1).collect();
        for cells in raised {
            counted.extend(if cells.contains(&cell) { Some(cell) } else { cells.first().copied() });
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
