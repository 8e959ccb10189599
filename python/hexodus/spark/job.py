"""What is to be counted. It travels within the task: PySpark broadcasts what is large by itself."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from hexodus import _native
    from hexodus.arrow import ArrowStream
    from hexodus.counting import Wanted


@dataclass(frozen=True)
class Job:
    """What is to be counted, and the reference tables as Arrow IPC. No key: that is of `packing` alone."""

    wanted: Wanted
    radio_cells: bytes | None
    areas: bytes | None

    def digest(self) -> str:
        """Name the job by its content."""
        return hashlib.sha256(pickle.dumps(self)).hexdigest()

    def counter(self) -> _native.Counter:
        """Read the reference tables; what is wrong with them is said here."""
        tables = [None if written is None else table(written) for written in (self.radio_cells, self.areas)]
        return self.wanted.counter(*tables)


def ipc(table: ArrowStream | None) -> bytes | None:
    """Write a table as a compressed Arrow IPC stream."""
    import pyarrow as pa  # noqa: PLC0415 (nothing is needed unless it is asked for)

    if table is None:
        return None
    written = pa.table(table)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, written.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(written)
    return bytes(sink.getvalue())


def table(written: bytes) -> pa.Table:
    """Read what `ipc` wrote."""
    import pyarrow as pa  # noqa: PLC0415

    with pa.ipc.open_stream(written) as stream:
        return stream.read_all()
