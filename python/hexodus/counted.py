"""Sums become tallies and the account of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hexodus.confidential import Confidential
from hexodus.events import RowCounts

if TYPE_CHECKING:
    from hexodus import _native


@dataclass(frozen=True)
class Counted:
    """What was counted of rows: what the functions of `hexodus` of these names give."""

    account: RowCounts
    """Where the rows went."""
    flows: dict[str, Confidential]
    """By level."""
    presence: dict[str, Confidential]
    """By level."""
    presence_hourly: Confidential | None
    """By H3 cell and hour, where it was asked for."""
    daily_locations: Confidential | None = None
    """Where each subscriber was on each day; not from a cluster, where they stay with the workers."""
    refused: tuple[str, ...] = ()
    """On a cluster, files that could not be read to their end: nothing of them is counted, nor in the account."""


def totals(  # noqa: PLR0913 (each is named where it is called)
    sums: _native.Sums,
    counter: _native.Counter,
    levels: tuple[str, ...],
    *,
    hourly: bool,
    daily_locations: Confidential | None = None,
    paths: tuple[str, ...] = (),
    refused: frozenset[int] | set[int] = frozenset(),
) -> Counted:
    """Make tables of the sums, by name."""
    account = sums.account()
    refused = refused | {int(name.removeprefix("refused:")) for name in account if name.startswith("refused:")}
    positions = {level: position for position, level in enumerate(levels)}
    return Counted(
        account=_account(account),
        flows={level: Confidential(sums.flows(counter, own)) for level, own in positions.items()},
        presence={level: Confidential(sums.presence(counter, own, hourly=False)) for level, own in positions.items()},
        presence_hourly=Confidential(sums.presence(counter, positions["h3"], hourly=True)) if hourly else None,
        daily_locations=daily_locations,
        refused=tuple(paths[number] for number in sorted(refused)),
    )


def _account(counts: dict[str, int]) -> RowCounts:
    reasons: dict[str, dict[str, int]] = {"rejected": {}, "flagged": {}, "refused": {}}
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
