"""A sorted partition, cut into blocks of whole subscribers: what is held in memory at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa


def blocks(batches: Iterable[pa.RecordBatch], column: str, rows: int) -> Iterator[pa.Table]:
    """Cut batches, sorted by `column`, at changes of its value, into blocks of about so many rows.

    A block is larger than `rows` by less than a batch and the last value's rows; a value with more rows than that has a
    block of its own size. Rows without a value belong to nobody and may be cut anywhere.
    """
    import pyarrow as pa  # noqa: PLC0415 (on the worker)

    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        cut = _start_of_last(batch, column, held)
        if cut >= 0 and count + cut >= rows:
            yield pa.Table.from_batches([*held, batch.slice(0, cut)])
            held, count = [], 0
            batch = batch.slice(cut)  # noqa: PLW2901 (the rest of it)
        if batch.num_rows > 0:
            held.append(batch)
            count += batch.num_rows
    if held:
        yield pa.Table.from_batches(held)


def _start_of_last(batch: pa.RecordBatch, column: str, before: list[pa.RecordBatch]) -> int:
    """Find where the last value of a batch begins: 0 where that is the batch's first row, -1 where it is before it."""
    import pyarrow.compute as pc  # noqa: PLC0415

    values = batch.column(column)
    last = values[-1]
    if not last.is_valid:
        return len(values)
    start: int = pc.index(values, last).as_py()
    if start == 0 and before and before[-1].column(column)[-1].equals(last):
        return -1
    return start
