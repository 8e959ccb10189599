"""Processes a test started, and only those: found by descent, never by name alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def descendants(root: int, said: str) -> set[int]:
    """Find those below a process whose command line says something."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = set(), [root]
    while waiting:
        waiting += (own := children.get(waiting.pop(), []))
        found |= {child for child in own if said in command(child)}
    return found


def command(process: int) -> str:
    """Read the command line of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait, or fail."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.1)
