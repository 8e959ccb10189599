#!/usr/bin/env python3
"""One engine, one process: the same two reductions of the same dumps, timed, as one line of JSON.

    engines.py duckdb|polars|clickhouse|spark FOLDER [--threads 2]
    engines.py hexodus FOLDER --binary target/release/hexodus [--threads 2]
    engines.py decode FOLDER --binary target/release/hexodus [--threads 2]

1. The daily location of a subscriber is the H3 cell with most events of the day (of several, the one seen last). How
   many subscribers went from cell to cell between each day and the next; pairs of at least 15.
2. How many distinct subscribers were in each H3 cell in each hour; cells of at least 15.

The record holds the seconds, the peak memory, and rows and sum of both results: four figures on which all engines must
agree. Engines are timed inside their process, hexodus from start to exit of its own. `decode` merely reads the files, with
the example of that name beside the binary, and has no figures.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import time

LEAST = 15


def sources(folder):
    """The dumps and whether they are CSV."""
    csv = any((folder / "dumps").glob("*.csv.gz"))
    return str(folder / "dumps" / ("*.csv.gz" if csv else "*.parquet")), csv


def duckdb_job(folder, threads):
    import duckdb

    glob, csv = sources(folder)
    base = duckdb.connect(config={"threads": threads})
    base.execute(f"CREATE VIEW plan AS FROM read_parquet('{folder}/radio_cells.parquet')")
    begun = time.perf_counter()
    # CSV is parsed once, into a table; Parquet is quicker read twice.
    base.execute(f"CREATE TEMP TABLE dumps AS FROM read_csv('{glob}')" if csv
                 else f"CREATE VIEW dumps AS FROM read_parquet('{glob}')")
    base.execute("CREATE VIEW events AS SELECT subscriber, timestamp, h3 FROM dumps JOIN plan USING (radio_cell)")
    base.execute("""
        CREATE TEMP TABLE daily AS
        WITH stays AS (
            SELECT subscriber, timestamp::DATE AS day, h3, count(*) AS events, max(timestamp) AS latest
            FROM events GROUP BY ALL)
        SELECT subscriber, day, max_by(h3, (events, latest)) AS h3 FROM stays GROUP BY ALL""")
    flows = base.execute(f"""
        SELECT count(*), sum(subscribers) FROM (
            SELECT count(*) AS subscribers
            FROM daily AS first JOIN daily AS second
              ON first.subscriber = second.subscriber AND second.day = first.day + 1
            GROUP BY first.day, first.h3, second.h3 HAVING subscribers >= {LEAST})""").fetchone()
    presence = base.execute(f"""
        SELECT count(*), sum(subscribers) FROM (
            SELECT count(DISTINCT subscriber) AS subscribers
            FROM events GROUP BY h3, date_trunc('hour', timestamp) HAVING subscribers >= {LEAST})""").fetchone()
    return time.perf_counter() - begun, flows, presence


def polars_job(folder, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars as pl

    glob, csv = sources(folder)
    begun = time.perf_counter()
    dumps = pl.scan_csv(glob, try_parse_dates=True) if csv else pl.scan_parquet(glob)
    plan = pl.scan_parquet(folder / "radio_cells.parquet")
    plan = plan.select(pl.col("radio_cell").cast(pl.Int64) if csv else "radio_cell", "h3")
    if csv:
        dumps = dumps.collect(engine="streaming").lazy()
    events = dumps.join(plan, on="radio_cell")
    stays = events.group_by("subscriber", pl.col("timestamp").dt.date().alias("day"), "h3")
    stays = stays.agg(pl.len().alias("events"), pl.col("timestamp").max().alias("latest"))
    winner = pl.col("h3").sort_by("events", "latest").last()
    daily = stays.group_by("subscriber", "day").agg(winner).collect(engine="streaming").lazy()
    second = daily.select("subscriber", pl.col("day").dt.offset_by("-1d"), pl.col("h3").alias("h3_next"))
    pairs = daily.join(second, on=["subscriber", "day"]).group_by("day", "h3", "h3_next")
    flows = pairs.agg(pl.len().alias("subscribers"))
    hours = events.group_by("h3", pl.col("timestamp").dt.truncate("1h"))
    presence = hours.agg(pl.col("subscriber").n_unique().alias("subscribers"))
    figures = []
    for result in (flows, presence):
        kept = result.filter(pl.col("subscribers") >= LEAST).collect(engine="streaming")["subscribers"]
        figures.append((len(kept), kept.sum()))
    return time.perf_counter() - begun, *figures


def clickhouse_job(folder, threads):
    from chdb import session

    glob, csv = sources(folder)
    base = session.Session()
    base.query(f"SET max_threads = {threads}")
    base.query("CREATE DATABASE job ENGINE = Atomic")
    begun = time.perf_counter()
    base.query(f"""
        CREATE TABLE job.plan ENGINE = Memory AS
        SELECT radio_cell, h3 FROM file('{folder}/radio_cells.parquet', Parquet)""")
    if csv:
        base.query(f"CREATE TABLE job.dumps ENGINE = Memory AS SELECT * FROM file('{glob}', CSVWithNames)")
    dumps = "job.dumps" if csv else f"file('{glob}', Parquet)"
    events = f"(SELECT subscriber, timestamp, h3 FROM {dumps} AS dumps JOIN job.plan AS plan USING (radio_cell))"
    base.query(f"""
        CREATE TABLE job.daily ENGINE = Memory AS
        SELECT subscriber, day, argMax(h3, (events, latest)) AS h3 FROM (
            SELECT subscriber, toDate(timestamp, 'UTC') AS day, h3, count() AS events, max(timestamp) AS latest
            FROM {events} GROUP BY subscriber, day, h3)
        GROUP BY subscriber, day""")

    def figures(query):
        return tuple(int(figure) for figure in str(base.query(query, "TSV")).split())

    flows = figures(f"""
        SELECT count(), sum(subscribers) FROM (
            SELECT first.day, first.h3, second.h3, count() AS subscribers
            FROM job.daily AS first JOIN (SELECT subscriber, day - 1 AS day, h3 FROM job.daily) AS second
              ON first.subscriber = second.subscriber AND first.day = second.day
            GROUP BY first.day, first.h3, second.h3 HAVING subscribers >= {LEAST})""")
    presence = figures(f"""
        SELECT count(), sum(subscribers) FROM (
            SELECT uniqExact(subscriber) AS subscribers
            FROM {events} GROUP BY h3, toStartOfHour(timestamp) HAVING subscribers >= {LEAST})""")
    return time.perf_counter() - begun, flows, presence


def spark_job(folder, threads):
    """Plain SQL, as spark.py has it; Parquet only."""
    from spark import rows_of, sql_job, started

    base = started(threads, 16)
    begun = time.perf_counter()
    figures = sql_job(base, folder, rows_of(base, folder, None), None)
    seconds = time.perf_counter() - begun
    base.stop()
    return seconds, *figures


def decode_job(folder, threads, binary):
    """What merely reading the files costs."""
    own = binary.parent / "examples" / "decode"
    told = subprocess.run([own, folder, str(threads)], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)["seconds"]


def hexodus_job(folder, threads, binary):
    """The whole product with all its checks: intake, pseudonyms, store, reductions, release, tables."""
    for left in ("store", "out"):
        shutil.rmtree(folder / left, ignore_errors=True)
    command = [binary, "run", "--config", folder / "hexodus.toml", "--accept-lower-k", "--quiet"]
    begun = time.perf_counter()
    subprocess.run([*command, "--threads", str(threads)], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun

    import duckdb

    release = next(path for path in (folder / "out").iterdir() if path.is_dir())
    figures = []
    for table, count, condition in [
        ("flows_h3__day_to_day", "subscribers_published", "left(origin_h3, 1) <> '_' AND left(dest_h3, 1) <> '_'"),
        ("presence_h3_hourly", "subscribers", "true"),
    ]:
        query = f"SELECT count({count}), sum({count}) FROM read_parquet('{release}/{table}.parquet') WHERE {condition}"
        figures.append(duckdb.execute(query).fetchone())
    return seconds, *figures


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("engine", choices=["duckdb", "polars", "clickhouse", "spark", "hexodus", "decode"])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--binary", type=pathlib.Path, default=pathlib.Path("target/release/hexodus"))
    wanted = arguments.parse_args()
    record = {"engine": wanted.engine}
    children = resource.RUSAGE_CHILDREN
    if wanted.engine == "decode":
        seconds, flows, presence = decode_job(wanted.folder, wanted.threads, wanted.binary), None, None
    elif wanted.engine == "hexodus":
        seconds, flows, presence = hexodus_job(wanted.folder, wanted.threads, wanted.binary)
    else:
        jobs = {"duckdb": duckdb_job, "polars": polars_job, "clickhouse": clickhouse_job, "spark": spark_job}
        seconds, flows, presence = jobs[wanted.engine](wanted.folder, wanted.threads)
        # The JVM of Spark is a child, and by far the larger of the two.
        children = resource.RUSAGE_CHILDREN if wanted.engine == "spark" else resource.RUSAGE_SELF
    record |= {"seconds": round(seconds, 3), "peak_mib": resource.getrusage(children).ru_maxrss // 1024}
    if flows:
        record["figures"] = [int(figure or 0) for figure in (*flows, *presence)]
    print(json.dumps(record))


if __name__ == "__main__":
    main()
