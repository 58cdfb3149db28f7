# SPDX-License-Identifier: Apache-2.0
"""How an exact number becomes a published figure, and how an unknown one spreads."""

QUANTITY, MONEY, PER_UNIT, RATIO = 3, 2, 4, 6


def fixed(numerator, denominator, digits):
    """numerator ÷ denominator “rounded once, half to even”, as text: “no exponent, no thousands separator, `-0` never”
    (preamble and section 4). Both may be int or Fraction; None stays None."""
    if numerator is None:
        return None
    over = numerator.numerator * denominator.denominator * 10**digits
    under = numerator.denominator * denominator.numerator
    negative = (over < 0) != (under < 0)
    units, rest = divmod(abs(over), abs(under))
    twice = 2 * rest
    if twice > abs(under) or (twice == abs(under) and units % 2):
        units += 1
    text = str(units).rjust(digits + 1, "0")
    return f"{'-' if negative and units else ''}{text[:-digits]}.{text[-digits:]}"


def ratio(part, whole):
    """“shares and ratios 6 [decimals]”, null where the whole is 0."""
    return fixed(part, whole, RATIO) if whole else None


def plus(a, b):
    """A sum that lacks a term cannot be stated."""
    return None if a is None or b is None else a + b


def total(values):
    """The sum, or None where one is None."""
    result = 0
    for value in values:
        if value is None:
            return None
        result += value
    return result
