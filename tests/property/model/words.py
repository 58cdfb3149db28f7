# SPDX-License-Identifier: Apache-2.0
"""The contract's words: materials, units, stages, qualities, cost elements, currencies (sections 1, 2 and 5)."""

PRECIOUS = ("gold", "silver", "platinum", "palladium")
NO_METAL = ("ore", "waste")
MATERIALS = frozenset(NO_METAL + PRECIOUS + ("copper", "lead", "zinc", "nickel", "cobalt", "molybdenum", "tin", "iron",
                                             "uranium", "antimony", "lithium", "manganese", "rhodium", "tungsten"))

# A world uses no other currency on purpose; what is not here stands for a code that ISO 4217 does not know.
CURRENCIES = frozenset(("USD", "MXN", "CAD", "AUD", "VEB", "EUR", "GBP"))

STAGES = ("MINED", "MILLED", "CONTAINED", "PRODUCED", "PAYABLE", "SOLD")
QUALITIES = ("ESTIMATE", "WEIGHED", "ASSAYED", "SETTLED")

# "Exact factors: OZT 31.1034768 g, LB 453.59237 g, ST 2,000 LB, KG 1,000 g, T 1,000,000 g."
# Masses are whole numbers of 10^-13 g, so that a millionth of each unit is one of them: no conversion rounds.
MILLIONTH_OF = {"OZT": 311_034_768, "LB": 4_535_923_700, "KG": 10**10, "G": 10**7, "T": 10**13,
                "ST": 2000 * 4_535_923_700}
MILLION = 10**6

_CASH_OPERATING = ("MINING", "PROCESSING", "SITE_ADMINISTRATION", "DEVELOPMENT", "TREATMENT_REFINING",
                   "INVENTORY_CHANGE", "OTHER_OPERATING")
_TOTAL_CASH = _CASH_OPERATING + ("ROYALTY", "PRODUCTION_TAX")
# Section 5, first table: ladder step -> elements.
LADDER = {
    "cash_operating": _CASH_OPERATING,
    "total_cash": _TOTAL_CASH,
    "total_production": _TOTAL_CASH + ("DEPRECIATION", "RECLAMATION"),
    "all_in_sustaining": _TOTAL_CASH + ("RECLAMATION", "SUSTAINING_CAPITAL", "SUSTAINING_EXPLORATION",
                                        "CORPORATE_ADMINISTRATION"),
}
CREDIT = "BY_PRODUCT_CREDIT"
OUTSIDE = ("EXPLORATION", "GROWTH_CAPITAL")
ON_THE_LADDER = frozenset(element for elements in LADDER.values() for element in elements)
ELEMENTS = ON_THE_LADDER | {CREDIT} | set(OUTSIDE)

PRODUCTION, COSTS = "mine.production", "mine.costs"


def output_unit(units, material):
    """“Units of output: the company's (in mine summaries the mine's) `units`, else `OZT` for gold, silver, platinum
    and palladium and `T` for all others.” (section 2)"""
    return units.get(material) or ("OZT" if material in PRECIOUS else "T")
