//! The hot stages, one function each, on small inputs from one seed and one thread.

use crate::displaced;
use crate::inputs::layouts::{dumps, parquet, write_parquet};
use crate::inputs::{BUCKETS, Country, Day};
use hexodus_ingest::{Delivery, FileOutcome, SourceSpec, discover, settle_alone};
use hexodus_locate::H3Areas;
use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{
    DailyLocationRule, DayReduction, DayRules, NightHours, count_day_to_day, daily_locations, fill_poisson_weights,
    reduce_day, roll_up,
};
use hexodus_model::{AreaKey, DayPlaces, FlowMatrix, GroupedEvents, H3Cell, SubscriberId, UnitKey};
use hexodus_publish::encode_flows;
use hexodus_release::{DisclosurePolicy, LinkedGroup, release_flows, suppress};
use std::hint::black_box;
use std::path::Path;

const SUBSCRIBERS: u32 = 3_000;
const REPLICATES: usize = 200;

/// Says which code libraries will pick, then runs every stage once.
pub fn run_all() {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("one pool");
    println!("{}", features());
    let country = Country::of(SUBSCRIBERS);
    let (first, second) = (country.day(0), country.day(1));
    let places = country.locator.day_places(&first.locations, &first.window);
    black_box(stage_tile(&country));
    black_box(stage_day_places(&country, &first));

    let file = country.folder.path().join("day.parquet");
    write_parquet(&first, &file);
    let of_file = |spec: &SourceSpec| discover(0, spec, country.folder.path()).expect("files").swap_remove(0);
    let (text, numbers) = (dumps(), parquet(&file));
    black_box(stage_read_csv_gz(&country, &text, &of_file(&text)));
    let mut files = stage_read_parquet(&country, &numbers, &of_file(&numbers));
    black_box(stage_settle(&mut files, &first, &places));
    stage_write_events(&first, &country.folder.path().join("store"));

    let reduction = stage_reduce(&country, &first, &places);
    let located = |reduction: &DayReduction| {
        daily_locations(DailyLocationRule::MostEvents, &reduction.subscriber_days.to_vec(), &[])
    };
    let next = reduce(&country, &second, &country.locator.day_places(&second.locations, &second.window));
    let matrix = stage_count(&country, &located(&reduction), &located(&next));
    black_box(stage_bootstrap(&reduction));
    stage_encode(&country, matrix);
    stage_suppress(&displaced::group(7, 300, 16, false));
}

fn features() -> String {
    let toolchain = include_str!("../../rust-toolchain.toml");
    let version = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap_or("?");
    let own = [
        #[cfg(target_arch = "x86_64")]
        ("avx2", is_x86_feature_detected!("avx2")),
        #[cfg(target_arch = "x86_64")]
        ("avx512f", is_x86_feature_detected!("avx512f")),
        #[cfg(not(target_arch = "x86_64"))]
        ("baseline", true),
    ];
    let own: Vec<&str> = own.iter().filter(|(_, has)| *has).map(|&(name, _)| name).collect();
    format!("{} {}, Rust {}", std::env::consts::ARCH, own.join(" "), version.trim_matches('"'))
}

#[inline(never)]
fn stage_tile(country: &Country) -> usize {
    H3Areas::tile(&country.layer).expect("areas with an inside").len()
}

#[inline(never)]
fn stage_day_places(country: &Country, day: &Day) -> DayPlaces {
    country.locator.day_places(&day.locations, &day.window)
}

#[inline(never)]
fn stage_read_csv_gz(country: &Country, spec: &SourceSpec, delivery: &Delivery) -> Vec<FileOutcome> {
    black_box(country).read(spec, delivery) // else the linker makes one function of this and the next
}

#[inline(never)]
fn stage_read_parquet(country: &Country, spec: &SourceSpec, delivery: &Delivery) -> Vec<FileOutcome> {
    country.read(spec, delivery)
}

#[inline(never)]
fn stage_settle(files: &mut [FileOutcome], day: &Day, places: &DayPlaces) -> Vec<GroupedEvents> {
    settle_alone(files, day.window.day, places, BUCKETS).expect("rows in memory")
}

#[inline(never)]
fn stage_write_events(day: &Day, folder: &Path) {
    day.store_in(folder);
}

#[inline(never)]
fn stage_reduce(country: &Country, day: &Day, places: &DayPlaces) -> DayReduction {
    reduce(country, day, places)
}

fn reduce(country: &Country, day: &Day, places: &DayPlaces) -> DayReduction {
    let nights = NightHours::default().spans(&country.calendar, &day.window);
    let rules = DayRules { nights, hourly: true, trips: false, semantic: SemanticRules::default() };
    reduce_day(day.buckets.len(), |bucket| &day.buckets[bucket], places, &day.window, &rules)
}

#[inline(never)]
fn stage_count(country: &Country, first: &[(SubscriberId, H3Cell)], second: &[(SubscriberId, H3Cell)]) -> FlowMatrix {
    roll_up(&count_day_to_day(country.first_day, first, second), 2, |h3| country.locator.area_at(h3, 2))
}

/// What each subscriber costs in the bootstrap whatever is counted: its weights, and one sum by replicate.
#[inline(never)]
fn stage_bootstrap(reduction: &DayReduction) -> Vec<u32> {
    let (mut weights, mut sums) = (vec![0; REPLICATES], vec![0_u32; REPLICATES]);
    for own in reduction.subscriber_days.iter() {
        fill_poisson_weights(1, own.subscriber.bits(), &mut weights);
        sums.iter_mut().zip(&weights).for_each(|(sum, &weight)| *sum += u32::from(weight));
    }
    sums
}

#[inline(never)]
fn stage_encode(country: &Country, matrix: FlowMatrix) {
    let areas: Vec<UnitKey> =
        (0..country.layer.tree.level(2).len() as u32).map(|area| UnitKey::area(AreaKey(area))).collect();
    let released = release_flows(vec![matrix], Some(&areas), &DisclosurePolicy::default());
    let context = country.release_context();
    black_box(encode_flows(&released, &context).expect("units of the table"));
}

#[inline(never)]
fn stage_suppress(group: &LinkedGroup) {
    assert!(suppress(group).audit().passed(), "protected");
}
