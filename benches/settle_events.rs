//! What happens to the rows of a day once they are read: grouped by subscriber, sorted, duplicates found; then written to a store.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_ingest::{FileOutcome, FileRead, Ingester, KnownFiles, PseudonymKey, discover, settle_alone};
use hexodus_locate::h3_of_point;
use hexodus_model::Locations;
use hexodus_store::{Store, StoreIdentity};
use inputs::layouts::{parquet, write_parquet};
use inputs::{Country, Day, ZONE, holding};
use std::path::Path;

/// As many as a store has.
const BUCKETS: usize = 128;

/// The rows of the file, read and bucketed, not yet settled.
fn read(country: &Country, file: &Path) -> Vec<FileOutcome> {
    let (spec, key) = (parquet(file), PseudonymKey::from_bytes([7; 32]));
    let delivery = discover(0, &spec, country.folder.path()).expect("files").swap_remove(0);
    let ingester = Ingester::new(&country.calendar, &key, h3_of_point, Locations::default(), holding(), &|_| ());
    let files = ingester.read(&delivery, &spec, &KnownFiles::default()).expect("a specification");
    FileRead::new_ones(files.expect("whole files"))
}

/// Into a store of its own, flushed.
fn write(day: &Day) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let identity = StoreIdentity { zone: ZONE.into(), day_start: "00:00".into(), key_fingerprint: "bench".into() };
    let mut store = Store::open(folder.path(), &identity).expect("a new store");
    let buckets = &day.buckets;
    let part = store.write_events(&day.window, BUCKETS, |bucket| buckets[bucket].len(), |bucket| Ok(&buckets[bucket]));
    assert!(part.expect("a disk with room").is_some(), "there are events");
}

fn settling(criterion: &mut Criterion) {
    let country = Country::of(50_000);
    let day = country.day(0);
    let places = country.locator.day_places(&day.locations, &day.window);
    let file = country.folder.path().join("day.parquet");
    write_parquet(&day, &file);

    let mut group = criterion.benchmark_group("settle_events");
    group.sample_size(10).throughput(Throughput::Elements(day.rows()));
    group.bench_function(BenchmarkId::new("group_sort_deduplicate", day.rows()), |bencher| {
        let settle = |mut files: Vec<FileOutcome>| settle_alone(&mut files, day.window.day, &places, BUCKETS);
        bencher.iter_batched(|| read(&country, &file), settle, BatchSize::PerIteration);
    });
    group.bench_function(BenchmarkId::new("write_to_store", day.rows()), |bencher| bencher.iter(|| write(&day)));
    group.finish();
}

criterion_group!(benches, settling);
criterion_main!(benches);
