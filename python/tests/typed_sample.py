"""Not run: checked by mypy. What an analyst writes has types, and mistakes are found before the data are read."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pyarrow as pa

import hexodus


def from_polars(frame: pl.DataFrame, plan: pa.Table) -> pl.DataFrame:
    checked = hexodus.check_events(frame, zone="Asia/Kathmandu", radio_cells=plan)
    located: int = checked.counts.located
    reasons: dict[str, int] = checked.counts.rejected
    daily: hexodus.Confidential = hexodus.daily_locations(checked.events, zone="Asia/Kathmandu", rule="night")
    tally = hexodus.merge([hexodus.flows(daily, dt.date(2031, 4, 7), dt.date(2031, 4, 8))])
    released: hexodus.Released = hexodus.release(tally, preset="statistics-office")
    tables: dict[str, pa.Table] = hexodus.open_release("released")
    released.write_parquet("flows.parquet")
    return released.to_polars().head(located + len(reasons) + len(tables))


def mistakes(frame: pl.DataFrame) -> None:
    # With `warn_unused_ignores`, which is strict, each of these must be an error.
    hexodus.check_events(frame, zone=1)  # type: ignore[arg-type]
    hexodus.check_events("events.csv", zone="UTC")  # type: ignore[arg-type]
    hexodus.daily_locations(frame, zone="UTC", rule="first")  # type: ignore[arg-type]
    hexodus.flows(frame, "2031-04-07", dt.date(2031, 4, 8))  # type: ignore[arg-type]
    hexodus.release(frame, k=3)  # type: ignore[call-arg]
