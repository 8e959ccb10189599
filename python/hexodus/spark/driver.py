"""The driver: rows of an operator on a cluster become counts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from hexodus import _native
from hexodus._native import HexodusError
from hexodus.events import _radio_cell_column
from hexodus.reductions import Checks, Rule, _day, _settings
from hexodus.spark.job import Job, ipc
from hexodus.spark.pseudonymise import pseudonymise
from hexodus.spark.tallying import SUMS, tally
from hexodus.spark.totals import Counted, totals

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from hexodus.arrow import ArrowStream

EVERY_DAY = (dt.date(1990, 1, 1), dt.date(2099, 12, 31))


def count(  # noqa: PLR0913 (each is named where it is called)
    rows: DataFrame,
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
    a DataFrame with the columns of `check_events`. Each of `levels` is counted for itself (`h3`, and `adm1` … of
    `areas`), with `hourly` also by H3 cell and hour. `days` are the first and last local day to count; without, all
    there are. `partitions` is among how many tasks the subscribers are shared; without, as many as Spark shuffles to.

    `radio_cells` and `areas` are read here and shipped to the executors. The `key` goes to them within the task:
    encrypt what Spark sends and spills (`docs/spark.md`).

    Raises `HexodusError` where an argument, a reference table or a column cannot be used; what fails on a worker is
    Spark's exception, and names column and row of a batch, never a value.
    """
    import pyarrow as pa  # noqa: PLC0415 (nothing is needed unless it is asked for)

    radio_cell = _radio_cell_column(radio_cell, h3, point, radio_cells)
    places = [name for name in (radio_cell, h3, *(point or ())) if name is not None]
    first, last = days or EVERY_DAY
    job = Job(
        columns={"subscriber": "subscriber", "time": "time", "radio_cell": radio_cell, "h3": h3, "point": point},
        settings=_settings(zone, day_start, night, checks or Checks()),
        rule=rule,
        hourly=hourly,
        levels=tuple(levels),
        radio_cells=ipc(radio_cells),
        areas=ipc(areas),
        site_radius_m=site_radius_m,
        days=(_day(first), _day(last)),
    )
    counter = job.counter()  # What is wrong with the arguments is said before the cluster works.
    schema = _schema(rows, (subscriber, time), places, key)
    known = rows.select(subscriber, time, *places).mapInArrow(pseudonymise(subscriber, time, places, key), schema)
    sums = _native.Sums()
    sums.read(_sums(known, job, partitions))
    return totals(pa.table(sums.named(counter)), job.levels, hourly=hourly)


def _schema(rows: DataFrame, columns: tuple[str, str], places: list[str], key: bytes | None) -> str:
    """Say what stage 1 gives, after a look at what it is given."""
    given = {field.name: field.dataType.simpleString() for field in rows.schema.fields}
    for name in (*columns, *places):
        if name not in given:
            raise HexodusError(f'column "{name}": expected it among the columns, found {", ".join(given)}')
    subscriber, time = columns
    if given[subscriber] in {"string", "binary"} and key is None:
        expected = "whole numbers of 64 bits, or text and key=, 32 bytes to hash it with"
        raise HexodusError(f'column "{subscriber}": expected {expected}, found text')
    if given[subscriber] not in {"string", "binary", "tinyint", "smallint", "int", "bigint"}:
        raise HexodusError(f'column "{subscriber}": expected integers or text, found {given[subscriber]}')
    if given[time] not in {"timestamp", "bigint"}:
        expected = "timestamp, or whole microseconds since 1970 in UTC"
        raise HexodusError(f'column "{time}": expected {expected}, found {given[time]}')
    return ", ".join(["shard int, subscriber bigint, time bigint", *(f"`{place}` {given[place]}" for place in places)])


def _sums(known: DataFrame, job: Job, partitions: int | None) -> pa.Table:
    """Bring each subscriber's rows together, count, sum. The one heavy exchange is that of the rows."""
    session = known.sparkSession
    count = partitions or int(session.conf.get("spark.sql.shuffle.partitions", "200") or 200)
    shipped = session.sparkContext.broadcast(job)
    # Kernels put a block in their own total order: to find whole subscribers, one column is enough, and sorts fastest.
    sorted_rows = known.repartition(count, "shard").sortWithinPartitions("subscriber")
    partials = sorted_rows.drop("shard").mapInArrow(tally(shipped, job.digest()), SUMS)
    keys = [name for name in partials.columns if name != "n"]
    summed = partials.groupBy(*keys).agg({"n": "sum"}).withColumnRenamed("sum(n)", "n")
    try:
        return _collected(summed)
    finally:
        shipped.destroy()


def _collected(frame: DataFrame) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 (nothing is needed unless it is asked for)

    if hasattr(frame, "toArrow"):  # Spark 4
        return frame.toArrow()
    return pa.Table.from_pandas(frame.toPandas(), preserve_index=False)
