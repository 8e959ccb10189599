"""One subscriber with very many events in little memory."""

from __future__ import annotations

import datetime as dt
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from on_spark import as_bytes, count_rows, in_one_process, session

import hexodus
from hexodus.spark import Files

pytestmark = [pytest.mark.spark, pytest.mark.cluster]
EVENTS = 5_000_000
SETTINGS = {
    "spark.executor.memory": "1g",
    "spark.executor.pyspark.memory": "512m",
    "spark.executorEnv.MALLOC_ARENA_MAX": "1",
    "spark.executorEnv.ARROW_DEFAULT_MEMORY_POOL": "system",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
}


def test_five_million_events_of_one_subscriber(country: hexodus.Demo, tmp_path: Path) -> None:
    first = country.events["time"].min()
    assert isinstance(first, dt.datetime)
    machine = pl.select(
        subscriber=pl.lit(-7, pl.Int64).repeat_by(EVENTS).explode(),
        # Ten a second, for nearly six days.
        time=(pl.lit(first) + pl.duration(milliseconds=pl.int_range(EVENTS) * 100)).cast(country.events.schema["time"]),
        radio_cell=pl.format("0{}-0{}", 1 + pl.int_range(EVENTS) // 1_500_000, pl.int_range(EVENTS) % 7),
    )
    crowd = replace(country, events=pl.concat([country.events, machine]))
    crowd.events.write_parquet(tmp_path / "rows.parquet", row_group_size=500_000)
    expected = in_one_process(crowd)
    path = str(tmp_path / "rows.parquet")

    def limit(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            bytes_there = resource.getrlimit(resource.RLIMIT_AS)[0]
            yield pa.record_batch([pa.array([bytes_there], pa.int64())], names=["bytes"])

    with session("local-cluster[1,1,1024]", SETTINGS) as spark:
        assert spark.range(1).mapInArrow(limit, "bytes bigint").first()["bytes"] == 512 << 20
        for rows in (spark.read.parquet(path), Files(spark, (path,))):
            found = count_rows(rows, crowd, partitions=4)
            assert as_bytes(found) == expected
            assert found.account.read == EVENTS + country.events.height
