//! Hand-computed patterns; and on tiny groups an attacker who tries every world.

use super::net::{Kind, Net};
use super::*;
use hexodus_model::{AreaKey, Level, OdPair, UnitKey};
use proptest::prelude::*;

const FIGURES: [LinkedFigure; 2] = [
    LinkedFigure { name: "by_origin", kind: FigureKind::RowMargin, additive: true, times: 1 },
    LinkedFigure { name: "by_destination", kind: FigureKind::ColumnMargin, additive: true, times: 1 },
];

fn unit(position: usize) -> UnitKey {
    UnitKey::area(AreaKey(position as u32))
}

fn pair(origin: usize, destination: usize) -> OdPair {
    OdPair { origin: unit(origin), destination: unit(destination) }
}

/// A level with its margins, from a square of counts.
fn level(level: u8, threshold: u64, parents: &[Option<usize>], counts: &[u64]) -> LinkedLevel {
    let n = parents.len();
    let ends = (0..n * n).map(|at| (at / n, at % n));
    let pairs = ends.zip(counts).filter(|&(_, &count)| count > 0);
    let sums = |of: &dyn Fn(usize) -> u64| {
        (0..n).map(|at| (unit(at), of(at))).filter(|&(_, count)| count > 0).collect::<Vec<_>>()
    };
    LinkedLevel {
        level: Level::Adm(level),
        threshold,
        units: parents.iter().enumerate().map(|(at, parent)| (unit(at), parent.map(unit))).collect(),
        pairs: pairs.map(|((origin, destination), &count)| (pair(origin, destination), count)).collect(),
        figures: vec![
            sums(&|row| counts[row * n..][..n].iter().sum()),
            sums(&|column| counts.iter().skip(column).step_by(n).sum()),
        ],
    }
}

fn one_level(threshold: u64, n: usize, counts: &[u64]) -> LinkedGroup {
    LinkedGroup {
        levels: vec![level(1, threshold, &vec![None; n], counts)],
        figures: FIGURES.to_vec(),
        identities: Vec::new(),
        parts: None,
    }
}

/// Two levels: units of the deeper one belong to `parents`.
fn two_levels(threshold: u64, parents: &[usize], counts: &[u64]) -> LinkedGroup {
    let (n, above) = (parents.len(), parents.iter().max().unwrap() + 1);
    let mut sums = vec![0; above * above];
    for (at, count) in counts.iter().enumerate() {
        sums[parents[at / n] * above + parents[at % n]] += count;
    }
    let of: Vec<Option<usize>> = parents.iter().copied().map(Some).collect();
    LinkedGroup {
        levels: vec![level(1, threshold, &vec![None; above], &sums), level(2, threshold, &of, counts)],
        figures: FIGURES.to_vec(),
        identities: Vec::new(),
        parts: None,
    }
}

/// Pairs of a level: shown, small, complementary or nobody.
fn drawing(group: &LinkedGroup, pattern: &Pattern, at: usize) -> Vec<String> {
    let level = &group.levels[at];
    let letter = |pair: OdPair| match level.pairs.iter().find(|(own, _)| *own == pair) {
        Some(_) if pattern.pair_shown(level.level, pair) => '.',
        Some(&(_, count)) if count < level.threshold => 'p',
        Some(_) => 'c',
        None => ' ',
    };
    let n = level.units.len();
    (0..n).map(|row| (0..n).map(|column| letter(pair(row, column))).collect()).collect()
}

#[test]
fn one_small_pair_of_three_by_three_takes_three_others() {
    let group = one_level(16, 3, &[20, 50, 10, 30, 40, 60, 70, 80, 90]);
    let pattern = suppress(&group);
    // The cheapest rectangle through the pair: 20 in its row, 60 and 30 below them.
    assert_eq!(drawing(&group, &pattern, 0), ["c.p", "c.c", "..."]);
    let audit = pattern.audit();
    assert_eq!((audit.primary, audit.complementary, audit.failed), (1, 3, 0));
}

