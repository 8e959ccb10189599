"""Who is displaced: the account of the command line, day by day and district by district."""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
from pathlib import Path

import polars as pl
import pytest

import hexodus
from hexodus.demonstration import AHEAD_OF_UTC, ZONE, boundaries, place

FIRST = dt.date(2031, 3, 1)
EVENT = dt.date(2031, 4, 7)
LAST = dt.date(2031, 4, 24)
CONFIG = f"""
[time]
zone = "{ZONE}"
[[source]]
id = "op"
preset = "lat-lon"
[source.file]
glob = "dumps/{{date}}.csv"
[areas]
path = "areas.geojson"
[store]
folder = "store"
key_file = "hexodus.key"
[output]
folder = "out"
[policy]
min_subscribers = 1
min_subscribers_h3 = 1
[[crisis]]
operation = "Flood"
event_time = "{EVENT}"
"""


def made_up_rows() -> pl.DataFrame:
    """500 people, twice a day where they are: some flee, some of them return or move on, some fall silent."""
    chance = random.Random(5)  # noqa: S311 (nothing here is secret)
    rows = []
    for subscriber in range(1, 501):
        area, tower = chance.randrange(4), chance.randrange(16)
        flees = chance.random() < (0.5 if area == 0 else 0.02)
        left, back = chance.randrange(3), chance.randrange(6, 30)
        silent = chance.random() < 0.2
        usual, hosts = chance.randrange(16), [(chance.randrange(4), chance.randrange(16)) for _ in range(2)]
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + dt.timedelta(days=number)
            since = (day - EVENT).days
            away = flees and left <= since < back
            if chance.random() < (0.7 if silent and since > 5 else 0.1):
                continue
            at = hosts[since > 11] if away else (area, usual if day.weekday() == 5 else tower)
            midnight = dt.datetime.combine(day, dt.time(), dt.timezone.utc) - AHEAD_OF_UTC
            for hour in (chance.randrange(6, 12), chance.randrange(13, 23)):
                time = midnight + dt.timedelta(hours=hour, minutes=chance.randrange(60))
                rows.append((day, f"s{subscriber:04}", time, *place(*at)))
    names = ["file", "user", "utc", "lat", "lon"]
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"utc": pl.Datetime("us", "UTC")})


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return made_up_rows()


def states_of(rows: pl.DataFrame, threads: int | None = None) -> hexodus.Confidential:
    key = bytes(range(32))
    checked = hexodus.check_events(rows, zone=ZONE, subscriber="user", time="utc", point=("lat", "lon"), key=key)
    assert checked.counts.rejected == {}
    daily = hexodus.daily_locations(checked.events, zone=ZONE)
    return hexodus.displacement(daily, EVENT, LAST, threads=threads)


def test_the_account_is_that_of_the_command_line(binary: Path, rows: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    for (day,), own in rows.group_by("file"):
        text = own.drop("file").with_columns(pl.col("utc").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        text.write_csv(tmp_path / "dumps" / f"{day}.csv")
    (tmp_path / "areas.geojson").write_text(json.dumps(boundaries()))
    (tmp_path / "hexodus.key").write_text(bytes(range(32)).hex() + "\n")
    (tmp_path / "hexodus.key").chmod(0o600)
    (tmp_path / "hexodus.toml").write_text(CONFIG)
    command = [str(binary), "run", "--accept-lower-k", "--config", str(tmp_path / "hexodus.toml")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (release,) = (tmp_path / "out").glob("2*")
    (account,) = (table for name, table in hexodus.open_release(release).items() if "displacement_adm1" in name)
    told = pl.DataFrame(account).with_columns(pl.col(pl.Categorical).cast(pl.String))

    areas = pl.DataFrame(hexodus.read_areas(tmp_path / "areas.geojson"))
    states = states_of(rows).to_polars().join(areas, left_on="home", right_on="h3", how="left")
    stock = pl.col("state").is_in(["displaced", "moved_on"])
    figures = ["at_home", "usual_place", "provisional", "returned", "unobserved"]
    found = states.group_by("day", "adm1").agg(
        pl.len().alias("panel"),
        *((pl.col("state") == own).sum().alias(own) for own in figures),
        stock.sum().alias("displaced"),
    )
    figures += ["panel", "displaced"]
    found = found.rename({"day": "date", "adm1": "area_id"}).sort("date", "area_id")
    found = found.with_columns(pl.col(figures).cast(pl.Int64)).select("date", "area_id", *figures)
    # With k = 1 a figure of nobody is withheld.
    expected = told.filter(pl.col("area_id") != "_UNKNOWN").select("date", "area_id", pl.col(figures).fill_null(0))
    expected = expected.sort("date", "area_id")
    assert expected["date"].n_unique() == (LAST - EVENT).days + 1
    assert found.equals(expected)
    for figure in figures:
        assert found[figure].sum() > 0, f"{figure}: the test would not see it"


def test_states_have_their_host_and_day(rows: pl.DataFrame) -> None:
    states = states_of(rows).to_polars()
    away = states["state"].is_in(["displaced", "moved_on", "provisional"])
    assert (states["host"].is_not_null() == (away | (states["state"] == "usual_place"))).all()
    assert (states["since"].is_not_null() == away).all()
    assert (states.filter(away)["since"] >= EVENT).all()
    assert "moved_on" in states["state"]
    one = states.filter(pl.col("state") == "displaced").row(0, named=True)
    assert one["host"] != one["home"]


def test_any_number_of_threads_and_any_order_say_the_same(rows: pl.DataFrame) -> None:
    whole = states_of(rows).to_polars()
    assert states_of(rows.sample(fraction=1.0, shuffle=True, seed=3), threads=1).to_polars().equals(whole)
    users = rows["user"].unique().sort()
    halves = [
        states_of(rows.filter(pl.col("user").is_in(own.implode()))).to_polars() for own in (users[::2], users[1::2])
    ]
    assert pl.concat(halves).sort("subscriber", "day").equals(whole.sort("subscriber", "day"))


def test_a_baseline_must_come_before_and_have_rows(rows: pl.DataFrame) -> None:
    places = {"subscriber": [1], "day": [EVENT], "h3": [0x883DA11147FFFFF]}
    daily = pl.DataFrame(places)
    with pytest.raises(hexodus.HexodusError, match="baseline: expected days before the event, found later ones"):
        hexodus.displacement(daily, EVENT, LAST, baseline=(FIRST, EVENT))
    with pytest.raises(
        hexodus.HexodusError, match="expected daily locations from 2031-03-10 to 2031-04-06, found none"
    ):
        hexodus.displacement(daily, EVENT, LAST)
    with pytest.raises(hexodus.HexodusError, match="day_to: expected 2031-04-07 or later"):
        hexodus.displacement(states_of(rows), EVENT, FIRST)
