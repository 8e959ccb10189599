//! Complementary suppression of one released day: a sparse matrix of 1,000 by 1,000 areas in 50 parents with its margins
//! and figures, most of its pairs below k. `cargo run --release -p hexodus-release --example month` takes the time of thirty.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

#[path = "inputs/displaced.rs"]
mod displaced;

use criterion::{Criterion, criterion_group, criterion_main};
use hexodus_release::suppress;

fn one_day(criterion: &mut Criterion) {
    let mut benches = criterion.benchmark_group("suppress");
    benches.sample_size(10);
    for (name, on_grid) in [("one_day_of_1000_areas", false), ("one_day_of_1000_areas_and_3000_h3_cells", true)] {
        let group = displaced::group(7, 30_000, 16, on_grid);
        let audit = *suppress(&group).audit();
        assert!(audit.passed(), "{audit:?}");
        benches.bench_function(name, |bencher| bencher.iter(|| suppress(&group)));
    }
    benches.finish();
}

criterion_group!(benches, one_day);
criterion_main!(benches);
