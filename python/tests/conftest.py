"""What the tests share: the made-up country, and what the wheel makes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import hexodus


@pytest.fixture(scope="session")
def country() -> hexodus.Demo:
    return hexodus.demo()


@pytest.fixture(scope="session")
def checked(country: hexodus.Demo) -> hexodus.CheckedEvents:
    return hexodus.check_events(country.events, zone=country.zone, radio_cells=country.radio_cells)


@pytest.fixture(scope="session")
def daily(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> hexodus.Confidential:
    return hexodus.daily_locations(checked.events, zone=country.zone)


@pytest.fixture(scope="session")
def binary() -> Path:
    """Find the command line, to compare with."""
    built = Path(__file__).parents[2] / "target" / "release" / "hexodus"
    named = os.environ.get("HEXODUS_BINARY") or (str(built) if built.exists() else shutil.which("hexodus"))
    if named is None:
        pytest.skip("no hexodus binary: `cargo build --release` and HEXODUS_BINARY=target/release/hexodus")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def ran(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a month with a crisis, and beside it what one process makes of it."""
    folder = tmp_path_factory.mktemp("ran") / "country"
    country = "--subscribers 1000 --days 30 --crisis-day 20 --events 4 --files-per-day 2"
    subprocess.run([binary, "synth", *country.split(), folder], check=True, capture_output=True)
    subprocess.run([binary, "run", "--config", folder / "hexodus.toml"], check=True, capture_output=True)
    return folder
