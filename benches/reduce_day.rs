//! One stored day to daily locations, presence and trips: rows a second on all cores, for three choices of output.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{DayRules, NightHours, reduce_day};
use inputs::Country;

fn reduction(criterion: &mut Criterion) {
    let country = Country::of(50_000);
    let day = country.day(0);
    let places = country.locator.day_places(&day.locations, &day.window);
    let rows = day.rows();
    let nights = NightHours::default().spans(&country.calendar, &day.window);

    let mut group = criterion.benchmark_group("reduce_day");
    group.sample_size(10).throughput(Throughput::Elements(rows));
    for (name, hourly, trips) in
        [("daily", false, false), ("daily_and_hourly", true, false), ("daily_hourly_and_trips", true, true)]
    {
        let rules = DayRules { nights, hourly, trips, semantic: SemanticRules::default() };
        group.bench_function(BenchmarkId::new(name, rows), |bencher| {
            bencher.iter(|| reduce_day(day.buckets.len(), |bucket| &day.buckets[bucket], &places, &day.window, &rules));
        });
    }
    group.finish();
}

criterion_group!(benches, reduction);
criterion_main!(benches);
