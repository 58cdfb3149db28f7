# SPDX-License-Identifier: Apache-2.0
"""Decides which faults a run of a seed injects, in which order, with which numbers, and which of them overlap."""

import random

import faults

OVERLAPS = 0.25  # so often a fault begins before the one before it is over, where they do not touch the same thing


class Planned:
    """One fault of a schedule."""

    def __init__(self, number, kind, params, overlaps):
        self.number, self.fault, self.params, self.overlaps = number, faults.KINDS[kind](), params, overlaps
        self.began = self.ended = self.recovery_s = self.silence_s = None

    @property
    def kind(self):
        """Its kind."""
        return self.fault.kind

    def __str__(self):
        words = " ".join(f"{name}={value}" for name, value in self.params.items() if name != "before")
        return f"{self.number:3d} {'+' if self.overlaps else ' '} {self.kind}: {words}"


def schedule(seed, count, kinds):
    """The first count faults of a seed: every kind once in a random order, then again in another one."""
    rng = random.Random(f"chaos schedule {seed}")
    found, round_ = [], []
    while len(found) < count:
        if not round_:
            round_ = rng.sample(kinds, len(kinds))
        kind = round_.pop()
        params = faults.KINDS[kind]().draw(random.Random(f"chaos fault {seed} {len(found)} {kind}"))
        overlaps = rng.random() < OVERLAPS
        planned = Planned(len(found) + 1, kind, params, overlaps)
        planned.overlaps = overlaps and bool(found) and not found[-1].overlaps and not (
            found[-1].fault.uses(found[-1].params) & planned.fault.uses(params))
        found.append(planned)
    return found


def groups(planned):
    """The faults in groups of one or two: those of a group overlap."""
    found = []
    for each in planned:
        if each.overlaps:
            found[-1].append(each)
        else:
            found.append([each])
    return found
