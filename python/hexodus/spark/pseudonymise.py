"""Stage 1, on workers: an id becomes a pseudonym and its shard. Ids of the operator travel no further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexodus import _native
from hexodus.spark.failpoint import pass_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa


def pseudonymise(
    subscriber: str, time: str, places: list[str], key: bytes | None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`: `shard`, `subscriber`, `time`, then the columns `places` as they are."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (on the worker)

        for batch in batches:
            pass_point("pseudonymise")
            known = pa.table(_native.shard_rows(batch, subscriber, time, key))
            columns: list[Any] = [*known.columns, *(batch.column(place) for place in places)]
            yield from pa.table(columns, names=[*known.column_names, *places]).to_batches()

    return run
