# SPDX-License-Identifier: Apache-2.0
"""Fifty years of daily facts, and what makes all of them be summed up again: reference data, kinds of windows, a clock
that moves. What is published is what the model of tests/property says, also after a kill -9 in the middle."""

import collections
import concurrent.futures
import json
import sys
import signal
import time
import unittest
from typing import NamedTuple

import confluent_kafka

import fifty_years
import foreign
import harness
import transactions

COMPANIES, MINES = TOPICS = ("company.summaries", "mine.summaries")
# services/summary/summary_loop.c: a transaction takes records until it holds more.
TRANSACTION_BYTES = 8 * 1024 * 1024
KINDS = ["day", "week", "quarter", "year", "all", "rolling-30d", "rolling-12m"]
OTHER_KINDS = ["day", "month", "year", "all", "rolling-30d", "rolling-45d", "rolling-18m"]
SETTINGS = "publish_interval_ms=200\nwindows="
PATIENCE_S = 2 * harness.PATIENCE_S
QUIET_S = 1.5  # what is right must stay right for so long


def modelled(kinds, records):
    """What the model expects: topic → key → text."""
    sys.path.insert(0, str(harness.SOURCE / "tests/property"))
    import model
    settings = {"windows": kinds, "partitions": Rederive.partitions}
    outputs = model.expected({"settings": settings, "steps": [record.step for record in records]})
    if outputs["headframe.dead-letters"]:
        raise AssertionError(f"not taken: {outputs['headframe.dead-letters'][0]}")
    return {topic: outputs[topic] for topic in TOPICS}


def of_kinds(outputs, kinds):
    """The records of some kinds of windows."""
    return {topic: {key: text for key, text in table.items() if key.split("|")[1] in kinds}
            for topic, table in outputs.items()}


def differing(before, after, topics=TOPICS):
    """(topic, key) of every record that is another one now, or gone, or new."""
    return {(topic, key) for topic in topics for key in before[topic].keys() | after[topic].keys()
            if before[topic].get(key) != after[topic].get(key)}


def reader(isolation):
    """A consumer that is told what to read."""
    return confluent_kafka.Consumer({"bootstrap.servers": harness.bootstrap(), "group.id": f"rederive-{isolation}",
                                     "isolation.level": isolation, "enable.auto.commit": False,
                                     "fetch.wait.max.ms": 50})


def ends(consumer, places):
    """Place → where it ends for the consumer: before the open transaction, or behind all records."""
    return {place: consumer.get_watermark_offsets(confluent_kafka.TopicPartition(*place), cached=False)[1]
            for place in places}


class Shown(NamedTuple):
    """A record that a consumer got."""
    topic: str
    key: str
    has_value: bool
    place: tuple  # topic with its prefix, partition, offset


class Witness:
    """A read_committed consumer that is there from the beginning and remembers what it was shown."""

    def __init__(self, prefix, partitions):
        self.prefix, self.consumer = prefix, reader("read_committed")
        self.places = [(prefix + topic, partition) for topic in TOPICS for partition in range(partitions)]
        self.tables = {topic: {} for topic in TOPICS}  # as compaction would leave the topics
        self.shown = []
        self.consumer.assign([confluent_kafka.TopicPartition(*place, 0) for place in self.places])

    def read(self, seconds):
        """Takes what comes within that time."""
        for message in self.consumer.consume(5000, seconds):
            if message.error():
                raise AssertionError(str(message.error()))
            self.take(message, message.topic().removeprefix(self.prefix), message.key().decode())

    def take(self, message, topic, key):
        """Takes one record."""
        value = message.value()
        place = message.topic(), message.partition(), message.offset()
        self.shown.append(Shown(topic, key, value is not None, place))
        if value is None:
            self.tables[topic].pop(key, None)
        else:
            self.tables[topic][key] = value.decode()

    def ends(self):
        """Place → the offset that comes next to be shown; transaction markers have offsets too."""
        return ends(self.consumer, self.places)


