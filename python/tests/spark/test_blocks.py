"""A partition is cut between subscribers, wherever its batches begin."""

from __future__ import annotations

import itertools
import random

import pyarrow as pa
import pytest

from hexodus.spark.blocks import blocks


def batches_of(values: list[int | None], sizes: list[int]) -> list[pa.RecordBatch]:
    cuts = [0, *itertools.accumulate(sizes)]
    column = pa.array(values, pa.int64())
    assert cuts[-1] == len(values)
    return [
        pa.record_batch([column.slice(first, last - first)], names=["subscriber"])
        for first, last in itertools.pairwise(cuts)
    ]


@pytest.mark.parametrize("seed", range(30))
def test_subscribers_are_whole_and_blocks_are_small(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (nothing here is secret)
    values: list[int | None] = [None] * chance.choice([0, 5, 200])
    values += sorted(chance.randrange(-40, 40) for _ in range(500))
    sizes: list[int] = []
    while sum(sizes) < len(values):
        sizes.append(min(chance.choice([0, 1, 7, 60]), len(values) - sum(sizes)))
    limit = chance.choice([1, 10, 100])

    found = [block.column("subscriber").to_pylist() for block in blocks(batches_of(values, sizes), "subscriber", limit)]
    assert list(itertools.chain(*found)) == values
    seen: set[int] = set()
    for block in found:
        own = {value for value in block if value is not None}
        assert not own & seen, "a subscriber is in two blocks"
        seen |= own
    # The limit, a batch, and the rows of a subscriber.
    most = max(values.count(value) for value in range(-40, 40))
    assert max(map(len, found)) <= limit + 60 + most
    assert len(found) > 1 or limit == 100


def test_one_subscriber_is_one_block() -> None:
    (block,) = blocks(batches_of([7] * 1000, [10] * 100), "subscriber", 50)
    assert block.num_rows == 1000


def test_nothing_is_no_block() -> None:
    assert list(blocks([], "subscriber", 50)) == []
    assert list(blocks(batches_of([], [0]), "subscriber", 50)) == []
