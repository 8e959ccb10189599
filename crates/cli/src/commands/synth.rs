//! `hexodus synth`: a synthetic country with hidden truth.

use crate::args::{Format, SynthArgs};
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use hexodus_ingest::PseudonymKey;
use hexodus_locate::{AreaColumns, read_areas};
use hexodus_synth::{CrisisSummary, DumpFormat, SCENARIOS, Summary, SynthOptions, generate};
use std::path::Path;

/// Generates what was asked for.
pub fn run(args: &SynthArgs, console: &Console) -> Result<Exit, Failure> {
    let areas = args.areas.as_ref().map(|path| read_areas(path, &AreaColumns::default())).transpose()?;
    let options = SynthOptions {
        seed: args.seed,
        subscribers: args.subscribers,
        days: args.days,
        zone: args.zone.clone(),
        crisis_day: args.crisis_day,
        files_per_day: args.files_per_day,
        format: if args.format == Format::Parquet { DumpFormat::Parquet } else { DumpFormat::CsvGz },
        scenario: args.happens.scenario(),
        events_per_day: args.happens.events_per_day,
        household_size: args.household_size,
        ownership: args.owners.ownership(),
        population_cv: args.population_cv,
        areas: areas.map(|layer| layer.areas),
        ..SynthOptions::default()
    };
    let summary = generate_country(&options, &args.folder, console)?;
    console.result(&described(&summary));
    console.result(&format!("next: hexodus run --config {}", args.folder.join("hexodus.toml").display()));
    Ok(Exit::Done)
}

/// Generates a country and a key for it, so that its configuration is ready to run.
pub fn generate_country(options: &SynthOptions, folder: &Path, console: &Console) -> Result<Summary, Failure> {
    let bar = console.progress(Some(u64::from(options.days)), "days");
    let summary =
        generate(options, folder, &mut |progress| bar.set_position(u64::from(progress.day))).map_err(Failure::usage)?;
    bar.finish_and_clear();
    let key = folder.join("hexodus.key");
    if !key.exists() {
        PseudonymKey::create(&key)?;
    }
    Ok(summary)
}

/// What was generated, in a sentence or two.
pub fn described(summary: &Summary) -> String {
    let happened = summary.crisis.as_ref().map_or("no crisis".to_owned(), |crisis| happened(summary, crisis));
    format!(
        "synthetic country in {}: {}, {} radio cells, {} areas, {} rows in {} files; {happened}",
        summary.folder.display(),
        population(summary),
        grouped(u64::from(summary.radio_cells)),
        grouped(u64::from(summary.areas)),
        grouped(summary.rows),
        grouped(summary.files)
    )
}

/// Where not all people are subscribers, how many are.
fn population(summary: &Summary) -> String {
    let people = grouped(u64::from(summary.subscribers));
    match summary.with_sim {
        None => format!("{people} subscribers"),
        Some(with_sim) => format!("{people} people, {} of them with a SIM", grouped(u64::from(with_sim))),
    }
}

fn happened(summary: &Summary, crisis: &CrisisSummary) -> String {
    let event = if summary.scenario == SCENARIOS[0].name { "crisis" } else { summary.scenario };
    let (whom, first_sims) =
        summary.with_sim.map_or(("subscribers", summary.subscribers), |with_sim| ("people", with_sim));
    let some = |count: u32, what: &str| match count {
        0 => String::new(),
        count => format!(", {} {what}", grouped(u64::from(count))),
    };
    format!(
        "{event} on {} in {}: {} of {} {whom} left{}, {} came back, {} sites fell silent{}",
        crisis.day,
        crisis.struck_areas.join(", "),
        grouped(u64::from(crisis.left)),
        grouped(u64::from(crisis.struck_subscribers)),
        some(crisis.moved_on, "moved on"),
        grouped(u64::from(crisis.returned)),
        grouped(u64::from(crisis.silent_sites)),
        some(summary.sims - first_sims, "SIMs were swapped")
    )
}
