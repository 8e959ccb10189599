"""On one machine, Spark counts what the wheel counts: whatever the partitions, the files and the order of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from on_spark import as_bytes, count, count_rows, in_one_process, session

import hexodus
import hexodus.spark
from hexodus.spark import driver
from hexodus.spark.counting import tally

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local[2]") as spark:
        yield spark


@pytest.fixture(scope="module")
def expected(country: hexodus.Demo) -> dict[str, bytes]:
    return in_one_process(country)


@pytest.mark.parametrize("partitions", [1, 2, 7, 64])
def test_any_number_of_partitions_gives_the_same_bytes(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], partitions: int
) -> None:
    assert as_bytes(count(spark, country, partitions=partitions)) == expected


def test_files_and_order_do_not_show(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], tmp_path: Path
) -> None:
    shuffled = country.events.sample(fraction=1.0, shuffle=True, seed=3)
    for number in range(5):
        shuffled.filter(pl.int_range(pl.len()) % 5 == number).write_parquet(tmp_path / f"{9 - number}.parquet")
    assert as_bytes(count_rows(spark.read.parquet(str(tmp_path)), country)) == expected


def test_blocks_and_early_sums_do_not_show(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "tally", partial(tally, events=900, sums=50))
    assert as_bytes(count(spark, country, partitions=2)) == expected


def test_days_on_which_a_partition_has_nobody(spark: Any, country: hexodus.Demo) -> None:
    # Everybody is heard on one day only, nobody on the fourth: most blocks lack most days.
    day = pl.col("time").dt.convert_time_zone(country.zone).dt.date()
    number = (day - pl.lit(country.days[0])).dt.total_days()
    own_day = pl.col("subscriber") % 3 == number % 3
    sparse = replace(country, events=country.events.filter(own_day, day != country.days[3]))
    expected = in_one_process(sparse)
    found = count(spark, sparse, partitions=64)
    assert as_bytes(found) == expected
    flows = found.flows["adm1"].to_polars()
    assert country.days[2] not in flows["reference_period_start"].to_list()
    assert {"_NOT_SEEN_BEFORE", "_NOT_SEEN_AFTER"} <= {*flows["origin_id"], *flows["dest_id"]}


def test_ids_of_the_operator_and_bad_rows(spark: Any, country: hexodus.Demo) -> None:
    key = bytes(range(32))
    events = country.events.with_columns(
        pl.format("sim-{}", "subscriber").alias("subscriber"),
    ).with_columns(
        pl.when(pl.int_range(pl.len()) % 50 == 0).then(None).otherwise("subscriber").alias("subscriber"),
        pl.when(pl.int_range(pl.len()) % 70 == 1).then(None).otherwise("time").alias("time"),
    )
    named = replace(country, events=events)
    expected = in_one_process(named, key=key)
    plain = events.with_columns(pl.col("time").dt.epoch("us")).rows()
    rows = spark.createDataFrame(plain, "subscriber string, time bigint, radio_cell string")
    found = count_rows(rows, named, key=key, partitions=5)
    assert as_bytes(found) == expected
    assert found.account.rejected["null_value"] > 500


def test_some_days_only(spark: Any, country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    first, last = country.days[1], country.days[3]
    found = count(spark, country, days=(first, last))
    flows = hexodus.flows(daily, first, last, level="adm1", areas=country.areas).to_polars()
    assert found.flows["adm1"].to_polars().equals(flows)
    assert found.presence["h3"].to_polars()["date"].unique().sort().to_list() == country.days[1:4]


def test_sums_of_partials_are_those_of_spark_sql(spark: Any, country: hexodus.Demo) -> None:
    checks = hexodus.Checks(reject_impossible=False)
    found = count(spark, country, checks=checks, partitions=7)
    checked = hexodus.check_events(country.events, zone=country.zone, radio_cells=country.radio_cells)
    events = checked.events.to_polars().with_columns(pl.col("time").dt.epoch("us"), pl.col("day").cast(pl.String))
    spark.createDataFrame(events.join(country.areas, on="h3").to_pandas()).createOrReplaceTempView("events")
    presence = spark.sql("SELECT date(day), adm1, count(DISTINCT subscriber) FROM events GROUP BY 1, 2").collect()
    told = found.presence["adm1"].to_polars().select("date", "unit_id", "subscribers")
    assert sorted(told.rows()) == sorted(tuple(row) for row in presence)

    last = "SELECT subscriber, date(day) AS day, max_by(adm1, struct(time, h3)) AS at FROM events GROUP BY 1, 2"
    pairs = spark.sql(
        f"WITH daily AS ({last}) SELECT a.day, a.at, b.at, count(DISTINCT subscriber) FROM daily a "
        "JOIN daily b USING (subscriber) WHERE b.day = date_add(a.day, 1) GROUP BY 1, 2, 3"
    ).collect()
    flows = found.flows["adm1"].to_polars().filter(~pl.concat_str("origin_id", "dest_id").str.contains("_NOT_SEEN"))
    told = flows.select("reference_period_start", "origin_id", "dest_id", "subscribers")
    assert sorted(told.rows()) == sorted(tuple(row) for row in pairs)


def test_mistakes_are_said_before_the_cluster_works(spark: Any, country: hexodus.Demo) -> None:
    with pytest.raises(hexodus.HexodusError, match="areas"):
        count(spark, country, areas=None)
    with pytest.raises(hexodus.HexodusError, match='column "tower": expected it among the columns'):
        count(spark, country, radio_cell="tower")
    with pytest.raises(hexodus.HexodusError, match="zone"):
        count_rows(spark.createDataFrame(country.events.to_pandas()), replace(country, zone="Nowhere/Town"))
    rows = spark.createDataFrame([("sim-1", 0, "01-01")], "subscriber string, time bigint, radio_cell string")
    with pytest.raises(hexodus.HexodusError, match="text and key="):
        count_rows(rows, country)
    with pytest.raises(hexodus.HexodusError, match=r"found decimal\(20,0\)"):
        count_rows(rows.selectExpr("cast(time AS decimal(20,0)) AS subscriber", "time", "radio_cell"), country)
