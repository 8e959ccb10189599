//! `hexodus spark-submit`: the command line that counts on a Spark cluster, with executors of the right size.

mod size;

use crate::args::{Master, SparkSubmitArgs};
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use size::{Size, Volume};

/// Prints it; starts nothing.
pub fn run(args: &SparkSubmitArgs, console: &Console) -> Result<Exit, Failure> {
    let rows =
        rows_of(args).ok_or_else(|| Failure::usage("more rows than can be counted: expected fewer than 2^64"))?;
    if rows == 0 {
        return Err(Failure::usage("--rows: expected 1 or more, found 0"));
    }
    let volume = Volume { rows, is_table: args.table };
    let size = Size::of(volume, args.cores, args.minutes, args.cores_an_executor);
    console.result(assumptions(args, &size).trim_end());
    console.result(&command(args, &size));
    Ok(Exit::Done)
}

fn rows_of(args: &SparkSubmitArgs) -> Option<u64> {
    match (args.rows, args.subscribers, args.events_a_day) {
        (Some(rows), ..) => Some(rows),
        (None, Some(subscribers), Some(events)) => subscribers.checked_mul(events)?.checked_mul(args.days),
        _ => Some(0),
    }
}

/// What the figures rest on, as comments of the shell.
fn assumptions(args: &SparkSubmitArgs, size: &Size) -> String {
    let what = if args.table { "rows of a table of Spark" } else { "rows of files that workers read" };
    let mut said = format!(
        "# {} {what}. Extrapolated from 60 million on one machine (docs/spark.md), as if all grew with rows:\n\
         #   {} µs of a core for each row: {} s of one core, {} min of {} cores if none waits\n\
         #   {} bytes for each row in the shuffle: {} GB on the disks of the executors together\n\
         #   {} partitions; a Python worker holds the events of one part of the subscribers: {} MB with libraries and sums\n",
        grouped(size.volume.rows),
        size.volume.microseconds(),
        grouped(size.core_seconds()),
        grouped(size.core_seconds().div_ceil(60 * size.cores())),
        size.cores(),
        size::BYTES_A_ROW,
        grouped(size.shuffle_bytes().div_ceil(1_000_000_000)),
        size.partitions(),
        grouped(size.worker_mb()),
    );
    said.push_str(match args.master {
        Master::Yarn => {
            "# hexodus-venv.tar.gz: a virtual environment with hexodus[spark], packed by venv-pack on a machine like the executors\n"
        }
        Master::K8s => "# IMAGE-WITH-HEXODUS: an image of Spark in whose Python hexodus[spark] is installed\n",
        Master::Standalone => "# /opt/hexodus: a virtual environment with hexodus[spark] on every worker\n",
    });
    said.push_str("# what is shuffled is individual: the three settings of encryption belong to it\n");
    said
}

/// The command, an option a line.
fn command(args: &SparkSubmitArgs, size: &Size) -> String {
    let mut options = Vec::new();
    let address = |other: &str| args.address.clone().unwrap_or_else(|| other.to_owned());
    match args.master {
        Master::Yarn => options.extend([
            "--master yarn --deploy-mode cluster".to_owned(),
            "--archives hexodus-venv.tar.gz#venv".to_owned(),
            "--conf spark.pyspark.python=./venv/bin/python".to_owned(),
            format!("--num-executors {}", size.executors),
            format!("--executor-cores {}", size.cores_an_executor),
        ]),
        Master::K8s => options.extend([
            format!("--master k8s://https://{} --deploy-mode cluster", address("HOST:6443")),
            "--conf spark.kubernetes.container.image=IMAGE-WITH-HEXODUS".to_owned(),
            format!("--conf spark.executor.instances={}", size.executors),
            format!("--conf spark.executor.cores={}", size.cores_an_executor),
        ]),
        Master::Standalone => options.extend([
            format!("--master spark://{}", address("HOST:7077")),
            "--conf spark.pyspark.python=/opt/hexodus/bin/python".to_owned(),
            format!("--total-executor-cores {}", size.cores()),
            format!("--executor-cores {}", size.cores_an_executor),
        ]),
    }
    options.push(format!("--executor-memory {}m", size.java_mb()));
    // YARN and Kubernetes add it to what an executor may take; Spark's own cluster only limits the workers by it.
    options.push(format!("--conf spark.executor.pyspark.memory={}m", size.worker_mb() * size.cores_an_executor));
    options.push(format!("--conf spark.sql.shuffle.partitions={}", size.partitions()));
    if args.table {
        options.push("--conf spark.sql.execution.arrow.maxRecordsPerBatch=65536".to_owned());
    }
    for name in ["spark.authenticate", "spark.network.crypto.enabled", "spark.io.encryption.enabled"] {
        options.push(format!("--conf {name}=true"));
    }
    options.push(args.script.clone());
    format!("spark-submit {}", options.join(" \\\n    "))
}
