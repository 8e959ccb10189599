//! What was typed.

mod ownership;
mod remote;
mod report;
mod shards;
mod spark;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hexodus_synth::{SCENARIOS, Scenario};
use ownership::OwnershipArgs;
pub use remote::{PullArgs, PushArgs};
pub use report::ReportArgs;
pub use shards::{MergeArgs, ReduceArgs, ShardArgs};
pub use spark::{Master, SparkSubmitArgs};
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
    #[command(after_help = "Examples:\n  hexodus demo --subscribers 50000 --folder /tmp/demo\n  \
                            hexodus demo --scenario cyclone")]
    Demo(DemoArgs),
    /// Write a commented hexodus.toml and a pseudonym key (mode 0600)
    #[command(after_help = "Example:\n  hexodus init --preset multimno\n  $EDITOR hexodus.toml && hexodus check")]
    Init(InitArgs),
    /// Make a synthetic country with dumps, radio-cell plan, areas, configuration and hidden truth
    #[command(after_help = "Examples:\n  hexodus synth --subscribers 1000000 --days 60 country\n  \
                            hexodus synth --scenario outage --events-per-day 3 silence\n  \
                            hexodus synth --areas hti_admbnda_adm2.geojson haiti")]
    Synth(SynthArgs),
    /// Dry run: read the configuration and every input, judge the days, report, store nothing
    #[command(after_help = "Example:\n  hexodus check --accept '2031-03-02=power cut at the switch, see ticket 12'")]
    Check(CheckArgs),
    /// Process whatever is new and write the tables; running again is a no-op
    #[command(
        after_help = "Examples:\n  hexodus run\n  hexodus run --config /srv/op1/hexodus.toml --quiet --wait 600\n  \
                            hexodus run --accept '2031-03-02=power cut at the switch, see ticket 12'"
    )]
    Run(RunArgs),
    /// The first of three verbs that do a run as many processes: read and check the dumps, deal their rows out to shards
    #[command(after_help = shards::SHARD)]
    Shard(ShardArgs),
    /// The second: reduce the days of one shard of the subscribers; once `merge` has judged the days, count its crises
    #[command(after_help = shards::REDUCE)]
    Reduce(ReduceArgs),
    /// The third: sum the counts of all shards, judge the days, and write the tables of `hexodus run`, byte for byte
    #[command(after_help = shards::MERGE)]
    Merge(MergeArgs),
    /// Write what may leave the building: released days of each crisis, protected, rounded, entered in the ledger
    #[command(
        after_help = "Needs a [[crisis]] that `hexodus run` has counted. Days leave once, a week apart; what left stands.\n\n\
                            Examples:\n  hexodus release\n  hexodus release --operation 'Earthquake 2031'"
    )]
    Release(ReleaseArgs),
    /// The headline of a release: displaced now, newly, returned, not observed; the five areas with most. From the folder alone
    #[command(after_help = "Examples:\n  hexodus summary\n  hexodus summary released/earthquake_2031-04-12")]
    Summary(SummaryArgs),
    /// The page of a release, report.html, made again from its tables: one file that opens offline
    #[command(after_help = "Examples:\n  hexodus report released/earthquake_2031-04-12\n  \
                            hexodus report released/earthquake_2031-04-12 --language fr --output rapport.html")]
    Report(ReportArgs),
    /// A released folder for a browser on this machine (127.0.0.1 only), with ranges for readers of Parquet
    #[command(after_help = "Examples:\n  hexodus serve\n  hexodus serve released/earthquake_2031-04-12 --port 9000")]
    Serve(ServeArgs),
    /// What the store holds: days, files, quality, what is refused, what a run would do and why
    #[command(after_help = "Examples:\n  hexodus status\n  hexodus status --files")]
    Status(StatusArgs),
    /// Rejected rows: file, row number, code, column and what was expected; never an id or a value
    #[command(after_help = "Example:\n  hexodus quarantine --file 2031-03-02 --code cannot_parse --limit 1000")]
    Quarantine(QuarantineArgs),
    /// Remove the events of old days; their counts and the account of their files stay
    #[command(after_help = "Example:\n  hexodus prune --keep-days 90 --dry-run")]
    Prune(PruneArgs),
    /// Read every file of the store and compare its digest; exit code 4 if one is damaged
    #[command(after_help = "Example:\n  hexodus verify --config /srv/op1/hexodus.toml")]
    Verify(ConfigArgs),
    /// Fetch dumps that are new in an object store (S3, Google Cloud Storage, Azure) to a folder here
    #[command(
        after_help = "Region, endpoint and credentials are those of the environment (AWS_…, GOOGLE_…, AZURE_…). What has come \
                            stays known when its file is removed.\n\n\
                            Examples:\n  hexodus pull s3://operator-dumps/cdr dumps && hexodus run\n  \
                            hexodus pull gs://operator-dumps/cdr dumps"
    )]
    Pull(PullArgs),
    /// Put a release into an object store: every file, then the manifest that names them, once
    #[command(after_help = "Examples:\n  hexodus push released/earthquake_2031-04-12 s3://displacement/releases\n  \
                            hexodus push released/earthquake_2031-04-12 file:///srv/releases")]
    Push(PushArgs),
    /// The pseudonym key
    #[command(subcommand)]
    Key(KeyCommand),
    /// What may leave
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print the configuration as resolved: presets filled in, defaults spelled out
    #[command(after_help = "Example:\n  hexodus explain > resolved.toml")]
    Explain(ConfigArgs),
    /// Print the command line that counts flows and presence on a Spark cluster, with executors of the right size
    #[command(
        after_help = "Prints and starts nothing. SCRIPT calls hexodus.spark.count of the Python wheel, with partitions= left out; docs/spark.md \
                            shows one.\nWhat is assumed stands before the command as comments, so that the output is a script of the shell.\n\n\
                            Examples:\n  hexodus spark-submit --master yarn --subscribers 100000000 --events-a-day 100 nightly.py\n  \
                            hexodus spark-submit --master k8s --address 10.0.0.1:6443 --rows 3000000000 --minutes 10 local:///opt/nightly.py\n  \
                            hexodus spark-submit --master standalone --rows 60000000 --cores 16 nightly.py > submit.sh"
    )]
    SparkSubmit(SparkSubmitArgs),
}

