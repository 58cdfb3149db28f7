# SPDX-License-Identifier: Apache-2.0
"""Instances join and leave while events flow: every final record is the one that a single run in peace would give, and
no partition is read back whose memory is still right."""

import collections
import itertools
import json
import re
import time
import unittest

import foreign
import harness
import offsets

DAEMONS = ("headframe-production", "headframe-costs", "headframe-summary")
PRODUCTION = DAEMONS[0]
INSTANCES = 3
# The least that a broker takes: a member that ended without a word is missed after it.
MEMBER = "session.timeout.ms=6000\nheartbeat.interval.ms=1000\n"
LEFT_S = 30  # a member that left, or its session, and a rebalance on a busy machine
JOIN, TERM, KILL = "join", "term", "kill"
# What happens to which instance of every daemon, after each part of the events. Instance 0 is there from the beginning.
PLAN = [(JOIN, 1), (JOIN, 2), (KILL, 1), (JOIN, 1), (TERM, 0), (JOIN, 0), (KILL, 2), (TERM, 1), (JOIN, 2), (KILL, 0),
        (JOIN, 0), (JOIN, 1)]


def parts_of(path, count):
    """The lines of a file in count parts, in order."""
    lines = path.read_text().splitlines(keepends=True)
    size = -(-len(lines) // count)
    return ["".join(lines[i:i + size]) for i in range(0, len(lines), size)]


class Fleet(harness.SystemTest):
    """Instances of daemons in one group."""

    def setUp(self):
        super().setUp()
        self.instances = {}
        self.create_topics()

    def instance(self, name, number):
        """An instance, with a configuration and a log of its own; made when it is first asked for."""
        if (name, number) not in self.instances:
            directory = self.directory / f"instance-{number}"
            directory.mkdir(exist_ok=True)
            # a file of its own: what is written while another daemon reads it is read half
            config = self.write_config(f"{name}-{number}.conf", settings=f"instance={number}\n{self.settings}")
            with open(config, "a", encoding="utf-8") as file:
                file.write(MEMBER)
            self.instances[name, number] = harness.Daemon(name, config, directory)
            self.addCleanup(self.leave, name, number)
        return self.instances[name, number]

    def join(self, name, number):
        """Starts an instance."""
        self.instance(name, number).start()

    def leave(self, name, number):
        """SIGTERM; it must end cleanly."""
        daemon = self.instances[name, number]
        if daemon.process and daemon.process.returncode is None:
            self.assertEqual(0, daemon.stop(), f"{name} {number} ended badly: {daemon.tail()}")

    def lines(self, name, number, event, since=0):
        """The fields of each line of an event, from a position in the log on."""
        return [dict(re.findall(r'(\w+)=("[^"]*"|\S+)', line))
                for line in self.instance(name, number).log.read_text()[since:].splitlines()
                if f" event={event} " in f"{line} "]

    def mark(self, name, number):
        """The end of its log now."""
        return len(self.instance(name, number).log.read_text())


class Scaling(Fleet):
    """The Hecla data, and three instances of each daemon that come and go."""

    partitions = 6

    def act(self, what, number):
        """One step of the plan, for all daemons."""
        for name in DAEMONS:
            if what == JOIN:
                self.join(name, number)
            elif what == TERM:
                self.leave(name, number)
            else:
                self.instance(name, number).kill()

    def test_instances_come_and_go_while_events_flow(self):
        data = harness.hecla_data(self.directory / "data")
        expected = harness.hecla_expected(data)
        for topic in ("reference.companies", "reference.mines", "market.prices", "market.fx"):
            self.headframe("publish", topic, str(data / f"{topic}.ndjson"))
        self.act(JOIN, 0)
        for step, production, costs in itertools.zip_longest(PLAN, *(parts_of(data / f"{topic}.ndjson", len(PLAN))
                                                                     for topic in ("mine.production", "mine.costs"))):
            self.headframe("publish", "mine.production", "-", stdin=production)
            self.act(*step)  # while what was just sent is read, committed and published
            self.headframe("publish", "mine.costs", "-", stdin=costs)
            time.sleep(1)
        try:  # the last company may be another instance's than the last mine
            harness.wait_until(lambda: self.found(expected) == expected, "")
        except AssertionError:
            self.assertEqual(expected, self.found(expected))
        self.assertEqual([], self.consume("headframe.dead-letters"))
        self.assert_all_committed()
        owners = collections.Counter(name for name in DAEMONS for number in range(INSTANCES)
                                     if self.lines(name, number, "assigned"))
        self.assertEqual({name: INSTANCES for name in DAEMONS}, owners)

    def found(self, keys):
        """The last record of each of the keys."""
        records = {record.key.decode(): record.value.decode()
                   for record in foreign.read(harness.bootstrap(), self.prefix + "company.summaries")}
        return {key: records.get(key) for key in keys}

    def assert_all_committed(self):
        """Each group has passed the end of its input."""
        for name, topic in ((PRODUCTION, "mine.production"), ("headframe-costs", "mine.costs")):
            ends = [offsets.end(harness.bootstrap(), self.prefix + topic, partition)
                    for partition in range(self.partitions)]
            self.assertEqual(ends, [offset or 0 for offset in offsets.committed(
                harness.bootstrap(), self.prefix + name, self.prefix + topic, self.partitions)])


class Memory(Fleet):
    """Two instances of a ledger daemon; a fact for every partition in each round."""

    partitions = 4
    mines = [f"mine-{i}" for i in range(40)]  # some for each partition

    def setUp(self):
        super().setUp()
        self.sender = foreign.Sender(harness.bootstrap())
        self.sender.send(self.prefix + "reference.mines", [
            (mine.encode(), ('{"mine_id":"%s","name":"M","time_zone":"UTC","day_start":"00:00",'
                             '"primary_metal":"silver","status":"operating","interests":[]}' % mine).encode())
            for mine in self.mines])
        self.rounds = 0

    def send_round(self):
        """A fact of each mine; until all are committed."""
        self.rounds += 1
        self.sender.send(self.prefix + "mine.production",
                         [(mine.encode(), foreign.production(mine_id=mine, event_id=f"{self.rounds}"))
                          for mine in self.mines])
        ends = [offsets.end(harness.bootstrap(), self.prefix + "mine.production", partition)
                for partition in range(self.partitions)]
        self.assertTrue(all(ends), "a partition without mines")
        harness.wait_until(lambda: ends == offsets.committed(
            harness.bootstrap(), self.prefix + PRODUCTION, self.prefix + "mine.production", self.partitions),
            f"{ends} are committed")

    def restored(self, number, since, count):
        """Waits until an instance has count partitions again; returns partition → source of its memory."""
        harness.wait_until(lambda: len(self.lines(PRODUCTION, number, "restored", since)) >= count,
                           f"{count} partitions of instance {number}", LEFT_S)
        lines = self.lines(PRODUCTION, number, "restored", since)
        self.assertEqual(count, len(lines), lines)
        return {int(line["partition"]): line["source"] for line in lines}

    def test_only_what_another_has_changed_is_read_back(self):
        self.join(PRODUCTION, 0)
        self.restored(0, 0, 4)
        self.send_round()

        mark = self.mark(PRODUCTION, 0)
        self.join(PRODUCTION, 1)
        kept, moved = self.restored(0, mark, 2), self.restored(1, 0, 2)
        self.assertEqual(["memory"] * 2, list(kept.values()))
        self.assertEqual(["topic"] * 2, list(moved.values()))
        self.assertEqual(set(range(4)), kept.keys() | moved.keys())

        # It comes and goes without a commit: what it had is still right in the first one's memory.
        mark = self.mark(PRODUCTION, 0)
        self.leave(PRODUCTION, 1)
        self.assertEqual({partition: "memory" for partition in range(4)}, self.restored(0, mark, 4))

        mark, other = self.mark(PRODUCTION, 0), self.mark(PRODUCTION, 1)
        self.join(PRODUCTION, 1)
        kept, moved = self.restored(0, mark, 2), self.restored(1, other, 2)
        self.assertEqual(["memory"] * 2, list(kept.values()))
        self.send_round()
        mark = self.mark(PRODUCTION, 0)
        self.leave(PRODUCTION, 1)
        self.assertEqual({partition: "memory" if partition in kept else "topic" for partition in range(4)},
                         self.restored(0, mark, 4))

        # Every fact is remembered by whoever has it now: sent again, it changes nothing.
        self.rounds = 0
        self.send_round()
        self.send_round()
        self.leave(PRODUCTION, 0)
        totals = self.lines(PRODUCTION, 0, "totals")[-1]
        self.assertEqual(str(2 * len(self.mines)), totals["duplicates"])
        days = {row["key"]: row["value"] for row in map(harness.parse, self.headframe(
            "cat", "headframe.production-days", "--keys").stdout.splitlines()) if row["key"] != "|control"}
        self.assertEqual({f"{mine}|2003-06-30" for mine in self.mines}, days.keys())
        shown = {json.dumps(value).replace(key.split("|")[0], "MINE") for key, value in days.items()}
        self.assertEqual(1, len(shown), shown)
        self.assertIn("2", shown.pop(), "two facts of an ounce each")


if __name__ == "__main__":
    unittest.main()
