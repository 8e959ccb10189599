//! What fuzzing found worth keeping, replayed: the targets of `fuzz/` on the small corpora beside them.

#[path = "../fuzz/src/entry.rs"]
mod entry;

use crate::support::files_below;
use std::path::Path;

fn replay(target: &str, entry: fn(&[u8])) {
    let files = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target));
    assert!(files.len() >= 10, "{target} has a corpus");
    for file in files {
        let bytes = std::fs::read(&file).expect("a file of the corpus");
        assert!(bytes.len() <= 1 << 16, "{}: corpora are kept small", file.display());
        entry(&bytes);
    }
}

#[test]
fn csv() {
    replay("csv", entry::csv);
}

#[test]
fn parquet() {
    replay("parquet", entry::parquet);
}

#[test]
fn plan() {
    replay("plan", entry::plan);
}

#[test]
fn areas() {
    replay("areas", entry::areas);
}

#[test]
fn config() {
    replay("config", entry::config);
}
