//! `run --accept FILE|DATE=REASON`: what can be read of a file that cannot be trusted, with the reason on record.

use crate::small::{DAYS, country, dump};
use crate::support::{Dir, gzipped};
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

/// The small country, judged from 10 rows a day on; its third day has half of its rows.
fn half_a_day() -> Dir {
    let dir = country();
    dir.configure("[quality]\nhistory_min_days = 2\nmin_rows = 10");
    let half: Vec<String> = dump(2).lines().take(40).map(str::to_owned).collect();
    dir.write("dumps/2031-03-03.csv", half.join("\n") + "\n");
    dir
}

/// The days that a command says a check keeps out of use, with what it found.
fn findings(text: &str) -> Vec<&str> {
    let of_a_day =
        |line: &&str| line.starts_with("warning: 2031") && !line.contains("not be used") && !line.contains("not used");
    text.lines().filter(of_a_day).collect()
}

#[test]
fn a_check_tells_what_a_run_will_say_and_what_would_have_to_be_accepted() {
    let dir = half_a_day();
    let advice = "`hexodus run --accept \"2031-03-03=REASON\"` uses it all the same";
    let check = dir.hexodus("check").exits(1).says(&["2031-03-03 would not be used: events_low", advice]);
    let check = check.says(&["2 days could be used, 1 would be left out by a check"]);
    dir.hexodus("check --accept 2031-03-03=half-holiday").exits(0).says(&["3 days could be used"]);
    dir.hexodus("check --accept 2031-03-02=why").exits(1).says(&["no check refuses that day"]);
    dir.hexodus("check --accept 3.3.=why").exits(1).says(&["\"3.3.\" is neither a date nor a file of this run"]);
    dir.hexodus("check --accept 2031-03-03=").exits(2).says(&["with a reason"]);
    assert!(!dir.path("store").exists(), "a check stores nothing");
    let run = dir.hexodus("run").exits(1);
    assert!(findings(&check.text).len() > 3, "{}", check.text);
    assert_eq!(findings(&check.text), findings(&run.text));

    // Beside a store a check reads what is new and judges it by the days that are stored.
    let before = dir.files("store");
    dir.hexodus("check").exits(1).says(&["3 files are known already", "2031-03-03 would not be used: events_low"]);
    dir.hexodus("run --accept 2031-03-03=half-holiday").exits(0);
    dir.hexodus("check").exits(0).says(&["3 days could be used"]);
    let fourth = dump(2).replace("2031-03-03", "2031-03-04");
    dir.write("dumps/2031-03-04.csv", fourth.lines().take(30).collect::<Vec<_>>().join("\n") + "\n");
    let check = dir.hexodus("check").exits(1).says(&["2031-03-04 would not be used: events_low"]);
    let run = dir.hexodus("run").exits(1);
    assert!(!findings(&check.text).is_empty());
    assert_eq!(findings(&check.text), findings(&run.text));
    assert!(dir.files("store").len() > before.len());
}

#[test]
fn a_check_accepts_a_truncated_file_as_a_run_does() {
    let dir = country();
    dir.remove("dumps/2031-03-02.csv");
    let whole = gzipped(&dump(1));
    dir.write("dumps/2031-03-02.csv.gz", &whole[..whole.len() * 2 / 3]);
    dir.hexodus("check").exits(1).says(&["would refuse", "2 deliveries can be stored, 1 would be refused"]);
    let check = dir.hexodus("check --accept 2031-03-02.csv.gz=known:outage").exits(0);
    let line = check.text.lines().find(|line| line.contains("2031-03-02.csv.gz: ")).expect("its account").to_owned();
    dir.hexodus("run --accept 2031-03-02.csv.gz=known:outage").exits(0).says(&[&line]);
}
