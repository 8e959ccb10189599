"""One `hexodus run` as tasks of Spark, people and all: the command line on a folder that executors share."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hexodus._native import HexodusError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import SparkSession

ROUNDS = 2
"""Of `reduce` and `merge`: the second is of what only the sums of all shards tell."""
DONE, REFUSED, LOCKED = 0, 1, 4
"""Exit codes: done; done, with a day refused; a process of a task that was given up is still at it."""
MOST_SECONDS = 600
"""How long a shard waits for such a process, and a reader's task before Spark tries it again."""


def run(  # noqa: PLR0913 (each is named where it is called)
    spark: SparkSession,
    config: str | os.PathLike[str],
    staging: str | os.PathLike[str],
    *,
    shards: int,
    readers: int | None = None,
    command: str = "hexodus",
    arguments: Sequence[str] = (),
) -> str:
    """Do all of a `hexodus run` on the executors of a cluster: give the last line that `hexodus merge` says.

    The tables are those of `hexodus run` with the same configuration, byte for byte: flows, displacement, people, all
    of them. Executors and driver must see the same `config`, dumps, `[store]` and `staging` folder (NFS, Lustre,
    CephFS), and have the command line as `command`; `docs/shards.md` says what is where. `shards` is the number of
    shards, for the life of `staging`; `readers` among how many tasks the dumps are shared, by default as many.
    `arguments` go to every call. A task that dies is done again by Spark, and starts where it was.

    Raises Spark's exception with what the command line said, which names no subscriber, where a task fails for good;
    `HexodusError` where `merge` does.
    """
    readers = readers or shards
    every = ("--config", str(config), *arguments)
    reading = [command, "shard", *every, "--shards", str(shards), "--to", str(staging)]
    reducing = [command, "reduce", *every, "--from", str(staging), "--wait", str(MOST_SECONDS)]
    merging = [command, "merge", *every, "--from", str(staging), "--wait", str(MOST_SECONDS)]
    _on_executors(spark, readers, [*reading, "--files"])
    told = ""
    for _ in range(ROUNDS):
        _on_executors(spark, shards, [*reducing, "--shard"])
        told = _ask(merging)
    return told


def _on_executors(spark: SparkSession, tasks: int, call: list[str]) -> None:
    """Let every task i of N make the call with `i/N` behind it."""
    numbers = spark.range(0, tasks, 1, tasks)
    told = numbers.mapInArrow(_task(call, tasks), "said string").collect()
    if len(told) != tasks:
        raise HexodusError(f"{call[1]}: expected the answers of {tasks} tasks, found {len(told)}")


def _task(call: list[str], tasks: int) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function for `mapInArrow`."""

    def run_task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (on the worker)

        for batch in batches:
            said = [_ask([*call, f"{number}/{tasks}"]) for number in batch.column(0).to_pylist()]
            yield pa.RecordBatch.from_pydict({"said": said})

    return run_task


def _ask(call: list[str]) -> str:
    """Call the command line; give the last line of its results."""
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603 (the caller names the command)
    if done.returncode == LOCKED:
        time.sleep(MOST_SECONDS / 30)
    if done.returncode not in {DONE, REFUSED}:
        what = f"{Path(call[0]).name} {call[1]} left with code {done.returncode}"
        raise HexodusError(f"{what}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip().rpartition("\n")[2]
