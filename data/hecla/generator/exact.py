# SPDX-License-Identifier: Apache-2.0
"""Exact numbers of the demo data: splitting a total without losing a digit, and writing decimals."""

import zlib
from fractions import Fraction


class Variation:
    """A fixed sequence of pseudo-random integers; the same name gives the same sequence everywhere."""

    def __init__(self, name):
        self._state = zlib.crc32(name.encode("utf-8"))

    def between(self, low, high):
        """The next integer of the sequence, low and high included."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (self._state >> 33) % (high - low + 1)


def split(total, weights, digits):
    """Parts of total in proportion to weights, each with at most that many digits, that sum to total exactly.

    Largest remainder: every part is rounded down, and what is left goes, one last digit each, to the parts that lost
    most; of equals the first. total must itself have no more digits.
    """
    units = Fraction(total) * 10**digits
    if units.denominator != 1:
        raise ValueError(f"{total} has more than {digits} digits")
    whole = sum(weights)
    parts = [int(units * weight // whole) for weight in weights]
    lost = [units * weight % whole for weight in weights]
    short = int(units) - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (-lost[i], i))[:short]:
        parts[index] += 1
    return [Fraction(part, 10**digits) for part in parts]


def rounded(value, digits):
    """value rounded half to even."""
    return Fraction(round(Fraction(value) * 10**digits), 10**digits)


def text(value, digits=0):
    """The decimal that equals value, with at least that many digits after the point and at most six."""
    micro = Fraction(value) * 10**6
    if micro.denominator != 1:
        raise ValueError(f"{value} has more than six digits")
    sign = "-" if micro < 0 else ""
    whole, part = divmod(abs(int(micro)), 10**6)
    fraction = f"{part:06d}".rstrip("0").ljust(digits, "0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
