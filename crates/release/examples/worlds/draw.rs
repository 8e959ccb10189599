//! Small random worlds: a few areas, who is displaced from where to where, and the figures beside.

use hexodus_model::{AreaKey, Level, OdPair, Reserved, UnitKey};
use hexodus_release::{FigureKind, LinkedFigure, LinkedGroup, LinkedIdentity, LinkedLevel, LinkedParts};
use std::collections::BTreeMap;

const K: u64 = 16;
const K_PARTS: u64 = 21;

const FIGURES: [LinkedFigure; 8] = [
    LinkedFigure { name: "displaced", kind: FigureKind::RowMargin, additive: true, times: 1 },
    LinkedFigure { name: "hosted", kind: FigureKind::ColumnMargin, additive: true, times: 1 },
    LinkedFigure { name: "returned", kind: FigureKind::Own, additive: true, times: 1 },
    LinkedFigure { name: "unobserved", kind: FigureKind::Own, additive: true, times: 1 },
    LinkedFigure { name: "stayed", kind: FigureKind::Own, additive: true, times: 1 },
    LinkedFigure { name: "residents", kind: FigureKind::Own, additive: true, times: 1 },
    LinkedFigure { name: "arrivals", kind: FigureKind::Own, additive: false, times: 1 },
    LinkedFigure { name: "departures", kind: FigureKind::Own, additive: false, times: 1 },
];

/// `SplitMix64`: the same numbers everywhere, without a crate.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Heavy-tailed, at least 1: a Pareto law of index 0.8 around `scale`.
    fn count(&mut self, scale: f64) -> u64 {
        let size = scale * (1.0 - self.share()).powf(-1.0 / 0.8);
        size.clamp(1.0, 20_000.0) as u64
    }
}

/// The world of a seed; its shape is that of the seed, too.
pub fn world(seed: u64) -> LinkedGroup {
    let mut dice = Dice(seed.wrapping_mul(0x0100_0000_01b3));
    let areas = 3 + dice.below(10) as u32;
    let above = 1 + dice.below(u64::from(areas.min(4))) as u32;
    let three_levels = dice.below(4) == 0;
    let unobserved = dice.below(3) == 0;
    let mut parents: Vec<u32> =
        (0..areas).map(|area| if area < above { area } else { dice.below(above.into()) as u32 }).collect();
    parents.sort_unstable();
    let mut units: Vec<UnitKey> = (0..areas).map(area).collect();
    let mut of: BTreeMap<UnitKey, UnitKey> =
        units.iter().zip(&parents).map(|(&unit, &parent)| (unit, area(parent))).collect();
    if unobserved {
        let unit = UnitKey::reserved(Reserved::Unobserved);
        units.push(unit);
        of.insert(unit, unit);
    }
    let deepest = Counts { pairs: pairs(&mut dice, seed, areas, unobserved), figures: own_figures(&mut dice, areas) };
    let mut levels = vec![(units, of, deepest)];
    levels.insert(0, coarser(&mut dice, &levels[0], &|unit| area(unit / 2)));
    if three_levels {
        levels.insert(0, coarser(&mut dice, &levels[0], &|_| area(0)));
    }
    let mut linked: Vec<LinkedLevel> = Vec::new();
    for (at, (units, of, counts)) in levels.into_iter().enumerate() {
        let parent = |unit: &UnitKey| (at > 0).then(|| of[unit]);
        linked.push(LinkedLevel {
            level: Level::Adm(at as u8 + 1),
            threshold: K,
            units: units.iter().map(|unit| (*unit, parent(unit))).collect(),
            figures: counts.all_figures(),
            pairs: counts.pairs.into_iter().collect(),
        });
    }
    let identities = vec![LinkedIdentity { whole: 5, parts: vec![0, 2, 3, 4] }];
    let parts = seed.is_multiple_of(2).then(|| parts(&mut dice, linked.last().map_or(&[][..], |own| &own.figures)));
    LinkedGroup { levels: linked, figures: FIGURES.to_vec(), identities, parts }
}

/// A few parts of each area, of those who left and of those who came; where few live in one, most live in another.
fn parts(dice: &mut Dice, figures: &[Vec<(UnitKey, u64)>]) -> LinkedParts {
    let mut units = BTreeMap::new();
    let mut of_figures = Vec::new();
    for (figure, counts) in figures.iter().enumerate().take(2) {
        let mut of_parts = BTreeMap::new();
        for &(unit, count) in counts {
            let Some(area_key) = unit.as_area() else { continue };
            // As many of an area in one figure as in the other.
            let n = 1 + (area_key.0 * 7 + 3) % 5;
            let mut rest = count;
            for at in 0..n {
                let part = area(1_000 + 10 * area_key.0 + at);
                units.insert(part, unit);
                let own = if at + 1 == n { rest } else { dice.below(rest + 1).min(dice.count(6.0)) };
                rest -= own;
                if own > 0 {
                    of_parts.insert(part, own);
                }
            }
        }
        of_figures.push((figure, of_parts.into_iter().collect()));
    }
    LinkedParts { threshold: K_PARTS, units: units.into_iter().collect(), figures: of_figures }
}

