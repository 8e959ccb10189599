//! Complementary suppression of one released day: a sparse matrix of 1,000 by 1,000 areas in 50 parents with its margins
//! and figures, most of its pairs below k. A release of 30 days is 30 of these, independent of each other.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

use criterion::{Criterion, criterion_group, criterion_main};
use hexodus_model::{AreaKey, Level, OdPair, UnitKey};
use hexodus_release::{FigureKind, LinkedFigure, LinkedGroup, LinkedIdentity, LinkedLevel, suppress};
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

fn group(pairs: u32) -> LinkedGroup {
    let mut dice = Dice(7);
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
    let level = |level, units, pairs: BTreeMap<OdPair, u64>, figures| LinkedLevel {
        level: Level::Adm(level),
        threshold: 16,
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
    }
}

fn one_day(criterion: &mut Criterion) {
    let group = group(30_000);
    let audit = *suppress(&group).audit();
    assert!(audit.passed(), "{audit:?}");
    let mut benches = criterion.benchmark_group("suppress");
    benches.sample_size(10);
    benches.bench_function("one_day_of_1000_areas", |bencher| bencher.iter(|| suppress(&group)));
    benches.finish();
}

criterion_group!(benches, one_day);
criterion_main!(benches);
