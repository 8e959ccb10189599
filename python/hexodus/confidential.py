"""Rows that must not leave: of single subscribers, or counts below k."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from hexodus._native import HexodusError
from hexodus.handed_on import HandedOn

if TYPE_CHECKING:
    import pandas as pd

KINDS = """
    avro csv database delta excel feather gbq hdf html iceberg ipc json jsonl latex markdown ndjson orc parquet pickle
    sql stata string xml
"""
WRITERS = frozenset(f"{verb}_{kind}" for verb in ("to", "write", "sink") for kind in KINDS.split())


class Confidential(HandedOn):
    """A table of single subscribers, or of counts that were not tested.

    Shows how many rows it has and which columns, never a value. It is handed on through the Arrow PyCapsule interface
    (or `to_polars`, `to_pyarrow`, `to_pandas`), and has no way to write itself to a file: `release` makes a table that
    does.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Say what it is, and none of what it holds."""
        return f"Confidential({len(self):,} rows: {', '.join(self.columns)})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a pickle is a file."""
        raise _refusal("pickle")

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse what would write a file."""
        if name in WRITERS:
            raise _refusal(name)
        msg = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(msg)

    def to_pandas(self) -> pd.DataFrame:
        """Hand on to pandas, through pyarrow."""
        frame: pd.DataFrame = self.to_pyarrow().to_pandas()
        return frame


def _refusal(name: str) -> HexodusError:
    return HexodusError(
        f"{name}: these rows are confidential (single subscribers, or counts that were not tested) and are not written "
        "to files. hexodus.release(tally) tests counts and gives a table that may be saved.",
    )


def native(table: Any) -> Any:  # noqa: ANN401 (whatever it is, the native module looks at it)
    """Hand a table to the native module; say what is expected where it is none."""
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _typed(table)
    found = type(table).__name__
    raise HexodusError(f"table: expected pyarrow, Polars, pandas, a DuckDB relation or other Arrow data, found {found}")


def _typed(table: Any) -> Any:  # noqa: ANN401
    """Give columns of Polars that hold nothing but nulls, and have no type, one that no column of ours has.

    Polars exports them with a buffer, which they must not have by the rules of Arrow, and arrow-rs refuses it.
    """
    polars = sys.modules.get("polars")
    if polars is None or not isinstance(table, polars.DataFrame) or polars.Null not in table.dtypes:
        return table
    return table.with_columns(polars.col(polars.Null).cast(polars.Boolean))
