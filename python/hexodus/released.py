"""What may be saved: tallies that were tested, and the tables of a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hexodus import _native
from hexodus.confidential import native
from hexodus.handed_on import HandedOn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import pyarrow as pa

    from hexodus.arrow import ArrowStream


class Released(HandedOn):
    """A table that went through the disclosure policy: a number below k is null, with a flag and a reason.

    Only `release` makes one. Its class is `internal`, as that of the tables of `hexodus run`: each number is tested by
    itself, so one that is withheld might be computed from others. It stays in the building; what leaves is made by
    `hexodus release`, which protects all tables of a day together.
    """

    __slots__ = ("dissemination_class", "row_policy", "threshold")

    dissemination_class: str
    """Who may see it."""
    threshold: int
    """The k of the test."""
    row_policy: str
    """`full`: every unit or pair of the universe is listed; `sparse`: published rows only."""

    def __init__(self, table: _native.Table, dissemination_class: str, threshold: int, row_policy: str) -> None:
        """Wrap what came out of the wall."""
        super().__init__(table)
        self.dissemination_class = dissemination_class
        self.threshold = threshold
        self.row_policy = row_policy

    def __repr__(self) -> str:
        """Say what it is."""
        return (
            f"Released({len(self):,} rows, {self.row_policy}, k = {self.threshold}, class {self.dissemination_class}: "
            f"{', '.join(self.columns)})"
        )

    def write_csv(self, path: str | PathLike[str]) -> None:
        """Write a CSV file; needs pyarrow."""
        from pyarrow import csv  # noqa: PLC0415

        csv.write_csv(self.to_pyarrow(), Path(path))

    def write_parquet(self, path: str | PathLike[str]) -> None:
        """Write a Parquet file; needs pyarrow."""
        from pyarrow import parquet  # noqa: PLC0415

        parquet.write_table(self.to_pyarrow(), Path(path))


def release(  # noqa: PLR0913 (each is named where it is called)
    tally: ArrowStream,
    *,
    preset: str = "humanitarian-restricted",
    min_subscribers: int | None = None,
    min_subscribers_h3: int | None = None,
    full_rows_limit: int | None = None,
    accept_lower_k: bool = False,
    universe: Iterable[str] | None = None,
) -> Released:
    """Test every number of a tally of `flows` or `presence`: published where at least k subscribers are behind it.

    `preset`, `min_subscribers` (k of areas), `min_subscribers_h3` and `full_rows_limit` are `[policy]` of the command
    line; a k below its defaults is refused unless `accept_lower_k`. With a `universe` (all P-codes of the level, or
    all H3 cells of the plan) every row it makes is listed and a count below k is null, be it 0 or k less 1; without
    one, or beyond `full_rows_limit`, only published rows are, and flows get a row `_OTHER` for the rest. Days that are
    in no row of the tally are in none of the table.

    Columns: those of the tally with `subscribers_published`, `suppressed` and `suppression_reason` for `subscribers`.
    """
    given = {
        "preset": preset,
        "min_subscribers": min_subscribers,
        "min_subscribers_h3": min_subscribers_h3,
        "full_rows_limit": full_rows_limit,
    }
    policy = json.dumps({name: value for name, value in given.items() if value is not None})
    units = None if universe is None else list(universe)
    return Released(*_native.release(native(tally), units, policy, accept_lower_k))


def open_release(folder: str | PathLike[str]) -> dict[str, pa.Table]:
    """Read the tables of a folder of `hexodus run` or `hexodus release`; needs pyarrow.

    Names are those of the files without their ending, with the folder below where there is one (`flowmap/flows`).
    Parquet is read; of what is there as CSV only every column is text, and nothing is taken for a number.
    """
    from pyarrow import csv, parquet  # noqa: PLC0415 (nothing is needed unless it is asked for)

    folder = Path(folder)
    found = {path: path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.rglob("*"))}
    tables = {name: parquet.read_table(path, partitioning=None) for path, name in found.items() if _is(path, "parquet")}
    for path, name in found.items():
        if _is(path, "csv") and name not in tables:
            with csv.open_csv(path) as reader:
                names = reader.schema.names
            text = csv.ConvertOptions(column_types=dict.fromkeys(names, "string"), strings_can_be_null=True)
            tables[name] = csv.read_csv(path, convert_options=text)
    if not tables:
        raise _native.HexodusError(f"{folder}: expected a folder with tables (.parquet or .csv), found none")
    return tables


def _is(path: Path, kind: str) -> bool:
    return path.suffix == f".{kind}" and path.is_file()