#[test]
fn a_pair_nobody_is_in_spares_a_complement() {
    let group = one_level(16, 3, &[20, 50, 10, 0, 40, 60, 70, 80, 90]);
    let pattern = suppress(&group);
    assert_eq!(drawing(&group, &pattern, 0), ["c.p", " .c", "..."]);
    assert!(pattern.audit().passed());
}

#[test]
fn nothing_small_takes_nothing() {
    let group = one_level(16, 2, &[20, 0, 30, 40]);
    let pattern = suppress(&group);
    assert_eq!(drawing(&group, &pattern, 0), [". ", ".."]);
    assert_eq!(pattern.audit().complementary, 0);
    assert!(pattern.total_shown(0) && pattern.figure_shown(Level::Adm(1), 0, unit(1)));
}

#[test]
fn a_pair_above_ties_its_pairs() {
    // One parent holds two units. The small pair can hide in its row and column only together with a second pair of
    // the same pair above, else the pair above tells it.
    let group = two_levels(16, &[0, 0, 1], &[5, 40, 50, 60, 70, 80, 90, 30, 20]);
    let pattern = suppress(&group);
    assert_eq!(drawing(&group, &pattern, 0), ["..", ".."]);
    assert_eq!(drawing(&group, &pattern, 1), ["pc.", "cc.", "..."]);
    assert!(pattern.audit().passed());
}

/// The least and greatest count of each cell over all worlds that look the same: tries them all, zeros included.
fn brute_force(net: &Net, more: i64) -> Vec<(i64, i64)> {
    let truth: Vec<i64> = (0..net.cells.len() as u32).map(|cell| net.count(cell)).collect();
    let mut bounds: Vec<(i64, i64)> = truth.iter().map(|&count| (count, count)).collect();
    // Pairs of the deepest level first: all else follows from them.
    let mut unknown: Vec<u32> = (0..net.cells.len() as u32).filter(|&cell| net.is_unknown(cell)).collect();
    // Parts come last, when it is known what they are parts of.
    let is_part = |cell: u32| usize::from(net.cells[cell as usize].level) == net.levels.len();
    unknown.sort_by_key(|&cell| {
        let level = std::cmp::Reverse(net.cells[cell as usize].level);
        (is_part(cell), net.ends[cell as usize].is_none(), level, cell)
    });
    let mut world = truth.clone();
    try_all(net, &unknown, &truth, &mut world, more, &mut bounds);
    bounds
}

fn try_all(net: &Net, rest: &[u32], truth: &[i64], world: &mut Vec<i64>, more: i64, bounds: &mut [(i64, i64)]) {
    let Some((&cell, rest)) = rest.split_first() else {
        for (bound, &count) in bounds.iter_mut().zip(world.iter()) {
            *bound = (bound.0.min(count), bound.1.max(count));
        }
        return;
    };
    for count in 0..=truth[cell as usize] + more {
        world[cell as usize] = count;
        let holds = |sum: u32| {
            let members = &net.sums[sum as usize];
            let open = members.iter().any(|(member, _)| rest.contains(member));
            let rest: i64 = members.iter().map(|&(member, sign)| i64::from(sign) * world[member as usize]).sum();
            open || rest == 0
        };
        if net.of_cell[cell as usize].iter().all(|&(sum, _)| holds(sum)) {
            try_all(net, rest, truth, world, more, bounds);
        }
    }
    world[cell as usize] = truth[cell as usize];
}

