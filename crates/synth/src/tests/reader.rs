//! A naive reader of what was written: whole files, split at commas.

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// All files below a folder, by relative path.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The rows of a CSV file, gzipped or not, without the header.
pub(super) fn rows(path: &Path) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().unwrap() == "gz" {
        GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// One row of a dump with the day of its folder.
#[derive(Clone, Debug)]
pub(super) struct Delivered {
    pub(super) file_day: String,
    pub(super) sim: String,
    pub(super) when: String,
    pub(super) tower: String,
    pub(super) kind: String,
}

/// All rows of all dumps, in order of delivery.
pub(super) fn dumps(folder: &Path) -> Vec<Delivered> {
    let mut found = Vec::new();
    for path in files(&folder.join("dumps")).into_keys() {
        let file_day = path.parent().unwrap().to_str().unwrap().to_owned();
        for row in rows(&folder.join("dumps").join(&path)) {
            let [sim, when, tower, kind] = row.try_into().unwrap();
            found.push(Delivered { file_day: file_day.clone(), sim, when, tower, kind });
        }
    }
    found
}

/// Whether a text is a time of the declared format.
pub(super) fn is_time(text: &str) -> bool {
    jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).is_ok()
}

/// Days from one date to another.
pub(super) fn days_between(from: &str, to: &str) -> i32 {
    let date = |text: &str| text[..10].parse::<jiff::civil::Date>().unwrap();
    (date(to) - date(from)).get_days()
}
