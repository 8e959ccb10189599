//! `run --accept FILE|DATE=REASON`: what can be read of a file that cannot be trusted, with the reason on record.

use crate::small::{DAYS, country, dump};
use crate::support::gzipped;
use hexodus_model::FileState;

#[test]
fn a_truncated_file_is_taken_in_as_far_as_it_can_be_read() {
    let dir = country();
    dir.remove("dumps/2031-03-02.csv");
    let whole = gzipped(&dump(1));
    dir.write("dumps/2031-03-02.csv.gz", &whole[..whole.len() * 2 / 3]);
    dir.hexodus("run").exits(1).says(&["2031-03-02 refused", "the file is truncated"]);
    assert_eq!(dir.days(), [DAYS[0], DAYS[2]]);

    dir.hexodus("run --accept 2031-03-02").exits(2).says(&["expected FILE=REASON or DATE=REASON"]);
    dir.hexodus("run --accept other.csv.gz=never").exits(1).says(&["2031-03-02 refused"]);
    dir.hexodus("run --accept 2031-03-02.csv.gz=known:outage").exits(0).never_says("refused");
    assert_eq!(dir.days(), DAYS);
    let manifest = dir.manifest();
    let file = manifest.files.iter().find(|file| file.state == FileState::AcceptedInPart).unwrap();
    assert_eq!(file.accept_reason.as_deref(), Some("known:outage"));
    let total = file.total();
    assert!(total.balances() && total.read > 0 && total.read < 81, "{total:?}");
    let accepted = &dir.method()["accepted_in_part"];
    assert_eq!(accepted[0]["accept_reason"], "known:outage");
    assert_eq!(accepted[0]["days"][0], DAYS[1]);
    dir.hexodus("status --files").exits(0).says(&["accepted in part: known:outage"]);
    // Accepted once is accepted; the whole file later brings what was missing.
    dir.hexodus("run").exits(0).says(&["nothing to do"]);
    dir.write("dumps/2031-03-02.csv.gz", &whole);
    dir.hexodus("run").exits(0);
    let rows: u64 = dir.manifest().days[&DAYS[1].parse().unwrap()].parts.iter().map(|part| part.rows).sum();
    assert_eq!(rows, 80);
}

#[test]
fn a_date_stands_for_its_files_and_nothing_readable_stays_refused() {
    let dir = country();
    dir.remove("dumps/2031-03-02.csv");
    dir.write("dumps/2031-03-02.csv.gz", &gzipped(&dump(1))[..12]);
    dir.hexodus("run --accept 2031-03-02=hoping").exits(1).says(&["2031-03-02 refused"]);
    assert!(dir.method()["accepted_in_part"].as_array().unwrap().is_empty());
    // A file that is whole is not marked, whatever was accepted.
    dir.write("dumps/2031-03-02.csv.gz", gzipped(&dump(1)));
    dir.hexodus("run --accept 2031-03-02=hoping").exits(0);
    assert!(dir.manifest().files.iter().all(|file| file.state == FileState::Accepted && file.accept_reason.is_none()));
}