/// The net of a group as a reader sees it, with all pairs nobody is in.
fn as_read(group: &LinkedGroup, pattern: &Pattern) -> Net {
    let mut net = Net::of(group);
    for cell in &mut net.shown {
        *cell = false;
    }
    for (position, level) in group.levels.iter().enumerate() {
        let n = level.units.len() as u32;
        for ends in (0..n * n).map(|at| (at / n, at % n)) {
            let cell = net.pair(position as u8, ends).unwrap() as usize;
            net.shown[cell] = pattern.pair_shown(level.level, pair(ends.0 as usize, ends.1 as usize));
        }
        for figure in 0..group.figures.len() {
            for at in 0..n as usize {
                let cell = net.levels[position].figures[figure][at] as usize;
                net.shown[cell] = pattern.figure_shown(level.level, figure, unit(at));
            }
        }
    }
    for at in 0..net.parts.len() {
        let (figure, cells) = (net.parts[at].figure, net.parts[at].cells.clone());
        for (cell, &(part, _)) in cells.into_iter().zip(group.parts.iter().flat_map(|own| &own.units)) {
            net.shown[cell as usize] = pattern.part_shown(figure, part);
        }
    }
    for figure in 0..group.figures.len() {
        let total = net.totals[figure] as usize;
        net.shown[total] = pattern.total_shown(figure);
    }
    net
}

fn check(group: &LinkedGroup) -> Result<(), TestCaseError> {
    let pattern = suppress(group);
    prop_assert!(pattern.audit().passed());
    let net = as_read(group, &pattern);
    let k = group.levels[0].threshold as i64;
    let bounds = brute_force(&net, k + 6);
    for (cell, &(low, high)) in bounds.iter().enumerate() {
        let count = net.count(cell as u32);
        let is_part = usize::from(net.cells[cell].level) == net.levels.len();
        let own_k = group.parts.as_ref().filter(|_| is_part).map_or(k, |own| own.threshold as i64);
        prop_assert!(!net.is_shown(cell as u32) || count >= own_k);
        if net.cells[cell].kind == Kind::Number && count < k {
            prop_assert!(!net.shown[cell]);
            let wide = high >= k && high - low >= protection_width(k as u64) as i64;
            prop_assert!(count == 0 || wide, "{count} is known to be {low} to {high}");
        }
        if is_part && count >= k && count < own_k {
            prop_assert!(high - low >= protection_width(k as u64) as i64, "{count} is known to be {low} to {high}");
        }
    }
    Ok(())
}

fn counts(cells: usize) -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![2 => Just(0), 3 => 1u64..4, 2 => 4u64..9], cells)
}

/// Areas 0 and 1 are made of parts 10, 11 … and 20, 21 …
fn with_parts(mut group: LinkedGroup, threshold: u64, counts: [Vec<u64>; 2]) -> LinkedGroup {
    let deepest = group.levels.len() - 1;
    let n = counts[0].len();
    let part = |unit: usize, at: usize| self::unit(10 * (unit + 1) + at);
    let units = (0..2).flat_map(|unit| (0..n).map(move |at| (part(unit, at), self::unit(unit)))).collect();
    // The last part takes what the others leave.
    let figures = counts.into_iter().enumerate().map(|(figure, shares)| {
        let of_unit = |unit: usize| {
            let level = &group.levels[deepest];
            let mut rest = level.figures[figure].iter().find(|own| own.0 == self::unit(unit)).map_or(0, |own| own.1);
            let mut split = Vec::new();
            for (at, share) in shares.iter().enumerate() {
                let own = if at + 1 == n { rest } else { rest.min(*share) };
                rest -= own;
                split.push((part(unit, at), own));
            }
            split
        };
        (figure, [of_unit(0), of_unit(1)].concat().into_iter().filter(|own| own.1 > 0).collect())
    });
    let figures = figures.collect();
    group.parts = Some(LinkedParts { threshold, units, figures });
    group
}

fn letters_of_parts(group: &LinkedGroup, pattern: &Pattern, figure: usize) -> String {
    let parts = group.parts.as_ref().unwrap();
    let count = |part| parts.figures[figure].1.iter().find(|own| own.0 == part).map_or(0, |own| own.1);
    let letter = |part| match (pattern.part_shown(figure, part), count(part)) {
        (true, _) => '.',
        (_, 0) => ' ',
        (_, count) if count < parts.threshold => 'p',
        _ => 'c',
    };
    parts.units.iter().map(|own| letter(own.0)).collect()
}

