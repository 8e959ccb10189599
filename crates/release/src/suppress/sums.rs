//! The quick rule, sum by sum: what is left of a shown number besides its shown parts is nothing, or enough.

use super::net::Kind;
use super::work::Work;
use std::collections::BTreeSet;

/// What is known of one sum.
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    /// What its unknown parts come to.
    unknown: i64,
    /// What they must come to.
    needed: i64,
    /// How many of them there are, where one may be so many and must not be known.
    beside_middling: Option<u32>,
}

/// Withholds more until the rest of every shown number is nothing or enough to hide its small parts in, and every
/// withheld number has parts it could be smaller by. What remains is the search's to settle.
pub(super) fn close_sums(work: &mut Work) {
    let mut rests: Vec<Rest> = (0..work.net.sums.len() as u32).map(|sum| rest(work, sum)).collect();
    let mut waiting: BTreeSet<u32> = (0..rests.len() as u32).collect();
    while let Some(sum) = waiting.pop_first() {
        if !is_short(work, &rests, sum) {
            continue;
        }
        let Some(cell) = cheapest(work, &rests, sum) else { continue };
        work.net.shown[cell as usize] = false;
        for &(own, _) in &work.net.of_cell[cell as usize] {
            rests[own as usize] = rest(work, own);
            waiting.insert(own);
        }
    }
}

fn rest(work: &Work, sum: u32) -> Rest {
    let mut rest = Rest::default();
    let (mut beside, mut is_middling) = (0, false);
    for (cell, sign) in work.net.unknown(sum) {
        if sign > 0 {
            let count = work.net.count(cell);
            rest.unknown += count;
            beside += 1;
            is_middling |= work.is_middling(cell);
            if work.is_small(cell) {
                rest.needed = rest.needed.max(count + work.raise(cell));
            }
        }
    }
    rest.beside_middling = is_middling.then_some(beside);
    rest
}

fn is_short(work: &Work, rests: &[Rest], sum: u32) -> bool {
    let Rest { unknown, needed, beside_middling } = rests[sum as usize];
    match work.net.sums[sum as usize][..] {
        // The sum of its parts may be anything above.
        [(_, -1), (slack, -1), ..] if work.net.cells[slack as usize].kind == Kind::Slack => false,
        [(whole, -1), ..] if work.net.shown[whole as usize] => unknown < needed || beside_middling == Some(1),
        [(whole, -1), ..] => {
            let k = work.k(whole) as i64;
            work.net.count(whole) >= k && unknown < k
        }
        _ => false,
    }
}

/// The shown part whose loss helps most other sums, then costs least; the whole where no part is shown.
fn cheapest(work: &Work, rests: &[Rest], sum: u32) -> Option<u32> {
    let members = &work.net.sums[sum as usize];
    let shown = members.iter().filter(|&&(cell, sign)| sign > 0 && work.net.shown[cell as usize]);
    let parts = shown.map(|&(cell, _)| cell).min_by_key(|&cell| {
        let sums = work.net.of_cell[cell as usize].iter();
        let helped = sums.filter(|&&(own, sign)| sign > 0 && is_short(work, rests, own)).count();
        (std::cmp::Reverse(helped), work.net.count(cell), cell)
    });
    parts.or_else(|| members.iter().map(|&(cell, _)| cell).find(|&cell| work.net.shown[cell as usize]))
}
