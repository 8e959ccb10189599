//! Instructions that each hot stage takes on one thread, against stored figures: a check of speed that another load on the
//! machine cannot upset.
//!
//!     cargo bench --bench instructions               # compares; fails past +5 %
//!     cargo bench --bench instructions -- --bless    # stores the figures
//!
//! The stages run under `valgrind --tool=callgrind`, which counts what a function and all that it calls execute. Counts
//! differ between processors, because libraries pick their code by what a processor can do: there is a figure for each
//! feature set and toolchain, and on one without a figure nothing is compared. What instructions do not show (caches,
//! branches foreseen wrongly, waiting) the other benches do.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool that says what it measured")]

#[path = "../inputs/mod.rs"]
mod inputs;

#[path = "../inputs/displaced.rs"]
mod displaced;

mod counted;
mod stages;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Instructions by stage.
type Counts = BTreeMap<String, u64>;

/// More than this share above the stored figure fails; what hashing with random seeds adds or takes away is below 1 %.
const TOLERANCE: f64 = 0.05;
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/baseline.json");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|own| own != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some(counted::INSIDE) => {
            stages::run_all();
            ExitCode::SUCCESS
        }
        Some("--bless") => compare(true),
        None => compare(false),
        Some(other) => {
            eprintln!("expected nothing or --bless, found {other}");
            ExitCode::from(2)
        }
    }
}

fn compare(bless: bool) -> ExitCode {
    let (features, counts) = match counted::counts() {
        Ok(counted) => counted,
        Err(why) => {
            println!("instructions are not counted: {why}");
            return if bless { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let mut stored = read_baseline();
    let known = stored.get(&features).cloned().unwrap_or_default();
    println!("{features}");
    let mut passed = true;
    for (stage, &now) in &counts {
        let change = known.get(stage).map(|&before| now as f64 / before as f64 - 1.0);
        let told = change.map_or("no figure to compare with".into(), |change| format!("{:+.1} %", 100.0 * change));
        let is_more = change.is_some_and(|change| change > TOLERANCE);
        println!("{stage:<16}{:>10.1} M  {told}{}", now as f64 / 1e6, if is_more { "  TOO MANY" } else { "" });
        passed &= !is_more;
    }
    for gone in known.keys().filter(|stage| !counts.contains_key(*stage)) {
        println!("{gone:<16} was not counted");
        passed = false;
    }
    if bless {
        stored.insert(features, counts);
        let text = serde_json::to_string_pretty(&stored).expect("maps of numbers");
        fs::write(BASELINE, text + "\n").expect("a writable checkout");
        return ExitCode::SUCCESS;
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// By feature set and toolchain, by stage.
fn read_baseline() -> BTreeMap<String, Counts> {
    if !Path::new(BASELINE).exists() {
        return BTreeMap::new();
    }
    let text = fs::read_to_string(BASELINE).expect("the stored figures");
    serde_json::from_str(&text).expect("stored figures as this bench wrote them")
}
