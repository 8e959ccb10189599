"""The wheel and the command line on the same synthetic dump: the same numbers, suppressed and not."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import hexodus

ZONE = "Asia/Kathmandu"
NUMBERS = ["subscribers_published", "suppressed", "suppression_reason"]


@dataclass
class Country:
    """A synthetic dump, and what both make of it."""

    folder: Path
    checked: hexodus.CheckedEvents
    areas: pl.DataFrame
    released: dict[str, pl.DataFrame]
    k: int | None


def run(binary: Path, *arguments: object) -> None:
    done = subprocess.run([binary, *map(str, arguments)], check=False, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr


def rows_of(folder: Path) -> pl.DataFrame:
    files = sorted((folder / "dumps").glob("*/*.csv.gz"))
    rows = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    local = pl.col("when").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    return rows.with_columns(local.dt.replace_time_zone(ZONE, non_existent="null", ambiguous="null"))


def plan_of(folder: Path) -> pl.DataFrame:
    plan = pl.read_csv(folder / "radio_cells.csv", infer_schema=False)
    dates = pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d", strict=False)
    return plan.with_columns(dates, pl.col("lat", "lon").cast(pl.Float64))


@pytest.fixture(scope="module", params=["every number", "as the policy has it"])
def both(binary: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Country:
    folder = tmp_path_factory.mktemp("country") / "synth"
    run(binary, "synth", "--subscribers", 3000, "--days", 4, "--events-per-day", 6, "--seed", 7, folder)
    config = (folder / "hexodus.toml").read_text()
    accept = ["--accept-lower-k"] if request.param == "every number" else []
    policy = "min_subscribers = 1\nmin_subscribers_h3 = 1\n" if accept else ""
    lines = config.split("[policy]")[0].rsplit("[output]", 1)[0]
    config = f'{lines}[output]\nfolder = "out"\npresence_h3_hourly = true\n[policy]\n{policy}'
    (folder / "hexodus.toml").write_text(config)
    run(binary, "run", "--config", folder / "hexodus.toml", *accept)
    (release,) = (folder / "out").glob("2*")
    tables = hexodus.open_release(release)
    released = {name: pl.DataFrame(table) for name, table in tables.items()}

    key = bytes.fromhex((folder / "hexodus.key").read_text().strip())
    plan = plan_of(folder)
    checked = hexodus.check_events(
        rows_of(folder), zone=ZONE, subscriber="sim", time="when", radio_cell="tower", radio_cells=plan, key=key
    )
    areas = pl.DataFrame(hexodus.read_areas(folder / "areas.geojson"))
    return Country(folder, checked, areas, released, k=1 if accept else None)


def released_by_wheel(both: Country, tally: hexodus.ArrowStream, universe: pl.Series | None) -> pl.DataFrame:
    """Release by the policy of the command line."""
    released = hexodus.release(
        tally,
        universe=universe,
        min_subscribers=both.k,
        min_subscribers_h3=both.k,
        accept_lower_k=both.k is not None,
    )
    return released.to_polars()


def as_text(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(pl.Categorical).cast(pl.String))


def days_of(both: Country) -> list[dt.date]:
    """Days the command line used; rows of others were delivered with them."""
    days = sorted(both.released["presence_adm1"]["date"].unique())
    assert len(days) == 4
    return days


def test_the_accounts_agree(both: Country) -> None:
    account = both.released["quality_daily"]
    counts = both.checked.counts
    assert counts.read == account["rows_read"].sum()
    assert counts.located == account["rows_located"].sum()
    assert counts.unlocated == account["rows_unlocated"].sum()
    assert counts.duplicates == account["rows_duplicate"].sum()
    assert sum(counts.rejected.values()) == account["rows_rejected"].sum()
    assert counts.duplicates > 0
    assert counts.rejected


@pytest.mark.parametrize("level", ["h3", "adm1", "adm2"])
def test_flows_are_the_same(both: Country, level: str) -> None:
    days = days_of(both)
    daily = hexodus.daily_locations(both.checked.events, zone=ZONE)
    tally = hexodus.flows(daily, days[0], days[-1], level=level, areas=both.areas)
    # Of all pairs of H3 cells there are too many to list: published ones and `_OTHER`.
    universe = None if level == "h3" else both.areas[level].drop_nulls().unique()
    found = released_by_wheel(both, tally, universe)
    expected = as_text(both.released[f"flows_{level}__day_to_day"])
    if level == "h3":
        expected = expected.rename({"origin_h3": "origin_id", "dest_h3": "dest_id"})
    keys = ["reference_period_start", "reference_period_end", "origin_id", "dest_id"]
    assert found["subscribers_published"].count() > 0
    assert_frame_equal(found.select(keys + NUMBERS).sort(keys), expected.select(keys + NUMBERS).sort(keys))
    if both.k == 1:
        assert found["subscribers_published"].sum() == tally.to_polars()["subscribers"].sum()
    elif universe is not None:
        assert found["suppressed"].any()


@pytest.mark.parametrize("level", ["h3", "adm1", "adm2"])
def test_presence_is_the_same(both: Country, level: str) -> None:
    tally = hexodus.presence(both.checked.events, zone=ZONE, level=level, areas=both.areas).to_polars()
    table, unit = ("cells_h3", "h3") if level == "h3" else (f"presence_{level}", "area_id")
    expected = as_text(both.released[table].rename({unit: "unit_id"}))
    # Where a table has several figures, a reason names the figure it is of.
    expected = expected.with_columns(pl.col("suppression_reason").str.strip_prefix("presence:"))
    # Every H3 cell of the plan has a row, on every day.
    universe = expected["unit_id"].unique() if level == "h3" else both.areas[level].drop_nulls().unique()
    found = released_by_wheel(both, tally.filter(pl.col("date").is_in(days_of(both))), universe)
    keys = ["date", "unit_id"]
    assert found["subscribers_published"].count() > 0
    assert_frame_equal(found.select(keys + NUMBERS).sort(keys), expected.select(keys + NUMBERS).sort(keys))


def test_presence_by_hour_is_the_same(both: Country) -> None:
    tally = hexodus.presence(both.checked.events, zone=ZONE, hourly=True).to_polars()
    found = released_by_wheel(both, tally.filter(pl.col("date").is_in(days_of(both))), None)
    start = pl.col("date").cast(pl.Datetime("us")).dt.replace_time_zone(ZONE) + pl.duration(hours=pl.col("hour"))
    found = found.select(
        start.dt.convert_time_zone("UTC").alias("hour_start_utc"),
        pl.col("unit_id").alias("h3"),
        pl.col("subscribers_published").alias("subscribers"),
    )
    # The command line lists every H3 cell of the plan, here published rows are.
    expected = as_text(both.released["presence_h3_hourly"]).drop_nulls("subscribers").select(found.columns)
    keys = ["hour_start_utc", "h3"]
    assert found.height > 0
    assert_frame_equal(found.sort(keys), expected.sort(keys))


@pytest.mark.parametrize("both", ["every number"], indirect=True)
@pytest.mark.parametrize("rule", ["most-events", "night"])
def test_other_rules_are_the_same(binary: Path, both: Country, rule: Literal["most-events", "night"]) -> None:
    config = (both.folder / "hexodus.toml").read_text()
    own = both.folder / f"{rule}.toml"
    for folder in ("out", "store"):
        config = config.replace(f'folder = "{folder}"', f'folder = "{folder}-{rule}"')
    own.write_text(f'{config}\n[mobility]\ndaily_location = "{rule}"\n')
    run(binary, "run", "--config", own, "--accept-lower-k")
    (release,) = (both.folder / f"out-{rule}").glob("2*")
    expected = as_text(pl.DataFrame(hexodus.open_release(release)["flows_h3__day_to_day"]))
    days = days_of(both)
    events = both.checked.events.to_polars().filter(pl.col("day").is_in(days))
    daily = hexodus.daily_locations(events, zone=ZONE, rule=rule)
    found = hexodus.flows(daily, days[0], days[-1]).to_polars()
    keys = ["reference_period_start", "origin_id", "dest_id"]
    names = {"origin_h3": "origin_id", "dest_h3": "dest_id", "subscribers_published": "subscribers"}
    expected = expected.rename(names).select(*keys, "subscribers").drop_nulls()
    assert_frame_equal(found.select(*keys, "subscribers").sort(keys), expected.sort(keys))
