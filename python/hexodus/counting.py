"""All that is counted of rows, in one go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexodus import _native
from hexodus.confidential import Confidential, native
from hexodus.counted import Counted, totals
from hexodus.events import _columns
from hexodus.reductions import Checks, Rule, _day, _settings

if TYPE_CHECKING:
    from hexodus.arrow import ArrowStream

EVERY_DAY = (dt.date(1990, 1, 1), dt.date(2099, 12, 31))


@dataclass(frozen=True)
class Wanted:
    """What is to be counted, but for the reference tables."""

    columns: dict[str, Any]
    settings: dict[str, object]
    rule: str
    hourly: bool
    levels: tuple[str, ...]
    site_radius_m: float
    days: tuple[dt.date, dt.date] | None

    def counter(self, radio_cells: ArrowStream | None, areas: ArrowStream | None) -> _native.Counter:
        """Read the reference tables; what is wrong with them is said here."""
        first, last = self.days or EVERY_DAY
        given = None if areas is None else native(areas)
        return _native.Counter(
            columns=self.columns,
            settings=self.settings,
            rule=self.rule,
            hourly=self.hourly,
            levels=[(level, None if level == "h3" else given) for level in self.levels],
            radio_cells=None if radio_cells is None else native(radio_cells),
            site_radius_m=self.site_radius_m,
            days=(_day(first), _day(last)),
        )


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
    columns = _columns(
        subscriber=subscriber, time=time, radio_cell=radio_cell, h3=h3, point=point, radio_cells=radio_cells
    )
    settings = _settings(zone, day_start, night, checks or Checks())
    wanted = Wanted(columns, settings, rule, hourly, tuple(levels), site_radius_m, days)
    counter = wanted.counter(radio_cells, areas)
    sums, daily = _native.count_rows(counter, native(rows), columns, key, threads)
    return totals(sums, counter, wanted.levels, hourly=hourly, daily_locations=Confidential(daily))
