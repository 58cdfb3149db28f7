# SPDX-License-Identifier: Apache-2.0
"""Two processes of one instance name, a fenced producer, and transactions that stay small."""

import datetime
import time
import unittest

import confluent_kafka
import harness


class Fencing(harness.SystemTest):
    """The newer process wins, the older one ends with one sentence, and they do not drive each other out."""

    def serve(self, name, directory):
        """Starts a daemon with a log of its own and waits until it serves."""
        directory.mkdir()
        daemon = harness.Daemon(name, self.config, directory)
        daemon.start()
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.kill())
        harness.wait_until(lambda: "event=serving" in daemon.tail(), name)
        return daemon

    def check_the_newer_wins(self, name):
        older = self.serve(name, self.directory / f"{name}-older")
        newer = self.serve(name, self.directory / f"{name}-newer")
        self.assertEqual(78, older.process.wait(30), older.tail())
        last = older.log.read_text().splitlines()[-1]
        self.assertIn("event=failed", last)
        self.assertIn(f"{self.prefix}{name}-0", last)
        self.assertIn("set instance in [headframe]", last)
        time.sleep(5)  # more than a pause after fencing, and two heartbeats
        self.assertIsNone(newer.process.poll(), newer.tail())
        self.assertEqual("serving", [word.removeprefix("event=") for line in newer.log.read_text().splitlines()
                                     for word in line.split() if word.startswith("event=")][-1], newer.tail())
        self.assertEqual(0, newer.stop(), newer.tail())

    def test_production(self):
        self.create_topics()
        self.check_the_newer_wins("headframe-production")

    def test_summary(self):
        self.create_topics()
        self.check_the_newer_wins("headframe-summary")

    def test_a_fenced_producer_is_made_anew(self):
        self.create_topics()
        daemon = self.serve("headframe-production", self.directory / "alone")
        self.headframe("publish", "mine.production", "-", stdin=event(0))
        harness.wait_until(lambda: len(self.consume("headframe.dead-letters")) == 1, "the first dead letter")
        thief = confluent_kafka.Producer({"bootstrap.servers": harness.bootstrap(),
                                          "transactional.id": f"{self.prefix}headframe-production-0"})
        thief.init_transactions(30)
        self.headframe("publish", "mine.production", "-", stdin=event(1))
        harness.wait_until(lambda: len(self.consume("headframe.dead-letters")) == 2, "the second dead letter")
        self.assertEqual(1, daemon.log.read_text().count("event=rebuild "), daemon.tail())
        self.assertEqual(0, daemon.stop(), daemon.tail())


def event(number):
    """An event of a mine that is not known."""
    return (f'{{"event_id":"e{number}","mine_id":"nowhere","occurred_at":"2020-01-01T12:00:00Z","material":"gold",'
            f'"stage":"PRODUCED","quantity":"1","unit":"OZT","quality":"ASSAYED"}}\n')


class Bounded(harness.SystemTest):
    """A batch of costs of 400 days each is committed in many transactions."""

    MINES, COSTS = 5, 30
    settings = "commit_interval_ms=5000\ncommit_limit_kib=64\n"

    def costs(self):
        """Costs of 400 days, one after the other."""
        for mine in range(self.MINES):
            for cost in range(self.COSTS):
                first = datetime.date(1980, 1, 1) + datetime.timedelta(400 * cost)
                yield (f'{{"event_id":"c{cost}","mine_id":"m{mine}","from":"{first}",'
                       f'"through":"{first + datetime.timedelta(399)}","element":"MINING","amount":"{cost + 1}.07",'
                       f'"currency":"USD"}}\n')

    def test_transactions_stay_small(self):
        self.create_topics()
        mines = "".join(f'{{"mine_id":"m{mine}","name":"M","time_zone":"UTC","primary_metal":"gold"}}\n'
                        for mine in range(self.MINES))
        self.headframe("publish", "reference.mines", "-", stdin=mines)
        self.headframe("publish", "mine.costs", "-", stdin="".join(self.costs()))
        self.start("headframe-costs")
        days = self.MINES * self.COSTS * 400
        rows = []

        def all_days():
            rows[:] = [line for line in self.headframe("cat", "headframe.cost-days", "--keys").stdout.splitlines()
                       if "|control" not in line]
            return len(rows) >= days

        harness.wait_until(all_days, "every day of every cost")
        self.assertEqual(days, len(rows))  # none twice: no transaction was given up
        self.stop("headframe-costs")
        # Two costs are more than the limit; a transaction leaves a segment, a control record and a marker.
        self.assertGreaterEqual(self.end_offset("headframe.costs.state"), 3 * (self.MINES * self.COSTS // 2))


if __name__ == "__main__":
    unittest.main()
