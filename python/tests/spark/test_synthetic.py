"""A synthetic dump with text ids, a plan that changes and an event: Spark, the wheel and the command line agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from on_spark import as_bytes, count_rows, in_one_process, session
from test_command_line import ZONE, as_text, plan_of, rows_of, run

import hexodus

pytestmark = pytest.mark.spark
COLUMNS = {"sim": "subscriber", "when": "time", "tower": "radio_cell"}


@dataclass
class Synthetic:
    """The dump, its key, and where it is."""

    country: hexodus.Demo
    key: bytes
    folder: Path


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local[2]") as spark:
        yield spark


@pytest.fixture(scope="module")
def synthetic(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthetic:
    folder = tmp_path_factory.mktemp("country") / "synth"
    run(binary, "synth", "--subscribers", 2000, "--days", 4, "--events-per-day", 6, "--seed", 11, folder)
    rows = rows_of(folder).select(list(COLUMNS)).rename(COLUMNS)
    areas = pl.DataFrame(hexodus.read_areas(folder / "areas.geojson"))
    country = hexodus.Demo(rows, plan_of(folder), areas, ZONE, [])
    return Synthetic(country, bytes.fromhex((folder / "hexodus.key").read_text().strip()), folder)


def test_spark_counts_what_the_wheel_counts(spark: Any, synthetic: Synthetic, tmp_path: Path) -> None:
    synthetic.country.events.write_parquet(tmp_path / "rows.parquet")
    found = count_rows(spark.read.parquet(str(tmp_path)), synthetic.country, key=synthetic.key, partitions=6)
    assert as_bytes(found) == in_one_process(synthetic.country, key=synthetic.key)
    assert found.account.rejected
    assert found.account.unlocated > 0


def test_spark_releases_what_the_command_line_does(
    spark: Any, binary: Path, synthetic: Synthetic, tmp_path: Path
) -> None:
    run(binary, "run", "--config", synthetic.folder / "hexodus.toml")
    (release,) = (synthetic.folder / "out").glob("2*")
    expected = as_text(pl.DataFrame(hexodus.open_release(release)["flows_adm1__day_to_day"]))
    days = expected["reference_period_start"].min(), expected["reference_period_end"].max()

    synthetic.country.events.write_parquet(tmp_path / "rows.parquet")
    rows = spark.read.parquet(str(tmp_path))
    found = count_rows(rows, synthetic.country, key=synthetic.key, days=days)
    universe = synthetic.country.areas["adm1"].unique()
    released = hexodus.release(found.flows["adm1"], universe=universe).to_polars()
    keys = ["reference_period_start", "origin_id", "dest_id"]
    columns = [*keys, "subscribers_published", "suppressed", "suppression_reason"]
    assert released.select(columns).sort(keys).equals(expected.select(columns).sort(keys))
    assert expected["suppressed"].any()
    assert expected["subscribers_published"].count() > 0
