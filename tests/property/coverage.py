# SPDX-License-Identifier: Apache-2.0
"""Decides what a long run must have met, and counts it: in the steps, in what the model did, and in its outputs."""

import collections

from model.ledger import MineLedger
from model.notices import MineNotices

CODES = ("MALFORMED UNKNOWN_SCHEMA KEY_MISMATCH WRONG_PARTITION UNKNOWN_MINE UNKNOWN_MATERIAL UNKNOWN_CURRENCY BAD_ID "
         "BAD_UNIT BAD_QUANTITY BAD_TIME BAD_PERIOD REVISION_CONFLICT PERIOD_CLOSED TOO_LATE BAD_REFERENCE").split()
DECISIONS = ("quarantined", "accepted", "rejected", "decision refused", "decision ignored", "restated",
             "restated by decision")
NOTES = ("void", "unvoid", "amount", "move", "line", "quality", "late version", "again", "conflict", "out of order",
         "closes", "reopens", "mine appears", "mine changes time_zone", "mine changes interests", "mine changes units",
         "mine changes primary_metal", "mine changes status", "mine changes by_product_credits", "company changes",
         "deleted from reference.mines", "deleted from reference.companies", "deleted from market.fx",
         "deleted from market.prices", "commit", "summarise", "restart", "settings")
# What a summary's text must hold somewhere in a long run.
WORDS = {"open": '"state":"open"', "preliminary": '"state":"preliminary"', "closed": '"state":"closed"',
         "restated window": '"state":"restated"', "stale": '"stale":["', "majority": '"majority_mine":"',
         "prior year": '"prior_year":{', "unmatched": '"unmatched":["', "co-product": '"method":"co_product"',
         "missing fx": '"fx ', "missing price": '"price ', "corporate without": '"corporate without ',
         "other costs": '"other_costs":[{', "head grade": '"head_grade":"', "recovery": '"recovery":"',
         "negative per unit": '"per_unit":"-', "stated per unit": '"per_unit":"', "week": '"kind":"week"',
         "day": '"kind":"day"', "half": '"kind":"half"', "fiscal": '"label":"FY', "rolling days": '"kind":"rolling-7d"',
         "rolling months": '"kind":"rolling-1m"'}


class Watch:
    """Counts what the model does to versions that meet a close."""

    def __init__(self):
        self.counts, self.deciding, self.installed = collections.Counter(), None, False

    def install(self):
        """Puts itself between the model's ledger and what it calls, once."""
        if self.installed:
            return
        self.installed = True
        waits, decided, restated = MineNotices.waits, MineNotices.decided, MineNotices.restated
        decide = MineLedger.decide

        def on_decide(ledger, event_id, revision, accept, *rest):
            self.deciding = "accepted" if accept else "rejected"
            before = self.counts.total()
            try:
                decide(ledger, event_id, revision, accept, *rest)
                self.counts["decision ignored"] += self.counts.total() == before
            except Exception:
                self.counts["decision refused"] += 1
                raise
            finally:
                self.deciding = None

        MineLedger.decide = on_decide
        MineNotices.waits = counted(waits, self.counts, lambda: ["quarantined"])
        MineNotices.decided = counted(decided, self.counts, lambda: [self.deciding])
        MineNotices.restated = counted(restated, self.counts,
                                       lambda: ["restated"] + ["restated by decision"] * bool(self.deciding))

    def taken(self):
        """What was counted since the last call."""
        counts = collections.Counter(self.counts)
        self.counts.clear()
        return counts


def counted(function, counts, names):
    """The function, counting its calls."""
    def call(*arguments):
        counts.update(names())
        return function(*arguments)
    return call


def of_world(world, expected):
    """What a world holds: notes of its steps, codes of its dead letters, words of its summaries."""
    counts = collections.Counter(step.get("note", step["do"]) for step in world["steps"])
    counts.update(letter[4] for letter in expected["headframe.dead-letters"])
    texts = [*expected["company.summaries"].values(), *expected["mine.summaries"].values()]
    for name, word in WORDS.items():
        counts[name] += sum(word in text for text in texts)
    return counts


def required():
    """The names of all that must occur."""
    return (*CODES, *DECISIONS, *NOTES, *WORDS)


def missing(counts):
    """What never occurred."""
    return [name for name in required() if not counts[name]]


def line(counts):
    """One line that says how often each occurred."""
    return "coverage: " + ", ".join(f"{name} {counts[name]:,}" for name in required())
