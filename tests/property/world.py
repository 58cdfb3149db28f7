# SPDX-License-Identifier: Apache-2.0
"""Decides what a world is: settings and steps as JSON, where each of its records comes to lie, and its bytes."""

import json

import avro
from murmur2 import partition_of

EVENT_TOPICS = ("mine.production", "mine.costs")
REFERENCE_TOPICS = ("reference.companies", "reference.mines", "market.prices", "market.fx")


def is_record(step):
    """Does the step append a record?"""
    return step["do"] == "record"


def is_event(step):
    """Is it a record of an event topic?"""
    return is_record(step) and step["topic"] in EVENT_TOPICS


def key_bytes(step):
    """The record's key, or None."""
    return None if step["key"] is None else step["key"].encode()


def value_bytes(step):
    """The record's value, or None."""
    if "raw" in step:
        return None if step["raw"] is None else bytes.fromhex(step["raw"])
    if "event" in step:
        return avro.framed(step["event"], step.get("schema"))
    value = step["value"]
    if value is None or isinstance(value, str):
        return None if value is None else value.encode()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def partition(step, partitions):
    """Where a producer puts the record."""
    if "partition" in step:
        return step["partition"]
    return partition_of(key_bytes(step), partitions)


def positions(world):
    """(partition, offset) of each step's record, None for the other steps."""
    ends, found = {}, []
    for step in world["steps"]:
        place = None
        if is_record(step):
            number = partition(step, world["settings"]["partitions"])
            offset = ends.get((step["topic"], number), 0)
            ends[step["topic"], number] = offset + 1
            place = (number, offset)
        found.append(place)
    return found


def events(world):
    """How many records of the event topics it has."""
    return sum(map(is_event, world["steps"]))


def settled(world):
    """Is the world's end a matter of its records alone? Kafka orders no two topics: events that are read again after a
    restart, because they were not committed, are judged by the mines of then. So none may have changed meanwhile."""
    unsettled, changed = set(), set()
    for step in world["steps"]:
        if is_event(step):
            unsettled.add(step["topic"])
        elif is_record(step) and step["topic"] == "reference.mines":
            changed |= unsettled
        elif step["do"] in ("commit", "summarise"):
            unsettled, changed = set(), set()
        elif step["do"] == "restart" and "mine." + step["daemon"] in changed:
            return False
    return True


def dumps(world):
    """A world as text, a step a line, for people and for version control."""
    lines = [json.dumps(step, ensure_ascii=False) for step in world["steps"]]
    rest = {name: value for name, value in world.items() if name != "steps"}
    head = json.dumps(rest, ensure_ascii=False)[:-1]
    return head + ', "steps": [\n' + ",\n".join(lines) + "\n]}\n"


def load(path):
    """A world from its file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(world, path):
    """A world into a file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(dumps(world))
