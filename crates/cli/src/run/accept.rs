//! Files that cannot be trusted, taken in as far as they can be read, because somebody said why that is good enough.

use crate::args::Acceptance;
use hexodus_ingest::Delivery;
use hexodus_model::LocalDay;
use hexodus_store::Manifest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The reason given for a file: by its path, the end of its path, or the date it was delivered for.
pub fn reason(accepted: &[Acceptance], path: &Path, day: Option<LocalDay>) -> Option<String> {
    let fits = |acceptance: &&Acceptance| match acceptance.what.parse::<LocalDay>() {
        Ok(date) => day == Some(date),
        Err(_) => is_named(path, &acceptance.what),
    };
    accepted.iter().find(fits).map(|acceptance| acceptance.reason.clone())
}

/// The dates among what is accepted, with the reason.
pub fn dates(accepted: &[Acceptance]) -> BTreeMap<LocalDay, String> {
    let date = |acceptance: &Acceptance| Some((acceptance.what.parse().ok()?, acceptance.reason.clone()));
    accepted.iter().filter_map(date).collect()
}

/// What is accepted but is neither a date nor a file of this run: a mistake in typing.
pub fn unknown<'a>(accepted: &'a [Acceptance], deliveries: &[Delivery]) -> Vec<&'a str> {
    let paths = || deliveries.iter().flat_map(|delivery| &delivery.files).map(|file| file.path.as_path());
    let is_known = |what: &str| what.parse::<LocalDay>().is_ok() || paths().any(|path| is_named(path, what));
    accepted.iter().map(|acceptance| acceptance.what.as_str()).filter(|what| !is_known(what)).collect()
}

/// Whether a path is, or ends with, what was typed.
fn is_named(path: &Path, what: &str) -> bool {
    path.ends_with(what.trim_start_matches("./"))
}

/// For `method.json`: which files were taken in though they cannot be trusted, and why.
pub fn recorded(manifest: &Manifest) -> Vec<Value> {
    let mut files: Vec<_> = manifest.files.iter().filter(|file| file.accept_reason.is_some()).collect();
    files.sort_unstable_by_key(|file| (&file.source_id, &file.digest));
    files
        .into_iter()
        .map(|file| {
            json!({"source_id": file.source_id, "blake3": file.digest, "days": file.days.keys().collect::<Vec<_>>(),
                   "accept_reason": file.accept_reason})
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_path_by_end_of_path_or_by_date() {
        let accepted = ["2031-03-02=one tower is missing", "b/x.csv=known"].map(|text| text.parse().unwrap());
        let reason = |path: &str, day: &str| reason(&accepted, Path::new(path), day.parse().ok());
        assert_eq!(reason("d/2031-03-02.csv", "2031-03-02").unwrap(), "one tower is missing");
        assert_eq!(reason("a/b/x.csv", "2031-03-03").unwrap(), "known");
        assert_eq!((reason("a/bb/x.csv", ""), reason("a/x.csv", "2031-03-01")), (None, None));
        assert!("2031-03-02".parse::<Acceptance>().is_err() && "x= ".parse::<Acceptance>().is_err());
    }
}
