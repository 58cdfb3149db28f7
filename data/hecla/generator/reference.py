# SPDX-License-Identifier: Apache-2.0
"""Companies, mines, prices and rates of the demo data, and the tables the other modules read from them."""

import csv
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.exact import text

SOURCES = Path(__file__).resolve().parent.parent / "sources"
SHORT_TONS = {"lead": "ST", "zinc": "ST", "ore": "ST"}

COMPANIES = [
    {"company_id": "hecla", "name": "Hecla Mining Company", "reporting_currency": "USD", "fiscal_year_start_month": 1,
     "units": SHORT_TONS, "founded": 1891, "region": "North America", "listed": True, "primary_metal": "silver"},
    {"company_id": "kennecott", "name": "Kennecott (Rio Tinto)", "reporting_currency": "USD",
     "fiscal_year_start_month": 1, "units": SHORT_TONS, "founded": 1903, "region": "North America", "listed": False,
     "primary_metal": "copper"},
]

# mine_id, name, country, subdivision, time_zone, primary_metal, status, interests
_MINES = [
    ("greens-creek", "Greens Creek", "US", "AK", "America/Juneau", "silver", "operating",
     [("hecla", "2000-01-01", "0.2973"), ("kennecott", "2000-01-01", "0.7027")]),
    ("lucky-friday", "Lucky Friday", "US", "ID", "America/Los_Angeles", "silver", "operating",
     [("hecla", "2000-01-01", "1")]),
    ("san-sebastian", "San Sebastian", "MX", "DUR", "America/Monterrey", "silver", "operating",
     [("hecla", "2000-01-01", "1")]),
    ("la-camorra", "La Camorra", "VE", "F", "America/Caracas", "gold", "operating", [("hecla", "2000-01-01", "1")]),
    ("rosebud", "Rosebud", "US", "NV", "America/Los_Angeles", "gold", "operating",
     [("hecla", "2000-01-01", "0.5"), ("hecla", "2001-01-01", "0")]),
    ("block-b", "Block B", "VE", "F", "America/Caracas", "gold", "exploration", [("hecla", "2000-01-01", "1")]),
    ("canaima", "Canaima", "VE", "F", "America/Caracas", "gold", "development", [("hecla", "2000-01-01", "1")]),
    ("don-sergio", "Don Sergio", "MX", "DUR", "America/Monterrey", "silver", "development",
     [("hecla", "2000-01-01", "1")]),
]

MINES = [
    {"mine_id": mine, "name": name, "country": country, "subdivision": subdivision, "time_zone": zone,
     "day_start": "07:00", "day_named_by": "start", "primary_metal": metal, "units": SHORT_TONS, "status": status,
     "by_product_credits": "reported",
     "interests": [{"company_id": c, "from": f, "share": s} for c, f, s in interests]}
    for mine, name, country, subdivision, zone, metal, status, interests in _MINES
]

ZONES = {mine["mine_id"]: ZoneInfo(mine["time_zone"]) for mine in MINES}
PRIMARY = {mine["mine_id"]: mine["primary_metal"] for mine in MINES}
PREFIXES = {"greens-creek": "gc", "lucky-friday": "lf", "san-sebastian": "ss", "la-camorra": "lc", "rosebud": "rb",
            "block-b": "bb", "canaima": "cn", "don-sergio": "ds"}
OWNED = {"greens-creek": Fraction("0.2973"), "rosebud": Fraction("0.5")}


def hecla_share(mine):
    """Hecla's interest in the mine, constant over all the dates on which the data has facts of it."""
    return OWNED.get(mine, Fraction(1))


def rows(name):
    """The rows of one source file, as dictionaries of strings."""
    with open(SOURCES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def months(first, last):
    """Each month between two dates as (label, first day, days of it that lie between them, both included)."""
    result = []
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        result.append((f"{first:%Y-%m}", first, (min(following, last + timedelta(days=1)) - first).days))
        first = following
    return result


def period_label(first, last):
    """A whole year, half or quarter as the windows name it; any other run of months by its first and last."""
    span = 12 * (last.year - first.year) + last.month - first.month + 1
    if span == 12 and first.month == 1:
        return f"{first:%Y}"
    for name, length in (("H", 6), ("Q", 3)):
        if span == length and first.month % length == 1:
            return f"{first:%Y}-{name}{last.month // length}"
    return f"{first:%Y-%m}..{last:%Y-%m}"


def quarter_dates(label):
    """First and last date of a quarter written as in the calibration: 1Q03."""
    number, year = int(label[0]), 2000 + int(label[2:])
    first = date(year, 3 * number - 2, 1)
    return first, (first + timedelta(days=93)).replace(day=1) - timedelta(days=1)


def _silver_by_year():
    """Annual averages of the Silver Institute: no monthly series was found."""
    return {row["period"]: row["value"] for row in rows("market.csv")
            if row["series"] == "price_annual_average" and "silverinstitute" in row["source"]}


def prices():
    """The records of market.prices."""
    units = {"USD/oz t": "OZT", "USD/lb": "LB"}
    quoted = [(row["item"], row["period"], row["value"], units[row["unit"]])
              for row in rows("market.csv") if row["series"] == "price_monthly"]
    silver = _silver_by_year()
    quoted += [("silver", label, silver[label[:4]], "OZT")
               for label, _, _ in months(date(2000, 1, 1), date(2003, 6, 30))]
    return [{"material": material, "month": month, "price": value, "currency": "USD", "unit": unit}
            for material, month, value, unit in sorted(quoted)]


def rates():
    """The records of market.fx."""
    return [{"currency": row["item"], "month": row["period"], "per_usd": text(Fraction(row["value"])),
             "rate_type": "average"} for row in rows("market.csv") if row["series"] == "fx_monthly_average"]


RATE = {(row["currency"], row["month"]): Fraction(row["per_usd"]) for row in rates()}
PRICE = {(row["material"], row["month"]): Fraction(row["price"]) for row in prices()}
# Short tons are priced by the pound.
PRICED_UNITS = {"gold": 1, "silver": 1, "lead": 2000, "zinc": 2000}
