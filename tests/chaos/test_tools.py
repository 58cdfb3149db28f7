# SPDX-License-Identifier: Apache-2.0
"""Would the harness notice? Its oracle, its clock and its schedules, without brokers."""

import copy
import itertools
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "property"), str(HERE.parent / "system")]

# tests/system asks for these when it is imported; no cluster is used here.
os.environ.setdefault("HEADFRAME_SOURCE", str(HERE.parent.parent))
os.environ.setdefault("HEADFRAME_KAFKA_DIR", "/nonexistent")

import janitor
import model
import oracle
import schedule
import world as worlds
from events import PARTITIONS, Events
from faults import KINDS
from witness import Seen, longest_silence

PREFIX = "t."
BUILD = pathlib.Path(os.environ.setdefault("HEADFRAME_BUILD", str(HERE.parent.parent / "build/release")))


class Sent:
    """What the oracle asks of a feed."""

    def __init__(self, events, steps):
        self.events, self.steps = events, steps


def seen(offset, key, value, headers=(), timestamp=0):
    """A record as a witness has it."""
    return Seen(offset, key, value, tuple(headers), timestamp, 0.0)


def right_log(seed, count=400):
    """(feed, log) of a run in which everything is as the model says."""
    events = Events(seed)
    steps = events.opening + list(itertools.islice(events.random, count)) + list(itertools.islice(events.pulse, 40))
    feed, log, positions = Sent(events, steps), {}, []
    for number, step in enumerate(steps):
        place = step["topic"], worlds.partition(step, PARTITIONS)
        records = log.setdefault(place, [])
        positions.append((place[1], len(records)))
        records.append(seen(len(records), worlds.key_bytes(step), worlds.value_bytes(step),
                            [("chaos-step", str(number).encode())], step["timestamp"]))
    expected = model.expected({"settings": events.settings, "steps": steps}, PREFIX, positions)
    for topic in ("company.summaries", "mine.summaries", "headframe.quarantine"):
        log[topic, 0] = [seen(offset, key.encode(), value.encode())
                         for offset, (key, value) in enumerate(expected[topic].items())]
    log["headframe.restatements", 0] = [seen(offset, key.encode(), value.encode()) for offset, (key, value) in
                                        enumerate(expected["headframe.restatements"])]
    log["headframe.dead-letters", 0] = letters(feed, log, expected["headframe.dead-letters"])
    return feed, log


def letters(feed, log, rows):
    """The dead letters as daemons write them."""
    found = []
    for topic, partition, offset, _key, code in rows:
        source = log[topic.removeprefix(PREFIX), partition][offset]
        own = {"headframe-error": code, "headframe-detail": "a sentence", "headframe-topic": topic,
               "headframe-partition": str(partition), "headframe-offset": str(offset)}
        headers = list(source.headers) + [(name, value.encode()) for name, value in own.items()]
        found.append(seen(len(found), source.key, source.value, headers))
    return found


class Oracle(unittest.TestCase):
    """It says nothing of what is right, and counts what is not."""

    @classmethod
    def setUpClass(cls):
        cls.feed, cls.log = right_log(1)

    def judged(self, change):
        """The verdict after a change of the log."""
        log = copy.deepcopy(self.log)
        change(log)
        return oracle.judge(log, self.feed, PREFIX)

    def test_what_is_right_passes(self):
        verdict = self.judged(lambda log: None)
        self.assertEqual(([], 0, 0, 0), (verdict.sentences, verdict.lost, verdict.doubled, verdict.wrong))
        self.assertGreater(verdict.outputs, 50)

    def test_a_lost_dead_letter_is_lost(self):
        self.assertEqual(1, self.judged(lambda log: log["headframe.dead-letters", 0].pop()).lost)

    def test_a_doubled_dead_letter_is_doubled(self):
        verdict = self.judged(lambda log: log["headframe.dead-letters", 0].append(log["headframe.dead-letters", 0][0]))
        self.assertEqual((0, 1), (verdict.lost, verdict.doubled))

    def test_a_doubled_restatement_is_doubled(self):
        log = copy.deepcopy(self.log)
        rows = log["headframe.restatements", 0]
        rows.append(rows[0])
        self.assertEqual(1, oracle.judge(log, self.feed, PREFIX).doubled)

    def test_a_lost_summary_is_lost_and_one_of_yesterday_is_wrong(self):
        self.assertEqual(1, self.judged(lambda log: log["mine.summaries", 0].pop()).lost)

        def age(log):
            last = log["company.summaries", 0][-1]
            log["company.summaries", 0].append(last._replace(offset=last.offset + 1, value=last.value[:-1] + b" }"))
        self.assertEqual(1, self.judged(age).wrong)

    def test_an_event_that_was_taken_twice_shows(self):
        """The log holds one event less than the outputs speak of."""
        place = "mine.production", next(partition for topic, partition in self.log if topic == "mine.production")
        verdict = self.judged(lambda log: log[place].pop())
        self.assertTrue(verdict.sentences)

    def test_a_dead_letter_with_other_bytes_shows(self):
        def spoil(log):
            first = log["headframe.dead-letters", 0][0]
            log["headframe.dead-letters", 0][0] = first._replace(value=(first.value or b"") + b"!")
        self.assertIn("does not carry", self.judged(spoil).sentences[0])

    def test_an_input_that_nobody_sent_so_shows(self):
        def spoil(log):
            place = next(place for place in log if place[0] == "mine.costs")
            log[place][0] = log[place][0]._replace(timestamp=1)
        self.assertIn("is not what was sent", self.judged(spoil).sentences[0])


