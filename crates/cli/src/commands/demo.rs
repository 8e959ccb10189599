//! `hexodus demo`: a synthetic crisis, a full run, and estimate beside truth.

use crate::args::{ConfigArgs, DemoArgs};
use crate::commands::synth::{described, generate_country};
use crate::commands::{demo_people, demo_release};
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::run::{RunOptions, Written, run_with};
use crate::setup::Setup;
use hexodus_synth::{Ownership, SynthOptions};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Marks a folder as one this command made and may replace.
const MARK: &str = ".hexodus-demo";
/// Days and subscribers where no scenario is named: the whole run in seconds.
const SHORT_DAYS: u32 = 8;
const SHORT_SUBSCRIBERS: u32 = 60_000;
/// The same for a named scenario, which is followed for three weeks after a full baseline.
const CRISIS_DAYS: u32 = BASELINE_READS + 22;
const CRISIS_SUBSCRIBERS: u32 = 20_000;
/// Days of records that a baseline of 28 residences reads.
const BASELINE_READS: u32 = 34;
/// Rows of the matrix to print.
const TOP: usize = 10;

/// Runs the demo.
pub fn run(args: &DemoArgs, console: &Console) -> Result<Exit, Failure> {
    clear(&args.folder)?;
    let named = args.happens.is_named();
    let days = args.days.unwrap_or(if named { CRISIS_DAYS } else { SHORT_DAYS });
    let subscribers = args.subscribers.unwrap_or(if named { CRISIS_SUBSCRIBERS } else { SHORT_SUBSCRIBERS });
    let options = SynthOptions {
        seed: args.seed,
        // Where people are estimated, half of them have no SIM of the operator.
        subscribers: if named { 2 * subscribers } else { subscribers },
        ownership: named.then(|| Ownership::even(0.5)),
        days,
        // A baseline of residences reads 34 days; where the days are too few for it, the event is in the middle.
        crisis_day: (named && days > BASELINE_READS).then_some(BASELINE_READS),
        scenario: args.happens.scenario(),
        events_per_day: args.happens.events_per_day,
        ..SynthOptions::default()
    };
    console.step("making a synthetic country …");
    let summary = generate_country(&options, &args.folder, console)?;
    fs::write(args.folder.join(MARK), "").map_err(|error| Failure::system("write", &args.folder, &error))?;
    console.result(&described(&summary));

    let config = ConfigArgs { config: args.folder.join("hexodus.toml"), accept_lower_k: false };
    let setup = Setup::load(&config)?;
    let (exit, written) = run_with(&setup, &RunOptions::default(), console)?;
    if let Some(Written::New(folder) | Written::Unchanged(folder)) = written {
        let crisis_day = summary.crisis.as_ref().map(|crisis| crisis.day.clone());
        compare(&args.folder, &folder, crisis_day.as_deref(), console)?;
        for crisis in &setup.crises {
            demo_people::compare(&args.folder, &folder, &crisis.slug, console)?;
        }
        list(&args.folder, &folder, console)?;
        if !setup.crises.is_empty() {
            demo_release::release(&setup, console)?;
        }
    }
    Ok(exit)
}

/// Removes an earlier demo, and nothing else.
fn clear(folder: &Path) -> Result<(), Failure> {
    if !folder.exists() {
        return Ok(());
    }
    let empty = fs::read_dir(folder).map_err(|error| Failure::system("read", folder, &error))?.next().is_none();
    if !empty && !folder.join(MARK).exists() {
        return Err(Failure::usage(format!(
            "{} holds something that is no demo; choose another --folder",
            folder.display()
        )));
    }
    fs::remove_dir_all(folder).map_err(|error| Failure::system("remove", folder, &error))
}

type Pair = (String, String);