/// `hexodus demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to put everything; replaced if it holds an earlier demo.
    #[arg(long, default_value = "hexodus-demo")]
    pub folder: PathBuf,
    /// Subscribers of the synthetic country. Default: 60000, with --scenario 20000.
    #[arg(long)]
    pub subscribers: Option<u32>,
    /// Days. Default: 8 with the crisis in the middle, with --scenario 34 before and 22 from the event on.
    #[arg(long)]
    pub days: Option<u32>,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub happens: Happens,
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
    /// Subscribers; with --ownership, people.
    #[arg(long, default_value_t = 20_000)]
    pub subscribers: u32,
    /// Days; memory does not grow with them.
    #[arg(long, default_value_t = 28)]
    pub days: u32,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub happens: Happens,
    /// People a household: they live and flee together.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub household_size: u32,
    #[command(flatten)]
    pub owners: OwnershipArgs,
    /// Error of population.csv: coefficient of variation of each area's figure.
    #[arg(long, default_value_t = 0.0, value_name = "CV")]
    pub population_cv: f64,
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
    /// Day of the event, from 0; as many as there are days, or more, for none. Default: the middle.
    #[arg(long, value_name = "DAY")]
    pub crisis_day: Option<u32>,
}

/// What happens in a synthetic country, and how much of it is seen.
#[derive(Debug, Args)]
pub struct Happens {
    /// What happens. Default: earthquake.
    #[arg(long, value_parser = scenario_names(), value_name = "NAME")]
    scenario: Option<String>,
    /// Mean events a subscriber and day; 3 is the activity that accuracy is stated for.
    #[arg(long, alias = "events", default_value_t = 8.0, value_name = "EVENTS")]
    pub events_per_day: f64,
}

