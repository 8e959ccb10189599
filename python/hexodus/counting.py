"""All that is counted of rows, in one go."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from hexodus import _native
from hexodus.confidential import Confidential, native
from hexodus.counted import Counted, totals
from hexodus.events import _radio_cell_column
from hexodus.reductions import Checks, Rule, _day, _settings

if TYPE_CHECKING:
    from hexodus.arrow import ArrowStream

EVERY_DAY = (dt.date(1990, 1, 1), dt.date(2099, 12, 31))


def count(  # noqa: PLR0913 (each is named where it is called)
    rows: ArrowStream,
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
    threads: int | None = None,
) -> Counted:
    """Count flows and presence of the rows of an operator, and say where everybody was each day. Unsuppressed.

    Arguments are those of `check_events`, `daily_locations`, `presence` and `flows`, and so are the numbers; they are
    made in one go, without a table of events, in half the time. Each of `levels` is counted for itself (`h3`, and
    `adm1` … of `areas`), with `hourly` also by H3 cell and hour. `days` are the first and last local day to count;
    without, all there are. `rows` may be a stream of batches that is read once: some 45 bytes an event are needed
    besides, all of them at once.

    Raises `HexodusError` where an argument, a reference table or a column cannot be used; single bad rows are counted.
    """
    radio_cell = _radio_cell_column(radio_cell, h3, point, radio_cells)
    columns: dict[str, object] = {
        "subscriber": subscriber,
        "time": time,
        "radio_cell": radio_cell,
        "h3": h3,
        "point": point,
    }
    first, last = days or EVERY_DAY
    given = None if areas is None else native(areas)
    counter = _native.Counter(
        columns=columns,
        settings=_settings(zone, day_start, night, checks or Checks()),
        rule=rule,
        hourly=hourly,
        levels=[(level, None if level == "h3" else given) for level in levels],
        radio_cells=None if radio_cells is None else native(radio_cells),
        site_radius_m=site_radius_m,
        days=(_day(first), _day(last)),
    )
    sums, daily = _native.count_rows(counter, native(rows), columns, key, threads)
    return totals(sums, counter, levels, hourly=hourly, daily_locations=Confidential(daily))