class Rederive(harness.SystemTest):
    """One long story: each part begins with what the one before has left, so the first that fails ends it."""

    settings = SETTINGS + ";".join(KINDS) + "\n"

    def test_fifty_years(self):
        first, other, sold, *moves = said = [
            fifty_years.described() + fifty_years.reported(), fifty_years.revalued(), fifty_years.sold(),
            fifty_years.advanced(40), fifty_years.withdrawn(40), fifty_years.closed(41)]
        self.foresee(said)
        self.create_topics()
        self.sender = foreign.Sender(harness.bootstrap())
        self.witness = Witness(self.prefix, self.partitions)
        self.addCleanup(self.witness.consumer.close)
        self.send(first)
        self.start_all()
        self.await_next("fifty years")
        self.assertGreater(len(self.expected[COMPANIES]), 18263)

        self.check_values(other)
        self.check_shares(sold)
        self.check_other_kinds()
        self.check_clock(*moves)
        self.check_transactions()

    # --- what is expected ---

    def foresee(self, said):
        """Lets the model work on the parts of the story while the daemons do."""
        pool = concurrent.futures.ProcessPoolExecutor(1)
        self.addCleanup(pool.shutdown, cancel_futures=True)
        every_kind = list(dict.fromkeys(KINDS + OTHER_KINDS))
        first, third, *moved = (pool.submit(modelled, kinds, sum(said[:parts], [])) for parts, kinds in
                                ((1, KINDS), (3, every_kind), (4, OTHER_KINDS), (5, OTHER_KINDS), (6, OTHER_KINDS)))
        self.foreseen = [(first, KINDS), (third, KINDS), (third, OTHER_KINDS), *((each, OTHER_KINDS) for each in moved)]
        self.expected, self.mark = {topic: {} for topic in TOPICS}, 0

    def next_expected(self):
        """What the model says next; reads while it thinks."""
        future, kinds = self.foreseen[0]
        while not future.done():
            self.witness.read(0.2)
        return of_kinds(future.result(), kinds)

    def await_next(self, what):
        """Reads until the topics are what the model says next. Returns the (topic, key) that had to change for that,
        and what was shown meanwhile."""
        before, self.expected = self.expected, self.next_expected()
        self.foreseen.pop(0)
        return differing(before, self.expected), self.await_topics(what, self.expected, TOPICS)

    def await_topics(self, what, expected, topics):
        """Reads until the topics are what is expected, and stay so. Returns what was shown since the last time."""
        deadline = time.monotonic() + PATIENCE_S
        while found := differing(self.witness.tables, expected, topics):
            if time.monotonic() > deadline or not self.is_running():
                raise AssertionError(f"{what}: {self.told(found, expected)}")
            self.witness.read(0.2)
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            self.witness.read(0.2)
        if found := differing(self.witness.tables, expected, topics):
            raise AssertionError(f"{what} did not stay: {self.told(found, expected)}")
        shown, self.mark = self.witness.shown[self.mark:], len(self.witness.shown)
        return shown

    def is_running(self):
        """Whether all daemons run."""
        return all(daemon.process.poll() is None for daemon in self.daemons.values())

    def told(self, found, expected):
        """A sentence about what the topics hold and the model does not."""
        topic, key = min(found)
        return (f"{len(found)} differences, the first is {topic} {key}:\nexpected {expected[topic].get(key)}\n"
                f"found    {self.witness.tables[topic].get(key)}")

    def check_published(self, due, published):
        """Exactly what was due."""
        due, published = collections.Counter(due), collections.Counter(published)
        missing, needless = due - published, published - due
        self.assertEqual((0, 0), (missing.total(), needless.total()),
                         f"not published: {sorted(missing)[:3]}; published without need: {sorted(needless)[:3]}")

    # --- the parts ---

    def send(self, records):
        """Publishes records, topic by topic in the order of the records."""
        for topic in dict.fromkeys(record.topic for record in records):
            self.sender.send(self.prefix + topic, [(record.key, record.value) for record in records
                                                   if record.topic == topic])

    def check_values(self, records):
        """A rate and a mine's unit, which the next change does not touch in the mines' summaries."""
        later = self.next_expected()
        due = differing(self.expected, later, [MINES])
        due |= {(COMPANIES, key.replace(fifty_years.LONG, "minera")) for _, key in due if fifty_years.LONG in key}
        self.send(records)
        shown = self.await_topics("another rate and another unit", later, [MINES])
        self.check_published(due, {each[:2] for each in shown})
        self.assertGreater(len(due), 1000)

    def check_shares(self, records):
        """Other shares, which every figure of the company holds."""
        eager, first = reader("read_uncommitted"), self.witness.ends()
        self.addCleanup(eager.close)
        self.send(records)
        daemon = self.daemons["headframe-summary"]
        self.stop_in_later_transaction(daemon.process, eager, first)
        daemon.kill()
        daemon.start()
        to_change, shown = self.await_next("other shares")
        due = {each for each in to_change if each[0] == COMPANIES}
        self.assertGreater(len(due), 18263)
        self.check_published(due, [each[:2] for each in shown])
        self.assertIn((COMPANIES, "minera|day|1954-07-01", False), [each[:3] for each in shown])

    def stop_in_later_transaction(self, process, eager, first):
        """Stops the process, which lives, while a transaction of its is open and another has been committed."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            process.send_signal(signal.SIGSTOP)  # so that there is time to look
            committed = self.witness.ends()
            if committed != first and ends(eager, self.witness.places) != committed:
                return
            process.send_signal(signal.SIGCONT)
            self.assertLess(time.monotonic(), deadline, "no transaction was open when it was looked for")
            time.sleep(0.02)

    def check_other_kinds(self):
        """The daemon starts with another set of kinds."""
        before = self.witness.ends()
        self.stop("headframe-summary")
        self.write_config(settings=SETTINGS + ";".join(OTHER_KINDS) + "\n")
        self.daemons["headframe-summary"].start()
        to_change, shown = self.await_next("other kinds of windows")
        due = [(topic, key, key in self.expected[topic]) for topic, key in to_change]
        self.assertEqual({("week", False), ("quarter", False), ("rolling-12m", False), ("month", True),
                          ("rolling-45d", True), ("rolling-18m", True)},
                         {(key.split("|")[1], has_value) for _, key, has_value in due})
        self.check_published(due, [each[:3] for each in shown])
        self.assertLess(len(due), 10000)
        written = sum(self.witness.ends().values()) - sum(before.values())
        self.assertLessEqual(written, len(due) + 2 * len(before))  # the markers of two transactions

    def check_clock(self, forty_days, withdrawal, closes):
        """A mine is stale. What it reported leaves the rolling windows as they move, also where no mine reports a fact,
        and comes back as they move back."""
        self.check_moved(forty_days, "forty days of two mines", 5)
        few = self.check_moved(withdrawal, "the last day withdrawn", 6)
        self.assertLess(len(few), 30)
        few = self.check_moved(closes, "closes a day later", 4)
        self.assertLess(len(few), 30)

    def check_moved(self, records, what, days):
        """What changes is published and nothing else; days of the stalled mine are in the last 45. Returns it."""
        self.send(records)
        to_change, shown = self.await_next(what)
        self.check_published(to_change, {each[:2] for each in shown})
        self.check_rolling(days)
        return to_change

    def check_rolling(self, days):
        """The stalled mine has so many days in the last 45, and none in the last 30."""
        records = {span: json.loads(self.witness.tables[COMPANIES][f"minera|rolling-{span}d|rolling-{span}d"])
                   for span in (30, 45)}
        found = {span: [mine["hundred_percent"] for line in record["production"] for mine in line["mines"]
                        if mine["mine"] == fifty_years.STALLED] for span, record in records.items()}
        self.assertEqual({30: [], 45: [f"{days * fifty_years.STALLED_DAILY}.000"]}, found)
        for record in records.values():
            self.assertEqual([fifty_years.STALLED], record["stale"])

    # --- transactions ---

    def check_transactions(self):
        """Holds what the witness was shown against the broker's log."""
        stretches = transactions.stretches([self.prefix + topic for topic in TOPICS])
        committed, aborted = ({(*each.place, offset) for each in stretches if each.is_committed == is_committed
                               for offset in each.offsets} for is_committed in (True, False))
        shown = [each.place for each in self.witness.shown]
        self.assertGreater(len(aborted), 0, "the daemon was not killed in a transaction")
        self.assertEqual(0, len(aborted & set(shown)), "records of aborted transactions were shown")
        self.check_published(committed, shown)
        largest = max(size for each in stretches for size in each.sizes)
        sizes = [sum(sum(each.sizes) for each in one) for one in transactions.transactions(stretches)]
        self.assertLessEqual(max(sizes), TRANSACTION_BYTES + largest)
        self.assertGreater(sum(size > TRANSACTION_BYTES for size in sizes), 5)


if __name__ == "__main__":
    unittest.main()
