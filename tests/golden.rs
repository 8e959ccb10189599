//! `data/sample` gives `data/golden/run`, and the release of a synthetic earthquake `data/golden/release`, byte for byte.
//! `HEXODUS_BLESS=1 cargo test golden` accepts what they give now.

use crate::outgoing::country;
use crate::support::{Dir, Files, assert_same, files_below, is};
use std::fs;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(folder)
}

/// What is found against what lies in a folder of `data/golden`, or in its place.
fn assert_golden(found: &Files, folder: &str) {
    let golden = data("golden").join(folder);
    if std::env::var("HEXODUS_BLESS").is_ok_and(|bless| bless == "1") {
        fs::remove_dir_all(&golden).ok();
        for (name, bytes) in found {
            let path = golden.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let name = |path: &Path| path.strip_prefix(&golden).unwrap().to_str().unwrap().to_owned();
    let expected: Files =
        files_below(&golden).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    assert!(expected.len() >= 8, "every table: {:?}", expected.keys());
    assert_same(found, &expected, &format!("data/golden/{folder} (HEXODUS_BLESS=1 accepts what is found)"));
}

#[test]
fn golden_run() {
    let dir = Dir::new();
    for path in files_below(&data("sample")) {
        dir.write(path.strip_prefix(data("sample")).unwrap().to_str().unwrap(), fs::read(&path).unwrap());
    }
    // Git keeps no mode, and this key keeps no secret.
    dir.set_mode("hexodus.key", 0o600);
    dir.hexodus("run --accept-lower-k").exits(0);

    let tables: Files = dir.released().into_iter().filter(|(name, _)| is(name, "csv")).collect();
    assert_golden(&tables, "run");
    let published =
        dir.table("flows_adm2__day_to_day").iter().filter(|row| !row["subscribers_published"].is_empty()).count();
    assert!(published > 20, "golden tables that are all suppressed would hide every change: {published}");
}

/// What leaves, without the files that are large and hold nothing else: the matrix of level 2 is in `idps_admin` and its
/// kin, and the columns that `datapackage.json` tells are in docs/formats.md.
#[test]
fn golden_release() {
    let dir = country();
    dir.hexodus("release").exits(0);
    let folder = "released/earthquake_2031-04-12";
    let is_text = |name: &str| is(name, "csv") || is(name, "geojson") || name == "README.md";
    let is_large = |bytes: &[u8]| bytes.len() > 100_000;
    let files: Files =
        dir.files(folder).into_iter().filter(|(name, bytes)| is_text(name) && !is_large(bytes)).collect();
    assert_golden(&files, "release");
    let told =
        dir.rows(&format!("{folder}/indicators_admin.csv")).iter().filter(|row| !row["value"].is_empty()).count();
    assert!(told > 100, "figures that are all withheld would hide every change: {told}");
}
