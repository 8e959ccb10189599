//! read = located + unlocated + duplicates + rejected; whatever the rows, their order and their files.

use crate::support::{Dir, Lcg};
use hexodus_ingest::spec::ColumnRef;
use hexodus_ingest::{
    FileOutcome, FileRead, Holding, Ingester, KnownFiles, PseudonymKey, SourceSpec, discover, settle_alone,
};
use hexodus_locate::h3_of_point;
use hexodus_model::{
    Calendar, DayPlaces, FaultCode, GroupedEvents, H3Cell, LocalDay, LocationId, LocationKey, Locations, OdPair,
    PlaceKey, Reserved, RowCounts, UnitKey,
};
use hexodus_store::{Store, Wanted};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_row_of_quality_daily_adds_up() {
    let dir = Dir::synth("--subscribers 1000 --days 3 --files-per-day 4 --seed 9");
    dir.hexodus("run").exits(0);
    let rows = dir.table("quality_daily");
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let count = |column: &str| row[column].parse::<u64>().unwrap();
        let parts = ["rows_located", "rows_unlocated", "rows_duplicate", "rows_rejected"].map(count);
        assert_eq!(count("rows_read"), parts.iter().sum::<u64>(), "{row:?}");
        assert!(parts.iter().all(|&rows| rows > 0) || row["date"] == "2031-02-23", "dirt of every kind: {row:?}");
    }
}

/// Row sums with "not seen after" are the subscribers located on the first day; column sums with "not seen before" those
/// of the second.
#[test]
fn every_located_subscriber_is_in_one_flow() {
    let dir = Dir::synth("--subscribers 1000 --days 4 --seed 9");
    dir.hexodus("run").exits(0);
    let manifest = dir.manifest();
    let store = Store::open(&dir.path("store"), &manifest.identity).unwrap();
    let located = |day: LocalDay| manifest.days[&day].facts.as_ref().unwrap().subscribers_located;
    let (before, after) = (UnitKey::reserved(Reserved::NotSeenBefore), UnitKey::reserved(Reserved::NotSeenAfter));
    let days = manifest.usable_days();
    assert_eq!(days.len(), 4);
    for &day in &days[..3] {
        let flows = store.read_tallies(day, &manifest.days[&day].derived["flows"].part, Wanted::All).unwrap().flows;
        let sum = |wanted: &dyn Fn(&OdPair) -> bool| -> u64 {
            flows[0].entries.iter().filter(|(pair, _)| wanted(pair)).map(|(_, subscribers)| subscribers).sum()
        };
        assert_eq!(sum(&|pair| pair.origin != before), located(day), "{day}: origins");
        assert_eq!(sum(&|pair| pair.destination != after), located(day.next()), "{day}: destinations");
        assert!(sum(&|pair| pair.origin == before) > 0 && sum(&|pair| pair.destination == after) > 0, "{day}: margins");
    }
}

/// A row of a dump: who, when, where and how many fields too many; every choice of 0 is a fault.
type Choices = (usize, usize, usize, usize);

const IDS: [&str; 5] = ["", "p1", "p2", "p3", "p4"];
const TIMES: [&str; 6] =
    ["", "02/03/2031 8h", "2031-03-02 08:00:00", "2031-03-02 08:00:01", "2031-03-02 23:59:59", "2031-03-03 00:00:00"];
const TOWERS: [&str; 4] = ["", "a", "b", "nowhere"];

fn line(&(id, time, tower, extra): &Choices) -> String {
    format!("{},{},{}{}", IDS[id], TIMES[time], TOWERS[tower], if extra == 0 { ",x" } else { "" })
}

fn is_good(&(id, time, tower, extra): &Choices) -> bool {
    id > 0 && time > 1 && tower > 0 && extra > 0
}

fn rows() -> impl Strategy<Value = Vec<Choices>> {
    prop::collection::vec((0..IDS.len(), 0..TIMES.len(), 0..TOWERS.len(), 0..12_usize), 1..60)
}

/// What a delivery came to: its account, and who was where when, by day.
type Settled = (RowCounts, BTreeMap<LocalDay, BTreeSet<(u64, i64, LocationId)>>);

