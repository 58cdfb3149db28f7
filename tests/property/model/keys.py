# SPDX-License-Identifier: Apache-2.0
"""Where a key goes, and what an identifier is (section 2)."""

import re

_M = 0x5BD1E995
_SEED = 0x9747B28C
_MASK = 0xFFFFFFFF


def murmur2(data):
    """Murmur2 of bytes as Kafka's Java client computes it, as an unsigned 32-bit number."""
    value = (_SEED ^ len(data)) & _MASK
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at:at + 4], "little") * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        value = (value * _M & _MASK) ^ k
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    value = (value ^ value >> 13) * _M & _MASK
    return value ^ value >> 15


def partition_of(key, partitions):
    """“partitioned by Murmur2 as the Java client does”"""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def is_identifier(text):
    """“1 to 64 bytes of UTF-8 without control characters and without `|`”"""
    return 1 <= len(text.encode()) <= 64 and not re.search("[|\x00-\x1f\x7f-\x9f]", text)
