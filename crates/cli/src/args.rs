//! What was typed.

use crate::failure::Failure;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// From daily dumps of de-identified mobile-operator records to displacement figures, behind a privacy wall.
///
/// Start with `hexodus demo`: it makes a synthetic crisis, runs everything, and prints estimate beside truth.
/// For your own dumps: `hexodus init`, edit hexodus.toml, `hexodus check`, `hexodus run`.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Threads to use; the results are the same for any number. Default: all cores.
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Print warnings, errors and the paths written; nothing else.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print how long each step took.
    #[arg(long, global = true)]
    pub timings: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or nothing to do
  1    done, with a day refused or flagged
  2    usage or configuration
  3    input unreadable, nothing stored
  4    store locked, newer or damaged
  5    an accounting identity broke
  130  interrupted, store intact";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a synthetic crisis, run everything on it, and print estimate beside truth
    #[command(after_help = "Example:\n  hexodus demo --subscribers 50000 --folder /tmp/demo")]
    Demo(DemoArgs),
    /// Write a commented hexodus.toml and a pseudonym key (mode 0600)
    #[command(after_help = "Example:\n  hexodus init --preset multimno\n  $EDITOR hexodus.toml && hexodus check")]
    Init(InitArgs),
    /// Make a synthetic country with dumps, radio-cell plan, areas, configuration and hidden truth
    #[command(after_help = "Examples:\n  hexodus synth --subscribers 1000000 --days 60 country\n  \
                            hexodus synth --areas hti_admbnda_adm2.geojson haiti")]
    Synth(SynthArgs),
    /// Dry run: read the configuration and every input, report, store nothing
    Check(ConfigArgs),
    /// Process whatever is new and write the tables; running again is a no-op
    #[command(after_help = "Examples:\n  hexodus run\n  hexodus run --config /srv/op1/hexodus.toml --quiet\n  \
                            hexodus run --accept \"2031-03-02=outage confirmed by the operator\"")]
    Run(RunArgs),
    /// What the store holds: days, files, rows, what is refused, what is new
    Status(ConfigArgs),
    /// Rejected rows: file, row number, code, column and what was expected; never an id or a value
    #[command(after_help = "Example:\n  hexodus quarantine --file 2031-03-02 --code cannot_parse --limit 1000")]
    Quarantine(QuarantineArgs),
    /// Print the configuration as resolved: presets filled in, defaults spelled out
    Explain(ConfigArgs),
}

/// `hexodus demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to put everything; replaced if it holds an earlier demo.
    #[arg(long, default_value = "hexodus-demo")]
    pub folder: PathBuf,
    /// Subscribers of the synthetic country.
    #[arg(long, default_value_t = 60_000)]
    pub subscribers: u32,
    /// Days; the crisis strikes in the middle.
    #[arg(long, default_value_t = 8)]
    pub days: u32,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `hexodus init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Layout of your dumps.
    #[arg(long, default_value = "generic", value_parser = hexodus_ingest::preset::PRESETS)]
    pub preset: String,
    /// Where to write hexodus.toml and hexodus.key; existing files are never overwritten.
    #[arg(long, default_value = ".")]
    pub folder: PathBuf,
}

/// `hexodus synth`
#[derive(Debug, Args)]
pub struct SynthArgs {
    /// Where to write; must not hold dumps yet.
    pub folder: PathBuf,
    /// Subscribers.
    #[arg(long, default_value_t = 20_000)]
    pub subscribers: u32,
    /// Days; memory does not grow with them.
    #[arg(long, default_value_t = 28)]
    pub days: u32,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Mean events a subscriber and day.
    #[arg(long, default_value_t = 8.0)]
    pub events: f64,
    /// Files a day.
    #[arg(long, default_value_t = 1)]
    pub files_per_day: u32,
    /// How the dumps are written.
    #[arg(long, value_enum, default_value_t = Format::CsvGz)]
    pub format: Format,
    /// Settle the people in these areas (GeoJSON with P-codes) instead of an invented country.
    #[arg(long, value_name = "FILE")]
    pub areas: Option<PathBuf>,
    /// IANA time zone of the country.
    #[arg(long, default_value = "Asia/Kathmandu")]
    pub zone: String,
    /// Day of the crisis, from 0; as many as there are days, or more, for none. Default: the middle.
    #[arg(long, value_name = "DAY")]
    pub crisis_day: Option<u32>,
}

/// How synthetic dumps are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Gzip-compressed CSV
    CsvGz,
    /// Parquet
    Parquet,
}

/// `hexodus quarantine`
#[derive(Clone, Debug, Args)]
pub struct QuarantineArgs {
    /// The configuration and the policy.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Files whose path holds this text only.
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,
    /// This reason only, by name or number.
    #[arg(long, value_name = "NAME")]
    pub code: Option<String>,
    /// Rows to list.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub limit: u64,
}

/// `hexodus run`
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// The configuration and the policy.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Use a day that a check refuses; the reason is recorded. May be given several times.
    #[arg(long, value_name = "DAY=REASON")]
    pub accept: Vec<String>,
}

impl RunArgs {
    /// The days to accept, with their reasons.
    ///
    /// # Errors
    /// Exit 2 for what is no date, or has no reason.
    pub fn accepted(&self) -> Result<BTreeMap<LocalDay, String>, Failure> {
        let mistake = |given: &str, what: &str| {
            Failure::usage(format!("--accept \"{given}\": expected YYYY-MM-DD=REASON, {what}"))
        };
        let parse = |given: &String| {
            let (day, reason) = given.split_once('=').ok_or_else(|| mistake(given, "found no reason"))?;
            let day =
                day.trim().parse().map_err(|error: jiff::Error| mistake(given, &format!("found no date: {error}")))?;
            match reason.trim() {
                "" => Err(mistake(given, "found no reason")),
                reason => Ok((day, reason.to_owned())),
            }
        };
        self.accept.iter().map(parse).collect()
    }
}

/// What `check`, `run`, `status` and `explain` take.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file; paths in it are relative to its folder.
    #[arg(long, short, default_value = "hexodus.toml", value_name = "FILE")]
    pub config: PathBuf,
    /// Accept thresholds below 16 (areas) and 21 (H3 cells). The tables are class `internal` and must not leave.
    #[arg(long)]
    pub accept_lower_k: bool,
}
