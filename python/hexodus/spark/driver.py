"""The driver: rows of an operator on a cluster become counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexodus._native import HexodusError
from hexodus.counted import Counted, totals
from hexodus.counting import Wanted
from hexodus.events import _columns
from hexodus.reductions import Checks, Rule, _settings
from hexodus.spark import files as of_files
from hexodus.spark.counting import tally
from hexodus.spark.exchange import events_a_value, exchanged, partitions_of, summed
from hexodus.spark.files import Files
from hexodus.spark.job import Job, ipc
from hexodus.spark.packing import PACKED, Packing, pack
from hexodus.spark.parts import parts

if TYPE_CHECKING:
    import datetime as dt

    from pyspark.sql import DataFrame

    from hexodus.arrow import ArrowStream


def count(  # noqa: PLR0913 (each is named where it is called)
    rows: DataFrame | Files,
    *,
    zone: str,
    subscriber: str = "subscriber",
    time: str = "time",
    radio_cell: str | None = None,
    h3: str | None = None,
    point: tuple[str, str] | None = None,
    radio_cells: ArrowStream | None = None,
    site_radius_m: float = 500.0,
    areas: ArrowStream | None = None,
    levels: tuple[str, ...] = ("h3",),
    hourly: bool = False,
    days: tuple[dt.date, dt.date] | None = None,
    rule: Rule = "last",
    night: tuple[int, int] = (19, 7),
    day_start: str = "00:00",
    checks: Checks | None = None,
    key: bytes | None = None,
    partitions: int | None = None,
) -> Counted:
    """Count flows and presence of the rows of an operator, on the workers of a Spark cluster. Unsuppressed.

    Arguments are those of `check_events`, `daily_locations`, `presence` and `flows`, and so are the numbers; `rows` is
    a DataFrame with the columns of `check_events`, or `Files` with them, which workers read without Java: that takes
    less than half the time. Each of `levels` is counted for itself (`h3`, and `adm1` … of `areas`), with `hourly` also
    by H3 cell and hour. `days` are the first and last local day to count; without, all there are. `partitions` is
    among how many tasks the subscribers are shared; without, as many as Spark shuffles to.

    `radio_cells` and `areas` are read here and shipped to the executors. The `key` goes to them within the task:
    encrypt what Spark sends and spills (`docs/spark.md`).

    Raises `HexodusError` where an argument, a reference table or a column cannot be used; what fails on a worker is
    Spark's exception, and names column and row of a batch, never a value.
    """
    columns = _columns(
        subscriber=subscriber, time=time, radio_cell=radio_cell, h3=h3, point=point, radio_cells=radio_cells
    )
    settings = _settings(zone, day_start, night, checks or Checks())
    wanted = Wanted(columns, settings, rule, hourly, tuple(levels), site_radius_m, days)
    job = Job(wanted, ipc(radio_cells), ipc(areas))
    counter = job.counter()  # What is wrong with the arguments is said before the cluster works.
    session = rows.spark if isinstance(rows, Files) else rows.sparkSession
    shared = partitions_of(session, partitions)
    packing = Packing(columns, zone, day_start, key, parts(shared), events_a_value(session))
    packed, refused = _packed(rows, packing)
    sums = summed(session, exchanged(packed, shared), lambda count: tally(job, count), shared)
    paths = rows.paths if isinstance(rows, Files) else ()
    return totals(sums, counter, wanted.levels, hourly=hourly, paths=paths, refused=refused)


def _packed(rows: DataFrame | Files, packing: Packing) -> tuple[DataFrame, set[int]]:
    """Stage 1, and the files known to be damaged already."""
    if isinstance(rows, Files):
        reading, refused = of_files.plan(rows, packing)
        if not reading.tasks:
            raise HexodusError(f"files: expected any that can be read, found none among {len(rows.paths)}")
        tasks = rows.spark.range(0, len(reading.tasks), 1, len(reading.tasks))
        return tasks.mapInArrow(of_files.read(reading, packing), PACKED), refused
    packing.packer()
    named = packing.columns
    places = [named["radio_cell"], named["h3"], *(named["point"] or ())]
    columns = [named["subscriber"], named["time"], *(place for place in places if place is not None)]
    _check(rows, columns, packing.key)
    return rows.select(*columns).mapInArrow(pack(packing), PACKED), set()


def _check(rows: DataFrame, columns: list[Any], key: bytes | None) -> None:
    """Look at what stage 1 is given."""
    given = {field.name: field.dataType.simpleString() for field in rows.schema.fields}
    for name in columns:
        if name not in given:
            raise HexodusError(f'column "{name}": expected it among the columns, found {", ".join(given)}')
    subscriber, time = columns[:2]
    if given[subscriber] in {"string", "binary"} and key is None:
        expected = "whole numbers of 64 bits, or text and key=, 32 bytes to hash it with"
        raise HexodusError(f'column "{subscriber}": expected {expected}, found text')
    if given[subscriber] not in {"string", "binary", "tinyint", "smallint", "int", "bigint"}:
        raise HexodusError(f'column "{subscriber}": expected integers or text, found {given[subscriber]}')
    if given[time] not in {"timestamp", "bigint"}:
        expected = "timestamp, or whole microseconds since 1970 in UTC"
        raise HexodusError(f'column "{time}": expected {expected}, found {given[time]}')
