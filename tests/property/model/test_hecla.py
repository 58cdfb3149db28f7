# SPDX-License-Identifier: Apache-2.0
"""Do two recomputations that share nothing, this one and tests/system/expect/hecla.py, agree on the demo data set?"""

import json
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import expected
from .small import record

ROOT = Path(__file__).resolve().parents[3]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
KEYS = {"reference.companies": ("company_id",), "reference.mines": ("mine_id",), "market.fx": ("currency", "month"),
        "market.prices": ("material", "month"), "mine.production": ("mine_id",), "mine.costs": ("mine_id",)}
TYPES = {"mine.production": "ProductionEvent", "mine.costs": "CostEvent"}
# Every kind, whole periods and such as end inside one.
WINDOWS = ("day|2003-06-30", "day|2003-05-14", "week|2003-W26", "month|2003-06", "month|2001-12", "quarter|2002-Q4",
           "half|2003-H1", "half|2000-H2", "year|2002", "year|2003", "all|all", "rolling-7d|rolling-7d",
           "rolling-90d|rolling-90d", "rolling-12m|rolling-12m")
COMPANIES = ("hecla", "kennecott")


def step_of(topic, value):
    """A record of the data set as a step of a world."""
    key = "|".join(value[name] for name in KEYS[topic])
    if topic not in TYPES:
        return record(topic, key, value=value)
    event = {"type": TYPES[topic], **value}
    if "occurred_at" in event:
        instant = datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
        event["occurred_at"] = (instant - EPOCH) // timedelta(milliseconds=1)
    return record(topic, key, event=event)


def world_of(directory):
    """The data set as a world."""
    steps = []
    for topic in KEYS:
        with open(Path(directory) / f"{topic}.ndjson", encoding="utf-8") as file:
            steps += [step_of(topic, json.loads(line)) for line in file]
    kinds = sorted({window.partition("|")[0] for window in WINDOWS})
    return {"settings": {"windows": kinds, "partitions": 3}, "steps": steps}


class Hecla(unittest.TestCase):
    """Three and a half years of eight mines and projects."""

    def test_company_summaries_are_equal_to_the_byte(self):
        """Windows of every kind; no record is refused."""
        with tempfile.TemporaryDirectory() as directory:
            run = [sys.executable, "-B", ROOT / "data/hecla/make", directory]
            subprocess.run(run, check=True)
            topics = expected(world_of(directory))
            keys = [f"{company}|{window}" for company in COMPANIES for window in WINDOWS]
            known = [key for key in keys if key in topics["company.summaries"]]
            arguments = [argument for key in known for argument in ("--record", key)]
            other = subprocess.run([sys.executable, "-B", ROOT / "tests/system/expect/hecla.py", directory, *arguments],
                                   check=True, capture_output=True, text=True).stdout.splitlines()
        self.assertEqual(topics["headframe.dead-letters"], [])
        self.assertGreater(len(known), len(WINDOWS))
        for key, line in zip(known, other, strict=True):
            self.assertEqual(topics["company.summaries"][key], line, key)


if __name__ == "__main__":
    unittest.main()
