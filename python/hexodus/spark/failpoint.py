"""Where a test may stop a worker; nothing happens unless the environment of the executors names the point."""

from __future__ import annotations

import os
import signal
import time

from hexodus._native import HexodusError, arm_panic

VARIABLE = "HEXODUS_SPARK_FAIL_POINT"
"""`point:attempts:what`: `point` is `pack` or `tally`, `attempts` is `first` or `all`, and `what` is `kill`
(the Python process), `fail` (as a kernel does), `panic` (as a defect of a kernel would) or `sleep` (20 seconds, once).
Of partition 0 only."""

_slept: set[int] = set()


def pass_point(point: str) -> None:
    """Go on, unless this point is named."""
    armed = os.environ.get(VARIABLE)
    if armed is not None:
        _meet(point, *armed.split(":"))


def _meet(point: str, named: str, attempts: str, what: str) -> None:
    from pyspark import TaskContext  # noqa: PLC0415

    task = TaskContext.get()
    if point != named or task is None or task.partitionId() != 0 or (attempts == "first" and task.attemptNumber() > 0):
        return
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "fail":
        raise HexodusError(f"stopped at {point}, as {VARIABLE} asks")
    elif what == "panic":
        arm_panic()
    elif what == "sleep":
        if task.taskAttemptId() not in _slept:
            _slept.add(task.taskAttemptId())
            time.sleep(20)
    else:
        raise HexodusError(f"{VARIABLE}: expected kill, fail, panic or sleep")