class Visibility(unittest.TestCase):
    """What one reader saw and another did not."""

    place = "headframe.dead-letters", 0

    def test_a_record_that_is_not_there_in_the_end_was_visible_too_early(self):
        early = {self.place: [seen(0, b"a", b"1"), seen(1, b"b", b"2")]}
        self.assertIn("saw what is not there", oracle.visible_doubt(early, {self.place: early[self.place][:1]})[0])
        self.assertEqual([], oracle.visible_doubt(early, early))

    def test_compaction_explains_an_older_value_and_no_newest_one(self):
        place = "mine.summaries", 0
        early = {place: [seen(0, b"a", b"1"), seen(1, b"a", b"2")]}
        self.assertEqual([], oracle.visible_doubt(early, {place: early[place][1:]}))
        self.assertEqual(1, len(oracle.visible_doubt(early, {place: early[place][:1]})))

    def test_an_aborted_record_that_was_seen_shows(self):
        import transactions
        stretch = transactions.Stretch((PREFIX + self.place[0], 0), 1, False, [4, 5], [1, 1], 0, 1)
        self.assertEqual([], oracle.aborted_but_seen({self.place: [seen(3, b"a", b"1")]}, [stretch], PREFIX))
        self.assertEqual(1, len(oracle.aborted_but_seen({self.place: [seen(5, b"a", b"1")]}, [stretch], PREFIX)))


class Schedules(unittest.TestCase):
    """The same seed gives the same faults and the same records."""

    def test_a_seed_is_a_schedule(self):
        kinds = list(KINDS)
        first, again, other = ([str(each) for each in schedule.schedule(seed, 60, kinds)] for seed in (5, 5, 6))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertEqual(first[:20], [str(each) for each in schedule.schedule(5, 20, kinds)])

    def test_every_kind_comes_before_one_comes_again(self):
        planned = schedule.schedule(3, len(KINDS), list(KINDS))
        self.assertEqual(set(KINDS), {each.kind for each in planned})

    def test_what_overlaps_touches_different_things(self):
        pairs = [group for group in schedule.groups(schedule.schedule(4, 300, list(KINDS))) if len(group) > 1]
        self.assertGreater(len(pairs), 10)
        for one, two in pairs:
            self.assertFalse(one.fault.uses(one.params) & two.fault.uses(two.params))

    def test_a_seed_is_a_stream_however_often_the_pulse_beats(self):
        one, two = Events(9), Events(9)
        list(itertools.islice(two.pulse, 100))
        self.assertEqual(list(itertools.islice(one.random, 300)), list(itertools.islice(two.random, 300)))


class Silence(unittest.TestCase):
    """How long nothing came."""

    def test_the_longest_one_counts_from_the_fault_on(self):
        self.assertEqual((5.0, 9.0), longest_silence([1.0, 3.5, 9.0, 9.5], 4.0, 20.0))
        self.assertEqual((3.0, 8.0), longest_silence([3.9, 4.5, 5.0, 8.0, 9.0], 4.0, 20.0))

    def test_one_that_begins_later_is_not_its_doing(self):
        self.assertEqual((1.0, 5.0), longest_silence([4.0, 5.0, 5.5, 30.0], 4.0, 5.2))

    def test_none_yet(self):
        self.assertIsNone(longest_silence([1.0, 2.0], 4.0, 9.0))


class Clock(unittest.TestCase):
    """A daemon whose clock is set back in the middle of a wait."""

    @unittest.skipIf("asan" in str(BUILD), "the sanitizer's runtime must be the first to be loaded")
    def test_it_stops_when_it_is_told_to(self):
        with tempfile.TemporaryDirectory() as directory:
            clock, config = pathlib.Path(directory) / "clock", pathlib.Path(directory) / "headframe.conf"
            clock.write_bytes(struct.pack("=q", 7200))
            config.write_text("[headframe]\n[kafka]\nbootstrap.servers=127.0.0.1:1\n")
            with open(pathlib.Path(directory) / "log", "wb") as log:
                daemon = subprocess.Popen(
                    [BUILD / "services/summary/headframe-summary", "--config", config], stdout=log, stderr=log,
                    env={**os.environ, "CHAOS_CLOCK_FILE": str(clock),
                         "LD_PRELOAD": str(BUILD / "tests/chaos/libheadframe_clock_shim.so")})
            try:
                time.sleep(1.5)
                with open(clock, "r+b") as file:
                    file.write(struct.pack("=q", -36000))
                time.sleep(1.5)
                daemon.send_signal(signal.SIGTERM)
                self.assertEqual(0, daemon.wait(10))
            finally:
                daemon.kill()


class Janitor(unittest.TestCase):
    """What a run started ends with it, also when it is killed."""

    def test_a_killed_run_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as directory:
            program = ("import janitor, os, subprocess, sys, time\n"
                       f"janitor.start('mark-{os.getpid()}', {directory!r})\n"
                       f"os.environ[janitor.VARIABLE] = 'mark-{os.getpid()}'\n"
                       "child = subprocess.Popen(['setsid', 'sleep', '60'])\nprint(child.pid, flush=True)\n"
                       "time.sleep(60)\n")
            run = subprocess.Popen([sys.executable, "-B", "-c", program], cwd=HERE, stdout=subprocess.PIPE, text=True)
            child = int(run.stdout.readline())
            deadline = time.monotonic() + 20
            while child not in janitor.processes(f"mark-{os.getpid()}"):  # until it is sleep, and no copy of Python
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            run.kill()
            run.wait()
            run.stdout.close()
            deadline = time.monotonic() + 20
            while list(janitor.processes(f"mark-{os.getpid()}")) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual([], list(janitor.processes(f"mark-{os.getpid()}")))


if __name__ == "__main__":
    unittest.main()
