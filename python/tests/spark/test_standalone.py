"""A master and two workers, each a process of its own, on the loopback interface."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from on_spark import armed, as_bytes, count, in_one_process, one_task_waits, session
from processes import wait_until
from whole_runs import gives_the_bytes_of_one_process

import hexodus

pytestmark = [pytest.mark.spark, pytest.mark.cluster]
PARTITIONS = 5
# Copies of a slow task go to another host only: two addresses of one machine.
HOSTS = ("127.0.0.1", "127.0.0.2")
SPECULATION = {
    "spark.speculation": "true",
    "spark.speculation.interval": "100ms",
    "spark.speculation.quantile": "0.5",
    "spark.speculation.multiplier": "1.5",
    "spark.executor.memory": "1g",
}


@dataclass
class Cluster:
    """A session on it, and the processes of its workers."""

    spark: Any
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pyspark = pytest.importorskip("pyspark", reason="no PySpark: pip install 'hexodus[spark]'")
    home = Path(pyspark.__file__).parent
    folder = tmp_path_factory.mktemp("cluster")
    port, page = free_port(), free_port()
    with ExitStack() as started:

        def start(name: str, host: str, *arguments: object) -> subprocess.Popen[bytes]:
            line = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", "--host", host, *arguments]
            surroundings = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": host}
            log = started.enter_context((folder / f"{name}-{host}.log").open("wb"))
            process = subprocess.Popen([str(word) for word in line], env=surroundings, stdout=log, stderr=log)
            started.callback(process.wait)
            started.callback(process.kill)
            return process

        start("master.Master", HOSTS[0], "--port", port, "--webui-port", page)
        wait_until("the master listens", lambda: alive(page) == 0)
        master = f"spark://{HOSTS[0]}:{port}"
        work = ("--cores", 1, "--memory", "1g", "--work-dir")
        workers = [start("worker.Worker", host, *work, folder / host, master) for host in HOSTS]
        wait_until("two workers are there", lambda: alive(page) == 2)
        with session(master, SPECULATION) as spark:
            yield Cluster(spark, workers)


def test_a_whole_run_gives_the_bytes_of_one_process(cluster: Cluster, binary: Path, ran: Path, tmp_path: Path) -> None:
    gives_the_bytes_of_one_process(cluster.spark, binary, ran, tmp_path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOSTS[0], 0))
        port: int = probe.getsockname()[1]
        return port


def alive(page: int) -> int | None:
    """Ask the master how many workers live; nothing before it answers."""
    try:
        with urllib.request.urlopen(f"http://{HOSTS[0]}:{page}/json/", timeout=5) as answer:
            workers: int = json.load(answer)["aliveworkers"]
            return workers
    except OSError:
        return None


@pytest.fixture(scope="module")
def expected(country: hexodus.Demo) -> dict[str, bytes]:
    return in_one_process(country)


def test_a_cluster_gives_the_same_bytes(cluster: Cluster, country: hexodus.Demo, expected: dict[str, bytes]) -> None:
    assert as_bytes(count(cluster.spark, country, partitions=PARTITIONS)) == expected


def test_nothing_is_counted_twice_where_two_attempts_finish(
    cluster: Cluster, country: hexodus.Demo, expected: dict[str, bytes]
) -> None:
    started = time.monotonic()
    with armed(cluster.spark, "tally:first:sleep"):
        assert as_bytes(count(cluster.spark, country, partitions=PARTITIONS)) == expected
    # The one that sleeps was overtaken.
    assert time.monotonic() - started < 20


def test_a_worker_daemon_killed_after_the_shuffle_does_not_show(
    cluster: Cluster, country: hexodus.Demo, expected: dict[str, bytes]
) -> None:
    # Copies sleep, too.
    with armed(cluster.spark, "tally:all:sleep"), ThreadPoolExecutor(1) as other:
        counted = other.submit(count, cluster.spark, country, partitions=PARTITIONS)
        wait_until("one task is left", lambda: one_task_waits(cluster.spark, PARTITIONS))
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        assert as_bytes(counted.result()) == expected
    assert cluster.workers[0].wait() == -signal.SIGKILL
