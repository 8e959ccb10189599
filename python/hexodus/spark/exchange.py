"""What Spark moves: packed events to the worker that counts them, sums to the driver."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hexodus import _native
from hexodus.spark.counting import SUMS, add
from hexodus.spark.job import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import DataFrame, SparkSession

MANY = 16
"""Partitions whose sums the driver adds by itself; those of more are added by workers before."""
BYTES_A_BATCH = 16 << 20
ROWS_A_BATCH = 2048
FIRST_WITH_BYTES = 4


def events_a_value(session: SparkSession) -> int:
    """How many events are packed together: as many as pay, where Spark bounds the bytes of a batch."""
    return 1 << 16 if _bounds_bytes(session) else 1 << 11


def _bounds_bytes(session: SparkSession) -> bool:
    return int(session.version.split(".")[0]) >= FIRST_WITH_BYTES


def partitions_of(session: SparkSession, wanted: int | None) -> int:
    """Among how many tasks the subscribers are shared."""
    return wanted or int(session.conf.get("spark.sql.shuffle.partitions", "200") or 200)


def exchanged(packed: DataFrame, partitions: int) -> DataFrame:
    """Bring the events of each part together, refusals of files before what was read of them."""
    return packed.repartition(partitions, "part").sortWithinPartitions("part", "file")


def summed(
    session: SparkSession, events: DataFrame, tally: Callable[[int], Callable[..., Any]], partitions: int
) -> _native.Sums:
    """Count, and sum what was counted."""
    adders = -(-partitions // MANY)
    counted = events.mapInArrow(tally(adders), SUMS)
    if adders > 1:
        counted = counted.repartition(adders, "part").mapInArrow(add, SUMS)
    sums = _native.Sums()
    with _small_batches(session):
        for row in counted.collect():
            sums.read(table(bytes(row["rows"])))
    return sums


@contextmanager
def _small_batches(session: SparkSession) -> Iterator[None]:
    """Bound what Spark hands to Python at once while the count runs: packed rows are large, and counted alike.

    Spark 4 knows bytes of a batch. Spark 3.5 knows its rows only, so few are allowed, of raw rows as well.
    """
    by_bytes = _bounds_bytes(session)
    name = f"spark.sql.execution.arrow.max{'Bytes' if by_bytes else 'Records'}PerBatch"
    most = BYTES_A_BATCH if by_bytes else ROWS_A_BATCH
    before = session.conf.get(name, None)
    if before is None or not before.isdigit() or int(before) > most or int(before) == 0:
        session.conf.set(name, str(most))
    try:
        yield
    finally:
        if before is None:
            session.conf.unset(name)
        else:
            session.conf.set(name, before)
