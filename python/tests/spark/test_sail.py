"""Sail, which speaks the protocol of Spark without Java: the same driver, the same bytes.

In an environment of its own: `pip install pysail==0.7.2 pyspark-client==4.2.0`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from on_spark import as_bytes, count, count_rows, in_one_process
from whole_runs import gives_the_bytes_of_one_process

import hexodus
from hexodus.spark import Files

pytestmark = pytest.mark.spark
sail = pytest.importorskip("pysail.spark", reason="no Sail: pip install pysail pyspark-client")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    server = sail.SparkConnectServer(port=0)
    server.start(background=True)
    session = sql.SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
    try:
        yield session
    finally:
        session.stop()
        server.stop()


@pytest.fixture(scope="module")
def expected(country: hexodus.Demo) -> dict[str, bytes]:
    return in_one_process(country)


# With more than 16, workers add the sums before the driver.
@pytest.mark.parametrize("partitions", [1, 3, 20])
def test_sail_gives_the_same_bytes(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], partitions: int
) -> None:
    assert as_bytes(count(spark, country, partitions=partitions)) == expected


def test_files_and_tables_of_files(
    spark: Any, country: hexodus.Demo, expected: dict[str, bytes], tmp_path: Path
) -> None:
    shuffled = country.events.sample(fraction=1.0, shuffle=True, seed=3)
    paths = [tmp_path / "first.parquet", tmp_path / "last.parquet"]
    shuffled.head(9000).write_parquet(paths[0])
    shuffled.tail(-9000).write_parquet(paths[1], row_group_size=2000)
    table = spark.read.parquet(*map(str, paths))
    assert as_bytes(count_rows(table, country, partitions=4)) == expected
    whole = Files(spark, tuple(map(str, paths)))
    assert as_bytes(count_rows(whole, country, partitions=4)) == expected
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    assert count_rows(whole, country, partitions=4).refused == (str(paths[1]),)


def test_what_fails_on_a_worker_is_said_and_no_value(spark: Any, country: hexodus.Demo) -> None:
    rows = spark.createDataFrame([("sim-unmistakable", None, "01-01")], "who string, time bigint, radio_cell string")
    found = count_rows(rows, country, subscriber="who", key=bytes(32), partitions=2)
    assert found.account.rejected == {"null_value": 1}
    with pytest.raises(hexodus.HexodusError, match="text and key="):
        count_rows(rows, country, subscriber="who")


def test_a_whole_run_gives_the_bytes_of_one_process(spark: Any, binary: Path, ran: Path, tmp_path: Path) -> None:
    gives_the_bytes_of_one_process(spark, binary, ran, tmp_path)
