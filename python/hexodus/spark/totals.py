"""The sums of all workers become tallies and the account of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexodus.events import RowCounts
from hexodus.reductions import merge

if TYPE_CHECKING:
    import pyarrow as pa

    from hexodus.confidential import Confidential

WHOLE_DAY = -1


@dataclass(frozen=True)
class Counted:
    """What a cluster counted: what the functions of `hexodus` of these names give for all rows in one process."""

    account: RowCounts
    """Where the rows went."""
    flows: dict[str, Confidential]
    """By level."""
    presence: dict[str, Confidential]
    """By level."""
    presence_hourly: Confidential | None
    """By H3 cell and hour, where it was asked for."""


def totals(sums: pa.Table, levels: tuple[str, ...], *, hourly: bool) -> Counted:
    """Make tables of the summed rows of `tallying`, by name."""
    located = set(_of(sums, "located").column("day").to_pylist())
    flows, presence = _of(sums, "flows"), _of(sums, "presence")
    flows = _between(flows, located)
    return Counted(
        account=_account(_of(sums, "rows")),
        flows={level: merge([_flows(_of(flows, level, "level"))]) for level in levels},
        presence={level: merge([_presence(_of(presence, level, "level"), by_hour=False)]) for level in levels},
        presence_hourly=merge([_presence(_of(presence, "h3", "level"), by_hour=True)]) if hourly else None,
    )


def _of(rows: pa.Table, value: str, column: str = "metric") -> pa.Table:
    import pyarrow.compute as pc  # noqa: PLC0415 (nothing is needed unless it is asked for)

    return rows.filter(pc.equal(rows.column(column), value))


def _between(flows: pa.Table, located: set[int]) -> pa.Table:
    """Keep flows between days on both of which somebody was located: a missing day is missing, not zero."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    firsts = pa.array([day for day in sorted(located) if day + 1 in located], pa.int32())
    return flows.filter(pc.is_in(flows.column("day"), value_set=firsts))


def _account(rows: pa.Table) -> RowCounts:
    counts: dict[str, int] = dict(zip(rows.column("origin").to_pylist(), rows.column("n").to_pylist(), strict=True))
    reasons: dict[str, dict[str, int]] = {"rejected": {}, "flagged": {}}
    for name in sorted(name for name in counts if ":" in name):
        kind, reason = name.split(":", 1)
        reasons[kind][reason] = counts[name]
    return RowCounts(
        read=counts.get("read", 0),
        located=counts.get("located", 0),
        unlocated=counts.get("unlocated", 0),
        duplicates=counts.get("duplicates", 0),
        rejected=reasons["rejected"],
        flagged=reasons["flagged"],
    )


def _flows(rows: pa.Table) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    first = rows.column("day")
    columns: dict[str, Any] = {
        "definition": pa.array(["day_to_day"] * rows.num_rows, pa.string()),
        "reference_period_start": first.cast(pa.date32()),
        "reference_period_end": pc.add(first, pa.scalar(1, pa.int32())).cast(pa.date32()),
        "level": rows.column("level"),
        "origin_id": rows.column("origin"),
        "dest_id": rows.column("dest"),
        "subscribers": rows.column("n"),
    }
    return pa.table(columns)


def _presence(rows: pa.Table, *, by_hour: bool) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    whole = pc.equal(rows.column("hour"), WHOLE_DAY)
    rows = rows.filter(pc.invert(whole) if by_hour else whole)
    hour = rows.column("hour").cast(pa.int16())
    columns: dict[str, Any] = {
        "date": rows.column("day").cast(pa.date32()),
        "hour": hour if by_hour else pa.nulls(rows.num_rows, pa.int16()),
        "level": rows.column("level"),
        "unit_id": rows.column("origin"),
        "subscribers": rows.column("n"),
    }
    return pa.table(columns)
