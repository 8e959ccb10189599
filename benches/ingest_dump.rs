//! Rows a second from a delivered file to checked, pseudonymised, bucketed rows: Parquet with numeric ids, and gzipped
//! CSV with text ids. Includes the digest of the file. Beside it what is in that: decoding alone, pseudonyms alone.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_ingest::keyed_hash::KeyedHash;
use hexodus_ingest::pseudonym::Pseudonymiser;
use hexodus_ingest::{Delivery, Ingester, KnownFiles, PseudonymKey, SourceSpec, discover};
use hexodus_locate::h3_of_point;
use hexodus_model::{Calendar, Locations, SubscriberId};
use inputs::layouts::{dumps, parquet, write_parquet};
use inputs::{Country, holding};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::hint::black_box;
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

/// The floor: Parquet to Arrow, nothing looked at, one thread.
fn decode(criterion: &mut Criterion) {
    let country = Country::of(50_000);
    let file = country.folder.path().join("day.parquet");
    write_parquet(&country.day(0), &file);
    let rows = || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&file).expect("a file"));
        let batches = builder.expect("Parquet").with_batch_size(1 << 16).build().expect("a reader");
        batches.map(|batch| black_box(batch.expect("a batch")).num_rows() as u64).sum::<u64>()
    };
    let mut group = criterion.benchmark_group("decode");
    group.sample_size(20).throughput(Throughput::Elements(rows()));
    group.bench_function(BenchmarkId::new("parquet_u64", rows()), |bencher| bencher.iter(rows));
    group.finish();
}

/// Text ids of 32 characters to pseudonyms: together as rows of a dump are, and one by one. One thread.
fn pseudonymise(criterion: &mut Criterion) {
    const ROWS: u64 = 1 << 16;
    let ids: Vec<String> = (0..ROWS).map(|own| format!("{:032x}", u128::from(own) << 64 | 0xfeed)).collect();
    let mut hash = KeyedHash::new(&PseudonymKey::from_bytes([7; 32]), "");
    let mut pseudonyms = Pseudonymiser::new(hash.clone());
    let mut subscribers = vec![SubscriberId::from_pseudonym(0); ids.len()];
    let mut group = criterion.benchmark_group("pseudonymise");
    group.sample_size(20).throughput(Throughput::Elements(ROWS));
    group.bench_function(BenchmarkId::new("together", ROWS), |bencher| {
        bencher.iter(|| {
            ids.iter().enumerate().for_each(|(row, id)| pseudonyms.push(row, id.as_bytes(), &mut subscribers));
            pseudonyms.finish(&mut subscribers);
        });
    });
    group.bench_function(BenchmarkId::new("alone", ROWS), |bencher| {
        bencher.iter(|| ids.iter().map(|id| hash.of_bytes(id.as_bytes()).bits()).fold(0, u64::wrapping_add));
    });
    group.finish();
}

criterion_group!(benches, ingest_dump, decode, pseudonymise);
criterion_main!(benches);
