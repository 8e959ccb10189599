//! Stores of other versions: an older one is read as it was, a newer one is left alone.

use crate::small::{DAYS, KEY, country};
use crate::support::{Dir, assert_same, files_below};
use hexodus_ingest::PseudonymKey;
use hexodus_model::{Calendar, EventRow};
use hexodus_store::{Manifest, Store, StoreIdentity, Wanted};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Made from [`country`] by the versions that wrote these formats; never made again.
const OLDER: [(&str, u32); 2] = [("tests/data/store-v1", 1), ("tests/data/store-v2", 2)];

/// A late row: reason to count again.
const LATE: &str = "sim,when,tower\ns003,2031-03-02 11:00:00,c\n";

/// BLAKE3 over (pseudonym, microsecond of the day, location key) of every event, as the first release wrote them.
const EVENTS_DIGEST: &str = "de80a9a9b1d035cbfafdf10847cdfbf3cb400b8e11feb6ec0b7e59c346fcc878";

fn with_older_store((folder, format): (&str, u32)) -> Dir {
    let dir = country();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for path in files_below(&root) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        dir.write(&format!("store/{name}"), fs::read(&path).unwrap());
    }
    assert_eq!(format_of(&dir), u64::from(format), "the fixture stays as it is");
    dir
}

fn format_of(dir: &Dir) -> u64 {
    let manifest: serde_json::Value = serde_json::from_str(&dir.read("store/manifest.json")).unwrap();
    manifest["format"].as_u64().unwrap()
}

fn identity() -> StoreIdentity {
    let key = PseudonymKey::from_bytes(*blake3::Hash::from_hex(KEY.trim()).unwrap().as_bytes());
    StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: key.fingerprint() }
}

fn open(dir: &Dir) -> Store {
    Store::open(&dir.path("store"), &identity()).unwrap()
}

#[test]
fn partitions_of_older_versions_read_as_they_were_written() {
    for older in OLDER {
        reads_as_it_was_written(older);
    }
}

fn reads_as_it_was_written(older: (&str, u32)) {
    let (old, new) = (with_older_store(older), country());
    new.hexodus("run").exits(0);
    let (old, new) = (open(&old), open(&new));
    let mut hasher = blake3::Hasher::new();
    for day in DAYS.map(|day| day.parse().unwrap()) {
        let window = Calendar::utc().window(day);
        let events_of = |store: &Store| -> Vec<EventRow> {
            store.event_ranges(&window).unwrap().buckets(0..1, 1, |_| true).unwrap()[0].rows().collect()
        };
        let events = events_of(&old);
        assert_eq!(events.len(), 80);
        for event in &events {
            hasher.update(&event.subscriber.bits().to_le_bytes());
            hasher.update(&event.moment.micros_of_day().to_le_bytes());
            hasher.update(&event.moment.location().0.to_le_bytes());
        }
        assert_eq!(events, events_of(&new), "{day}: events then and now");
        let part =
            |store: &Store, kind: &str| store.manifest().days[&day].derived.get(kind).map(|kept| kept.part.clone());
        let reduced = |store: &Store| store.read_subscriber_days(&part(store, "subscriber_days").unwrap()).unwrap();
        assert_eq!(reduced(&old), reduced(&new), "{day}: reduced days then and now");
        for kind in ["tallies", "flows"] {
            let counts =
                |store: &Store| part(store, kind).map(|part| store.read_tallies(day, &part, Wanted::All).unwrap());
            assert_eq!(counts(&old), counts(&new), "{day}: {kind} then and now");
        }
    }
    assert_eq!(hasher.finalize().to_hex().as_str(), EVENTS_DIGEST);
    assert_eq!(old.read_locations().unwrap().ids(), new.read_locations().unwrap().ids());
}

#[test]
fn a_run_goes_on_from_an_older_store() {
    for older in OLDER {
        goes_on(older);
    }
}

fn goes_on(older: (&str, u32)) {
    let (old, new) = (with_older_store(older), country());
    new.hexodus("run").exits(0);
    let events = old.files("store/events");
    let status = old.hexodus("status").exits(0).says(&["no new files", "key epoch 1"]);
    if older.1 == 1 {
        status.says(&["was one of an older version"]);
    }
    // The release of format 2 is up to date; it was made elsewhere, so a late row asks for one here.
    old.write("dumps/2031-03-02-late.csv", LATE);
    new.write("dumps/2031-03-02-late.csv", LATE);
    new.hexodus("run").exits(0);
    old.hexodus("run").exits(0);
    assert_same(&old.released(), &new.released(), "an old store gone on with, and a new one");
    let kept: BTreeMap<_, _> =
        old.files("store/events").into_iter().filter(|(name, _)| events.contains_key(name)).collect();
    assert_same(&kept, &events, "events are not written anew");
    assert_eq!(format_of(&old), u64::from(Manifest::new(identity()).format), "the manifest is brought up to date");
    old.hexodus("verify").exits(0);
    old.hexodus("run").exits(0).says(&["nothing to do"]);
}

#[test]
fn a_newer_store_is_left_alone() {
    let dir = with_older_store(OLDER[0]);
    let newest = Manifest::new(identity()).format;
    dir.edit("store/manifest.json", "\"format\": 1,", "\"format\": 7, \"days_by_moon\": {},");
    let before = dir.files("store");
    for command in ["run", "status", "verify", "prune --keep-days 3", "key rotate"] {
        let words =
            ["has format 7".to_owned(), format!("hexodus ({}) reads up to {newest}", env!("CARGO_PKG_VERSION"))];
        dir.hexodus(command).exits(4).says(&words.each_ref().map(String::as_str));
    }
    let mut after = dir.files("store");
    after.remove("lock");
    assert_same(&after, &before, "a newer store");
}
