"""Stage 1 from files: workers read Parquet and CSV themselves, and Java sees no row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexodus._native import HexodusError
from hexodus.spark.failpoint import pass_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pyarrow as pa
    from pyspark.sql import SparkSession

    from hexodus.spark.packing import Packing

ROWS_AT_ONCE = 1 << 16
ROWS_A_TASK = 2_000_000
CSV = (".csv", ".csv.gz", ".csv.bz2", ".csv.zst")


@dataclass(frozen=True)
class Files:
    """Files that every executor sees under these paths (or addresses that `pyarrow.fs` knows): Parquet, or CSV by name.

    `csv_types` are types of columns of CSV; ids are text and coordinates numbers without. `naive_utc` says that times
    without a zone are UTC.
    """

    spark: SparkSession
    paths: tuple[str, ...]
    csv_types: Mapping[str, pa.DataType] | None = None
    naive_utc: bool = False


@dataclass(frozen=True)
class Stretch:
    """Some row groups of a file, by number; none stand for all of it."""

    file: int
    path: str
    row_groups: tuple[int, ...] | None


@dataclass(frozen=True)
class Reading:
    """How files are read on a worker."""

    tasks: list[list[Stretch]]
    columns: list[str]
    csv_types: dict[str, pa.DataType]
    naive_utc: bool


def plan(files: Files, packing: Packing) -> tuple[Reading, set[int]]:
    """Share out the files, after a look at their ends, and say which have none; wrong columns are said here."""
    named = packing.columns
    places = [named["radio_cell"], named["h3"], *(named["point"] or ())]
    columns = [named["subscriber"], named["time"], *(place for place in places if place is not None)]
    reading = Reading([], columns, _csv_types(files, named), files.naive_utc)
    refused: set[int] = set()
    rows = ROWS_A_TASK
    for number, path in enumerate(files.paths):
        if path.lower().endswith(CSV):
            reading.tasks.append([Stretch(number, path, None)])
            rows = ROWS_A_TASK
            continue
        groups = _row_groups(path, reading, packing)
        if groups is None:
            refused.add(number)
            continue
        for group, own in enumerate(groups):
            if rows >= ROWS_A_TASK:
                reading.tasks.append([])
                rows = 0
            rows += own
            _append(reading.tasks[-1], Stretch(number, path, (group,)))
    return reading, refused


def _append(task: list[Stretch], more: Stretch) -> None:
    if task and task[-1].file == more.file:
        task[-1] = Stretch(more.file, more.path, (*(task[-1].row_groups or ()), *(more.row_groups or ())))
    else:
        task.append(more)


def _csv_types(files: Files, named: Mapping[str, Any]) -> dict[str, pa.DataType]:
    import pyarrow as pa  # noqa: PLC0415 (nothing is needed unless it is asked for)

    text = (named["subscriber"], named["radio_cell"], named["h3"])
    types = {column: pa.string() for column in text if column is not None}
    types |= {column: pa.float64() for column in named["point"] or ()}
    return {**types, **(files.csv_types or {})}


def _row_groups(path: str, reading: Reading, packing: Packing) -> list[int] | None:
    """Look at the end of a Parquet file: the rows of each group; None where it cannot be read."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        file = _parquet(path)
        groups = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        schema = file.schema_arrow
    except (OSError, pa.ArrowInvalid) as error:
        _raise_unless_damaged(error)
        return None
    # Wrong columns and types are wrong in every file: it is said before the cluster works.
    for column in reading.columns:
        if column not in schema.names:
            raise HexodusError(f'column "{column}": expected it among the columns, found {", ".join(schema.names)}')
    nothing = pa.RecordBatch.from_pylist([], schema).select(reading.columns)
    packing.packer().pack(0, _in_utc(nothing, reading))
    return groups


def _raise_unless_damaged(error: Exception) -> None:
    """Tell a file that is damaged from one that is not there or not ours: the system gives the latter a number."""
    if getattr(error, "errno", None) is not None:
        raise error


def _parquet(path: str) -> Any:  # noqa: ANN401 (pyarrow has no types)
    import pyarrow.parquet as pq  # noqa: PLC0415

    return pq.ParquetFile(*_opened(path))


def _opened(path: str) -> tuple[Any]:
    from pyarrow import fs  # noqa: PLC0415

    if "://" in path:
        system, inside = fs.FileSystem.from_uri(path)
        return (system.open_input_file(inside),)
    return (fs.LocalFileSystem().open_input_file(path),)


def read(reading: Reading, packing: Packing) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`, over numbers of tasks.

    A file that cannot be read to its end is refused: whatever was sent of it, by this task or another, is left out.
    """

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (on the worker)

        packer = packing.packer()
        for task in (number for batch in batches for number in batch.column(0).to_pylist()):
            for stretch in reading.tasks[task]:
                pass_point("pack")
                try:
                    for batch in _rows(stretch, reading):
                        yield from pa.table(packer.pack(stretch.file, batch)).to_batches()
                    last = packer.finish(stretch.file)
                except DamagedError:
                    last = packer.refuse(stretch.file)
                yield from pa.table(last).to_batches()

    return run


class DamagedError(Exception):
    """A file cannot be read to its end. Without the message of whoever read it, which may quote a row."""


def _rows(stretch: Stretch, reading: Reading) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415

    try:
        for batch in _batches(stretch, reading):
            yield _in_utc(batch, reading)
    except (OSError, pa.ArrowInvalid) as error:
        _raise_unless_damaged(error)
        raise DamagedError from None


def _batches(stretch: Stretch, reading: Reading) -> Iterable[pa.RecordBatch]:
    if stretch.row_groups is not None:
        batches: Iterable[pa.RecordBatch] = _parquet(stretch.path).iter_batches(
            ROWS_AT_ONCE, row_groups=list(stretch.row_groups), columns=reading.columns, use_threads=False
        )
        return batches
    from pyarrow import csv  # noqa: PLC0415

    (file,) = _opened(stretch.path)
    rows: Iterable[pa.RecordBatch] = csv.open_csv(
        _plain(file, stretch.path),
        read_options=csv.ReadOptions(use_threads=False),
        convert_options=csv.ConvertOptions(
            include_columns=reading.columns, column_types=reading.csv_types, strings_can_be_null=True
        ),
    )
    return rows


def _plain(file: Any, path: str) -> Any:  # noqa: ANN401
    import pyarrow as pa  # noqa: PLC0415

    compressions = {"gz": "gzip", "bz2": "bz2", "zst": "zstd"}
    compression = compressions.get(path.lower().rsplit(".", 1)[1])
    return file if compression is None else pa.CompressedInputStream(file, compression)


def _in_utc(rows: pa.RecordBatch, reading: Reading) -> pa.RecordBatch:
    """Say of times without a zone that they are UTC, where that was asked for."""
    import pyarrow as pa  # noqa: PLC0415

    at = rows.schema.get_field_index(reading.columns[1])
    kind = rows.schema.field(at).type
    if not reading.naive_utc or not pa.types.is_timestamp(kind) or kind.tz is not None:
        return rows
    return rows.set_column(at, reading.columns[1], rows.column(at).cast(pa.timestamp(kind.unit, "UTC")))
