//! Rows a second from a delivered file to checked, pseudonymised, bucketed rows: Parquet with numeric ids, and gzipped
//! CSV with text ids. Includes the digest of the file.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_ingest::{Delivery, Ingester, KnownFiles, PseudonymKey, SourceSpec, discover};
use hexodus_locate::h3_of_point;
use hexodus_model::{Calendar, Locations};
use inputs::layouts::{dumps, parquet, write_parquet};
use inputs::{Country, holding};
use std::sync::atomic::{AtomicU64, Ordering};

/// Reads a delivery with a fresh ingester, as the first file of a run is read; returns its rows.
fn read(calendar: &Calendar, spec: &SourceSpec, delivery: &Delivery) -> u64 {
    let (key, rows) = (PseudonymKey::from_bytes([7; 32]), AtomicU64::new(0));
    let count = |read| _ = rows.fetch_add(read, Ordering::Relaxed);
    let ingester = Ingester::new(calendar, &key, h3_of_point, Locations::default(), holding(), &count);
    let files = ingester.read(delivery, spec, &KnownFiles::default()).expect("a specification").expect("whole files");
    assert_eq!(files.len(), 1, "one file a delivery");
    rows.into_inner()
}

fn ingest_dump(criterion: &mut Criterion) {
    let country = Country::of(50_000);
    let file = country.folder.path().join("day.parquet");
    write_parquet(&country.day(0), &file);

    let mut group = criterion.benchmark_group("ingest_dump");
    group.sample_size(10);
    for (name, spec) in [("parquet_u64", parquet(&file)), ("csv_gz_text", dumps())] {
        let delivery = discover(0, &spec, country.folder.path()).expect("files").swap_remove(0);
        let rows = read(&country.calendar, &spec, &delivery);
        group.throughput(Throughput::Elements(rows));
        group.bench_function(BenchmarkId::new(name, rows), |bencher| {
            bencher.iter(|| read(&country.calendar, &spec, &delivery));
        });
    }
    group.finish();
}

criterion_group!(benches, ingest_dump);
criterion_main!(benches);
