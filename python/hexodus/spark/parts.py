"""Parts of the subscribers: what a worker has at once, and to which worker Spark gives it."""

from __future__ import annotations

SHARDS = 4096
A_PARTITION = 16
"""Parts of a partition, at least: a worker holds some of them at once, not the partition."""


def parts(partitions: int) -> list[int]:
    """Name the parts, so that every partition has as many.

    Parts are unions of shards: a divisor of 4096 of them. A part is a number, which Spark hashes to find its
    partition: any numbers would do, but some partitions would get twice the rows of others.
    """
    count = SHARDS
    while count // 2 >= partitions * A_PARTITION:
        count //= 2
    left = [count // partitions + (partition < count % partitions) for partition in range(partitions)]
    named: list[int] = []
    number = 0
    while len(named) < count:
        partition = murmur3(number) % partitions
        if left[partition] > 0:
            left[partition] -= 1
            named.append(number)
        number += 1
    return named


def murmur3(number: int) -> int:
    """Hash 32 bits as Spark does, which shares out rows by the hash modulo the partitions: Murmur3 under seed 42."""
    mask = 0xFFFF_FFFF
    mixed = number * 0xCC9E_2D51 & mask
    mixed = (mixed << 15 | mixed >> 17) & mask
    hashed = 42 ^ (mixed * 0x1B87_3593 & mask)
    hashed = (hashed << 13 | hashed >> 19) & mask
    hashed = (hashed * 5 + 0xE654_6B64) & mask
    hashed ^= 4
    hashed = (hashed ^ hashed >> 16) * 0x85EB_CA6B & mask
    hashed = (hashed ^ hashed >> 13) * 0xC2B2_AE35 & mask
    hashed ^= hashed >> 16
    # Of 32 bits with a sign, and never below zero after the modulo: Python's is that of Spark.
    return hashed - (1 << 32) if hashed >> 31 else hashed
