//! What the other commands say and write.

use crate::small::country;
use crate::support::{Dir, assert_same};
use std::os::unix::fs::PermissionsExt;

#[test]
fn demo_ends_with_estimate_beside_truth_and_paths() {
    let dir = Dir::new();
    let done = dir.hexodus("demo --subscribers 5000 --days 4").exits(0).says(&[
        "synthetic country in hexodus-demo: 5,000 subscribers",
        "crisis on 2031-02-25",
        "flows between areas (adm2), daily location of 2031-02-25 → the day after, subscribers:",
        "origin   destination   estimate      truth",
        "moves, pairs published",
        "stayed in their area",
        "hexodus-demo/out/2031-02-26/flows_adm2__day_to_day.parquet",
        "inputs and truth:",
    ]);
    let stayed = done.text.lines().find(|line| line.starts_with("stayed in their area")).unwrap();
    let numbers: Vec<f64> =
        stayed.split_whitespace().rev().take(2).map(|text| text.replace(',', "").parse().unwrap()).collect();
    assert!((numbers[0] - numbers[1]).abs() < 0.1 * numbers[0], "estimate near truth: {stayed}");
    assert!(dir.path("hexodus-demo/truth/flows_adm2_observed.csv").exists());
    dir.hexodus("demo --subscribers 500 --days 2").exits(0);
    dir.write("mine/precious.txt", "keep");
    dir.hexodus("demo --folder mine").exits(2).says(&["mine holds something that is no demo"]);
    assert_eq!(dir.read("mine/precious.txt"), "keep");
}

#[test]
fn init_writes_a_private_key_and_a_configuration_that_explain_accepts() {
    for (preset, input) in [
        ("generic", "dumps/2031-03-02.csv.gz"),
        ("multimno", "mno_events/year=2023/month=1/day=7/a.parquet"),
        ("lat-lon", "positions/a.csv"),
    ] {
        let dir = Dir::new();
        dir.hexodus(&format!("init --preset {preset}")).exits(0).says(&["written: ./hexodus.toml", "mode 0600"]);
        let mode = dir.path("hexodus.key").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{preset}");
        assert_eq!(dir.read("hexodus.key").trim().len(), 64);
        dir.write(input, "a");
        dir.hexodus("explain").exits(0).says(&[
            "[time]",
            "zone = \"UTC\"",
            &format!("preset = \"{preset}\""),
            "min_subscribers = 16",
        ]);

        let key = dir.read("hexodus.key");
        dir.hexodus("init").exits(2).says(&["./hexodus.toml is there already and is not overwritten"]);
        dir.remove("hexodus.toml");
        dir.hexodus("init").exits(0).says(&["kept:"]);
        assert_eq!(dir.read("hexodus.key"), key, "a lost key is a lost panel");
    }
}

#[test]
fn what_explain_prints_is_a_configuration() {
    let dir = country();
    let explained = dir.hexodus("explain").exits(0).text;
    dir.write("hexodus.toml", &explained);
    assert_eq!(dir.hexodus("explain").exits(0).text, explained);
    dir.hexodus("run").exits(0);
}

#[test]
fn check_counts_like_run_and_stores_nothing() {
    let dir = country();
    let line = "dumps/2031-03-02.csv: 81 rows = 80 located + 0 unlocated + 1 duplicates + 0 rejected";
    dir.hexodus("check").exits(0).says(&[line, "3 deliveries can be stored, 0 would be refused"]);
    assert!(!dir.path("store").exists() && !dir.path("out").exists());
    dir.hexodus("run").exits(0).says(&[line]);
}

#[test]
fn status_lists_days_and_what_is_new() {
    let dir = country();
    dir.hexodus("status").exits(0).says(&["no store yet", "`hexodus run` makes it"]);
    dir.rename("dumps/2031-03-03.csv", "coming.csv");
    dir.hexodus("run").exits(0);
    dir.rename("coming.csv", "dumps/2031-03-03.csv");
    let words = ["zone UTC", "2 files accepted", "2031-03-01  ready", "2031-03-02  ready", "read them (2031-03-03)"];
    dir.hexodus("status").exits(0).says(&words).never_says("2031-03-03ready");
}

#[test]
fn help_teaches() {
    let dir = Dir::new();
    let codes = [
        "Exit codes:",
        "0 done, or nothing to do",
        "1 done, with a day refused",
        "3 input unreadable",
        "5 an accounting identity",
    ];
    dir.hexodus("--help").exits(0).says(&codes).says(&["demo", "init", "synth", "check", "run", "status", "explain"]);
    dir.hexodus("run --help").exits(0).says(&["hexodus run --config", "--accept-lower-k"]);
    dir.hexodus("synth --help").exits(0).says(&["hexodus synth --areas", "--files-per-day", "- cyclone:", "- churn:"]);
    dir.hexodus("demo --help").exits(0).says(&["- earthquake:", "Default: earthquake"]);
    dir.hexodus("synth --scenario locusts country").exits(2).says(&["network-change"]);
}