fn area(position: u32) -> UnitKey {
    UnitKey::area(AreaKey(position))
}

struct Counts {
    pairs: BTreeMap<OdPair, u64>,
    /// Returned, unobserved, stayed; arrivals, departures.
    figures: [BTreeMap<UnitKey, u64>; 5],
}

impl Counts {
    fn all_figures(&self) -> Vec<Vec<(UnitKey, u64)>> {
        let (mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new());
        for (pair, count) in &self.pairs {
            *rows.entry(pair.origin).or_default() += count;
            *columns.entry(pair.destination).or_default() += count;
        }
        let [returned, unobserved, stayed, arrivals, departures] = self.figures.clone();
        let mut residents: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for figure in [&rows, &returned, &unobserved, &stayed] {
            for (unit, count) in figure {
                *residents.entry(*unit).or_default() += count;
            }
        }
        let all = [rows, columns, returned, unobserved, stayed, residents, arrivals, departures];
        all.map(|figure| figure.into_iter().filter(|&(_, count)| count > 0).collect()).to_vec()
    }
}

fn pairs(dice: &mut Dice, seed: u64, areas: u32, unobserved: bool) -> BTreeMap<OdPair, u64> {
    let (shape, giant) = (seed % 4, dice.below(areas.into()) as u32);
    let scale = [1.5, 4.0, 12.0][dice.below(3) as usize];
    let mut pairs = BTreeMap::new();
    for origin in 0..areas {
        for destination in 0..areas {
            let near = origin.abs_diff(destination) <= 1;
            let (chance, scale) = match shape {
                0 => (0.3, scale),
                1 => (0.9, scale),
                2 if destination == giant => (0.95, 20.0 * scale),
                2 => (0.25, 0.7 * scale),
                _ if near => (0.9, 5.0 * scale),
                _ => (0.15, 0.5 * scale),
            };
            if dice.share() < chance {
                let pair = OdPair { origin: area(origin), destination: area(destination) };
                pairs.insert(pair, dice.count(scale));
            }
        }
        if unobserved && dice.share() < 0.7 {
            let destination = UnitKey::reserved(Reserved::Unobserved);
            pairs.insert(OdPair { origin: area(origin), destination }, dice.count(scale));
        }
    }
    pairs
}

fn own_figures(dice: &mut Dice, areas: u32) -> [BTreeMap<UnitKey, u64>; 5] {
    [(0.7, 4.0), (0.9, 6.0), (1.0, 200.0), (0.7, 8.0), (0.7, 5.0)].map(|(chance, scale)| {
        let drawn: Vec<(u32, u64)> = (0..areas)
            .filter(|_| dice.share() < chance)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|unit| (unit, 0))
            .collect();
        drawn.into_iter().map(|(unit, _)| (area(unit), dice.count(scale))).collect()
    })
}

type Drawn = (Vec<UnitKey>, BTreeMap<UnitKey, UnitKey>, Counts);

/// The level above: sums, and of arrivals and departures less than that where people moved inside.
fn coarser(dice: &mut Dice, (_, of, counts): &Drawn, parent: &dyn Fn(u32) -> UnitKey) -> Drawn {
    let mut units: Vec<UnitKey> = of.values().copied().collect();
    units.sort_unstable();
    units.dedup();
    let above = |unit: &UnitKey| unit.as_area().map_or(*unit, |area| parent(area.0));
    let mut sums = Counts { pairs: BTreeMap::new(), figures: Default::default() };
    for (pair, count) in &counts.pairs {
        let pair = OdPair { origin: of[&pair.origin], destination: of[&pair.destination] };
        *sums.pairs.entry(pair).or_default() += count;
    }
    for (figure, counts) in counts.figures.iter().enumerate() {
        for (unit, &count) in counts {
            let inside = if figure >= 3 && dice.share() < 0.5 { dice.below(1 + count / 2) } else { 0 };
            *sums.figures[figure].entry(of[unit]).or_default() += count - inside;
        }
    }
    let of = units.iter().map(|unit| (*unit, above(unit))).collect();
    (units, of, sums)
}
