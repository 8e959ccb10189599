"""Disks that lose a file or are full: the same bytes, or an error and nothing committed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from on_spark import armed, as_bytes, count, in_one_process, one_task_waits, session
from processes import descendants, wait_until

import hexodus
from hexodus.spark import manifest

pytestmark = [pytest.mark.spark, pytest.mark.cluster]
TASKS = 4
MEMORY = {"spark.executor.memory": "1g", "spark.default.parallelism": str(TASKS)}


def shuffled() -> set[Path]:
    """Find what executors keep on disk for others."""
    found: set[Path] = set()
    for executor in descendants(os.getpid(), "CoarseGrainedExecutorBackend"):
        environment = Path(f"/proc/{executor}/environ").read_text().split("\0")
        (folders,) = [own.partition("=")[2] for own in environment if own.startswith("SPARK_EXECUTOR_DIRS=")]
        for folder in folders.split(":"):
            found |= {*Path(folder).rglob("shuffle_*.data")}
    return found


def test_a_lost_shuffle_file_is_made_again(country: hexodus.Demo) -> None:
    with session("local-cluster[2,1,1024]", MEMORY) as spark:
        with armed(spark, "pack:first:sleep"), ThreadPoolExecutor(1) as other:
            counted = other.submit(count, spark, country, partitions=5)
            wait_until("one task is left", lambda: one_task_waits(spark, TASKS))
            before = shuffled()
            assert len(before) == TASKS - 1
            lost = min(before)
            lost.unlink()
            assert as_bytes(counted.result()) == in_one_process(country)
        # The task that had made it was done again, under another name.
        assert not lost.exists()
        assert len(shuffled() - before) >= 2


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount so many bytes of memory as a disk."""
    mount = shutil.which("mount")
    folder.mkdir()
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if not made or made.returncode != 0:
        pytest.skip("no small disk: only root may mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607


def test_a_full_disk_ends_the_job_and_nothing_is_committed(country: hexodus.Demo, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def nightly(spark: Any) -> Path:
        counted = count(spark, country, partitions=5)
        released = hexodus.release(counted.flows["adm1"])
        return manifest.commit({"flows_adm1": released}, out, day=country.days[0])

    with small_disk(tmp_path / "disk", "100k") as disk:
        with session("local[2]", {"spark.local.dir": str(disk)}) as spark:
            with pytest.raises(Exception, match="No space left on device"):
                nightly(spark)
            assert not out.exists()
        # What Spark could write is taken away with its session.
        assert not [path for path in disk.rglob("*") if path.is_file()]
    with session("local[2]", {"spark.local.dir": str(tmp_path)}) as spark:
        assert nightly(spark).exists()
