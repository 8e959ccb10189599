//! The power fails at any step, and whatever was not synced may be lost: the store is as before or as after.
//!
//! | module | answers |
//! |---|---|
//! | `recording` | what was asked of the file system, step by step |
//! | `survivors` | what a disk may hold after a cut |

mod recording;
mod survivors;

use crate::fs::FileSystem;
use crate::manifest::EVENTS;
use crate::{DayEntry, DayFacts, DayTallies, Derived, Manifest, Store, StoreIdentity, verify};
use hexodus_model::LocalDay;
use recording::{Recording, Step};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use survivors::{Loss, write_survivors};

fn identity(key: &str) -> StoreIdentity {
    StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: key.into() }
}

/// The manifest after a commit, and how many steps had been taken by then.
struct Committed {
    manifest: Manifest,
    steps: usize,
}

/// A sequence as runs make it: new days, derived files that replace others, pruning, a rotation, a new start.
fn run_on(recording: &Arc<Recording>, folder: &Path) -> Vec<Committed> {
    let open = |key| {
        let system: Arc<dyn FileSystem> = Arc::<Recording>::clone(recording);
        Store::open_on(system, folder, &identity(key), Duration::ZERO).unwrap()
    };
    let mut commits = Vec::new();
    let mut store = open("k");
    let mut note = |store: &Store| {
        commits.push(Committed { manifest: store.manifest().clone(), steps: recording.steps().len() });
    };
    for day in (0..5).map(LocalDay) {
        let parts = vec![store.write_tallies(EVENTS, day, &DayTallies::default()).unwrap()];
        let entry = DayEntry { parts, delivered: true, facts: Some(DayFacts::default()), ..DayEntry::default() };
        store.commit(|manifest| drop(manifest.days.insert(day, entry))).unwrap();
        note(&store);
    }
    for version in ["1", "2"] {
        let part = store.write_tallies("reduced", LocalDay(1), &DayTallies::default()).unwrap();
        let derived = Derived { part, inputs: version.into() };
        let change = |manifest: &mut Manifest| {
            manifest.days.entry(LocalDay(1)).or_default().derived.insert("reduced".into(), derived);
        };
        store.commit(change).unwrap();
        note(&store);
    }
    // A killed run: a part that no commit names; the next opening sweeps it.
    store.write_tallies(EVENTS, LocalDay(9), &DayTallies::default()).unwrap();
    drop(store);
    let mut store = open("k");
    store.prune(&store.plan_pruning(2, &["reduced"], None)).unwrap();
    note(&store);
    store.begin_key_epoch("l").unwrap();
    note(&store);
    commits
}

/// What was committed last before step `steps`, and the next commit: one of the two must be found.
fn allowed(commits: &[Committed], steps: usize) -> [Option<&Manifest>; 2] {
    let done = commits.iter().filter(|commit| commit.steps <= steps).count();
    let manifest = |at: usize| commits.get(at).map(|commit| &commit.manifest);
    [done.checked_sub(1).and_then(manifest), manifest(done)]
}

#[test]
fn after_a_power_cut_at_any_step_the_store_is_as_before_or_as_after() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("a/store");
    let recording = Arc::new(Recording::below(folder.path()));
    let commits = run_on(&recording, &at);
    let steps = recording.steps();
    assert!(steps.len() > 100, "{}", steps.len());

    let mut before_or_after = [0, 0];
    for cut in 0..=steps.len() {
        let losses =
            [Loss::Everything, Loss::Nothing].into_iter().chain((0..6).map(|seed| Loss::Some(cut as u64 * 6 + seed)));
        for loss in losses {
            let left = tempfile::tempdir().unwrap();
            write_survivors(&steps[..cut], loss, left.path());
            let at = left.path().join("a/store");
            let found = Store::read_manifest(&at).unwrap_or_else(|error| panic!("step {cut}, {loss:?}: {error}"));
            let allowed = allowed(&commits, cut);
            let which = allowed.iter().position(|allowed| *allowed == found.as_ref());
            before_or_after[which.unwrap_or_else(|| panic!("step {cut}, {loss:?}: neither old nor new"))] += 1;
            let key = found.as_ref().map_or("k", |manifest| &manifest.identity.key_fingerprint).to_owned();
            let store = Store::open(&at, &identity(&key)).unwrap();
            let damaged = verify(&at, store.manifest()).damaged;
            assert!(damaged.is_empty(), "step {cut}, {loss:?}: {damaged:?}");
            assert_eq!(parquet_files(&at), store.manifest().file_names().len(), "step {cut}, {loss:?}: swept");
        }
    }
    assert!(before_or_after.iter().all(|&count| count > 0), "{before_or_after:?}");
}

/// The same, had the store skipped its syncs: what this test would then say.
#[test]
fn without_syncs_a_power_cut_would_be_noticed() {
    for forgotten in [Step::is_sync_of_file as fn(&Step) -> bool, Step::is_sync_of_folder, Step::is_sync_of_kind] {
        let folder = tempfile::tempdir().unwrap();
        let recording = Arc::new(Recording::below(folder.path()));
        let commits = run_on(&recording, &folder.path().join("a/store"));
        let steps: Vec<Step> = recording.steps().into_iter().filter(|step| !forgotten(step)).collect();
        let left = tempfile::tempdir().unwrap();
        write_survivors(&steps, Loss::Everything, left.path());
        let at = left.path().join("a/store");
        let found = Store::read_manifest(&at);
        let last = &commits.last().unwrap().manifest;
        assert!(!matches!(&found, Ok(Some(manifest)) if manifest == last && verify(&at, manifest).damaged.is_empty()));
    }
}

fn parquet_files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            if path.is_dir() {
                parquet_files(&path)
            } else {
                usize::from(path.extension().is_some_and(|ext| ext == "parquet"))
            }
        })
        .sum()
}
