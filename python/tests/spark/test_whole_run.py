"""All of a run on executors that are processes of their own: the bytes of one process, though workers are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from on_spark import session
from whole_runs import SHARDS, gives_the_bytes_of_one_process, inputs_again, tables

import hexodus.spark

pytestmark = [pytest.mark.spark, pytest.mark.cluster]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local-cluster[2,1,1024]", {"spark.executor.memory": "1g"}) as spark:
        yield spark


def test_a_run_on_executors_gives_the_bytes_of_one_process(spark: Any, binary: Path, ran: Path, tmp_path: Path) -> None:
    gives_the_bytes_of_one_process(spark, binary, ran, tmp_path)


def test_workers_that_are_killed_do_not_show(spark: Any, binary: Path, ran: Path, tmp_path: Path) -> None:
    folder = inputs_again(ran, tmp_path / "country")
    # The first call of each verb kills the Python worker that made it, and itself.
    fragile = tmp_path / "fragile"
    once = f'mkdir "{tmp_path}/$1-was-killed" 2>/dev/null && [ "$1" != merge ] && kill -9 $PPID $$'
    fragile.write_text(f'#!/bin/sh\n{once}\nexec "{binary}" "$@"\n')
    fragile.chmod(0o755)
    told = hexodus.spark.run(spark, folder / "hexodus.toml", folder / "staging", shards=SHARDS, command=str(fragile))
    assert (tmp_path / "shard-was-killed").exists()
    assert (tmp_path / "reduce-was-killed").exists()
    assert told.startswith("written: ")
    assert tables(folder) == tables(ran)


def test_what_cannot_be_done_says_why_and_writes_no_table(spark: Any, binary: Path, ran: Path, tmp_path: Path) -> None:
    folder = inputs_again(ran, tmp_path / "country")
    (folder / "radio_cells.csv").unlink()
    with pytest.raises(Exception, match=r"radio_cells\.csv"):
        hexodus.spark.run(spark, folder / "hexodus.toml", folder / "staging", shards=SHARDS, command=str(binary))
    assert not (folder / "out").exists()