/// Through the crates as a run does it; one file for each list of lines.
fn settled(files: &[Vec<String>], buckets: usize) -> Settled {
    let dir = Dir::new();
    for (number, lines) in files.iter().enumerate() {
        dir.write(&format!("2031-03-02-{number}.csv"), format!("sim,when,tower\n{}\n", lines.join("\n")));
    }
    let named = |name: &str| Some(ColumnRef::Name(name.into()));
    let mut spec = SourceSpec { id: "op".into(), ..SourceSpec::default() };
    (spec.columns.user_id, spec.columns.timestamp, spec.columns.radio_cell_id) =
        (named("sim"), named("when"), named("tower"));
    (spec.file.glob, spec.time.tz) = ("{date}-*.csv".into(), Some("utc".into()));

    let (calendar, key) = (Calendar::utc(), PseudonymKey::from_bytes([7; 32]));
    let known: Locations = ["a", "b"].map(|id| LocationId::RadioCell(id.into())).into_iter().collect();
    // Room for few rows: most are spilled.
    let holding = Holding { buckets, rows_in_memory: 8, traits_in_memory: usize::MAX, spill_folder: dir.path("") };
    let ingester = Ingester::new(&calendar, &key, h3_of_point, known, holding, &|_| ());
    let delivery = &discover(0, &spec, &dir.path("")).unwrap()[0];
    let read = ingester.read(delivery, &spec, &KnownFiles::default()).unwrap().expect("each file has a valid row");
    let mut outcomes: Vec<_> = read
        .into_iter()
        .map(|file| match file {
            FileRead::New(outcome) => *outcome,
            FileRead::Known => panic!("no file is known"),
        })
        .collect();

    let mut places = DayPlaces::new(vec![H3Cell::from_index(0x0882_8308_281f_ffff).unwrap()], Vec::new(), 2);
    places.place(LocationKey(0), PlaceKey(0));
    let locations = ingester.locations();
    let days: BTreeSet<LocalDay> = outcomes.iter().flat_map(|file| file.days.keys().copied()).collect();
    let mut rows = BTreeMap::new();
    for day in days {
        let mut files: Vec<FileOutcome> = std::mem::take(&mut outcomes);
        let settled = settle_alone(&mut files, day, &places, buckets).unwrap();
        let own = settled.iter().flat_map(GroupedEvents::rows).map(|row| {
            let location = locations.ids()[row.moment.location().0 as usize].clone();
            (row.subscriber.bits(), row.moment.micros_of_day(), location)
        });
        rows.insert(day, own.collect());
        outcomes = files;
    }
    let mut total = RowCounts::default();
    for outcome in outcomes {
        assert!(outcome.audit.days.values().all(RowCounts::balances), "{:?}", outcome.audit.days);
        total.add(&outcome.audit.total());
    }
    total.flagged.clear();
    (total, rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_row_is_accounted_for_in_any_order_and_any_files(rows in rows(), seed: u64, files in 2..5_usize) {
        // Each file gets one good row of its own: a file without any is refused, which is another test's subject.
        let good: Vec<Choices> = (0..files).map(|file| (1, 2, 1 + file % 3, 1)).collect();
        let rows: Vec<Choices> = good.into_iter().chain(rows).collect();
        let lines: Vec<String> = rows.iter().map(line).collect();

        let (counts, settled_rows) = settled(std::slice::from_ref(&lines), 1);
        let accepted: BTreeSet<Choices> = rows.iter().filter(|row| is_good(row)).map(|&(a, b, c, _)| (a, b, c, 1)).collect();
        prop_assert_eq!(counts.read, rows.len() as u64);
        prop_assert!(counts.balances());
        prop_assert_eq!(counts.rejected_rows(), rows.iter().filter(|row| !is_good(row)).count() as u64);
        prop_assert_eq!(counts.located, accepted.iter().filter(|row| row.2 == 1).count() as u64);
        prop_assert_eq!(counts.unlocated, accepted.iter().filter(|row| row.2 != 1).count() as u64);
        prop_assert_eq!(settled_rows.values().map(BTreeSet::len).sum::<usize>(), accepted.len());
        let too_many = rows.iter().filter(|row| row.3 == 0).count() as u64;
        prop_assert_eq!(counts.rejected.get(&FaultCode::FieldCount).copied().unwrap_or(0), too_many);

        let mut shuffled = lines.clone();
        Lcg(seed).shuffle(&mut shuffled);
        prop_assert_eq!(&settled(&[shuffled], 5), &(counts.clone(), settled_rows.clone()), "another order, 5 buckets");

        let split: Vec<Vec<String>> = (0..files).map(|file| lines.iter().skip(file).step_by(files).cloned().collect()).collect();
        prop_assert_eq!(settled(&split, 3), (counts, settled_rows), "{} files, 3 buckets", files);
    }
}
