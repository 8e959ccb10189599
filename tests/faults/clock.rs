//! A clock that goes back. Nothing in store or tables asks what time it is, so there is no clock to inject but the one
//! in the time stamps of files.

use super::{copied, prepared, recovers, run};
use crate::support::{files_below, is};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

#[test]
fn time_stamps_of_another_age_change_nothing() {
    let stored = copied(&prepared().before);
    run(&stored).exits(0);
    let files = || {
        let mut files = stored.files("");
        // Remembers time stamps, and nothing else depends on it.
        files.remove("store/seen_files.json");
        files
    };
    let before = files();
    for time in [SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + Duration::from_secs(7_000_000_000)] {
        for path in files_below(&stored.path("")) {
            std::fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
        }
        stored.hexodus("status --accept-lower-k").exits(0).says(&["no new files", "nothing is stale"]);
        run(&stored).exits(0).says(&["nothing to do"]);
        assert!(files() == before, "not a byte");

        let fresh = copied(&prepared().before);
        for path in files_below(&fresh.path("")) {
            std::fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
        }
        recovers(&fresh, &prepared().released, "a clock of another age");
    }
}

/// Not the code of tests. Stopwatches (`Instant`) never go back, and are printed only.
#[test]
fn no_code_asks_what_time_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let clocks = ["SystemTime::now", "Timestamp::now", "Zoned::now"];
    let mut asking: Vec<PathBuf> = Vec::new();
    for path in files_below(&root).into_iter().filter(|path| is(path.to_str().unwrap(), "rs")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let of_tests = path.iter().any(|part| part == "tests");
        if !of_tests && clocks.iter().any(|clock| text.contains(clock)) {
            asking.push(path);
        }
    }
    assert!(asking.is_empty(), "{asking:?}");
}
