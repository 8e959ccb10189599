"""Another engine on the same rows."""

from __future__ import annotations

import duckdb
import polars as pl
import pyarrow as pa

from hexodus import ArrowStream


def ask(query: str, **tables: ArrowStream) -> pl.DataFrame:
    """Ask DuckDB about tables by their names."""
    with duckdb.connect() as engine:
        for name, table in tables.items():
            engine.register(name, pa.table(table))
        return pl.DataFrame(engine.sql(query).to_arrow_table())
