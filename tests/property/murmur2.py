# SPDX-License-Identifier: Apache-2.0
"""Decides on which partition a key lies: Murmur2 as Kafka's Java client computes it, written from its description."""

MASK = 0xFFFFFFFF
MULTIPLIER = 0x5BD1E995
SEED = 0x9747B28C


def mixed(word):
    """One word of input, spread over 32 bits."""
    word = word * MULTIPLIER & MASK
    word ^= word >> 24
    return word * MULTIPLIER & MASK


def murmur2(data):
    """The 32-bit hash of bytes."""
    value = SEED ^ len(data)
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        value = value * MULTIPLIER & MASK ^ mixed(int.from_bytes(data[start:start + 4], "little"))
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * MULTIPLIER & MASK
    value ^= value >> 13
    value = value * MULTIPLIER & MASK
    return value ^ value >> 15


def partition_of(key, partitions):
    """The partition of a key's bytes."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
