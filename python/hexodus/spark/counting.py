"""Stage 2, on workers: the events of whole subscribers become sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hexodus import _native
from hexodus.spark.failpoint import pass_point
from hexodus.spark.job import ipc, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from hexodus.spark.job import Job

EVENTS_AT_ONCE = 2_000_000
"""Events that are counted together, at least: 32 MB, and as much while they are counted."""
SUMS_AT_ONCE = 1 << 22
"""Sums kept before they are handed on: some 100 MB."""
SUMS = "part int, rows binary"
"""What is handed on: tables of sums, which are additive, so that attempts, orders and partitions do not show."""

_counters: dict[str, _native.Counter] = {}


def tally(
    job: Job, parts: int, events: int = EVENTS_AT_ONCE, sums: int = SUMS_AT_ONCE
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`, over packed events in order; the sums of so many parts are kept apart."""
    digest = job.digest()

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        receiver = _native.Receiver(counter_of(job, digest), events)
        for batch in batches:
            pass_point("tally")
            receiver.read(batch)
            if len(receiver) >= sums:
                yield _row(parts, receiver)
        receiver.finish()
        yield _row(parts, receiver)

    return run


def add(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Sum what workers counted, part by part; for `mapInArrow`."""
    import pyarrow as pa  # noqa: PLC0415 (on the worker)

    sums = _native.Sums()
    for batch in batches:
        for written in batch.column(1).to_pylist():
            sums.read(table(written))
    yield pa.record_batch([pa.array([0], pa.int32()), pa.array([ipc(sums.take())])], names=["part", "rows"])


def _row(parts: int, receiver: _native.Receiver) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415

    rows = [ipc(receiver.take(part, parts)) for part in range(parts)]
    return pa.record_batch([pa.array(range(parts), pa.int32()), pa.array(rows, pa.binary())], names=["part", "rows"])


def counter_of(job: Job, digest: str) -> _native.Counter:
    """Read reference tables once for each process of a worker, which outlives its tasks."""
    if digest not in _counters:
        _counters.clear()
        _counters[digest] = job.counter()
    return _counters[digest]
