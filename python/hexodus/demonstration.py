"""A small made-up country, to try things on."""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hexodus.areas import read_areas

if TYPE_CHECKING:
    import polars as pl

ZONE = "Asia/Kathmandu"
AHEAD_OF_UTC = dt.timedelta(hours=5, minutes=45)
DAYS = [dt.date(2031, 4, 7) + dt.timedelta(days=day) for day in range(6)]
"""Six days; people leave district XX01 on the fourth."""
SOUTH_WEST = (27.0, 85.0)
"""Corner of the country: latitude and longitude in degrees."""
SIDE = 0.2
"""Of a district, a square. Degrees."""
TOWERS_A_SIDE = 4
TOWERS = TOWERS_A_SIDE**2
EVENTS_A_DAY = 6
LEAVING = 0.4
"""Of the people of district XX01."""


@dataclass(frozen=True)
class Demo:
    """Tables of the made-up country, as an operator and an office of statistics would hand them over."""

    events: pl.DataFrame
    """`subscriber` (int64), `time` (µs, UTC), `radio_cell` (text); one row in twenty twice, one in a hundred without
    radio cell."""
    radio_cells: pl.DataFrame
    """The plan: `radio_cell_id`, `lat`, `lon`."""
    areas: pl.DataFrame
    """`h3` (int64) and `adm1`: four districts, XX01 to XX04."""
    zone: str
    """The time zone."""
    days: list[dt.date]
    """The local days."""


def demo(subscribers: int = 1000, seed: int = 1) -> Demo:
    """Make a country of four districts in which people flee from the first; needs Polars. Same seed, same rows.

    Drawn by Python's `random.Random(seed)`: each of the `subscribers` lives at one of the radio cells and is heard
    there six times a day, three times in ten at another of the same district. On the fourth day four in ten of
    district XX01 move to another district and stay.
    """
    import polars as pl  # noqa: PLC0415 (nothing is needed unless it is asked for)

    towers = [(f"{area + 1:02}-{tower:02}", *place(area, tower)) for area in range(4) for tower in range(TOWERS)]
    plan = pl.DataFrame(towers, schema=["radio_cell_id", "lat", "lon"], orient="row")
    events = pl.DataFrame(
        _events(random.Random(seed), subscribers),  # noqa: S311 (nothing here is secret)
        schema={"subscriber": pl.Int64, "time": pl.Datetime("us", "UTC"), "radio_cell": pl.String},
        orient="row",
    )
    return Demo(events, plan, pl.DataFrame(_areas()), ZONE, DAYS)


def place(area: int, tower: int) -> tuple[float, float]:
    """Say where a radio cell of a district stands: latitude and longitude in degrees."""
    south, west = SOUTH_WEST[0] + SIDE * (area // 2), SOUTH_WEST[1] + SIDE * (area % 2)
    row, column = divmod(tower, TOWERS_A_SIDE)
    return south + SIDE * (row + 0.5) / TOWERS_A_SIDE, west + SIDE * (column + 0.5) / TOWERS_A_SIDE


def _events(chance: random.Random, subscribers: int) -> list[tuple[int, dt.datetime, str | None]]:
    rows: list[tuple[int, dt.datetime, str | None]] = []
    # Kathmandu is 05:45 ahead of UTC.
    midnights = [
        dt.datetime.combine(day, dt.time(), dt.timezone.utc) - dt.timedelta(hours=5, minutes=45) for day in DAYS
    ]
    for subscriber in range(1, subscribers + 1):
        area, home = chance.randrange(4), chance.randrange(TOWERS)
        flees = area == 0 and chance.random() < LEAVING
        for number, midnight in enumerate(midnights):
            if flees and number == len(DAYS) // 2:
                area = chance.randrange(1, 4)
            for _ in range(EVENTS_A_DAY):
                tower = home if chance.random() < 0.7 else chance.randrange(TOWERS)  # noqa: PLR2004
                at = midnight + dt.timedelta(seconds=chance.randrange(86_400))
                heard = None if chance.random() < 0.01 else f"{area + 1:02}-{tower:02}"  # noqa: PLR2004
                rows.extend([(subscriber, at, heard)] * (2 if chance.random() < 0.05 else 1))  # noqa: PLR2004
    return rows


def boundaries() -> dict[str, object]:
    """Give the four districts as GeoJSON."""
    features = []
    for area in range(4):
        south, west = SOUTH_WEST[0] + SIDE * (area // 2), SOUTH_WEST[1] + SIDE * (area % 2)
        north, east = south + SIDE, west + SIDE
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        code = f"XX{area + 1:02}"
        names = {"adm0_pcode": "XX", "adm0_name": "Demo", "adm1_pcode": code, "adm1_name": f"District {area + 1}"}
        features.append(
            {"type": "Feature", "properties": names, "geometry": {"type": "Polygon", "coordinates": [ring]}},
        )
    return {"type": "FeatureCollection", "features": features}


def _areas() -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.geojson"
        path.write_text(json.dumps(boundaries()), encoding="utf-8")
        return pl.DataFrame(read_areas(path))