#[test]
fn a_small_part_hides_beside_the_smallest_that_is_shown() {
    // Of area 0, 90 by origin: parts of 3, 30 and 57. Of area 1, 110: 3, 30, 77. By destination 100: 25, 25, 50; and 100.
    let group = with_parts(one_level(16, 2, &[40, 50, 60, 50]), 21, [vec![3, 30, 0], vec![25, 25, 0]]);
    let pattern = suppress(&group);
    assert_eq!([0, 1].map(|figure| letters_of_parts(&group, &pattern, figure)), ["pc.pc.", "......"]);
    assert!(pattern.audit().passed() && pattern.figure_shown(Level::Adm(1), 0, unit(0)));
    // Eighteen are withheld for the k of the grid; so that nobody knows them, another part must be unknown, be it of nobody.
    let group = with_parts(one_level(16, 2, &[40, 50, 60, 50]), 21, [vec![18, 30, 0], vec![18, 0, 0]]);
    let pattern = suppress(&group);
    assert_eq!([0, 1].map(|figure| letters_of_parts(&group, &pattern, figure)), ["pc.pc.", "p .p ."]);
}

#[test]
fn a_unit_whose_parts_tell_too_much_is_withheld_with_them() {
    // Area 0 has 18 by origin, in parts of 15 and 3: that each may be 16 and five more takes another world for the whole.
    let group = with_parts(one_level(16, 2, &[18, 0, 60, 50]), 21, [vec![15, 0], vec![30, 0]]);
    let pattern = suppress(&group);
    assert!(pattern.audit().passed() && !pattern.figure_shown(Level::Adm(1), 0, unit(0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Of one area and figure: to try every world of more takes too long.
    #[test]
    fn no_small_count_of_parts_is_known(pairs in counts(4), share in 0u64..7, threshold in 4u64..7, figure in 0usize..2) {
        let mut group = with_parts(one_level(4, 2, &pairs), threshold, [vec![share, 0], vec![share, 0]]);
        if let Some(parts) = &mut group.parts {
            parts.units.retain(|own| own.1 == unit(0));
            parts.figures = vec![parts.figures[figure].clone()];
            parts.figures[0].1.retain(|own| parts.units.iter().any(|part| part.0 == own.0));
        }
        check(&group)?;
    }

    #[test]
    fn no_small_count_of_a_table_is_known(counts in counts(4)) {
        check(&one_level(4, 2, &counts))?;
    }

    #[test]
    fn no_small_count_of_two_levels_is_known(counts in counts(4), parents in prop_oneof![Just([0, 0]), Just([0, 1])]) {
        check(&two_levels(4, &parents, &counts))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn raising_k_only_ever_removes(counts in prop::collection::vec(0u64..60, 16), k in 16u64..40) {
        let shown = |k| {
            let group = two_levels(k, &[0, 0, 1, 1], &counts);
            let pattern = suppress(&group);
            assert!(pattern.audit().passed());
            let pairs = (0..16).map(|at| pattern.pair_shown(Level::Adm(2), pair(at / 4, at % 4)));
            let above = (0..4).map(|at| pattern.pair_shown(Level::Adm(1), pair(at / 2, at % 2)));
            let figures = (0..16).map(|at| pattern.figure_shown(Level::Adm(1 + (at / 8) as u8), at / 4 % 2, unit(at % 4)));
            pairs.chain(above).chain(figures).chain([pattern.total_shown(0)]).collect::<Vec<bool>>()
        };
        let (lower, higher) = (shown(k), shown(k + 1));
        prop_assert!(lower.iter().zip(&higher).all(|(lower, higher)| *lower || !higher));
    }
}
