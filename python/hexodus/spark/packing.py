"""Stage 1, on workers: rows of an operator become packed events, by part of the subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexodus import _native
from hexodus.spark.failpoint import pass_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

PACKED = "part int, file int, rows binary"
"""What is sent: few large values. Spark moves a row for some microseconds, whatever is in it."""


@dataclass(frozen=True)
class Packing:
    """How rows are read. The key is here, in no plan or log of Spark, and goes to executors within the task."""

    columns: dict[str, Any]
    zone: str
    day_start: str
    key: bytes | None
    parts: list[int]
    most: int = 1 << 16
    """Events of a value, at most."""

    def packer(self) -> _native.Packer:
        """Begin to read; what is wrong with the key is said here."""
        return _native.Packer(
            columns=self.columns,
            zone=self.zone,
            day_start=self.day_start,
            key=self.key,
            parts=self.parts,
            most=self.most,
        )


def pack(packing: Packing) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`, over rows with the columns named."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (on the worker)

        packer = packing.packer()
        for batch in batches:
            pass_point("pack")
            yield from pa.table(packer.pack(0, batch)).to_batches()
        yield from pa.table(packer.finish(0)).to_batches()

    return run
