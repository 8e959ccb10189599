"""Counting in one go: the same tables as step by step, however rows come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

import hexodus

if TYPE_CHECKING:
    from hexodus.arrow import ArrowStream

LEVELS = ("h3", "adm1")
KEY = bytes(range(32))
RULES: tuple[hexodus.reductions.Rule, ...] = ("last", "most-events", "night")


def step_by_step(country: hexodus.Demo, rows: ArrowStream, rule: hexodus.reductions.Rule) -> dict[str, pl.DataFrame]:
    """Make the tables of `count` from the events of `check_events`."""
    # A night that ends on the first day began on the one before.
    zone, first, last = country.zone, country.days[0] - dt.timedelta(days=1), country.days[-1]
    checked = hexodus.check_events(rows, zone=zone, radio_cells=country.radio_cells, key=KEY)
    daily = hexodus.daily_locations(checked.events, zone=zone, rule=rule)
    tables = {"daily": daily, "hours": hexodus.presence(checked.events, zone=zone, hourly=True)}
    for level in LEVELS:
        tables[f"presence {level}"] = hexodus.presence(checked.events, zone=zone, level=level, areas=country.areas)
        tables[f"flows {level}"] = hexodus.flows(daily, first, last, level=level, areas=country.areas)
    return {name: table.to_polars() for name, table in tables.items()}


def in_one_go(
    country: hexodus.Demo, rows: ArrowStream, rule: hexodus.reductions.Rule, threads: int | None = None
) -> tuple[hexodus.RowCounts, dict[str, pl.DataFrame]]:
    """Give the account and the same tables."""
    counted = hexodus.count(
        rows,
        zone=country.zone,
        radio_cells=country.radio_cells,
        areas=country.areas,
        levels=LEVELS,
        hourly=True,
        rule=rule,
        key=KEY,
        threads=threads,
    )
    assert counted.daily_locations is not None
    assert counted.presence_hourly is not None
    tables = {"daily": counted.daily_locations, "hours": counted.presence_hourly}
    for level in LEVELS:
        tables[f"presence {level}"] = counted.presence[level]
        tables[f"flows {level}"] = counted.flows[level]
    return counted.account, {name: table.to_polars() for name, table in tables.items()}


def with_faults(country: hexodus.Demo) -> pl.DataFrame:
    """Add rows that come twice, without a time, of an unknown radio cell, and of an impossible year."""
    rows = country.events
    odd = rows.head(40).with_row_index()
    no_time = pl.when(pl.col("index") < 10).then(None).otherwise(pl.col("time"))
    long_ago = pl.when(pl.col("index").is_between(10, 19)).then(dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc))
    nowhere = pl.when(pl.col("index").is_between(20, 29)).then(pl.lit("?")).otherwise(pl.col("radio_cell"))
    faulty = odd.with_columns(time=long_ago.otherwise(no_time).cast(rows.schema["time"]), radio_cell=nowhere)
    return pl.concat([rows, faulty.drop("index")])


@pytest.mark.parametrize("rule", RULES)
def test_it_is_what_the_steps_give(country: hexodus.Demo, rule: hexodus.reductions.Rule) -> None:
    rows = with_faults(country)
    account, found = in_one_go(country, rows, rule)
    expected = step_by_step(country, rows, rule)
    assert found.keys() == expected.keys()
    for name, table in expected.items():
        assert found[name].equals(table), name
        assert table.height > 0, name
    checked = hexodus.check_events(rows, zone=country.zone, radio_cells=country.radio_cells, key=KEY)
    assert account == checked.counts
    plain = hexodus.check_events(country.events, zone=country.zone, radio_cells=country.radio_cells, key=KEY).counts
    assert account.rejected == {**plain.rejected, "null_value": 10, "out_of_range": 10}
    assert account.duplicates > plain.duplicates
    assert account.unlocated > plain.unlocated


def test_order_batches_and_threads_do_not_show(country: hexodus.Demo) -> None:
    rows = with_faults(country)
    account, expected = in_one_go(country, rows, "last")
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=7)
    many = pl.concat([shuffled[start : start + 997] for start in range(0, shuffled.height, 997)], rechunk=False)
    for table, threads in ((rows, 1), (shuffled, 3), (many, None), (many, 1)):
        again, found = in_one_go(country, table, "last", threads)
        assert again == account
        for name, own in expected.items():
            assert found[name].equals(own), name


def test_text_ids_and_no_rows(country: hexodus.Demo) -> None:
    account, expected = in_one_go(country, country.events, "last")
    as_text = country.events.with_columns(pl.col("subscriber").cast(pl.String))
    again, found = in_one_go(country, as_text, "last")
    assert again == account
    assert all(found[name].equals(own) for name, own in expected.items())
    none, empty = in_one_go(country, country.events.clear(), "last")
    assert none.read == 0
    assert all(table.is_empty() for table in empty.values())


def test_days_are_those_asked_for(country: hexodus.Demo) -> None:
    first, last = country.days[1], country.days[3]
    counted = hexodus.count(
        country.events, zone=country.zone, radio_cells=country.radio_cells, days=(first, last), rule="night"
    )
    assert counted.daily_locations is not None
    for days in (counted.daily_locations.to_polars()["day"], counted.presence["h3"].to_polars()["date"]):
        assert (days.min(), days.max()) == (first, last)
    flows = counted.flows["h3"].to_polars()
    assert (flows["reference_period_start"].min(), flows["reference_period_end"].max()) == (first, last)
    assert counted.presence_hourly is None


def test_what_is_wrong_is_said(country: hexodus.Demo) -> None:
    with pytest.raises(hexodus.HexodusError, match='column "radio_cell": expected it among the columns'):
        hexodus.count(country.events.drop("radio_cell"), zone=country.zone, radio_cells=country.radio_cells)
    no_times = country.events.with_columns(pl.col("time").dt.replace_time_zone(None))
    with pytest.raises(hexodus.HexodusError, match="instants with a time zone"):
        hexodus.count(no_times.clear(), zone=country.zone, radio_cells=country.radio_cells)
    with pytest.raises(hexodus.HexodusError, match="expected one of radio_cell=, h3= and point="):
        hexodus.count(country.events, zone=country.zone)
