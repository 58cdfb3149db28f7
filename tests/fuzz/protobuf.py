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


def described(lines, kind):
    """The lines of a segment."""
    first = 1 if kind == "production" else 4
    return b"".join(sized(1, b"".join(sized(first + i, word) for i, word in enumerate(words))) for words in lines)


def versions(lines, mines, facts, kind, field=2):
    """Facts one by one: field 2 is format 1's segment, 5 what does not stand."""
    return sized(field, described(lines, kind) + b"".join(sized(2, one) for one in facts) +
                 b"".join(sized(3, mine) for mine in mines))


def segment(lines, mines, facts, kind, absent=()):
    """Facts in columns. A fact: (seed, line, mine, date, days, total, doubled revision, later)."""
    seeds, line, mine, dates, days, totals, revisions, later = zip(*facts) if facts else [()] * 8

    def packed(field, values, encode):
        return sized(field, b"".join(map(encode, values)))

    def fixed64(value):
        return struct.pack("<Q", value & (1 << 64) - 1)

    return sized(4, described(lines, kind) + b"".join(sized(2, one) for one in mines) +
                 packed(3, [seed * 0x9E3779B97F4A7C15 for seed in seeds], fixed64) +
                 packed(4, [seed * 0xBF58476D1CE4E5B9 + 1 for seed in seeds], fixed64) +
                 packed(5, [seed * 77777777777 for seed in seeds], fixed64) + packed(6, revisions, varint) +
                 packed(7, line, varint) + packed(8, mine, varint) + packed(9, dates, zigzag) +
                 packed(10, days, varint) + packed(11, [total >> 64 for total in totals], zigzag) +
                 packed(12, totals, fixed64) + packed(13, later, varint) + packed(14, absent, fixed64) +
                 packed(15, absent, fixed64))
