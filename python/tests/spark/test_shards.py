"""Which shard a subscriber is in: for the life of a data set, so the numbers stand here; and which partition."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import polars as pl
import pytest

import hexodus
from hexodus import _native
from hexodus.spark.packing import Packing
from hexodus.spark.parts import murmur3, parts

KEY = bytes(range(32))
AT = dt.datetime(2031, 4, 7, tzinfo=dt.timezone.utc)
COLUMNS: dict[str, Any] = {"subscriber": "who", "time": "at", "radio_cell": "cell", "h3": None, "point": None}


def packer(key: bytes | None = None) -> _native.Packer:
    # As many parts as there are shards, each called by its number.
    return Packing(COLUMNS, "UTC", "00:00", key, list(range(4096))).packer()


def rows(ids: list[object]) -> pl.DataFrame:
    return pl.DataFrame({"who": ids, "at": [AT] * len(ids), "cell": ["01"] * len(ids)})


def shards_of(ids: list[object], key: bytes | None = None) -> list[int]:
    """Pack each id by itself: the first value is of its shard, the second the account."""
    found: list[int] = []
    for own in ids:
        one = packer(key)
        one.pack(0, rows([own]))
        packed = pl.DataFrame(one.finish(0))
        assert packed.columns == ["part", "file", "rows"]
        assert packed.height == 2
        found.append(packed["part"][0])
    return found


def test_shards_never_change() -> None:
    # xxh3-64, seed 0x6865786f64757331, of the eight bytes (little-endian), mod 4096; computed with python-xxhash 3.
    expected: dict[object, int] = {
        0: 136,
        1: 199,
        -1: 1773,
        42: 681,
        2**63 - 1: 2320,
        -(2**63): 1183,
        0x0123_4567_89AB_CDEF: 2968,
    }
    assert shards_of(list(expected)) == list(expected.values())


def test_ids_are_spread_and_leave_no_trace() -> None:
    ids: list[object] = [f"sim-{number}" for number in range(500)]
    one = packer(KEY)
    one.pack(0, rows(ids))
    packed = pl.DataFrame(one.finish(0))
    # 500 of 4096: few shards have two.
    assert packed["part"].n_unique() > 450
    assert not [value for value in packed["rows"] if b"sim" in value]


def test_text_needs_a_key() -> None:
    with pytest.raises(hexodus.HexodusError, match="key=") as error:
        packer().pack(0, rows(["sim-unmistakable"]))
    assert "unmistakable" not in str(error.value)


@pytest.mark.parametrize("partitions", [1, 2, 7, 64, 500, 4096])
def test_every_partition_has_as_many_parts(partitions: int) -> None:
    named = parts(partitions)
    assert 4096 % len(named) == 0
    assert len({*named}) == len(named)
    each = Counter(murmur3(number) % partitions for number in named)
    assert len(each) == partitions
    assert max(each.values()) - min(each.values()) <= 1


def test_a_damaged_value_is_refused() -> None:
    one = packer()
    one.pack(0, rows([1, 2, 3]))
    packed = pl.DataFrame(one.finish(0))
    counter = _native.Counter(
        columns=COLUMNS,
        settings={"zone": "UTC", "day_start": "00:00", "night": (19, 7), **vars(hexodus.Checks())},
        rule="last",
        hourly=False,
        levels=[("h3", None)],
        radio_cells=None,
        site_radius_m=500.0,
        days=(20000, 30000),
    )
    short = packed.with_columns(pl.col("rows").bin.slice(0, 30))
    with pytest.raises(hexodus.HexodusError, match='column "rows": expected packed events of hexodus, whole'):
        _native.Receiver(counter, 10).read(short)
    _native.Receiver(counter, 10).read(packed)
