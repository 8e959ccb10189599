#!/usr/bin/env python3
"""The same two reductions on Spark, in one process with a Java machine: plain SQL, or hexodus.spark. One line of JSON.

    spark.py sql|hexodus|files|boundary FOLDER [--threads 2] [--partitions 16] [--key] [--files 3]

FOLDER is one of generate.py. `sql` is what a Spark user would write, `hexodus` the driver of the wheel (with --key it hashes
ids, too), `files` the same where workers read the files and Java sees no row, `boundary` what merely carrying the rows to Python and back
costs. Rows and sums of all but the last must be the same. Timed from the first query to the last figure, without the start of Java; processor time is that of all processes.
"""
import argparse
import json
import os
import pathlib
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

LEAST = 15


def started(threads, partitions):
    settings = {
        "spark.driver.memory": "8g",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    }
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def paths_of(folder, files):
    return sorted(str(path) for path in (folder / "dumps").glob("*.parquet"))[:files]


def rows_of(spark, paths):
    """Ids and radio cells are unsigned in the files, which Spark has no type for; instants have no zone there."""
    return spark.read.parquet(*paths).select(
        F.col("subscriber").cast("bigint"), F.col("timestamp").cast("timestamp"), F.col("radio_cell").cast("bigint")
    )


def sql_job(spark, folder, rows, _key):
    """Two queries, each over all rows."""
    plan = spark.read.parquet(str(folder / "radio_cells.parquet"))
    plan = plan.select(F.col("radio_cell").cast("bigint"), F.col("h3").cast("bigint"))
    events = rows.join(F.broadcast(plan), "radio_cell")
    daily = (
        events.groupBy("subscriber", F.to_date("timestamp").alias("day"), "h3")
        .agg(F.count("*").alias("n"), F.max("timestamp").alias("last"))
        .groupBy("subscriber", "day")
        .agg(F.max_by("h3", F.struct("n", "last")).alias("h3"))
        .cache()
    )
    after = daily.select("subscriber", F.date_sub("day", 1).alias("day"), F.col("h3").alias("to"))
    pairs = daily.join(after, ["subscriber", "day"]).groupBy("day", "h3", "to").agg(F.count("*").alias("n"))
    hours = events.groupBy("h3", F.date_trunc("hour", "timestamp")).agg(F.countDistinct("subscriber").alias("n"))
    return [
        list(counts.where(f"n >= {LEAST}").agg(F.count("*"), F.sum("n")).first()) for counts in (pairs, hours)
    ]


def hexodus_job(spark, folder, rows, key):
    """One pass, all levels and hours at once."""
    import hexodus
    import polars as pl
    from hexodus.spark import count

    plan = pl.read_parquet(folder / "radio_cells.parquet").rename({"radio_cell": "radio_cell_id"}).drop("h3")
    counted = count(
        rows,
        zone="UTC",
        time="timestamp",
        radio_cell="radio_cell",
        radio_cells=plan,
        site_radius_m=0.0,
        rule="most-events",
        checks=hexodus.Checks(reject_impossible=False),
        hourly=True,
        key=bytes(range(32)) if key else None,
    )
    flows = counted.flows["h3"].to_polars()
    flows = flows.filter(~pl.col("origin_id").str.starts_with("_"), ~pl.col("dest_id").str.starts_with("_"))
    tables = [table.filter(pl.col("subscribers") >= LEAST) for table in (flows, counted.presence_hourly.to_polars())]
    return [[table.height, table["subscribers"].sum()] for table in tables]


def boundary_job(_spark, _folder, rows, _key):
    """To Python and back, untouched."""
    schema = "subscriber bigint, timestamp timestamp, radio_cell bigint"
    rows.mapInArrow(lambda batches: batches, schema).write.format("noop").mode("overwrite").save()
    return None


def processor_seconds():
    """Of this process and all below it: Java and its Python workers. On a shared machine the better measure."""
    children, spent = {}, {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        spent[int(stat.parent.name)] = sum(map(int, fields[11:15]))
    total, waiting = 0, [os.getpid()]
    while waiting:
        process = waiting.pop()
        total += spent.get(process, 0)
        waiting += children.get(process, [])
    return total / os.sysconf("SC_CLK_TCK")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("job", choices=["sql", "hexodus", "files", "boundary"])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--partitions", type=int, default=16)
    arguments.add_argument("--files", type=int)
    arguments.add_argument("--key", action="store_true")
    wanted = arguments.parse_args()
    spark = started(wanted.threads, wanted.partitions)
    paths = paths_of(wanted.folder, wanted.files)
    rows = rows_of(spark, paths)
    count = rows.count()
    begun, spent = time.perf_counter(), processor_seconds()
    if wanted.job == "files":
        from hexodus.spark import Files

        rows = Files(spark, tuple(paths), naive_utc=True)
    job = {"sql": sql_job, "hexodus": hexodus_job, "files": hexodus_job, "boundary": boundary_job}[wanted.job]
    figures = job(spark, wanted.folder, rows, wanted.key)
    seconds, spent = time.perf_counter() - begun, processor_seconds() - spent
    record = {"engine": f"spark {wanted.job}", "rows": count, "seconds": round(seconds, 2)}
    record |= {"processor_seconds": round(spent, 2), "figures": figures}
    print(json.dumps(record))


if __name__ == "__main__":
    main()
