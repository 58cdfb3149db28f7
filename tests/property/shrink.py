# SPDX-License-Identifier: Apache-2.0
"""Decides how a failing world becomes a small one: fewer steps (delta debugging), then simpler settings and records."""

import copy
import time

PLAIN = {"stale_after_days": 7, "after_close": "quarantine", "correction_horizon_days": 0, "partitions": 1}
# What a field of an event may become; the first that still fails is kept.
SIMPLER = {"quantity": ("1", "0"), "amount": ("1", "0"), "unit": ("T",), "quality": ("WEIGHED",), "source": (None,),
           "metal": (None,), "voided": (False,), "revision": (0, 1), "by": ("me",), "event_id": ("e",), "at": (0,)}
SIMPLER_REFERENCE = {"day_start": ("00:00",), "time_zone": ("UTC",), "share": ("1",), "per_usd": ("2",),
                     "price": ("1",), "from": ("1800-01-01",)}


class Shrinker:
    """Makes a world smaller as long as `fails` says that the small one still fails."""

    def __init__(self, fails, patience_s=120):
        self.fails, self.deadline, self.trials = fails, time.monotonic() + patience_s, 0

    def still_fails(self, world):
        """Tries a candidate; past the deadline nothing fails any more, so what was found last stands."""
        if time.monotonic() > self.deadline:
            return False
        self.trials += 1
        return self.fails(world)

    def shrink(self, world):
        """The smallest world found."""
        before = None
        while before != world and time.monotonic() < self.deadline:
            before = world
            world = self.fewer_steps(world)
            world = self.simpler_settings(world)
            world = self.simpler_records(world)
        return world

    def fewer_steps(self, world):
        """Delta debugging: leaves out ever smaller runs of steps."""
        steps, size = world["steps"], max(1, len(world["steps"]) // 2)
        while steps and size:
            start, reduced = 0, False
            while start < len(steps):
                candidate = steps[:start] + steps[start + size:]
                if self.still_fails({**world, "steps": candidate}):
                    steps, reduced = candidate, True
                else:
                    start += size
            if size == 1 and not reduced:
                break
            size = size if reduced and size == 1 else size // 2 or int(reduced)
        return {**world, "steps": steps}

    def simpler_settings(self, world):
        """Fewer windows, and settings as they are by default."""
        for name, value in PLAIN.items():
            world = self.first_that_fails(world, [with_setting(world, name, value)])
        for window in list(world["settings"]["windows"]):
            rest = [each for each in world["settings"]["windows"] if each != window]
            if rest:
                world = self.first_that_fails(world, [with_setting(world, "windows", rest)])
        return world

    def simpler_records(self, world):
        """Each record as plain as it can be."""
        for index in range(len(world["steps"])):
            for change in list(changes(world["steps"][index])):
                steps = list(world["steps"])
                steps[index] = change(steps[index])
                if steps[index] != world["steps"][index]:
                    world = self.first_that_fails(world, [{**world, "steps": steps}])
        return world

    def first_that_fails(self, world, candidates):
        """The first candidate that still fails, or the world as it is."""
        for candidate in candidates:
            if candidate != world and self.still_fails(candidate):
                return candidate
        return world


def with_setting(world, name, value):
    """The world with one setting changed."""
    return {**world, "settings": {**world["settings"], name: value}}


def changes(step):
    """Functions that each make a step simpler in one way."""
    for name in ("note", "schema"):
        if name in step:
            yield lambda step, name=name: {key: value for key, value in step.items() if key != name}
    for name, values in SIMPLER.items():
        for value in values if name in step.get("event", ()) else ():
            yield lambda step, name=name, value=value: {**step, "event": {**step["event"], name: value}}
    if isinstance(step.get("value"), dict):
        yield from reference_changes(step["value"])


def reference_changes(value):
    """The same for the value of a reference record: without a field, without an entry, with a plain field."""
    for name in list(value):
        yield lambda step, name=name: edited(step, lambda record: record.pop(name, None))
    for index in reversed(range(len(value.get("interests") or ()))):
        yield lambda step, index=index: edited(step, lambda record: without_entry(record, index))
    for name, plain in SIMPLER_REFERENCE.items():
        for text in plain:
            yield lambda step, name=name, text=text: edited(step, lambda record: set_all(record, name, text))


def edited(step, edit):
    """A copy of a reference step whose value was edited."""
    step = copy.deepcopy(step)
    edit(step["value"])
    return step


def without_entry(record, index):
    """Takes out an interest, where there still are so many."""
    if isinstance(record.get("interests"), list) and index < len(record["interests"]):
        del record["interests"][index]


def set_all(record, name, text):
    """Sets a field of the record, and of each of its interests, where it is there."""
    entries = record.get("interests") if isinstance(record.get("interests"), list) else []
    for each in [record] + [entry for entry in entries if isinstance(entry, dict)]:
        if name in each:
            each[name] = text
