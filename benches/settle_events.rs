//! What happens to the rows of a day once they are read: grouped by subscriber, sorted, duplicates found; then written to a store.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_ingest::{FileOutcome, discover, settle_alone};
use inputs::layouts::{parquet, write_parquet};
use inputs::{BUCKETS, Country};

fn settling(criterion: &mut Criterion) {
    let country = Country::of(50_000);
    let day = country.day(0);
    let places = country.locator.day_places(&day.locations, &day.window);
    let file = country.folder.path().join("day.parquet");
    write_parquet(&day, &file);
    let spec = parquet(&file);
    let delivery = discover(0, &spec, country.folder.path()).expect("files").swap_remove(0);

    let mut group = criterion.benchmark_group("settle_events");
    group.sample_size(10).throughput(Throughput::Elements(day.rows()));
    group.bench_function(BenchmarkId::new("group_sort_deduplicate", day.rows()), |bencher| {
        let settle = |mut files: Vec<FileOutcome>| settle_alone(&mut files, day.window.day, &places, BUCKETS);
        bencher.iter_batched(|| country.read(&spec, &delivery), settle, BatchSize::PerIteration);
    });
    group.bench_function(BenchmarkId::new("write_to_store", day.rows()), |bencher| {
        bencher.iter(|| day.store_in(tempfile::tempdir().expect("a temporary folder").path()));
    });
    group.finish();
}

criterion_group!(benches, settling);
criterion_main!(benches);
