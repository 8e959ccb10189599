"""Another engine on the same rows."""

from __future__ import annotations

import duckdb
import polars as pl

from hexodus import ArrowStream


def ask(query: str, **tables: ArrowStream) -> pl.DataFrame:
    """Ask DuckDB about tables by their names."""
    with duckdb.connect() as engine:
        for name, table in tables.items():
            # Text as every version of pyarrow can filter it.
            engine.register(name, pl.DataFrame(table).to_arrow(compat_level=pl.CompatLevel.oldest()))
        return pl.DataFrame(engine.sql(query).to_arrow_table())
