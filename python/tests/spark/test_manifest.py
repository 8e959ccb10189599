"""A day is committed once, whole, by one driver."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

import hexodus
from hexodus.spark import manifest
from hexodus.spark.manifest import AlreadyCommittedError, commit

DAY = dt.date(2031, 4, 7)


def tables(subscribers: int) -> dict[str, hexodus.Released]:
    rows = {"date": [DAY], "hour": [None], "level": ["adm1"], "unit_id": ["XX01"], "subscribers": [subscribers]}
    return {"presence_adm1": hexodus.release(pl.DataFrame(rows, schema_overrides={"hour": pl.Int16}))}


def in_processes(number: int, work: Callable[[int], int]) -> list[int | None]:
    """Run forked processes at once; give their exit codes."""
    context = multiprocessing.get_context("fork")
    started = [context.Process(target=lambda own: os._exit(work(own)), args=(own,)) for own in range(number)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    return [process.exitcode for process in started]


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "manifest" / DAY.isoformat()).iterdir())


def committed(folder: Path) -> int:
    """Read the day as a reader does: the newest manifest, then its file."""
    newest = folder / "manifest" / DAY.isoformat() / versions(folder)[-1]
    told = json.loads(newest.read_text())
    count: int = pq.read_table(folder / told["folder"] / "presence_adm1.parquet")["subscribers_published"][0].as_py()
    return count


def test_the_same_content_is_committed_once(tmp_path: Path) -> None:
    first = commit(tables(100), tmp_path, day=DAY)
    assert commit(tables(100), tmp_path, day=DAY) == first
    assert versions(tmp_path) == ["v1.json"]
    assert len(list((tmp_path / "_staging").iterdir())) == 1
    commit(tables(200), tmp_path, day=DAY)
    assert versions(tmp_path) == ["v1.json", "v2.json"]
    assert committed(tmp_path) == 200


def test_of_drivers_at_once_one_wins(tmp_path: Path) -> None:
    contents = [tables(100), tables(101)]

    def drive(number: int) -> int:
        try:
            commit(contents[number % 2], tmp_path, day=DAY)
        except AlreadyCommittedError:
            return 3
        return 0

    codes = in_processes(6, drive)
    assert set(codes) <= {0, 3}
    assert 0 in codes
    # Whoever lost changed nothing: versions are without a gap, each is whole, and what no manifest names is gone.
    found = versions(tmp_path)
    assert found == [f"v{number}.json" for number in range(1, len(found) + 1)]
    assert committed(tmp_path) in {100, 101}
    assert len(list((tmp_path / "_staging").iterdir())) == len(found)


def test_a_name_that_is_taken_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another driver commits between a driver's look at the manifests and its own.
    monkeypatch.setattr(manifest, "_newest", lambda *_: None)
    commit(tables(100), tmp_path, day=DAY)
    assert commit(tables(100), tmp_path, day=DAY).name == "v1.json"
    with pytest.raises(AlreadyCommittedError, match="another driver"):
        commit(tables(200), tmp_path, day=DAY)
    assert committed(tmp_path) == 100
    assert len(list((tmp_path / "_staging").iterdir())) == 1


def test_a_driver_that_dies_before_the_manifest_leaves_nothing_to_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = tables(100)

    def die(*_: object) -> None:
        os._exit(9)

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", die)
        code = in_processes(1, lambda _: 0 if commit(content, tmp_path, day=DAY) else 1)
    assert code == [9]
    assert not list((tmp_path / "manifest" / DAY.isoformat()).glob("v*.json"))
    commit(content, tmp_path, day=DAY)
    commit(content, tmp_path, day=DAY)
    assert versions(tmp_path)[-1] == "v1.json"
    assert committed(tmp_path) == 100
