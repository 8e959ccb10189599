//! Stores of other versions: an older one is read as it was, a newer one is left alone.

use crate::small::{DAYS, KEY, country};
use crate::support::{Dir, assert_same, files_below};
use hexodus_ingest::PseudonymKey;
use hexodus_model::{Calendar, EventRow};
use hexodus_store::{Manifest, Store, StoreIdentity};
use std::fs;
use std::path::Path;

/// Made by the first release from [`country`]; never made again.
const FIRST_RELEASE: &str = "tests/data/store-v1";

/// BLAKE3 over (pseudonym, microsecond of the day, location key) of every event, as the first release wrote them.
const EVENTS_DIGEST: &str = "de80a9a9b1d035cbfafdf10847cdfbf3cb400b8e11feb6ec0b7e59c346fcc878";

fn with_store_of_the_first_release() -> Dir {
    let dir = country();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(FIRST_RELEASE);
    for path in files_below(&root) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        dir.write(&format!("store/{name}"), fs::read(&path).unwrap());
    }
    dir
}

fn identity() -> StoreIdentity {
    let key = PseudonymKey::from_bytes(*blake3::Hash::from_hex(KEY.trim()).unwrap().as_bytes());
    StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: key.fingerprint() }
}

fn open(dir: &Dir) -> Store {
    Store::open(&dir.path("store"), &identity()).unwrap()
}

#[test]
fn partitions_of_the_first_release_read_as_they_were_written() {
    let (old, new) = (with_store_of_the_first_release(), country());
    assert!(old.read("store/manifest.json").contains("\"format\": 1,"), "the fixture stays as it is");
    new.hexodus("run").exits(0);
    let (old, new) = (open(&old), open(&new));
    let mut hasher = blake3::Hasher::new();
    for day in DAYS.map(|day| day.parse().unwrap()) {
        let window = Calendar::utc().window(day);
        let events_of = |store: &Store| -> Vec<EventRow> {
            store.event_ranges(&window).unwrap().bucket(0, 1).unwrap().rows().collect()
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
            let counts = |store: &Store| part(store, kind).map(|part| store.read_tallies(day, &part).unwrap());
            assert_eq!(counts(&old), counts(&new), "{day}: {kind} then and now");
        }
    }
    assert_eq!(hasher.finalize().to_hex().as_str(), EVENTS_DIGEST);
    assert_eq!(old.read_locations().unwrap().ids(), new.read_locations().unwrap().ids());
}

#[test]
fn a_run_goes_on_from_a_store_of_the_first_release() {
    let (old, new) = (with_store_of_the_first_release(), country());
    new.hexodus("run").exits(0);
    let events = old.files("store/events");
    old.hexodus("status").exits(0).says(&["no new files", "was one of an older version", "key epoch 1"]);
    old.hexodus("run").exits(0);
    assert_same(&old.released(), &new.released(), "an old store gone on with, and a new one");
    assert_same(&old.files("store/events"), &events, "events are not written anew");
    assert!(!old.read("store/manifest.json").contains("\"format\": 1,"), "the manifest is brought up to date");
    old.hexodus("verify").exits(0);
    old.hexodus("run").exits(0).says(&["nothing to do"]);
}

#[test]
fn a_newer_store_is_left_alone() {
    let dir = with_store_of_the_first_release();
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
