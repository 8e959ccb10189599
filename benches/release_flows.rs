//! A flow matrix through the privacy wall and into a table: all pairs of areas in full, and H3 pairs sparsely.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_model::{AreaKey, Definition, FlowMatrix, H3Cell, Level, LocalDay, OdPair, UnitKey};
use hexodus_publish::encode_flows;
use hexodus_release::{DisclosurePolicy, release_flows};
use inputs::Country;

/// A matrix over `units` with about every third pair, and counts of 1 to 97, most of them above k.
fn matrix(level: Level, first_day: LocalDay, units: &[UnitKey]) -> FlowMatrix {
    let pairs = units.iter().flat_map(|&origin| units.iter().map(move |&destination| OdPair { origin, destination }));
    let entries = pairs.enumerate().filter(|(number, _)| number % 3 == 0);
    let entries = entries.map(|(number, pair)| (pair, 1 + (number as u64 * 31) % 97)).collect();
    FlowMatrix { definition: Definition::DayToDay, level, first_day, last_day: first_day.next(), entries }
}

fn release(criterion: &mut Criterion) {
    let country = Country::of(1_000);
    let plan = country.locator.plan().expect("a plan");
    let h3_cells: Vec<H3Cell> = plan.h3_cells();
    let of_h3: Vec<UnitKey> = h3_cells.iter().take(500).map(|&h3| UnitKey::h3(h3)).collect();
    let areas = country.layer.tree.level(2).len() as u32;
    let of_areas: Vec<UnitKey> = (0..areas).map(|area| UnitKey::area(AreaKey(area))).collect();
    let context = country.release_context();
    let policy = DisclosurePolicy::default();

    let mut group = criterion.benchmark_group("release_flows");
    let cases = [("adm2_full", Level::Adm(2), &of_areas, Some(&*of_areas)), ("h3_sparse", Level::H3, &of_h3, None)];
    for (name, level, units, universe) in cases {
        let matrix = matrix(level, country.first_day, units);
        let pairs = matrix.entries.len() as u64;
        group.throughput(Throughput::Elements(pairs));
        group.bench_function(BenchmarkId::new(name, pairs), |bencher| {
            let release = |matrices| release_flows(matrices, universe, &policy);
            bencher.iter_batched(|| vec![matrix.clone()], release, BatchSize::LargeInput);
        });
        let released = release_flows(vec![matrix], universe, &policy);
        let rows = released.rows().count() as u64;
        group.throughput(Throughput::Elements(rows));
        group.bench_function(BenchmarkId::new(format!("{name}_encode"), rows), |bencher| {
            bencher.iter(|| encode_flows(&released, &context).expect("units of the table"));
        });
    }
    group.finish();
}

criterion_group!(benches, release);
criterion_main!(benches);
