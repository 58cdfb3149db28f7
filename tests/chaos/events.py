# SPDX-License-Identifier: Apache-2.0
"""Decides which records flow into a run of a seed: reference data first, then an endless stream in which every record
of tests/property may occur, and a steady pulse, so that every partition has something to say all the time."""

import itertools
import random

import avro
from generator import days, tables
from generator.reference import Reference
from generator.scene import Scene
from generator.stream import Stream
from murmur2 import partition_of

PARTITIONS = 4
SPAN = 6000  # random steps until the scene's time has come to its end
FOREIGN_TOPICS = ("mine.production", "mine.costs")


def pulse_mines():
    """One mine for each partition."""
    found = {}
    for number in itertools.count():
        found.setdefault(partition_of(f"pulse-{number}".encode(), PARTITIONS), f"pulse-{number}")
        if len(found) == PARTITIONS:
            return [found[partition] for partition in range(PARTITIONS)]


class Events:
    """The records of a seed: `opening`, then whatever the iterators yield, as steps of tests/property/world.py."""

    def __init__(self, seed):
        self.rng = random.Random(f"chaos events {seed}")
        self.scene = Scene(self.rng, on_kafka=True)
        self.scene.mines = self.rng.sample(tables.MINE_IDS, self.rng.randint(4, 8))
        self.scene.settings.update(partitions=PARTITIONS, windows=self.windows())
        self.settings = self.scene.settings
        reference = Reference(self.scene)
        self.pulses = pulse_mines()
        self.opening = reference.opening() + [self.pulse_mine(mine) for mine in self.pulses]
        # Of its own, so that what the stream knows does not depend on how often the pulse beat.
        self.stream = Stream(self.scene, reference)
        self.random, self.pulse = self.endless(), self.beats()

    def windows(self):
        """Some kinds of windows, with those in which each fact shows among them."""
        chosen = self.scene.choose_windows()
        return chosen + [each for each in ("month", "all") if each not in chosen]

    def pulse_mine(self, mine):
        """The reference record of a mine that only beats."""
        value = {"mine_id": mine, "time_zone": "UTC", "day_start": "00:00", "primary_metal": self.scene.metals[0],
                 "interests": [{"company_id": self.scene.companies[0], "from": "1800-01-01", "share": "0.5"}]}
        return {"do": "record", "topic": "reference.mines", "timestamp": self.scene.timestamp(), "key": mine,
                "value": value, "note": "pulse"}

    def endless(self):
        """Random steps, without end."""
        stream = self.stream
        while True:
            self.scene.pass_time(1 / SPAN)
            action = self.rng.choices(list(stream.actions), list(stream.actions.values()))[0]
            for step in action():
                if step["do"] == "record":
                    yield step

    def beats(self):
        """A new fact of each pulse mine in turn, on both topics; they never close."""
        day = days.midnight_ms(self.scene.first) + 20 * 3_600_000
        for number in itertools.count():
            for mine in self.pulses:
                facts = {"event_id": f"p{number}", "revision": 0, "voided": False, "mine_id": mine, "source": None}
                yield self.beat(day, "mine.production", mine, {
                    "type": "ProductionEvent", **facts, "occurred_at": day, "material": self.scene.metals[0],
                    "stage": "PRODUCED", "quantity": f"{1 + number % 7}.125", "unit": "OZT", "quality": "WEIGHED"})
                yield self.beat(day, "mine.costs", mine, {
                    "type": "CostEvent", **facts, "from": str(self.scene.first), "through": str(self.scene.first),
                    "element": "MINING", "metal": None, "amount": f"{1 + number % 5}.5", "currency": "USD"})

    @staticmethod
    def beat(day, topic, mine, event):
        """The step of one beat. The record's time is that of its day, or the present of before 1970."""
        return {"do": "record", "topic": topic, "timestamp": max(day, 1_700_000_000_000), "key": mine, "event": event,
                "note": "pulse"}


def schema_directories():
    """Where the schemas of these records lie."""
    return avro.DIRECTORIES
