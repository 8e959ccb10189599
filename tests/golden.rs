//! `data/sample` gives `data/golden`, byte for byte. `HEXODUS_BLESS=1 cargo test golden` accepts what it gives now.

use crate::support::{Dir, Files, assert_same, files_below, is};
use std::fs;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(folder)
}

#[test]
fn golden() {
    let dir = Dir::new();
    for path in files_below(&data("sample")) {
        dir.write(path.strip_prefix(data("sample")).unwrap().to_str().unwrap(), fs::read(&path).unwrap());
    }
    // Git keeps no mode, and this key keeps no secret.
    dir.set_mode("hexodus.key", 0o600);
    dir.hexodus("run --accept-lower-k").exits(0);

    let tables: Files = dir.released().into_iter().filter(|(name, _)| is(name, "csv")).collect();
    if std::env::var("HEXODUS_BLESS").is_ok_and(|bless| bless == "1") {
        fs::remove_dir_all(data("golden")).ok();
        fs::create_dir_all(data("golden")).unwrap();
        for (name, bytes) in &tables {
            fs::write(data("golden").join(name), bytes).unwrap();
        }
    }
    let golden = files_below(&data("golden")).into_iter();
    let golden: Files =
        golden.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect();
    assert!(golden.len() >= 8, "every table: {:?}", golden.keys());
    assert_same(&tables, &golden, "data/sample and data/golden (HEXODUS_BLESS=1 accepts the new tables)");

    let published =
        dir.table("flows_adm2__day_to_day").iter().filter(|row| !row["subscribers_published"].is_empty()).count();
    assert!(published > 20, "golden tables that are all suppressed would hide every change: {published}");
}