impl Happens {
    /// The scenario asked for.
    pub fn scenario(&self) -> Scenario {
        self.scenario.as_deref().and_then(Scenario::named).unwrap_or_default()
    }

    /// Whether one was asked for by name.
    pub const fn is_named(&self) -> bool {
        self.scenario.is_some()
    }
}

fn scenario_names() -> PossibleValuesParser {
    SCENARIOS.map(|scenario| PossibleValue::new(scenario.name).help(scenario.line)).into()
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

/// `hexodus check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// As with `run`: tell what would come of it. Repeatable.
    #[arg(long, value_name = "FILE|DATE=REASON")]
    pub accept: Vec<Acceptance>,
}

/// `hexodus run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// What to read and where.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another run.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// Go on after a rotation of the key: days before and after it stand in one release, with no flow between them.
    #[arg(long)]
    pub span_key_epochs: bool,
    /// Take in what can be read of a refused FILE, or of all files of a DATE, and use that date although a check refuses
    /// it; the reason is recorded. Repeatable.
    #[arg(long, value_name = "FILE|DATE=REASON")]
    pub accept: Vec<Acceptance>,
}

/// `hexodus release`
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// What to release from and to.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another run.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// This operation only, by its name or that of its folder. Default: all.
    #[arg(long, value_name = "NAME")]
    pub operation: Option<String>,
}

/// `hexodus summary`
#[derive(Debug, Args)]
pub struct SummaryArgs {
    /// A released folder. Default: the last of each crisis of the configuration.
    pub folder: Option<PathBuf>,
    /// Where to look for it.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// `hexodus serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// A released folder. Default: the last of the first crisis of the configuration.
    pub folder: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8808)]
    pub port: u16,
    /// Where to look for it.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// `hexodus policy …`
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Print the policy in force in sentences, to be signed
    #[command(after_help = "Example:\n  hexodus policy show > policy.txt")]
    Show(ConfigArgs),
}

/// `hexodus status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// What to look at.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Also list every accepted file with its digest.
    #[arg(long)]
    pub files: bool,
}

/// `hexodus prune`
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// What to prune.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another run.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// Local days to keep whole, counted back from the newest day of the store.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep_days: u32,
    /// Remove also the reduced days that a `[[crisis]]` is counted from; its figures then stay as they are.
    #[arg(long)]
    pub crises_too: bool,
    /// Say what would be removed; remove nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `hexodus key …`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Begin a new panel under a new key; the old key is kept beside it under a number. Ids of the two are never linked
    #[command(after_help = "Example:\n  hexodus key rotate && hexodus run --span-key-epochs")]
    Rotate(RotateArgs),
}

/// `hexodus key rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Whose key.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another run.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// How long to wait for another process that has the store.
#[derive(Clone, Copy, Debug, Args)]
pub struct WaitArgs {
    /// Wait so many seconds for another run to end; without it, leave at once with exit code 4.
    #[arg(long = "wait", value_name = "SECONDS", default_value_t = 0)]
    pub seconds: u64,
}

/// `FILE=REASON` or `DATE=REASON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// A file (its path or the end of it) or a date.
    pub what: String,
    /// Why it is good enough.
    pub reason: String,
}

impl std::str::FromStr for Acceptance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.rsplit_once('=').map(|(what, reason)| (what.trim(), reason.trim())) {
            Some((what, reason)) if !what.is_empty() && !reason.is_empty() => {
                Ok(Self { what: what.into(), reason: reason.into() })
            }
            _ => Err("expected FILE=REASON or DATE=REASON, with a reason".into()),
        }
    }
}

/// What every command about a configuration takes.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file; paths in it are relative to its folder.
    #[arg(long, short, default_value = "hexodus.toml", value_name = "FILE")]
    pub config: PathBuf,
    /// Accept thresholds below 16 (areas) and 21 (H3 cells). The tables are class `internal` and must not leave.
    #[arg(long)]
    pub accept_lower_k: bool,
}
