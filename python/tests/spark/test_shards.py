"""Which shard a subscriber is in: for the life of a data set, so the numbers stand here."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import hexodus
from hexodus import _native

KEY = bytes(range(32))
AT = dt.datetime(2031, 4, 7, tzinfo=dt.timezone.utc)


def shards_of(ids: list[object], key: bytes | None = None) -> pl.DataFrame:
    rows = pl.DataFrame({"who": ids, "at": [AT] * len(ids)})
    return pl.DataFrame(_native.shard_rows(rows, "who", "at", key))


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
    assert shards_of(list(expected))["shard"].to_list() == list(expected.values())


def test_ids_and_their_pseudonyms_have_one_shard() -> None:
    ids = [f"sim-{number}" for number in range(500)]
    told = shards_of(list(ids), KEY)
    assert told.columns == ["shard", "subscriber", "time"]
    assert told["subscriber"].n_unique() == 500
    assert told["time"].unique().to_list() == [round(AT.timestamp() * 1e6)]
    again = shards_of(told["subscriber"].to_list())
    assert again["shard"].equals(told["shard"])
    assert told["shard"].is_between(0, 4095).all()
    # 500 of 4096: few shards have two.
    assert told["shard"].n_unique() > 450


def test_rows_without_a_subscriber_are_kept_and_spread() -> None:
    rows = pl.DataFrame({"who": [None, "", "a"], "at": [AT, AT + dt.timedelta(hours=1), None]})
    told = pl.DataFrame(_native.shard_rows(rows, "who", "at", KEY))
    assert told["subscriber"].is_null().to_list() == [True, True, False]
    assert told["time"].is_null().to_list() == [False, False, True]
    assert told["shard"].n_unique() == 3


def test_text_needs_a_key() -> None:
    with pytest.raises(hexodus.HexodusError, match="key=") as error:
        shards_of(["sim-unmistakable"])
    assert "unmistakable" not in str(error.value)
