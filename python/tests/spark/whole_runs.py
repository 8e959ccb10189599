"""What tests of whole runs share: that Spark makes of a country what one process makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import hexodus.spark

SHARDS = 3


def inputs_again(ran: Path, folder: Path) -> Path:
    """Copy what a run reads."""
    shutil.copytree(ran, folder, ignore=shutil.ignore_patterns("store", "out"))
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    """Everything that was written for analysts."""
    out = folder / "out"
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def gives_the_bytes_of_one_process(spark: Any, binary: Path, ran: Path, folder: Path) -> None:
    """Run on Spark, and once more, which changes nothing."""
    country = inputs_again(ran, folder / "country")
    for says in ["written: ", "nothing to do: "]:
        told = hexodus.spark.run(
            spark, country / "hexodus.toml", country / "staging", shards=SHARDS, readers=2, command=str(binary)
        )
        assert told.startswith(says)
        assert tables(country) == tables(ran)
    assert {"displacement_adm2.parquet", "people_adm2.parquet"} <= {Path(name).name for name in tables(country)}
