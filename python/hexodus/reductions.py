"""Events to daily locations, residence, presence and flows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hexodus import _native
from hexodus.confidential import Confidential, native

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hexodus.arrow import ArrowStream

Rule = Literal["last", "most-events", "night"]

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Checks:
    """Which events of a subscriber's day are impossible: `[checks]` of the command line, with its defaults."""

    reject_impossible: bool = True
    """Whether an event out of reach of both its neighbours takes no part in the day."""
    speed_max_m_s: float = 55.0
    """Faster than this is impossible. Metres a second."""
    distance_min_km: float = 10.0
    """Nearer than this nothing is impossible. Kilometres."""
    machine_events_per_day: int = 0
    """A subscriber with more events on a day is a machine; 0 = not looked for."""


def _settings(zone: str, day_start: str, night: tuple[int, int], checks: Checks) -> dict[str, object]:
    return {"zone": zone, "day_start": day_start, "night": night, **vars(checks)}


def daily_locations(  # noqa: PLR0913 (each is named where it is called)
    events: ArrowStream,
    *,
    zone: str,
    rule: Rule = "last",
    night: tuple[int, int] = (19, 7),
    day_start: str = "00:00",
    checks: Checks = Checks(),
    threads: int | None = None,
) -> Confidential:
    """Where each subscriber was on each day: one row for each subscriber and day with a place.

    `events` are those of `check_events`, or any table with its columns. `rule` is `last` (the last located event),
    `most-events` (ties: the latest, then the smaller H3 cell) or `night` (the last of the night that begins on the
    day, in the hours `night`; the last day's night is provisional).

    Columns: `subscriber`, `day`, `h3`, `hours_observed`, `located_events`, ascending by day and subscriber; the last
    two are null where a night is known from the next day only.
    """
    settings = _settings(zone, day_start, night, checks)
    return Confidential(_native.daily_locations(native(events), rule, settings, threads))


def presence(  # noqa: PLR0913
    events: ArrowStream,
    *,
    zone: str,
    level: str = "h3",
    areas: ArrowStream | None = None,
    hourly: bool = False,
    day_start: str = "00:00",
    checks: Checks = Checks(),
    threads: int | None = None,
) -> Confidential:
    """Count distinct subscribers by unit and day, or by H3 cell and hour. Unsuppressed.

    `level` is `h3`, or `adm1`, `adm2` …; then `areas` is a table of `h3` and that column of P-codes (see
    `read_areas`). Adds up over disjoint subscribers (`merge`), and over neither days, hours, units nor levels.

    Columns: `date`, `hour` (begun since the start of the local day; null = the whole day), `level`, `unit_id`,
    `subscribers`.
    """
    settings = _settings(zone, day_start, (19, 7), checks)
    given = None if areas is None else native(areas)
    return Confidential(_native.presence(native(events), level, given, hourly, settings, threads))


def flows(  # noqa: PLR0913
    daily_locations: ArrowStream,
    day_from: dt.date,
    day_to: dt.date,
    *,
    level: str = "h3",
    areas: ArrowStream | None = None,
    threads: int | None = None,
) -> Confidential:
    """Count distinct subscribers by daily location of a day and of the next. Unsuppressed.

    One matrix for each two days in a row from `day_from` to `day_to`, both of which have rows: nothing is said across
    a missing day. Who is located on one of the two only is in `_NOT_SEEN_BEFORE` or `_NOT_SEEN_AFTER`, who is in no
    area in `_UNKNOWN`; the diagonal is kept, so that each matrix holds everybody once.

    Columns: `definition` (`day_to_day`), `reference_period_start`, `reference_period_end`, `level`, `origin_id`,
    `dest_id`, `subscribers`.
    """
    given = None if areas is None else native(areas)
    days = (_day(day_from), _day(day_to))
    return Confidential(_native.flows(native(daily_locations), days, level, given, threads))


def residence(  # noqa: PLR0913
    daily_locations: ArrowStream,
    day_from: dt.date,
    day_to: dt.date,
    *,
    window_days: int = 7,
    min_located_days: int = 2,
    threads: int | None = None,
) -> Confidential:
    """Where each subscriber lived: the most frequent daily location of the last `window_days` days.

    A tie goes to the place of the latest day. Days with fewer than `min_located_days` located days in their window
    have no row. Columns: `subscriber`, `day`, `h3`, ascending by subscriber and day.
    """
    days = (_day(day_from), _day(day_to))
    return Confidential(_native.residence(native(daily_locations), days, window_days, min_located_days, threads))


def displacement(  # noqa: PLR0913
    daily_locations: ArrowStream,
    event: dt.date,
    day_to: dt.date,
    *,
    baseline: tuple[dt.date, dt.date] | None = None,
    confirm_days: int = 3,
    confirm_located_days: int = 3,
    threads: int | None = None,
) -> Confidential:
    """Who is displaced: the state of every subscriber with a home, on each day from `event` to `day_to`.

    Homes are found in the `baseline` (first and last day; default: the 28 days before the event), by the profile
    `hexodus` of the command line; who has none has no row. `state` is `at_home`, `usual_place`, `provisional` (away,
    not yet for `confirm_days` residence days with `confirm_located_days` located days far from home), `displaced`,
    `moved_on` (at a later host), `returned` or `unobserved`. Silence is never counted as any other.

    Homes are taken for in service: outages of the network and sites that came or went, which the command line reads
    off a plan of radio cells, are not looked for. Its numbers are the same where records carry their own position.
    A day on which anybody has a row counts as one with data.

    Columns: `subscriber`, `day`, `home`, `state`, `host` and `since` (where away), ascending by subscriber and day.
    """
    first, last = baseline or (event - dt.timedelta(days=28), event - dt.timedelta(days=1))
    days = (_day(event), _day(day_to), (_day(first), _day(last)))
    confirm = (confirm_days, confirm_located_days)
    return Confidential(_native.displacement(native(daily_locations), *days, confirm, threads))


def merge(tallies: Iterable[ArrowStream]) -> Confidential:
    """Sum tallies, all of flows or all of presence, of subscribers that have nobody in common.

    Shards of subscribers are counted apart, in any number, and give the same sum. Tallies of the same subscribers
    must not be summed: they would be counted twice.
    """
    return Confidential(_native.merge([native(tally) for tally in tallies]))


def _day(day: dt.date) -> int:
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        raise _native.HexodusError(f"day: expected a datetime.date, found {type(day).__name__}")
    return (day - EPOCH).days
