//! `hexodus synth`: a synthetic country with hidden truth.

use crate::args::{Format, SynthArgs};
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use hexodus_ingest::PseudonymKey;
use hexodus_locate::{AreaColumns, read_areas};
use hexodus_synth::{DumpFormat, Summary, SynthOptions, generate};
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
        events_per_day: args.events,
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
    let crisis = summary.crisis.as_ref().map_or_else(
        || "no crisis".to_owned(),
        |crisis| {
            format!(
                "crisis on {} in {}: {} of {} subscribers left, {} came back, {} sites fell silent",
                crisis.day,
                crisis.struck_areas.join(", "),
                grouped(u64::from(crisis.left)),
                grouped(u64::from(crisis.struck_subscribers)),
                grouped(u64::from(crisis.returned)),
                grouped(u64::from(crisis.silent_sites))
            )
        },
    );
    format!(
        "synthetic country in {}: {} subscribers, {} radio cells, {} areas, {} rows in {} files; {crisis}",
        summary.folder.display(),
        grouped(u64::from(summary.subscribers)),
        grouped(u64::from(summary.radio_cells)),
        grouped(u64::from(summary.areas)),
        grouped(summary.rows),
        grouped(summary.files)
    )
}
