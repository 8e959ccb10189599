"""Rows to events: nothing is lost, and an independent count agrees."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sql import ask

import hexodus

UTC = dt.timezone.utc
NOON = dt.datetime(2031, 4, 7, 12, tzinfo=UTC)
H3 = 0x883DA11147FFFFF


def test_account_is_that_of_an_independent_count(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    rows = country.events
    known = rows.filter(pl.col("radio_cell").is_not_null())
    counts = checked.counts
    assert counts.read == rows.height
    assert counts.rejected == {"no_location_info": rows.height - known.height}
    assert counts.duplicates == known.height - known.unique().height
    assert counts.located == known.unique().height
    assert counts.unlocated == 0
    assert counts.flagged == {}
    rejected = checked.rejected.to_polars()
    missing = rows.with_row_index("row").filter(pl.col("radio_cell").is_null())["row"].to_list()
    assert rejected["row"].to_list() == missing
    assert len(checked.events) == counts.located + counts.unlocated


def test_days_and_h3_cells_are_those_of_other_libraries(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    events = checked.events.to_polars()
    local = events["time"].dt.convert_time_zone(country.zone).dt.date()
    assert (events["day"] == local).all()
    assert events["time"].dtype == pl.Datetime("us", "UTC")
    # DuckDB groups the same events by day: the counts agree without our day.
    by_day = ask(
        f"SELECT (time AT TIME ZONE '{country.zone}')::DATE AS day, count(*) AS n FROM events GROUP BY 1 ORDER BY 1",
        events=checked.events,
    )
    assert events.group_by("day").len("n").sort("day").with_columns(pl.col("n").cast(pl.Int64)).equals(by_day)
    assert events["h3"].n_unique() == country.radio_cells.height


@pytest.mark.parametrize("kind", ["polars", "categorical", "pyarrow", "batch", "reader", "pandas", "duckdb"])
def test_every_library_hands_over_the_same_rows(
    country: hexodus.Demo, checked: hexodus.CheckedEvents, kind: str
) -> None:
    frame = country.events
    table: Any = frame
    if kind == "categorical":
        table = frame.with_columns(pl.col("radio_cell").cast(pl.Categorical))
    elif kind == "pyarrow":
        table = frame.to_arrow()
    elif kind == "batch":
        (table,) = frame.rechunk().to_arrow().combine_chunks().to_batches()
    elif kind == "reader":
        table = pa.RecordBatchReader.from_stream(frame)
    elif kind == "pandas":
        table = frame.to_pandas()
        assert isinstance(table, pd.DataFrame)
    elif kind == "duckdb":
        table = duckdb.sql("SELECT * FROM frame")
    again = hexodus.check_events(table, zone=country.zone, radio_cells=country.radio_cells)
    assert again.counts == checked.counts
    assert again.events.to_polars().equals(checked.events.to_polars())


def test_each_reason_is_counted() -> None:
    rows = pl.DataFrame(
        {
            "who": pl.Series([1, None, 1, 1, 1, 1, 1, 1], dtype=pl.UInt64),
            "when": [NOON, NOON, None, NOON.replace(year=1960), NOON, NOON, NOON, NOON],
            "where": [H3, H3, H3, H3, None, 7, H3, 0x873DA1114FFFFFF],
        },
        schema_overrides={"when": pl.Datetime("ns", "UTC")},
    )
    checked = hexodus.check_events(rows, zone="UTC", subscriber="who", time="when", h3="where")
    assert checked.counts == hexodus.RowCounts(
        read=8,
        located=1,
        unlocated=0,
        duplicates=1,
        rejected={"null_value": 2, "out_of_range": 3, "no_location_info": 1},
    )
    assert checked.rejected.to_polars().rows() == [
        (1, "null_value"),
        (2, "null_value"),
        (3, "out_of_range"),
        (4, "no_location_info"),
        (5, "out_of_range"),
        (7, "out_of_range"),
    ]


def test_points_are_placed_on_the_grid_and_null_island_nowhere() -> None:
    rows = pl.DataFrame(
        {"subscriber": [1, 2, 3], "time": [NOON] * 3, "lat": [27.05, 0.0, 95.0], "lon": [85.05, 0.0, 0.0]}
    )
    checked = hexodus.check_events(rows, zone="UTC", point=("lat", "lon"))
    assert checked.counts == hexodus.RowCounts(3, 1, 1, 0, {"out_of_range": 1}, {"coords_zero": 1})
    assert checked.events.to_polars()["h3"].null_count() == 1


def test_a_radio_cell_is_where_the_plan_has_it_at_that_instant() -> None:
    plan = pl.DataFrame(
        {
            "radio_cell_id": ["A", "A"],
            "lat": [27.05, 27.15],
            "lon": [85.05, 85.15],
            "valid_from": [None, NOON],
            "valid_to": [NOON, NOON + dt.timedelta(hours=6)],
        },
        schema_overrides={"valid_from": pl.Datetime("us", "UTC"), "valid_to": pl.Datetime("us", "UTC")},
    )
    times = [NOON - dt.timedelta(hours=1), NOON, NOON + dt.timedelta(hours=6), NOON]
    rows = pl.DataFrame({"subscriber": [1] * 4, "time": times, "radio_cell": ["A", " A", "A", "B"]})
    checked = hexodus.check_events(rows, zone="UTC", radio_cells=plan)
    assert (checked.counts.located, checked.counts.unlocated) == (2, 2)
    by_time = checked.events.to_polars().filter(pl.col("h3").is_not_null()).sort("time")
    assert by_time["h3"].n_unique() == 2


def test_ids_are_hashed_as_the_command_line_hashes_them() -> None:
    # The known answer of the command line's own test.
    rows = pl.DataFrame({"subscriber": ["a91f03c7"], "time": [NOON], "h3": [f"{H3:x}"]})
    checked = hexodus.check_events(rows, zone="UTC", h3="h3", key=bytes([7] * 32))
    assert checked.events.to_polars()["subscriber"].to_list() == [0x2972AD3AC97B6C8E]
    number = rows.with_columns(subscriber=pl.lit(8877665544332211))
    text = rows.with_columns(subscriber=pl.lit("8877665544332211"))
    key = bytes(range(32))
    as_number, as_text = (hexodus.check_events(own, zone="UTC", h3="h3", key=key) for own in (number, text))
    assert as_number.events.to_polars().equals(as_text.events.to_polars())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subscriber": "sim"}, r'column "sim": expected it among the columns, found subscriber, time, h3'),
        ({"zone": "Asia/Atlantis"}, r'zone: expected the IANA name .*, found "Asia/Atlantis"'),
        ({"day_start": "25"}, r'day_start: expected a time of the clock, such as 04:00, found "25"'),
        ({"h3": None}, r"expected one of radio_cell=, h3= and point="),
        ({"time": "h3"}, None),
        ({"subscriber": "time"}, r'column "time": expected integers or text, found Timestamp'),
        ({"key": b"short"}, r"key: expected 32 bytes, .*, found 5 bytes"),
        ({"threads": 0}, r"threads: expected 1 or more, found 0"),
    ],
)
def test_what_cannot_be_used_is_said(change: dict[str, Any], message: str | None) -> None:
    rows = pl.DataFrame({"subscriber": [4_242_424_242], "time": [NOON], "h3": [H3]})
    arguments: dict[str, Any] = {"zone": "UTC", "h3": "h3", **change}
    if message is None:
        assert hexodus.check_events(rows, **arguments).counts.rejected == {"out_of_range": 1}
        return
    with pytest.raises(hexodus.HexodusError, match=message) as caught:
        hexodus.check_events(rows, **arguments)
    assert isinstance(caught.value, ValueError)
    assert "4242424242" not in str(caught.value)


def test_text_ids_without_a_key_and_times_without_a_zone_are_refused() -> None:
    rows = pl.DataFrame({"subscriber": ["a"], "time": [NOON], "h3": [H3]})
    with pytest.raises(hexodus.HexodusError, match="text and key="):
        hexodus.check_events(rows, zone="UTC", h3="h3")
    naive = pl.DataFrame({"subscriber": [1], "time": [NOON.replace(tzinfo=None)], "h3": [H3]})
    with pytest.raises(hexodus.HexodusError, match="times without a zone"):
        hexodus.check_events(naive, zone="UTC", h3="h3")
    with pytest.raises(hexodus.HexodusError, match="other Arrow data, found list"):
        hexodus.check_events([1, 2], zone="UTC", h3="h3")  # type: ignore[arg-type]


def test_errors_never_quote_a_row() -> None:
    planted = "CANARY-4711"
    good: dict[str, Any] = {"subscriber": [planted], "time": [NOON], "h3": [H3], "lat": [1.0], "lon": [2.0]}
    key = bytes(32)
    for column in ("subscriber", "time", "h3", "lat"):
        rows = pl.DataFrame({**good, column: [planted]})
        places: list[dict[str, Any]] = [{"h3": "h3"}, {"radio_cell": "h3"}, {"point": ("lat", "lon")}]
        for place in places:
            try:
                checked = hexodus.check_events(rows, zone="UTC", key=key, **place)
            except hexodus.HexodusError as error:
                assert planted not in str(error)  # noqa: PT017 (some are accepted)
            else:
                assert planted not in repr(checked)
                assert planted not in str(checked.rejected.to_polars().rows())
    with pytest.raises(hexodus.HexodusError, match=r'column "time": expected instants with a time zone, found Utf8'):
        hexodus.check_events(pl.DataFrame({**good, "time": [planted]}), zone="UTC", key=key, h3="h3")


def longest_wait_of_another_thread(work: Callable[[], object]) -> float:
    """Share of the time that some work takes in which another thread did not get its turn once."""
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.monotonic())
            done.wait(0.001)

    other = threading.Thread(target=tick)
    other.start()
    begun = time.monotonic()
    work()
    ended = time.monotonic()
    done.set()
    other.join()
    within = [begun, *(at for at in ticks if begun < at < ended), ended]
    return max(after - before for before, after in pairwise(within)) / (ended - begun)


def test_other_threads_go_on_meanwhile(country: hexodus.Demo) -> None:
    rows = pl.concat([country.events] * 40)
    table = rows.to_arrow()

    def work() -> object:
        return hexodus.check_events(table, zone=country.zone, radio_cells=country.radio_cells, threads=1)

    # Were the interpreter held, it would be nearly all of the time, every time; a busy machine may do so once.
    assert min(longest_wait_of_another_thread(work) for _ in range(3)) < 0.5


def test_a_producer_that_fails_is_not_quoted_on_any_thread(country: hexodus.Demo) -> None:
    table = country.events.to_arrow()

    def batches(*, fail: bool) -> Iterator[pa.RecordBatch]:
        for batch in table.to_batches(max_chunksize=1000):
            yield batch
            if fail:
                msg = "CANARY-4711"
                raise ValueError(msg)

    for threads in (None, 1, 2):
        whole = pa.RecordBatchReader.from_batches(table.schema, batches(fail=False))
        checked = hexodus.check_events(whole, zone=country.zone, radio_cells=country.radio_cells, threads=threads)
        assert checked.counts.read == table.num_rows
        part = pa.RecordBatchReader.from_batches(table.schema, batches(fail=True))
        with pytest.raises(hexodus.HexodusError, match="cannot be read after row 1000") as caught:
            hexodus.check_events(part, zone=country.zone, radio_cells=country.radio_cells, threads=threads)
        assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
@pytest.mark.parametrize(
    ("column", "reason"),
    [("subscriber", "null_value"), ("time", "null_value"), ("radio_cell", "no_location_info")],
)
def test_a_column_of_nothing_but_nulls_has_no_type(
    country: hexodus.Demo, library: str, column: str, reason: str
) -> None:
    rows = country.events.with_columns(pl.lit(None).alias(column))
    assert rows.schema[column] == pl.Null
    given = rows if library == "polars" else rows.to_arrow()
    plan = country.radio_cells.with_columns(valid_to=None)
    counts = hexodus.check_events(given, zone=country.zone, radio_cells=plan).counts
    assert counts.rejected == {reason: rows.height}
