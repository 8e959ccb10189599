"""Stage 2, on workers: the rows of whole subscribers become sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hexodus import _native
from hexodus.spark.blocks import blocks
from hexodus.spark.failpoint import pass_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from pyspark import Broadcast

    from hexodus.spark.job import Job

ROWS_AT_ONCE = 1 << 19
"""Rows of a block: some 100 MB while it is counted."""
SUMS_AT_ONCE = 1 << 20
"""Sums kept before they are handed on: some 60 MB."""
SUMS = "metric int, level int, day int, hour int, origin bigint, dest bigint, reason string, n bigint"
"""What is handed on: additive, so that attempts, orders and partitions do not show."""

_counters: dict[str, _native.Counter] = {}


def tally(
    job: Broadcast[Job], digest: str, rows: int = ROWS_AT_ONCE, sums: int = SUMS_AT_ONCE
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`, over partitions sorted by subscriber."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (on the worker)

        counter = counter_of(job, digest)
        so_far = _native.Sums()
        for block in blocks(batches, "subscriber", rows):
            pass_point("tally")
            so_far.add(counter, block)
            if len(so_far) >= sums:
                yield from pa.table(so_far.take()).to_batches()
        yield from pa.table(so_far.take()).to_batches()

    return run


def counter_of(job: Broadcast[Job], digest: str) -> _native.Counter:
    """Read reference tables once for each process of a worker, which outlives its tasks."""
    if digest not in _counters:
        _counters.clear()
        _counters[digest] = job.value.counter()
    return _counters[digest]
