# SPDX-License-Identifier: Apache-2.0
"""Decides what must not change the outputs, whatever they are: order across mines, finer events, publishing twice.

Each property makes two worlds of one; the outputs of both come from the driver, no model takes part."""

import random
import re

import world as worlds
from compare import Difference, differences

PLACE = re.compile(r',"partition":\d+,"offset":\d+}$')
COUNTS = re.compile(r'"(events|restatements)":\d+')
GRAMS = {"OZT": 31.1034768, "LB": 453.59237, "KG": 1000, "G": 1, "T": 1e6, "ST": 907184.74}
DECIDING = ("PeriodClose", "QuarantineDecision")


def with_steps(world, steps, **settings):
    """The world with other steps and settings."""
    return {**world, "settings": {**world["settings"], **settings}, "steps": steps}


def reference_first(world):
    """The world with all its reference data before its first event."""
    early = [step for step in world["steps"] if worlds.is_record(step) and not worlds.is_event(step)]
    return with_steps(world, early + [step for step in world["steps"]
                                      if worlds.is_event(step) or not worlds.is_record(step)])


def could_overflow(world):
    """May a day's total reach its limit? Then the order in which events come decides which of them is refused."""
    mass = money = 0.0
    for event in (step["event"] for step in world["steps"] if "event" in step):
        if event["type"] == "ProductionEvent":
            mass += abs(float(event["quantity"])) * GRAMS[event["unit"]]
        elif event["type"] == "CostEvent":
            money += abs(float(event["amount"]))
    return mass > 0.9e20 or money > 0.9e27


# --- any order that keeps each mine's own ---

def lane(step, number):
    """What must stay in order: a mine's events on a topic, and the sets of windows. All else may go anywhere."""
    event = step.get("event")
    if event:
        return step["topic"], event["mine_id"]
    return "settings" if step["do"] == "settings" else number


def permuted(world):
    """Steps in another order."""
    rng = random.Random(repr(world["seed"]))
    early = [step for step in world["steps"] if worlds.is_record(step) and not worlds.is_event(step)]
    lanes = {}
    for number, step in enumerate(world["steps"]):
        if worlds.is_event(step) or not worlds.is_record(step):
            lanes.setdefault(lane(step, number), []).append(step)
    rows, mixed = [row[::-1] for row in lanes.values()], []
    while rows:
        row = rng.choices(rows, [len(row) for row in rows])[0]
        mixed.append(row.pop())
        rows = [row for row in rows if row]
    return with_steps(world, early + mixed)


def without_places(outputs):
    """Outputs without the partitions and offsets of what made them."""
    found = dict(outputs)
    found["headframe.quarantine"] = {key: PLACE.sub("}", text) for key, text in outputs["headframe.quarantine"].items()}
    found["headframe.restatements"] = [(key, PLACE.sub("}", text)) for key, text in outputs["headframe.restatements"]]
    found["headframe.dead-letters"] = [(topic, repr(key), code, None, None)
                                       for topic, _, _, key, code in outputs["headframe.dead-letters"]]
    return found


# --- finer events ---

def splits(event):
    """Is it a production event that can become two?"""
    return event["type"] == "ProductionEvent" and re.fullmatch("e[0-9]*", event["event_id"])


def micro_text(number):
    """Millionths as a decimal."""
    return f"{'-' if number < 0 else ''}{abs(number) // 10**6}.{abs(number) % 10**6:06d}"


def halves(step):
    """Two steps whose events sum to the step's; every version of a fact is divided at the same place."""
    event, whole = step["event"], worlds.avro.unscaled(step["event"]["quantity"], 6)
    part = whole // 3
    for suffix, share in (("/1", part), ("/2", whole - part)):
        finer = {key: value for key, value in step.items() if key != "schema"}
        yield {**finer, "event": {**event, "event_id": event["event_id"] + suffix, "quantity": micro_text(share)}}


def finer(world):
    """Production events split in two, and decisions on them doubled."""
    steps = []
    for step in world["steps"]:
        event = step.get("event")
        if event and splits(event):
            steps += halves(step)
        elif event and event["type"] == "QuarantineDecision" and step["topic"] == "mine.production" and re.fullmatch(
                "e[0-9]*", event["event_id"]):
            steps += [{**step, "event": {**event, "event_id": event["event_id"] + suffix}} for suffix in ("/1", "/2")]
        else:
            steps.append(step)
    return with_steps(world, steps)


def sums_only(outputs):
    """Summaries without counts, and day lines without theirs."""
    found = {topic: {key: COUNTS.sub('"count":0', text) for key, text in outputs[topic].items()}
             for topic in ("company.summaries", "mine.summaries")}
    days = outputs["headframe.production-days"]
    found["headframe.production-days"] = {key: [line[:-1] for line in lines] for key, lines in days.items()}
    return found


# --- twice ---

def open_world(world):
    """The world without closes and decisions."""
    steps = [step for step in reference_first(world)["steps"] if step.get("event", {}).get("type") not in DECIDING]
    return with_steps(world, steps, correction_horizon_days=0)


def twice(world):
    """Every event once more at the end."""
    return with_steps(world, world["steps"] + [step for step in world["steps"] if worlds.is_event(step)])


def unexpected_letters(world, base, doubled):
    """Dead letters of second copies whose first copy was taken."""
    doubled_world = twice(world)
    places = [(step["topic"], *place) for step, place in zip(doubled_world["steps"], worlds.positions(doubled_world))
              if place and worlds.is_event(step)]
    first, again = places[:len(places) // 2], places[len(places) // 2:]
    refused = {letter[:3] for letter in base["headframe.dead-letters"]}
    allowed = refused | {copy for copy, original in zip(again, first) if original in refused}
    wrong = sorted({letter[:3] for letter in doubled["headframe.dead-letters"]} - allowed)
    return [Difference("headframe.dead-letters", place, None, "refused only the second time") for place in wrong]


# --- all of them ---

def check_order(world, outputs):
    """Any permutation that keeps each mine's order per topic gives the same outputs."""
    base = reference_first(world)
    return differences(without_places(outputs(base)), without_places(outputs(permuted(base))))


def check_finer(world, outputs):
    """Splitting production events gives the same sums."""
    if could_overflow(world) or world["settings"]["correction_horizon_days"]:
        return []
    return differences(sums_only(outputs(world)), sums_only(outputs(finer(world))))


def check_twice(world, outputs):
    """Without closes, publishing everything twice changes nothing."""
    base = open_world(world)
    if could_overflow(base):
        return []
    once, doubled = outputs(base), outputs(twice(base))
    found = differences({**once, "headframe.dead-letters": []}, {**doubled, "headframe.dead-letters": []})
    return found + unexpected_letters(base, once, doubled)


PROPERTIES = {"order across mines": check_order, "finer events": check_finer, "publishing twice": check_twice}
