//! One released day of a country of 1,000 areas in 50 parents: a sparse matrix of the displaced with its margins and figures, most
//! of its pairs below k.

use hexodus_model::{AreaKey, Level, OdPair, UnitKey};
use hexodus_release::{FigureKind, LinkedFigure, LinkedGroup, LinkedIdentity, LinkedLevel, LinkedParts};
use std::collections::BTreeMap;

const AREAS: u32 = 1_000;
const PARENTS: u32 = 50;
const FIGURES: [(&str, FigureKind, bool); 8] = [
    ("displaced", FigureKind::RowMargin, true),
    ("hosted", FigureKind::ColumnMargin, true),
    ("returned", FigureKind::Own, true),
    ("unobserved", FigureKind::Own, true),
    ("stayed", FigureKind::Own, true),
    ("residents", FigureKind::Own, true),
    ("arrivals", FigureKind::Own, false),
    ("departures", FigureKind::Own, false),
];

fn area(position: u32) -> UnitKey {
    UnitKey::area(AreaKey(position))
}

/// `SplitMix64`: the same numbers everywhere, without a crate.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn area(&mut self, power: i32) -> UnitKey {
        area((f64::from(AREAS) * self.share().powi(power)) as u32)
    }

    /// A Pareto law of index 0.8 from `least` on.
    fn heavy_tailed(&mut self, least: f64) -> u64 {
        (least * (1.0 - self.share()).powf(-1.0 / 0.8)).min(50_000.0) as u64
    }
}

type Figures = [BTreeMap<UnitKey, u64>; 8];

/// A day of `seed`, so many pairs above 0, with k of areas; with H3 cells of the areas, three in each.
pub fn group(seed: u64, pairs: u32, k: u64, on_grid: bool) -> LinkedGroup {
    let mut dice = Dice(seed);
    let (mut deep, mut above) = (BTreeMap::new(), BTreeMap::new());
    while deep.len() < pairs as usize {
        // Few hosts take most, as cities do.
        let pair = OdPair { origin: dice.area(1), destination: dice.area(2) };
        deep.entry(pair).or_insert_with(|| dice.heavy_tailed(1.0));
    }
    let parent = |unit: UnitKey| area(unit.as_area().map_or(0, |area| area.0 / (AREAS / PARENTS)));
    let mut figures: [Figures; 2] = Default::default();
    for (pair, count) in &deep {
        let whole = OdPair { origin: parent(pair.origin), destination: parent(pair.destination) };
        *above.entry(whole).or_default() += count;
        for (level, pair) in [whole, *pair].into_iter().enumerate() {
            *figures[level][0].entry(pair.origin).or_default() += count;
            *figures[level][1].entry(pair.destination).or_default() += count;
        }
    }
    for unit in (0..AREAS).map(area) {
        for (figure, least) in [(2, 2.0), (3, 3.0), (4, 400.0), (6, 5.0), (7, 4.0)] {
            let count = dice.heavy_tailed(least);
            figures[1][figure].insert(unit, count);
            *figures[0][figure].entry(parent(unit)).or_default() += count;
        }
    }
    for level in &mut figures {
        let mut residents: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (&unit, count) in [0, 2, 3, 4].into_iter().flat_map(|part| &level[part]) {
            *residents.entry(unit).or_default() += count;
        }
        level[5] = residents;
    }
    let [above_figures, deep_figures] = figures.map(|level| level.map(|figure| figure.into_iter().collect()).to_vec());
    let parts = on_grid.then(|| parts(&mut dice, k + 5, &deep_figures));
    let level = |level, units, pairs: BTreeMap<OdPair, u64>, figures| LinkedLevel {
        level: Level::Adm(level),
        threshold: k,
        units,
        pairs: pairs.into_iter().collect(),
        figures,
    };
    LinkedGroup {
        levels: vec![
            level(1, (0..PARENTS).map(|unit| (area(unit), None)).collect(), above, above_figures),
            level(2, (0..AREAS).map(|unit| (area(unit), Some(parent(area(unit))))).collect(), deep, deep_figures),
        ],
        figures: FIGURES.map(|(name, kind, additive)| LinkedFigure { name, kind, additive, times: 1 }).to_vec(),
        identities: vec![LinkedIdentity { whole: 5, parts: vec![0, 2, 3, 4] }],
        parts,
    }
}

/// Three H3 cells of each area: most live in one of them.
fn parts(dice: &mut Dice, threshold: u64, figures: &[Vec<(UnitKey, u64)>]) -> LinkedParts {
    let part = |unit: u32, at: u32| area(10_000 + 3 * unit + at);
    let units = (0..AREAS).flat_map(|unit| (0..3).map(move |at| (part(unit, at), area(unit)))).collect();
    let split = |(position, counts): (usize, &Vec<(UnitKey, u64)>)| {
        let mut of_parts = Vec::new();
        for &(unit, count) in counts {
            let Some(unit) = unit.as_area() else { continue };
            let first = (count as f64 * dice.share()) as u64;
            let second = ((count - first) as f64 * dice.share()) as u64;
            for (at, own) in (0..).zip([first, second, count - first - second]) {
                if own > 0 {
                    of_parts.push((part(unit.0, at), own));
                }
            }
        }
        (position, of_parts)
    };
    LinkedParts { threshold, units, figures: figures.iter().take(2).enumerate().map(split).collect() }
}
