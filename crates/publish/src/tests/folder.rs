//! How a release appears: whole, once, and instead of the older one.

use super::*;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn begin(parent: &Path) -> ReleaseFolder {
    let method = json!({"time": {"tz": "Asia/Kathmandu"}, "home": null});
    ReleaseFolder::begin(parent, "2031-03-12", method).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_release_is_tables_method_and_sums() {
    let parent = tempfile::tempdir().unwrap();
    let folder = begin(parent.path());
    let digest = folder.method_digest().to_owned();
    for table in World::new().tables(false) {
        folder.write(&table, true).unwrap();
        assert_eq!(names(parent.path()), [".2031-03-12.partial"], "not to be seen yet");
    }
    let shown = folder.finish().unwrap();
    assert_eq!(shown, parent.path().join("2031-03-12"));
    assert_eq!(names(parent.path()), ["2031-03-12"]);
    assert_eq!(names(&shown).len(), 18 * 2 + 2);

    let method: Value = serde_json::from_slice(&fs::read(shown.join("method.json")).unwrap()).unwrap();
    assert_eq!(method["method_digest"], digest);
    assert_eq!(method_digest(&method), digest, "the file proves its own digest");
    assert_eq!(method["formats_version"], "0.1");
    let tables: Vec<_> = method["tables"].as_array().unwrap().iter().map(|table| table["name"].as_str()).collect();
    assert!(tables.is_sorted() && tables.len() == 18);
    let flows = tables.iter().position(|name| *name == Some("flows_adm2__day_to_day")).unwrap();
    assert_eq!(method["tables"][flows]["row_policy"], "full");
    assert_eq!(method["tables"][flows]["rows"], 48);

    let sums = fs::read_to_string(shown.join("SHA256SUMS")).unwrap();
    let listed: Vec<(&str, &str)> = sums.lines().map(|line| line.split_once("  ").unwrap()).collect();
    let mut others = names(&shown);
    others.retain(|name| name != "SHA256SUMS");
    assert_eq!(listed.iter().map(|(_, name)| *name).collect::<Vec<_>>(), others);
    for (sum, name) in listed {
        use sha2::Digest;
        let bytes = fs::read(shown.join(name)).unwrap();
        assert_eq!(sum, crate::method::hexadecimal(&sha2::Sha256::digest(bytes)), "{name}");
    }
}

#[test]
fn the_same_release_again_has_the_same_sums() {
    let sums = |flip| {
        let parent = tempfile::tempdir().unwrap();
        let folder = begin(parent.path());
        for table in flipped(World::new().tables(flip), flip) {
            folder.write(&table, true).unwrap();
        }
        fs::read(folder.finish().unwrap().join("SHA256SUMS")).unwrap()
    };
    assert_eq!(sums(false), sums(true));
}

#[test]
fn an_older_release_stays_until_the_new_one_is_whole() {
    let parent = tempfile::tempdir().unwrap();
    let shown = parent.path().join("2031-03-12");
    fs::create_dir(&shown).unwrap();
    fs::write(shown.join("of_before.csv"), "kept until replaced").unwrap();

    let dropped = begin(parent.path());
    dropped.write(&World::new().tables(false)[0], true).unwrap();
    drop(dropped);
    assert_eq!(names(parent.path()), ["2031-03-12"], "no trace of what was not finished");
    assert_eq!(names(&shown), ["of_before.csv"]);

    begin(parent.path()).finish().unwrap();
    assert_eq!(names(parent.path()), ["2031-03-12"]);
    assert_eq!(names(&shown), ["SHA256SUMS", "method.json"], "nothing of the older one is mixed in");
}

#[test]
fn a_killed_run_is_cleared_up() {
    let parent = tempfile::tempdir().unwrap();
    let hidden = |name: &str, file: &str| {
        fs::create_dir(parent.path().join(name)).unwrap();
        fs::write(parent.path().join(name).join(file), "").unwrap();
    };
    // Killed between the two renames: the older release is aside, the new one has not arrived.
    hidden(".2031-03-12.replaced", "older.csv");
    hidden(".2031-03-12.partial", "half.csv");
    let folder = begin(parent.path());
    assert_eq!(names(&parent.path().join("2031-03-12")), ["older.csv"], "put back");
    let shown = folder.finish().unwrap();
    assert_eq!(names(&shown), ["SHA256SUMS", "method.json"]);

    // Killed after them: the new one is there, the older one was not removed yet.
    hidden(".2031-03-12.replaced", "older.csv");
    drop(begin(parent.path()));
    assert_eq!(names(parent.path()), ["2031-03-12"]);
    assert_eq!(names(&shown), ["SHA256SUMS", "method.json"]);
}

#[test]
fn a_table_twice_and_a_method_that_is_no_object_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = begin(parent.path());
    let table = &World::new().tables(false)[0];
    folder.write(table, true).unwrap();
    assert!(matches!(folder.write(table, true), Err(PublishError::RepeatedTable(_))));
    let refused = ReleaseFolder::begin(parent.path(), "0", json!([1]));
    assert!(matches!(refused, Err(PublishError::MethodIsNoObject)));
}
