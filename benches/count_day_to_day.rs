//! Daily locations of two days to their flow matrix on the H3 grid, and that matrix rolled up to areas.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{
    DailyLocationRule, DayRules, NightHours, count_day_to_day, daily_locations, reduce_day, roll_up,
};
use hexodus_model::{H3Cell, SubscriberId};
use inputs::Country;

fn located(country: &Country, number: i32) -> Vec<(SubscriberId, H3Cell)> {
    let day = country.day(number);
    let places = country.locator.day_places(&day.locations, &day.window);
    let nights = NightHours::default().spans(&country.calendar, &day.window);
    let rules = DayRules { nights, hourly: false, trips: false, semantic: SemanticRules::default() };
    let reduction = reduce_day(day.buckets.len(), |bucket| &day.buckets[bucket], &places, &day.window, &rules);
    daily_locations(DailyLocationRule::MostEvents, &reduction.subscriber_days.to_vec(), &[])
}

fn day_to_day(criterion: &mut Criterion) {
    let country = Country::of(100_000);
    let (first, second) = (located(&country, 0), located(&country, 1));
    let matrix = count_day_to_day(country.first_day, &first, &second);

    let mut group = criterion.benchmark_group("count_day_to_day");
    let subscribers = first.len() as u64;
    group.throughput(Throughput::Elements(subscribers));
    group.bench_function(BenchmarkId::new("subscribers", subscribers), |bencher| {
        bencher.iter(|| count_day_to_day(country.first_day, &first, &second));
    });
    let pairs = matrix.entries.len() as u64;
    group.throughput(Throughput::Elements(pairs));
    group.bench_function(BenchmarkId::new("roll_up_adm2", pairs), |bencher| {
        bencher.iter(|| roll_up(&matrix, 2, |h3| country.locator.area_at(h3, 2)));
    });
    group.finish();
}

criterion_group!(benches, day_to_day);
criterion_main!(benches);
