//! From locations to places: one point to its H3 cell, all radio cells of a day to their H3 cells and areas, and the
//! tiling of the invented country.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_locate::{H3Areas, h3_of_point};
use inputs::Country;
use std::hint::black_box;

fn locate_events(criterion: &mut Criterion) {
    let country = Country::of(20_000);
    let day = country.day(0);

    let mut group = criterion.benchmark_group("locate_events");
    let radio_cells = day.locations.ids().len() as u64;
    group.throughput(Throughput::Elements(radio_cells));
    group.bench_function(BenchmarkId::new("day_places", radio_cells), |bencher| {
        bencher.iter(|| country.locator.day_places(black_box(&day.locations), &day.window));
    });

    let sites = country.locator.plan().expect("a plan").sites();
    group.throughput(Throughput::Elements(sites.len() as u64));
    group.bench_function(BenchmarkId::new("h3_of_point", sites.len()), |bencher| {
        bencher.iter(|| sites.iter().filter(|site| h3_of_point(black_box(site.lat), site.lon).is_some()).count());
    });

    let h3_cells = country.locator.h3_areas().expect("areas").len() as u64;
    group.sample_size(10).throughput(Throughput::Elements(h3_cells));
    group.bench_function(BenchmarkId::new("tile_country", h3_cells), |bencher| {
        bencher.iter(|| H3Areas::tile(black_box(&country.layer)).expect("areas with an inside"));
    });
    group.finish();
}

criterion_group!(benches, locate_events);
criterion_main!(benches);
