# SPDX-License-Identifier: Apache-2.0
"""Decides whether two sets of outputs are the same, byte for byte, and how a difference is shown to a person."""

import collections
import json
import re

import world as worlds
from process import unhexed

TABLES = ("company.summaries", "mine.summaries", "headframe.quarantine")
DAYS = ("headframe.production-days", "headframe.cost-days")
TOPICS = TABLES + ("headframe.restatements", "headframe.dead-letters") + DAYS
DAEMONS = {"mine.production": "headframe-production", "mine.costs": "headframe-costs"}

Difference = collections.namedtuple("Difference", "topic key expected actual")


# --- what the driver printed ---

def table_line(found, topic, fields):
    """A record of a compacted topic."""
    found[topic][unhexed(fields[4]).decode()] = unhexed(fields[5]).decode()


def letter(fields):
    """A dead letter: (key or None, value or None, headers)."""
    headers = dict(pair.split("=", 1) for pair in fields[6].split(",")) if len(fields) > 6 else {}
    return unhexed(fields[4]), unhexed(fields[5]), {unhexed(name).decode(): (unhexed(value) or b"").decode()
                                                   for name, value in headers.items()}


def letter_tuple(key, headers):
    """A dead letter as the model has it."""
    return (headers["headframe-topic"], int(headers["headframe-partition"]), int(headers["headframe-offset"]),
            None if key is None else key.decode(), headers["headframe-error"])


def day_line(found, line):
    """The lines of a mine's day, as [name, name, …, amount, facts]."""
    _, topic, mine, date, text = line.split(" ")
    rows = []
    for part in filter(None, text.split(";")):
        words, numbers = part.rsplit("=", 1)
        amount, facts = numbers.split(":")
        rows.append([*words.split("/"), int(amount), int(facts)])
    found[topic][f"{unhexed(mine).decode()}|{date}"] = sorted(rows)


def observed(lines):
    """The outputs that the driver printed, in the shape of the model's."""
    found = {topic: {} for topic in TABLES + DAYS}
    found.update({"headframe.restatements": [], "headframe.dead-letters": []})
    for line in lines:
        fields = line.split(" ")
        if fields[0] == "day":
            day_line(found, line)
        elif fields[1] == "headframe.restatements":
            found[fields[1]].append((unhexed(fields[4]).decode(), unhexed(fields[5]).decode()))
        elif fields[1] == "headframe.dead-letters":
            key, _, headers = letter(fields)
            found[fields[1]].append(letter_tuple(key, headers))
        else:
            table_line(found, fields[1], fields)
    return found


# --- differences ---

def table(outputs, topic):
    """A topic's outputs as a table."""
    rows = outputs.get(topic) or {}
    if topic == "headframe.dead-letters":
        return grouped(rows, lambda row: row[:3], lambda row: list(row[3:]))
    if topic == "headframe.restatements":
        return grouped(rows, lambda row: row[0], lambda row: row[1])
    if topic in DAYS:
        return {key: sorted(map(list, lines)) for key, lines in rows.items()}
    return rows


def grouped(rows, key, value):
    """Rows of which several may have one key."""
    found = {}
    for row in rows:
        found.setdefault(key(row), []).append(value(row))
    return {each: sorted(values, key=repr) for each, values in found.items()}


def differences(expected, actual):
    """Every difference, in a fixed order."""
    found = []
    for topic in TOPICS:
        left, right = table(expected, topic), table(actual, topic)
        found += [Difference(topic, key, left.get(key), right.get(key))
                  for key in sorted(set(left) | set(right)) if left.get(key) != right.get(key)]
    return found


def count(outputs):
    """How many outputs there are to compare."""
    return sum(len(outputs.get(topic) or ()) for topic in TOPICS)


def spoilt_letters(world, lines):
    """Dead letters that are not what was sent: other bytes, another daemon, no sentence."""
    sent = {(step["topic"], *place): step for step, place in zip(world["steps"], worlds.positions(world)) if place}
    found = []
    for fields in (line.split(" ") for line in lines if line.startswith("output headframe.dead-letters ")):
        key, value, headers = letter(fields)
        place = letter_tuple(key, headers)[:3]
        step = sent.get(place)
        expected = step and (worlds.key_bytes(step), worlds.value_bytes(step),
                             DAEMONS.get(step["topic"], "headframe-summary"), True)
        actual = (key, value, headers.get("headframe-daemon"), bool(headers.get("headframe-detail")))
        if expected != actual:
            found.append(Difference("headframe.dead-letters", (*place, "bytes and headers"), repr(expected),
                                    repr(actual)))
    return found


# --- for people ---

def parsed(value):
    """JSON text as what it says; anything else as it is."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def fields_that_differ(left, right, path=""):
    """Lines that name each field with its two values."""
    if isinstance(left, dict) and isinstance(right, dict):
        names = list(left) + [name for name in right if name not in left]
        return [line for name in names
                for line in fields_that_differ(left.get(name), right.get(name), f"{path}.{name}")]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [line for index, pair in enumerate(zip(left, right))
                for line in fields_that_differ(*pair, f"{path}[{index}]")]
    if left == right:
        return []
    return [f"  {path.lstrip('.') or 'value'}: expected {shown(left)}, found {shown(right)}"]


def shown(value):
    """A value on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)


def in_brief(difference):
    """A difference on one line of bearable length."""
    left, right = parsed(difference.expected), parsed(difference.actual)
    fields = fields_that_differ(left, right) if left is not None and right is not None else []
    what = fields[0] if fields else f"  expected {shown(left)}, found {shown(right)}"
    return f"{difference.topic} {difference.key}:{what[1:]}"[:240]


def kind(difference):
    """What sort of difference it is, so that a smaller world can be held to fail alike: topic and field."""
    left, right = parsed(difference.expected), parsed(difference.actual)
    if left is None or right is None:
        return f"{difference.topic} {'lost' if right is None else 'unexpected'}"
    fields = fields_that_differ(left, right) or ["  form: "]
    return f"{difference.topic} {re.sub('[^a-z_.]', '', fields[0].partition(':')[0])}"


def explained(difference):
    """A difference as text: where, both texts, and the fields that differ."""
    left, right = parsed(difference.expected), parsed(difference.actual)
    lines = [f"{difference.topic} {difference.key}", f"  expected: {difference.expected}",
             f"  found:    {difference.actual}"]
    if left is not None and right is not None:
        named = fields_that_differ(left, right)
        lines += named or ["  the same values in another form"]
    return "\n".join(lines)
