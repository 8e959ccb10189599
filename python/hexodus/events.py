"""Rows as an operator has them, made into events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hexodus import _native
from hexodus.confidential import Confidential, native

if TYPE_CHECKING:
    from hexodus.arrow import ArrowStream


@dataclass(frozen=True)
class RowCounts:
    """Where the rows went: `read` is the sum of all others but `flagged`."""

    read: int
    """Rows handed in."""
    located: int
    """Accepted, at a known place."""
    unlocated: int
    """Accepted, at a radio cell that the plan does not place at that instant, or at exactly (0, 0)."""
    duplicates: int
    """Same subscriber, instant and location as a row already accepted."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Rejected, by reason; the names are those of the command line."""
    flagged: dict[str, int] = field(default_factory=dict)
    """Accepted and marked, by reason."""


@dataclass(frozen=True)
class CheckedEvents:
    """Accepted events, and what became of every row."""

    events: Confidential
    """`subscriber` (int64: a pseudonym, its bits), `time` (µs, UTC), `day` (the local day), `location` (int64: which
    radio cell or place), `h3` (int64, null where unlocated). Ascending by day, subscriber (as if
    without a sign), time and location."""
    counts: RowCounts
    """Where the rows went."""
    rejected: Confidential
    """`row` (the first is 0) and `reason` of each rejected row."""


def _columns(  # noqa: PLR0913 (each is named where it is called)
    *,
    subscriber: str,
    time: str,
    radio_cell: str | None,
    h3: str | None,
    point: tuple[str, str] | None,
    radio_cells: ArrowStream | None,
) -> dict[str, Any]:
    """Say which columns are meant: `radio_cell` where there is a plan and no column of places is named."""
    if radio_cell is None and h3 is None and point is None and radio_cells is not None:
        radio_cell = "radio_cell"
    return {"subscriber": subscriber, "time": time, "radio_cell": radio_cell, "h3": h3, "point": point}


def check_events(  # noqa: PLR0913 (each is named where it is called)
    table: ArrowStream,
    *,
    zone: str,
    subscriber: str = "subscriber",
    time: str = "time",
    radio_cell: str | None = None,
    h3: str | None = None,
    point: tuple[str, str] | None = None,
    radio_cells: ArrowStream | None = None,
    site_radius_m: float = 500.0,
    day_start: str = "00:00",
    key: bytes | None = None,
    threads: int | None = None,
) -> CheckedEvents:
    """Check, pseudonymise, date and locate the rows of an operator; each event is kept once.

    `subscriber`, `time`, and one of `radio_cell`, `h3` (cells of resolution 8, as numbers or text) and `point`
    (latitude, longitude in degrees) are names of columns. Times are instants with a time zone, or whole microseconds
    since 1970 in UTC. `zone` is the IANA name of the zone whose days are meant; a day begins at `day_start`.

    `radio_cells` is the plan: `radio_cell_id`, `lat`, `lon`, and where it has them `site_id`, `valid_from`, `valid_to`
    (a date is a local day, inclusive; an instant as an end is exclusive) and `version`. Radio cells without a
    `site_id` share a site within `site_radius_m` metres.

    With `key` (32 bytes: `hexodus.key` of the command line) every id is hashed as the command line does; text ids
    need one. Without it, ids are taken for pseudonyms of 64 bits.

    Raises `HexodusError` where a column is missing or cannot hold what it should; single bad rows are counted.
    """
    columns = _columns(
        subscriber=subscriber, time=time, radio_cell=radio_cell, h3=h3, point=point, radio_cells=radio_cells
    )
    events, rejected, counts = _native.check_events(
        native(table),
        zone=zone,
        day_start=day_start,
        columns=columns,
        radio_cells=None if radio_cells is None else native(radio_cells),
        site_radius_m=site_radius_m,
        key=key,
        threads=threads,
    )
    return CheckedEvents(Confidential(events), RowCounts(*counts), Confidential(rejected))
