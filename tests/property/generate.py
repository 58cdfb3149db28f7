# SPDX-License-Identifier: Apache-2.0
"""Decides the random world of a seed: the same one everywhere and for ever.

Small, with much in it: some companies and mines around a date on which calendars or clocks do something, reference
data, events with later versions in any order, closes, decisions, records that must be refused, commits and restarts."""

import random
import sys

import world as worlds
from generator.reference import Reference
from generator.scene import Scene
from generator.stream import Stream


def generate(seed, on_kafka=False):
    """The world of a seed. On Kafka daemons read topics side by side, so there the moment of a change of
    reference.mines never matters to the ledger daemons."""
    rng = random.Random(f"kafka {seed}" if on_kafka else seed)
    scene = Scene(rng, on_kafka)
    reference = Reference(scene)
    steps = reference.opening()
    count = min(260, max(6, int(rng.lognormvariate(4.3, 0.6))))
    return settled({"seed": seed, "settings": scene.settings, "steps": steps + Stream(scene, reference).steps(count)})


def settled(world):
    """The world with a commit before each restart that needs one."""
    steps = []
    for step in world["steps"]:
        steps.append(step)
        if step["do"] == "restart" and not worlds.settled({"steps": steps}):
            steps.insert(-1, {"do": "commit"})
    return {**world, "steps": steps}


if __name__ == "__main__":
    sys.stdout.write(worlds.dumps(generate(int(sys.argv[1]))))
