//! The cells around a number that a linear program may change.

use super::net::Kind;
use super::work::Work;
use std::collections::BTreeSet;

/// Nets up to this size are taken whole, with every pair nobody is in.
const SMALL: usize = 1_500;

/// How far to look in a net that is not small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Sums that are looked at.
    sums: usize,
    /// Members of a sum that are taken, of those withheld and of those shown.
    withheld: usize,
    shown: usize,
    /// Rows and columns that are crossed.
    crosses: usize,
}

/// Near first, then further.
pub(super) const REACHES: [Reach; 3] = [
    Reach { sums: 10, withheld: 6, shown: 2, crosses: 6 },
    Reach { sums: 24, withheld: 8, shown: 3, crosses: 10 },
    Reach { sums: 80, withheld: 12, shown: 4, crosses: 16 },
];

/// All cells of a small group; else those near, and whatever they are summed to, so that a change can always go up.
pub(super) fn around(work: &mut Work, cell: u32, reach: Reach) -> BTreeSet<u32> {
    let cells = if is_small(work) { everything(work) } else { near(work, cell, reach) };
    cells.into_iter().filter(|&cell| work.net.cells[cell as usize].kind != Kind::Impossible).collect()
}

/// Whether all of it is around every cell.
pub(super) fn is_small(work: &Work) -> bool {
    let pairs = work.net.levels.iter().map(|level| level.parents.len().pow(2));
    let parts = work.net.parts.iter().map(|own| own.cells.len());
    pairs.chain(parts).sum::<usize>() <= SMALL
}

fn everything(work: &mut Work) -> BTreeSet<u32> {
    for level in 0..work.net.levels.len() {
        let units = work.net.levels[level].parents.len() as u32;
        for origin in 0..units {
            for destination in 0..units {
                work.net.pair(level as u8, (origin, destination));
            }
        }
    }
    (0..work.net.cells.len() as u32).collect()
}

fn near(work: &mut Work, cell: u32, reach: Reach) -> BTreeSet<u32> {
    let mut found = BTreeSet::from([cell]);
    let mut seen = BTreeSet::new();
    let mut shell = vec![cell];
    while !shell.is_empty() && seen.len() < reach.sums {
        let mut next = Vec::new();
        for member in shell {
            for &(sum, _) in &work.net.of_cell[member as usize] {
                if seen.len() < reach.sums && seen.insert(sum) {
                    next.extend(nearest(work, sum, reach).into_iter().filter(|&other| found.insert(other)));
                }
            }
        }
        shell = next;
    }
    cross(work, &mut found, reach.crosses);
    upwards(work, &mut found);
    found
}

/// Members of a sum: withheld ones, largest first, and shown ones, smallest first.
fn nearest(work: &Work, sum: u32, reach: Reach) -> Vec<u32> {
    let net = &work.net;
    let (mut shown, mut withheld): (Vec<u32>, Vec<u32>) =
        net.sums[sum as usize].iter().map(|&(cell, _)| cell).partition(|&cell| net.shown[cell as usize]);
    shown.sort_by_key(|&cell| (net.count(cell), cell));
    withheld.sort_by_key(|&cell| (std::cmp::Reverse(net.count(cell)), cell));
    shown.truncate(reach.shown);
    withheld.truncate(reach.withheld);
    withheld.extend(shown);
    withheld
}

/// Adds the pairs where rows and columns cross, so many of each.
fn cross(work: &mut Work, found: &mut BTreeSet<u32>, crosses: usize) {
    for level in 0..work.net.levels.len() as u8 {
        let own = found.iter().filter_map(|&cell| work.net.ends[cell as usize]).filter(|&(at, _)| at == level);
        let ends: Vec<_> = own.map(|(_, ends)| ends).collect();
        let origins: BTreeSet<u32> = ends.iter().map(|&(origin, _)| origin).collect();
        let destinations: BTreeSet<u32> = ends.iter().map(|&(_, destination)| destination).collect();
        for &origin in origins.iter().take(crosses) {
            for &destination in destinations.iter().take(crosses) {
                found.extend(work.net.pair(level, (origin, destination)));
            }
        }
    }
}

/// Adds all that the cells are parts of, and of these all they are parts of.
fn upwards(work: &Work, found: &mut BTreeSet<u32>) {
    let mut waiting: Vec<u32> = found.iter().copied().collect();
    while let Some(cell) = waiting.pop() {
        for &(sum, sign) in &work.net.of_cell[cell as usize] {
            if sign > 0 {
                let wholes = work.net.sums[sum as usize].iter().filter(|&&(_, sign)| sign < 0).map(|&(whole, _)| whole);
                waiting.extend(wholes.filter(|&whole| found.insert(whole)));
            }
        }
    }
}
