# SPDX-License-Identifier: Apache-2.0
"""Decides whether what a run left behind is right: everything is computed anew from the input log as it stands on the
brokers, by the model of tests/property, and every record is looked for, byte for byte."""

import collections

import compare
import model
import world as worlds

INPUTS = ("reference.companies", "reference.mines", "market.prices", "market.fx", "mine.production", "mine.costs")
OUTPUTS = ("company.summaries", "mine.summaries", "headframe.quarantine", "headframe.restatements",
           "headframe.dead-letters", "headframe.production-days", "headframe.cost-days", "headframe.production.state",
           "headframe.costs.state", "headframe.reference-standing")
COMPACTED = set(INPUTS[:4]) | set(OUTPUTS) - {"headframe.restatements", "headframe.dead-letters"}

Verdict = collections.namedtuple("Verdict", "lost doubled wrong sentences outputs inputs")


def step_number(record):
    """Which step the record is."""
    return int(dict(record.headers)["chaos-step"])


def log_as_world(log, feed):
    """(world, positions, sentences): the input log as the model takes it. Kafka orders no two topics; of reference data
    only the last values matter here, so they go first."""
    steps, positions, sentences = [], [], []
    for topic in INPUTS:
        for partition in range(feed.events.settings["partitions"]):
            for record in log.get((topic, partition), ()):
                step = feed.steps[step_number(record)]
                sent = topic, worlds.key_bytes(step), worlds.value_bytes(step)
                is_timed = worlds.is_event(step)  # the time of all others is the broker's
                if sent != (step["topic"], record.key, record.value) or (
                        is_timed and step["timestamp"] != record.timestamp):
                    sentences.append(f"{topic} [{partition}] {record.offset} is not what was sent")
                steps.append(step)
                positions.append((partition, record.offset))
    return {"settings": feed.events.settings, "steps": steps}, positions, sentences


def outputs_of(log):
    """The output topics in the shape of the model's, except the days."""
    found = {topic: {} for topic in compare.TABLES}
    found.update({"headframe.restatements": [], "headframe.dead-letters": []})
    for (topic, _), records in sorted(log.items()):
        for record in records:
            if topic == "headframe.dead-letters":
                headers = {name: (value or b"").decode() for name, value in record.headers}
                found[topic].append(compare.letter_tuple(record.key, headers))
            elif topic == "headframe.restatements":
                found[topic].append((record.key.decode(), record.value.decode()))
            elif topic in found and record.value is None:
                found[topic].pop(record.key.decode(), None)
            elif topic in found:
                found[topic][record.key.decode()] = record.value.decode()
    return found


def judge(log, feed, prefix, days=None):
    """The Verdict on a log: (topic, partition) → records. days: the lines of the days topics where they were read."""
    world, positions, sentences = log_as_world(log, feed)
    expected, actual = model.expected(world, prefix, positions), outputs_of(log)
    if days is None:
        expected = {topic: rows for topic, rows in expected.items() if topic not in compare.DAYS}
    else:
        actual.update(days)
    lost = doubled = wrong = 0
    for each in compare.differences(expected, actual):
        less, more = amounts(each)
        lost, doubled, wrong = lost + less, doubled + more, wrong + (not less and not more)
        sentences.append(compare.explained(each))
    sentences += spoilt_letters(log, feed, prefix)
    return Verdict(lost, doubled, wrong, sentences, compare.count(expected), len(world["steps"]))


def amounts(difference):
    """(how many are missing, how many too many)"""
    left, right = difference.expected, difference.actual
    if isinstance(left, list) or isinstance(right, list):
        if difference.topic in compare.DAYS:
            return int(not right), int(not left)
        left, right = (collections.Counter(map(repr, each or ())) for each in (left, right))
        return sum((left - right).values()), sum((right - left).values())
    return int(right is None), int(left is None)


def spoilt_letters(log, feed, prefix):
    """Dead letters whose bytes are not those of the record they name."""
    found = []
    for (topic, _), records in log.items():
        for record in records if topic == "headframe.dead-letters" else ():
            headers = {name: (value or b"").decode() for name, value in record.headers}
            step = feed.steps[step_number(record)]
            sent = (prefix + step["topic"], worlds.key_bytes(step), worlds.value_bytes(step))
            if sent != (headers["headframe-topic"], record.key, record.value) or not headers["headframe-detail"]:
                found.append(f"headframe.dead-letters offset {record.offset} does not carry what it names: {headers}")
    return found


def visible_doubt(witnessed, late):
    """Sentences about records that one reader saw and the other did not, though no compaction explains it."""
    sentences = []
    for place, early in witnessed.items():
        topic, then, now = place[0], {each.offset: each for each in early}, {each.offset: each for each in late[place]}
        for offset in sorted(set(now) - set(then)):
            sentences.append(f"{place} offset {offset}: the witness did not see it")
        last = {each.key: each.offset for each in early}
        for offset, each in sorted(then.items()):
            if offset in now and now[offset][1:5] != each[1:5]:
                sentences.append(f"{place} offset {offset}: two readers, two records")
            if offset not in now and not (topic in COMPACTED and (last[each.key] > offset or each.value is None)):
                sentences.append(f"{place} offset {offset}: the witness saw what is not there: {each.key} {each.value}")
    return sentences


def aborted_but_seen(witnessed, stretches, prefix):
    """Sentences about records of aborted transactions, by the broker's own log, that the witness was given."""
    sentences = []
    for stretch in stretches:
        if stretch.is_committed:
            continue
        place = stretch.place[0].removeprefix(prefix), stretch.place[1]
        wrong = set(stretch.offsets) & {each.offset for each in witnessed.get(place, ())}
        sentences += [f"{place} offset {offset}: of an aborted transaction, and read" for offset in sorted(wrong)]
    return sentences
