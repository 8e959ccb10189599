"""A table of the native module, as others take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from hexodus._native import Table


class HandedOn:
    """A table that goes to other libraries through the Arrow PyCapsule interface."""

    __slots__ = ("_table",)

    def __init__(self, table: Table) -> None:
        """Wrap rows of the native module."""
        self._table = table

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._table.column_names

    def __len__(self) -> int:
        """Count the rows."""
        return self._table.num_rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the table as a capsule of an Arrow C stream."""
        return self._table.__arrow_c_stream__(requested_schema)

    def to_polars(self) -> pl.DataFrame:
        """Hand on to Polars."""
        import polars as pl  # noqa: PLC0415 (nothing is needed unless it is asked for)

        return pl.DataFrame(self)

    def to_pyarrow(self) -> pa.Table:
        """Hand on to pyarrow."""
        import pyarrow as pa  # noqa: PLC0415

        return pa.table(self)
