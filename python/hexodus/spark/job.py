"""What is to be counted. It travels within the task: PySpark broadcasts what is large by itself."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexodus import _native

if TYPE_CHECKING:
    import pyarrow as pa

    from hexodus.arrow import ArrowStream


@dataclass(frozen=True)
class Job:
    """Settings of a count, and the reference tables as Arrow IPC. No key: that is of `packing` alone."""

    columns: dict[str, Any]
    settings: dict[str, object]
    rule: str
    hourly: bool
    levels: tuple[str, ...]
    radio_cells: bytes | None
    areas: bytes | None
    site_radius_m: float
    days: tuple[int, int]

    def digest(self) -> str:
        """Name the job by its content."""
        return hashlib.sha256(pickle.dumps(self)).hexdigest()

    def counter(self) -> _native.Counter:
        """Read the reference tables; what is wrong with them is said here."""
        areas = None if self.areas is None else table(self.areas)
        return _native.Counter(
            columns=self.columns,
            settings=self.settings,
            rule=self.rule,
            hourly=self.hourly,
            levels=[(level, None if level == "h3" else areas) for level in self.levels],
            radio_cells=None if self.radio_cells is None else table(self.radio_cells),
            site_radius_m=self.site_radius_m,
            days=self.days,
        )


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
