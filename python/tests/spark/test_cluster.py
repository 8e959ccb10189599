"""Executors that are processes of their own: the same bytes, though processes are killed, or nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import pytest
from on_spark import armed, as_bytes, count, count_rows, in_one_process, one_task_waits, session
from processes import descendants, wait_until

import hexodus
from hexodus.spark import driver
from hexodus.spark.counting import tally

pytestmark = [pytest.mark.spark, pytest.mark.cluster]
PARTITIONS = 5
EXECUTOR = "CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local-cluster[2,1,1024]", {"spark.executor.memory": "1g"}) as spark:
        yield spark


@pytest.fixture(scope="module")
def expected(country: hexodus.Demo) -> dict[str, bytes]:
    return in_one_process(country)


@pytest.mark.parametrize("partitions", [1, 7])
def test_two_executors_give_the_same_bytes(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], partitions: int
) -> None:
    assert len(descendants(os.getpid(), EXECUTOR)) == 2
    assert as_bytes(count(spark, country, partitions=partitions)) == expected


@pytest.mark.parametrize("point", ["pack", "tally"])
@pytest.mark.parametrize("what", ["kill", "fail", "panic"])
def test_a_worker_that_dies_once_does_not_show(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], point: str, what: str
) -> None:
    with armed(spark, f"{point}:first:{what}"):
        assert as_bytes(count(spark, country, partitions=PARTITIONS)) == expected


@pytest.mark.parametrize("point", ["pack", "tally"])
@pytest.mark.parametrize("what", ["kill", "fail", "panic"])
def test_a_worker_that_always_dies_ends_the_job_and_tells_nothing(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], point: str, what: str
) -> None:
    said = {
        "kill": "failed 4 times",
        "fail": f"HexodusError: stopped at {point}",
        "panic": "HexodusError: internal error at src/threads.rs",
    }[what]
    with armed(spark, f"{point}:all:{what}"), pytest.raises(Exception, match=said) as failure:
        count(spark, country, partitions=PARTITIONS)
    told = str(failure.value)
    assert not [cell for cell in country.radio_cells["radio_cell_id"] if cell in told]
    # The next job is none the worse for it.
    assert as_bytes(count(spark, country, partitions=PARTITIONS)) == expected


def test_executors_killed_in_mid_count_do_not_show(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes]
) -> None:
    before = descendants(os.getpid(), EXECUTOR)
    with armed(spark, "tally:first:sleep"), ThreadPoolExecutor(1) as other:
        counted = other.submit(count, spark, country, partitions=PARTITIONS)
        wait_until("one task is left", lambda: one_task_waits(spark, PARTITIONS))
        for executor in before:
            os.kill(executor, signal.SIGKILL)
        assert as_bytes(counted.result()) == expected
    # With them went what they had shuffled: it was made again, by others.
    assert not before & descendants(os.getpid(), EXECUTOR)


def test_one_subscriber_with_very_many_events(
    spark: Any, country: hexodus.Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = country.events["time"].min()
    assert first is not None
    seconds = range(400_000)
    machine = pl.select(
        subscriber=pl.lit(-7, pl.Int64).repeat_by(len(seconds)).explode(),
        time=pl.lit(first) + pl.duration(seconds=pl.int_range(len(seconds))),
    ).with_columns(
        pl.col("time").cast(country.events.schema["time"]),
        radio_cell=pl.format("0{}-0{}", 1 + pl.int_range(pl.len()) // 150_000, pl.int_range(pl.len()) % 7),
    )
    crowd = replace(country, events=pl.concat([country.events, machine]))
    monkeypatch.setattr(driver, "tally", partial(tally, events=5000))
    found = count_rows(spark.createDataFrame(crowd.events.to_pandas()), crowd, partitions=PARTITIONS)
    assert as_bytes(found) == in_one_process(crowd)
    assert found.account.read > 400_000
