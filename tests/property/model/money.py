# SPDX-License-Identifier: Apache-2.0
"""Money in one reporting currency: conversion by month, prices, and what was missing (section 5).

Money is counted in millionths of the reporting currency × the view's parts, an int or a Fraction; None is money that
cannot be stated."""

from fractions import Fraction

from .dates import month_text
from .figures import plus
from .words import MILLIONTH_OF


class Market:
    """Prices and rates for one reporting currency."""

    def __init__(self, reference, currency):
        self._rates, self._prices, self._currency = reference.rates, reference.prices, currency
        self._factors, self._worths = {}, {}

    def _per_usd(self, currency, month, missing):
        """Units for one US dollar; USD needs no rate."""
        if currency == "USD":
            return Fraction(1)
        rate = self._rates.get((currency, month))
        if rate is None:
            missing.add(f"fx {currency} {month_text(month)}")
        return rate

    def _factor(self, currency, month):
        """(What a unit is worth in the reporting currency in that month or None, what was missing)."""
        if (currency, month) not in self._factors:
            missing = set()
            # "÷ that month's `per_usd` (× that of the reporting currency)"
            own, reporting = (self._per_usd(each, month, missing) for each in (currency, self._currency))
            self._factors[currency, month] = (None if missing else reporting / own), missing
        return self._factors[currency, month]

    def _worth(self, material, month):
        """(What 10^-13 g is worth, in millionths of the reporting currency, or None, what was missing)."""
        if (material, month) not in self._worths:
            price = self._prices.get((material, month))
            if price is None:
                found = None, {f"price {material} {month_text(month)}"}
            elif price.currency == self._currency:
                found = price.price / MILLIONTH_OF[price.unit], set()
            else:
                factor, missing = self._factor(price.currency, month)
                found = (None if missing else price.price * factor / MILLIONTH_OF[price.unit]), missing
            self._worths[material, month] = found
        return self._worths[material, month]

    def converted(self, series, currency, first, last, missing):
        """The attributable cost of a span in the reporting currency: “each day's cost in its own currency ÷ that
        month's `per_usd`”. What is spent in the reporting currency needs no rate."""
        if currency == self._currency:
            return series.own(first, last)
        return _valued(series.by_month(first, last), lambda month: self._factor(currency, month), missing)

    def sold_for(self, series, material, first, last, missing):
        """The attributable quantity of a span × each month's price."""
        return _valued(series.by_month(first, last), lambda month: self._worth(material, month), missing)


def _valued(amounts, value_in, missing):
    """Σ amount × value of the month; every month without a value is noted, and leaves no sum."""
    result = 0
    for month, amount in amounts:
        value, gaps = value_in(month)
        missing |= gaps
        result = plus(result, None if value is None else amount * value)
    return result
