"""What the tests of Spark share: a session, and the bytes that must be the same."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pytest

import hexodus
import hexodus.spark
from hexodus.spark.failpoint import VARIABLE

LEVELS = ("h3", "adm1")
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Not that of the records, nor UTC: it must not show.
    "spark.sql.session.timeZone": "America/St_Johns",
    # Small, so that subscribers straddle batches.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "700",
    "spark.sql.shuffle.partitions": "3",
}


@contextmanager
def session(master: str, settings: dict[str, str] | None = None) -> Iterator[Any]:
    """Start Spark, and stop it."""
    if shutil.which("java") is None:
        pytest.skip("no java: Spark runs on it")
    sql = pytest.importorskip("pyspark.sql", reason="no PySpark: pip install 'hexodus[spark]'")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = sql.SparkSession.builder.master(master)
    for name, value in {**SETTINGS, **(settings or {})}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def armed(spark: Any, fail_point: str) -> Iterator[None]:
    """Workers started within stop where the test asks for it."""
    spark.sparkContext.environment[VARIABLE] = fail_point
    try:
        yield
    finally:
        del spark.sparkContext.environment[VARIABLE]


def count(spark: Any, country: hexodus.Demo, **arguments: Any) -> hexodus.spark.Counted:
    """Count the made-up country on Spark."""
    rows = spark.createDataFrame(country.events.to_pandas())
    return count_rows(rows, country, **arguments)


def count_rows(rows: Any, country: hexodus.Demo, **arguments: Any) -> hexodus.spark.Counted:
    given = {"radio_cells": country.radio_cells, "areas": country.areas, "levels": LEVELS, "hourly": True}
    return hexodus.spark.count(rows, zone=country.zone, **{**given, **arguments})


def in_one_process(country: hexodus.Demo, **arguments: Any) -> dict[str, bytes]:
    """Count it by the functions of the wheel."""
    zone, areas = country.zone, country.areas
    # A plan is of no use to rows with a place of their own.
    plan = None if {"h3", "point"} & {*arguments} else country.radio_cells
    checked = hexodus.check_events(country.events, zone=zone, radio_cells=plan, **arguments)
    daily = hexodus.daily_locations(checked.events, zone=zone)
    first, last = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
    return as_bytes(
        hexodus.spark.Counted(
            account=checked.counts,
            flows={level: hexodus.flows(daily, first, last, level=level, areas=areas) for level in LEVELS},
            presence={level: hexodus.presence(checked.events, zone=zone, level=level, areas=areas) for level in LEVELS},
            presence_hourly=hexodus.presence(checked.events, zone=zone, hourly=True),
        )
    )


def as_bytes(counted: hexodus.spark.Counted) -> dict[str, bytes]:
    """Every table as Arrow IPC, unsuppressed and released, and the account as text."""
    tallies = {f"flows {level}": tally for level, tally in counted.flows.items()}
    tallies |= {f"presence {level}": tally for level, tally in counted.presence.items()}
    if counted.presence_hourly is not None:
        tallies["presence by hour"] = counted.presence_hourly
    released = {f"{name}, released": hexodus.release(tally) for name, tally in tallies.items()}
    assert all(len(tally) > 0 for tally in tallies.values())
    return {"account": repr(counted.account).encode(), **{n: _ipc(t) for n, t in {**tallies, **released}.items()}}


def _ipc(table: hexodus.ArrowStream) -> bytes:
    read = pa.table(table)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, read.schema) as stream:
        stream.write_table(read.combine_chunks())
    return bytes(sink.getvalue())


def one_task_waits(spark: Any, tasks: int) -> bool:
    """Whether all tasks of a stage of so many are done but one."""
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return any(own.numTasks == tasks and own.numCompletedTasks == tasks - 1 for own in stages if own is not None)