/// Prints the largest moves between areas on the day of the crisis, as released and as they truly were.
fn compare(folder: &Path, release: &Path, crisis_day: Option<&str>, console: &Console) -> Result<(), Failure> {
    let released = read_flows(
        &release.join("flows_adm2__day_to_day.csv"),
        ["reference_period_start", "origin_id", "dest_id", "subscribers_published"],
    )?;
    let columns = ["first_day", "origin_pcode", "destination_pcode", "subscribers"];
    let truth = read_flows(&folder.join("truth/flows_adm2_observed.csv"), columns)?;
    let Some(day) = crisis_day.filter(|day| released.contains_key(*day)).or(released.keys().next().map(String::as_str))
    else {
        return Ok(());
    };
    let (released, truth) = (&released[day], truth.get(day).cloned().unwrap_or_default());
    let mut moves: Vec<(&Pair, u64)> = released
        .iter()
        .filter_map(|(pair, count)| Some((pair, (*count)?)))
        .filter(|((origin, destination), _)| {
            origin != destination && !origin.starts_with('_') && !destination.starts_with('_')
        })
        .collect();
    moves.sort_unstable_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));

    console.result(&format!("\nflows between areas (adm2), daily location of {day} → the day after, subscribers:"));
    console.result("origin   destination   estimate      truth");
    for (pair, estimate) in moves.iter().take(TOP) {
        let true_count = truth.get(*pair).copied().flatten().unwrap_or(0);
        console.result(&format!("{:<8} {:<13} {:>8} {:>10}", pair.0, pair.1, grouped(*estimate), grouped(true_count)));
    }
    let (estimated, true_moves) = totals(&moves, &truth);
    let stayed = |flows: &BTreeMap<Pair, Option<u64>>| -> u64 {
        flows.iter().filter(|((origin, destination), _)| origin == destination).filter_map(|(_, count)| *count).sum()
    };
    console.result(&format!("{:<22} {:>8} {:>10}", "moves, pairs published", grouped(estimated), grouped(true_moves)));
    console.result(&format!(
        "{:<22} {:>8} {:>10}",
        "stayed in their area",
        grouped(stayed(released)),
        grouped(stayed(&truth))
    ));
    let suppressed = released.values().filter(|count| count.is_none()).count();
    console.result(&format!(
        "{} of {} pairs are suppressed (fewer than 16 subscribers, or none: which of the two is not told).\n\
         Truth: the generator's own record of where the same phones were at midnight. An estimate is the place of the\n\
         last record of the day, so late movers, silent phones and sites across a border make the difference.",
        grouped(suppressed as u64),
        grouped(released.len() as u64)
    ));
    Ok(())
}

/// Estimate and truth over the pairs that are published.
fn totals(moves: &[(&Pair, u64)], truth: &BTreeMap<Pair, Option<u64>>) -> (u64, u64) {
    let estimated = moves.iter().map(|(_, count)| count).sum();
    (estimated, moves.iter().filter_map(|(pair, _)| truth.get(*pair).copied().flatten()).sum())
}

/// By day, by pair: the count, or none where it is suppressed.
fn read_flows(path: &Path, columns: [&str; 4]) -> Result<BTreeMap<String, BTreeMap<Pair, Option<u64>>>, Failure> {
    let unreadable = |error: csv::Error| Failure::usage(format!("cannot read {}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unreadable)?;
    let headers = reader.headers().map_err(unreadable)?.clone();
    let position = columns.map(|column| headers.iter().position(|name| name == column).unwrap_or(usize::MAX));
    let mut flows: BTreeMap<String, BTreeMap<Pair, Option<u64>>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let [day, origin, destination, count] = position.map(|at| record.get(at).unwrap_or("").to_owned());
        flows.entry(day).or_default().insert((origin, destination), count.parse().ok());
    }
    Ok(flows)
}

fn list(folder: &Path, release: &Path, console: &Console) -> Result<(), Failure> {
    console.result(&format!("\nwritten, class internal (do not pass on):\n  {}", release.display()));
    let mut names: Vec<PathBuf> = fs::read_dir(release)
        .map_err(|error| Failure::system("read", release, &error))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_none_or(|extension| extension != "csv"))
        .collect();
    names.sort_unstable();
    for name in names {
        console.result(&format!("  {}", name.display()));
    }
    console.result(&format!("  (each .parquet has a .csv twin)\ninputs and truth:\n  {}", folder.display()));
    Ok(())
}
