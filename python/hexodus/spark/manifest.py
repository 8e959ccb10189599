"""Released tables of a day become visible all at once, or not at all, whoever else tries."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from hexodus._native import HexodusError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from hexodus.released import Released


class AlreadyCommittedError(HexodusError):
    """Another driver committed another content while this one was at work."""


def commit(tables: Mapping[str, Released], folder: str | os.PathLike[str], *, day: dt.date) -> Path:
    """Write the tables of a day, then the manifest that names them: give the manifest that holds them now.

    Tables go to `_staging/<run>/`, and stay there; `manifest/<day>/v1.json`, `v2.json` … name them with their SHA-256,
    and the highest is what holds. It is put there only if it is absent, so of two drivers one wins. Where the newest
    manifest has the same content already, nothing is written. On a local or POSIX file system, which object stores
    are not.

    Raises `AlreadyCommittedError` where another content came in between.
    """
    root = Path(folder)
    before = _newest(root, day)
    staging = root / "_staging" / uuid.uuid4().hex
    staging.mkdir(parents=True)
    files = {name: _write(table, staging / f"{name}.parquet") for name, table in sorted(tables.items())}
    _flush(staging)
    if before is not None and _files(before) == files:
        shutil.rmtree(staging)
        return before
    version = 1 if before is None else _version(before) + 1
    named = root / "manifest" / day.isoformat() / f"v{version}.json"
    content = {"version": version, "day": day.isoformat(), "folder": f"_staging/{staging.name}", "files": files}
    if _put_if_absent(named, json.dumps(content, indent=2) + "\n"):
        return named
    same = _files(named) == files
    shutil.rmtree(staging)
    if same:
        return named
    raise AlreadyCommittedError(f"{day}: version {version} was committed by another driver; run again to replace it")


def _newest(root: Path, day: dt.date) -> Path | None:
    versions = (root / "manifest" / day.isoformat()).glob("v*.json")
    return max(versions, key=_version, default=None)


def _version(manifest: Path) -> int:
    return int(manifest.stem.removeprefix("v"))


def _files(manifest: Path) -> dict[str, str]:
    files: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return files


def _write(table: Released, path: Path) -> str:
    table.write_parquet(path)
    _flush(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _put_if_absent(path: Path, content: str) -> bool:
    """Give a whole file its name, unless the name is taken: a link, unlike a rename, does not replace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{uuid.uuid4().hex}")
    written.write_text(content, encoding="utf-8")
    _flush(written)
    try:
        os.link(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink()
    _flush(path.parent)
    return True


def _flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
