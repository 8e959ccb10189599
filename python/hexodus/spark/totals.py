"""The sums of all workers become tallies and the account of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hexodus.confidential import Confidential
from hexodus.events import RowCounts

if TYPE_CHECKING:
    from hexodus import _native


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
    refused: tuple[str, ...] = ()
    """Files that could not be read to their end: nothing of them is counted, nor in the account."""


def totals(  # noqa: PLR0913 (two of them name)
    sums: _native.Sums,
    counter: _native.Counter,
    levels: tuple[str, ...],
    *,
    hourly: bool,
    paths: tuple[str, ...],
    refused: set[int],
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
