# SPDX-License-Identifier: Apache-2.0
"""Decides what random worlds choose from: zones and the days they are known for, dates, words, numbers and names."""

# A zone and days on which its offset changes or a date is skipped or repeated.
ZONES = {
    "UTC": ("2016-12-31", "1972-06-30"),
    "America/Juneau": ("1867-10-18", "1983-10-30", "2003-04-06", "2003-10-26"),
    "America/Mexico_City": ("2022-10-30", "2001-05-06", "1996-04-07"),
    "America/Caracas": ("2007-12-09", "2016-05-01", "1965-01-01"),
    "Europe/London": ("2004-03-28", "2004-10-31", "1971-10-31"),
    "Asia/Kathmandu": ("1986-01-01", "2010-06-15"),
    "Australia/Lord_Howe": ("2008-04-06", "2008-10-05", "1985-03-03"),
    "Pacific/Apia": ("2011-12-30", "1892-07-05", "2012-04-01"),
    "America/New_York": ("2003-04-06", "2003-10-26", "2007-03-11", "2007-11-04", "1918-03-31"),
    "Africa/Monrovia": ("1972-01-07", "1919-03-01"),
}
# Leap days and the lack of them, ends of years, weeks 53, and the ends of all time.
CALENDAR_DAYS = ("2004-02-29", "2000-02-29", "1900-02-28", "2100-03-01", "2096-02-29", "2003-12-31", "2009-12-31",
                 "2004-12-31", "2021-01-03", "2020-12-31", "2015-12-28", "1976-12-31", "2003-06-30")
CENTURY_DAYS = ("1800-02-15", "1803-01-01", "1848-06-30", "1899-12-31", "1913-07-01", "2150-03-31", "2199-12-20",
                "2262-04-11", "2289-12-31", "2299-11-20", "2299-12-25")
FIRST_DAY, LAST_DAY = "1800-01-01", "2299-12-31"

METALS = ("gold", "silver", "platinum", "palladium", "copper", "lead", "zinc")
PRECIOUS = ("gold", "silver", "platinum", "palladium")
STAGES = ("MINED", "MILLED", "CONTAINED", "PRODUCED", "PAYABLE", "SOLD")
UNITS = ("OZT", "LB", "KG", "G", "T", "ST")
QUALITIES = ("ESTIMATE", "WEIGHED", "ASSAYED", "SETTLED")
OPERATING = ("MINING", "PROCESSING", "SITE_ADMINISTRATION", "DEVELOPMENT", "TREATMENT_REFINING", "INVENTORY_CHANGE",
             "OTHER_OPERATING")
OTHER_ELEMENTS = ("ROYALTY", "PRODUCTION_TAX", "DEPRECIATION", "RECLAMATION", "SUSTAINING_CAPITAL",
                  "SUSTAINING_EXPLORATION", "CORPORATE_ADMINISTRATION", "EXPLORATION", "GROWTH_CAPITAL")
ELEMENTS = OPERATING + OTHER_ELEMENTS + ("BY_PRODUCT_CREDIT",)
CURRENCIES = ("USD", "CAD", "MXN", "EUR", "AUD")
WINDOWS = {"day": 0.3, "week": 0.4, "month": 0.7, "quarter": 0.5, "half": 0.3, "year": 0.6, "all": 0.6,
           "rolling-1d": 0.2, "rolling-7d": 0.25, "rolling-30d": 0.3, "rolling-90d": 0.15, "rolling-1m": 0.25,
           "rolling-12m": 0.25, "rolling-3m": 0.1}

MINE_IDS = ("greens-creek", "lucky friday", "mina-ñandú", "la-camorra", "z", "矿山", "A", "block\"b\\", "office",
            "x" * 64, "é" * 32, "san.sebastian/1")
COMPANY_IDS = ("hecla", "kennecott", "Ängström & Söhne", "c", "0", "company \"c\"")
# No tabs and line ends: the contract leaves open which of JSON's two escapes they are published with.
NAMES = ("Hecla Mining Company", "Mina Ñandú — San Sebastián", "Greens \"Creek\" \\ Juneau", "金鉱山 ⛏ 𝔊old",
         "<b>&amp;</b>/", "\u2028 and DEL \u007f", "")
SOURCES = ("weighbridge 3", "lab: \"fire assay\"", "Straße ⚖", "", "back\\slash")
PEOPLE = ("controller", "J. Müller", "the \"auditor\"", "")

# Shares that several companies have of a mine, as text or as numbers; each row sums to at most 1.
SHARES = (("1",), ("1",), ("0.5", "0.5"), ("0.2973", "0.7027"), ("0.333333", "0.333333", "0.333334"),
          ("0.333333", "0.666667"), ("0.75",), ("0.000001", "0.999999"), ("0.0",), ("0.51", "0.49"),
          ("0.142857142857142857", "0.8"), (1,), (0.5, 0.25), (0, "1"))
DAY_STARTS = ("00:00", "06:00", "07:00", "19:30", "23:59")

# Fractions that end on a tie of the published digits, and such as print as zero.
TIES = ("0.0005", "0.0015", "0.0025", "-0.0005", "-0.0015", "0.005", "0.015", "-0.005", "0.025", "0.000001",
        "-0.000001", "0.0001")
RATES = ("9.7688", "1.3456", "0.6173", "0.000123", "1234567.89", "3", "11.000001", "1.5", 2, 1.25)
PRICES = ("354.42", "4.88", "0.4512", "1000", "0.333333", "22.0462262", "7", "0.0001", 300, 4.875)
