"""Files that workers read themselves: the same bytes, and a damaged file is refused as a whole."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from on_spark import as_bytes, count_rows, in_one_process, session

import hexodus
from hexodus.spark import Files, files

pytestmark = pytest.mark.spark
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local[2]") as spark:
        yield spark


@pytest.fixture(scope="module")
def expected(country: hexodus.Demo) -> dict[str, bytes]:
    return in_one_process(country)


@pytest.fixture
def five(country: hexodus.Demo, tmp_path: Path) -> list[Path]:
    """Write the rows in no order to five files of small row groups."""
    shuffled = country.events.sample(fraction=1.0, shuffle=True, seed=3)
    paths = [tmp_path / f"{number}.parquet" for number in range(5)]
    for number, path in enumerate(paths):
        shuffled.filter(pl.int_range(pl.len()) % 5 == number).write_parquet(path, row_group_size=1000)
    return paths


def of(spark: Any, paths: list[Path], **arguments: Any) -> Files:
    return Files(spark, tuple(map(str, paths)), **arguments)


def test_parquet_gives_the_same_bytes(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], five: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for partitions, rows in [(1, 2_000_000), (7, 1), (2, 4000)]:
        monkeypatch.setattr(files, "ROWS_A_TASK", rows)
        found = count_rows(of(spark, five), country, partitions=partitions)
        assert as_bytes(found) == expected
        assert found.refused == ()


def test_unsigned_ids_cells_by_number_and_times_without_a_zone(
    spark: Any, country: hexodus.Demo, tmp_path: Path
) -> None:
    numbered = {"radio_cell": pl.col("radio_cell").str.replace("-", "").cast(pl.UInt32)}
    cells = country.radio_cells.with_columns(pl.col("radio_cell_id").str.replace("-", "").str.strip_chars_start("0"))
    events = country.events.with_columns(pl.col("subscriber").cast(pl.UInt64), **numbered)
    numbers = replace(country, events=events, radio_cells=cells)
    expected = in_one_process(numbers, key=KEY)
    events.with_columns(pl.col("time").dt.replace_time_zone(None)).write_parquet(tmp_path / "rows.parquet")
    found = count_rows(of(spark, [tmp_path / "rows.parquet"], naive_utc=True), numbers, key=KEY, partitions=3)
    assert as_bytes(found) == expected
    with pytest.raises(hexodus.HexodusError, match="without a zone"):
        count_rows(of(spark, [tmp_path / "rows.parquet"]), numbers, key=KEY)


@pytest.mark.parametrize("place", ["h3", "text", "point"])
def test_rows_with_a_place_of_their_own(spark: Any, country: hexodus.Demo, tmp_path: Path, place: str) -> None:
    cells = country.areas["h3"]
    some = pl.int_range(pl.len()) % cells.len()
    own = country.events.with_columns(h3=cells.gather(country.events.select(some).to_series()))
    columns: dict[str, Any] = {"h3": "h3"}
    if place == "text":
        own = own.with_columns(h3=pl.col("h3").cast(pl.UInt64).map_elements(lambda cell: f"{cell:x}", pl.String))
    if place == "point":
        lat = pl.when(some == 3).then(0.0).when(some == 4).then(None).otherwise(27.0 + some / 1000)
        lon = pl.when(some == 3).then(0.0).when(some == 5).then(300.0).otherwise(85.0 + some / 1000)
        own, columns = own.with_columns(lat=lat, lon=lon), {"point": ("lat", "lon")}
    placed = replace(country, events=own)
    expected = in_one_process(placed, **columns)
    columns["radio_cells"] = None
    own.write_parquet(tmp_path / "rows.parquet")
    assert as_bytes(count_rows(of(spark, [tmp_path / "rows.parquet"]), placed, partitions=3, **columns)) == expected
    found = count_rows(spark.read.parquet(str(tmp_path / "rows.parquet")), placed, partitions=2, **columns)
    assert as_bytes(found) == expected
    if place == "point":
        assert found.account.flagged["coords_zero"] > 0
        assert {*found.account.rejected} == {"no_location_info", "out_of_range"}


def test_csv_gives_the_same_bytes(spark: Any, country: hexodus.Demo, tmp_path: Path) -> None:
    # Ids with zeros before them, which must stay.
    named = replace(country, events=country.events.with_columns(pl.format("00{}", "subscriber").alias("subscriber")))
    expected = in_one_process(named, key=KEY)
    written = named.events.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    paths = [tmp_path / "first.csv", tmp_path / "last.csv.gz"]
    half = written.height // 2
    written.head(half).write_csv(paths[0])
    paths[1].write_bytes(gzip.compress(written.tail(-half).write_csv().encode()))
    assert as_bytes(count_rows(of(spark, paths), named, key=KEY, partitions=2)) == expected


@pytest.mark.parametrize("damage", ["no end", "a page", "not parquet"])
def test_a_damaged_parquet_file_is_refused_and_nothing_of_it_is_counted(
    spark: Any,
    country: hexodus.Demo,
    five: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    monkeypatch.setattr(files, "ROWS_A_TASK", 1)  # A task for each row group: some are read before, and by others.
    whole = five[2].read_bytes()
    left = pl.concat([pl.read_parquet(path) for path in five if path != five[2]])
    if damage == "no end":
        five[2].write_bytes(whole[: len(whole) // 2])
    elif damage == "a page":
        middle = len(whole) // 2
        five[2].write_bytes(whole[:middle] + bytes(400) + whole[middle + 400 :])
    else:
        five[2].write_bytes(b"subscriber")
    found = count_rows(of(spark, five), country, partitions=3)
    assert found.refused == (str(five[2]),)
    assert as_bytes(found) == in_one_process(replace(country, events=left))


@pytest.mark.parametrize("damage", ["truncated", "bad check", "a broken row"])
def test_a_damaged_csv_is_refused(spark: Any, country: hexodus.Demo, tmp_path: Path, damage: str) -> None:
    half = country.events.height // 2
    country.events.head(half).write_parquet(tmp_path / "good.parquet")
    written = country.events.tail(-half).with_columns(pl.col("time").dt.epoch("us"), pl.col("subscriber").cast(str))
    text = written.write_csv().encode()
    if damage == "a broken row":
        text += b"sim-unmistakable,soon,01-01\n"
    packed = gzip.compress(text)
    if damage == "truncated":
        packed = packed[: len(packed) * 2 // 3]
    if damage == "bad check":
        packed = packed[:-8] + bytes(8)
    (tmp_path / "bad.csv.gz").write_bytes(packed)
    types = {"subscriber": pa.int64(), "time": pa.int64()}
    paths = [tmp_path / "good.parquet", tmp_path / "bad.csv.gz"]
    found = count_rows(of(spark, paths, csv_types=types), country, partitions=3)
    assert found.refused == (str(tmp_path / "bad.csv.gz"),)
    assert as_bytes(found) == in_one_process(replace(country, events=country.events.head(half)))


def test_a_file_that_is_not_there_ends_the_job(spark: Any, country: hexodus.Demo, five: list[Path]) -> None:
    with pytest.raises(FileNotFoundError):
        count_rows(of(spark, [*five, five[0].with_name("none.parquet")]), country)
    five[0].write_bytes(b"")
    with pytest.raises(hexodus.HexodusError, match="any that can be read"):
        count_rows(of(spark, five[:1]), country)
    with pytest.raises(hexodus.HexodusError, match='column "tower": expected it among the columns'):
        count_rows(of(spark, five), country, radio_cell="tower")