#[test]
fn ownership_says_how_many_of_the_people_have_a_sim() {
    let dir = Dir::new();
    let country = "--scenario churn --subscribers 300 --days 30 --events 0.1";
    let uneven = "--ownership 0.3 --ownership-spread 0.5 --ownership-ratio 2 --hazard-ratio 0.5 --population-cv 0.1";
    dir.hexodus(&format!("synth {country} {uneven} some")).exits(0).says(&["300 people, ", "of them with a SIM"]);
    dir.hexodus(&format!("synth {country} all")).exits(0).says(&["300 subscribers, "]);
    dir.hexodus("synth --hazard-ratio 2 none").exits(2).says(&["--ownership <SHARE>"]);
    dir.hexodus("synth --ownership 0.9 --ownership-ratio 2 none").exits(2).says(&["ownership is"]);
}

#[test]
fn quiet_prints_only_what_was_written() {
    let dir = country();
    assert_eq!(dir.hexodus("run --quiet").exits(0).text, "written: ./out/2031-03-03\n");
}

#[test]
fn the_same_seed_gives_the_same_country() {
    let [one, same, other] = [5, 5, 6].map(|seed| Dir::synth(&format!("--subscribers 200 --days 2 --seed {seed}")));
    let inputs = |dir: &Dir| {
        let mut files = dir.files("");
        files.remove("hexodus.key").unwrap();
        files
    };
    assert_same(&inputs(&one), &inputs(&same), "seed 5 twice");
    assert_ne!(inputs(&one), inputs(&other));
    one.hexodus("synth .").exits(2);
}

#[test]
fn spark_submit_prints_a_command_for_each_kind_of_cluster() {
    let dir = Dir::new();
    let submit = |arguments: &str| dir.hexodus(&format!("spark-submit {arguments}")).exits(0);
    submit("--master yarn --subscribers 100000000 --events-a-day 100 nightly.py").says(&[
        "# 10,000,000,000 rows of files that workers read",
        "5,000 s of one core, 21 min of 4 cores",
        "130 GB on the disks",
        "spark-submit --master yarn --deploy-mode cluster \\\n    --archives hexodus-venv.tar.gz#venv",
        "--num-executors 1 ",
        "--conf spark.sql.shuffle.partitions=500 ",
        "--conf spark.io.encryption.enabled=true \\\n    nightly.py\n",
    ]);
    submit("--master k8s --address 10.0.0.1:6443 --rows 60000000 --cores 9 --table local:///opt/nightly.py").says(&[
        "60,000,000 rows of a table of Spark",
        "--master k8s://https://10.0.0.1:6443 --deploy-mode cluster",
        "--conf spark.executor.instances=3 ",
        "maxRecordsPerBatch=65536",
    ]);
    let printed = submit("--master standalone --rows 1 nightly.py").text;
    assert!(printed.contains("--master spark://HOST:7077") && printed.contains("--total-executor-cores 4 "));
    // Comments, then one command: a script of the shell.
    let lines: Vec<&str> = printed.lines().collect();
    let begin = lines.iter().position(|line| !line.starts_with("# ")).unwrap();
    assert!(lines[begin].starts_with("spark-submit --master"));
    assert!(lines[begin..lines.len() - 1].iter().all(|line| line.ends_with(" \\")));
}

#[test]
fn spark_submit_says_what_it_needs() {
    let dir = Dir::new();
    for (arguments, said) in [
        ("--rows 1 nightly.py", "--master <MASTER>"),
        ("--master yarn nightly.py", "--subscribers <N>"),
        ("--master yarn --subscribers 5 nightly.py", "--events-a-day <N>"),
        ("--master yarn --rows 0 nightly.py", "--rows: expected 1 or more"),
        ("--master mesos --rows 1 nightly.py", "[possible values: yarn, k8s, standalone]"),
        ("--master yarn --rows 1", "<SCRIPT>"),
    ] {
        dir.hexodus(&format!("spark-submit {arguments}")).exits(2).says(&[said]);
    }
    dir.hexodus("spark-submit --help").exits(0).says(&[
        "SCRIPT calls hexodus.spark.count",
        "docs/spark.md",
        "> submit.sh",
    ]);
}
