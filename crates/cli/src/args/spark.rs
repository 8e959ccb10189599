//! What `hexodus spark-submit` takes.

use clap::{Args, ValueEnum};

/// `hexodus spark-submit`
#[derive(Debug, Args)]
pub struct SparkSubmitArgs {
    /// The driver: a Python file that calls hexodus.spark.count. Where the cluster finds it, as it is to be written.
    pub script: String,
    /// What runs the cluster.
    #[arg(long, value_enum)]
    pub master: Master,
    /// Its address; YARN has none. Default: a place to write it in.
    #[arg(long, value_name = "HOST:PORT")]
    pub address: Option<String>,
    /// Rows of one count: those of all days handed over.
    #[arg(long, value_name = "N", conflicts_with_all = ["subscribers", "events_a_day"])]
    pub rows: Option<u64>,
    /// Subscribers; with --events-a-day, instead of --rows.
    #[arg(long, value_name = "N", requires = "events_a_day", required_unless_present = "rows")]
    pub subscribers: Option<u64>,
    /// Events of a subscriber on a day.
    #[arg(long, value_name = "N", requires = "subscribers")]
    pub events_a_day: Option<u64>,
    /// Days of one count.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub days: u64,
    /// Cores of all executors. Default: those that count in --minutes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cores: Option<u64>,
    /// How long a count may take.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub minutes: u64,
    /// Cores of an executor.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub cores_an_executor: u64,
    /// The script counts a table of Spark, and not files that workers read (hexodus.spark.Files): that takes twice the time.
    #[arg(long)]
    pub table: bool,
}

/// What runs a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Master {
    /// Hadoop's; hexodus travels with the job in an archive
    Yarn,
    /// Kubernetes; hexodus is in the image
    K8s,
    /// Spark's own; hexodus is installed on the workers
    Standalone,
}
