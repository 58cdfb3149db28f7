# SPDX-License-Identifier: Apache-2.0
"""Protobuf by hand: records of the days and state topics (proto/protobuf) for the seeds, good and odd ones."""

import struct


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def number(field, value):
    return varint(field << 3) + varint(value)


def signed(field, value):
    return varint(field << 3) + zigzag(value)


def fixed(field, value):
    return varint(field << 3 | 1) + struct.pack("<Q", value & (1 << 64) - 1)


def sized(field, value):
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def amount(field, value):
    """Two fields: the high and the low 64 bits."""
    return signed(field, value >> 64) + fixed(field + 1, value)


def control(field, offset, partitions=4, seed=0x0123456789ABCDEF):
    return sized(field, number(1, offset) + number(2, partitions) + fixed(3, seed))


def day(mine, date, lines, kind, restated=()):
    """lines: (words, amount, facts); restated: (days, gap, second_days, count)."""
    body = sized(1, mine) + signed(2, date)
    for words, total, facts in lines:
        line = b"".join(sized(i + 1, word) for i, word in enumerate(words))
        line += amount(len(words) + 1, total) + number(len(words) + 3, facts)
        body += sized(3 if kind == "production" else 4, line)
    for days, gap, second_days, count in restated:
        body += sized(5, number(1, days) + number(2, gap) + number(3, second_days) + number(4, count))
    return sized(2, body)


def closes(mine, through, ever):
    return sized(4, sized(1, mine) + signed(2, through) + signed(3, ever))


def fact(seed, line, mine, date, days, total, revision=0, voided=0, status=0, later=0):
    return (
        fixed(1, seed * 0x9E3779B97F4A7C15) + fixed(2, seed * 0xBF58476D1CE4E5B9 + 1) + fixed(3, seed * 77777777777)
        + number(4, revision) + number(5, voided) + number(6, line) + signed(7, date) + number(8, days)
        + amount(9, total) + number(11, mine) + number(12, status) + number(13, later)
    )


def segment(lines, mines, facts, kind):
    body = b""
    for words in lines:
        first = 1 if kind == "production" else 4
        body += sized(1, b"".join(sized(first + i, word) for i, word in enumerate(words)))
    body += b"".join(sized(2, one) for one in facts)
    body += b"".join(sized(3, mine) for mine in mines)
    return sized(2, body)
