# SPDX-License-Identifier: Apache-2.0
"""SIGTERM in every phase: the process ends within five seconds, what it read is committed where Kafka answers, and the
group is left at once, or on purpose not."""

import os
import signal
import subprocess
import time
import unittest

import harness

LIMIT_S = 5.0
DAEMONS = ("headframe-production", "headframe-costs", "headframe-summary")
MINE = '{"mine_id":"m","name":"M","time_zone":"UTC","primary_metal":"gold"}\n'


def events(count):
    """Production events of one mine as NDJSON."""
    return "".join(
        f'{{"event_id":"e{number}","mine_id":"m","occurred_at":"2020-01-{number % 28 + 1:02}T12:00:00Z",'
        f'"material":"gold","stage":"PRODUCED","quantity":"1.5","unit":"OZT","quality":"ASSAYED"}}\n'
        for number in range(count))


class Ending(harness.SystemTest):
    """What the tests share."""

    def servers(self):
        """The address of the cluster."""
        return harness.bootstrap()

    def kafka(self, *arguments):
        """scripts/kafka on that cluster."""
        result = subprocess.run([harness.SOURCE / "scripts/kafka", *arguments], check=False, capture_output=True,
                                text=True, env={**os.environ, "HEADFRAME_KAFKA_START_TIMEOUT": "120"})
        self.assertEqual(0, result.returncode, f"{arguments}: {result.stdout}{result.stderr}")
        return result

    def configure(self, settings=""):
        """Writes the configuration anew."""
        self.config = self.write_config(servers=self.servers(), settings="publish_interval_ms=200\n" + settings)

    def end_in_time(self, codes, names=DAEMONS):
        """Ends daemons one by one; each within the limit, with one of the codes."""
        for name in names:
            daemon = self.daemons[name]
            began = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            code = daemon.process.wait(20)
            self.assertLess(time.monotonic() - began, LIMIT_S, f"{name}: {daemon.tail()}")
            self.assertIn(code, codes, f"{name}: {daemon.tail()}")
            if code == 70:
                self.assertIn("event=watchdog call=", daemon.tail())
                self.assertIn("during=stop", daemon.tail())

    def serve(self, names=DAEMONS):
        """Starts daemons, and waits until they serve."""
        for name in names:
            log = self.daemons[name].log if name in self.daemons else None
            length = len(log.read_text()) if log else 0
            if log:
                self.daemons[name].start()
            else:
                self.start(name)
            harness.wait_until(lambda name=name, length=length: "event=serving" in
                               self.daemons[name].log.read_text()[length:], name)

    def prepare(self, settings=""):
        """Topics and a mine."""
        self.configure(settings)
        self.create_topics()
        self.headframe("publish", "reference.mines", "-", stdin=MINE)

    def publish_events(self, count):
        """Publishes production events."""
        self.headframe("publish", "mine.production", "-", stdin=events(count))

    def describe(self, *options):
        """Lines of consumer-groups about the ledger daemon's group that name it."""
        text = self.kafka("consumer-groups", "--describe", "--group", f"{self.prefix}headframe-production",
                          *options).stdout
        return [line.split() for line in text.splitlines() if line.startswith(f"{self.prefix}headframe-production ")]

    def lag(self):
        """Records of mine.production that the group has not committed. Without a committed offset there is a dash."""
        rows = self.describe()
        self.assertEqual(self.partitions, len(rows))
        return sum(int(row[5]) for row in rows if row[5] != "-")


class Stop(Ending):
    """SIGTERM while Kafka answers."""

    def test_what_was_read_is_committed(self):
        # Long enough that what was read is committed by the stop, or not at all.
        self.prepare("commit_interval_ms=5000\n")
        self.serve()
        self.publish_events(500)
        time.sleep(1)
        self.end_in_time({0})
        self.assertIn("applied=500", self.daemons["headframe-production"].tail())
        self.assertEqual(0, self.lag())
        self.assertEqual([], self.describe("--members"))

    def test_the_group_is_left_unless_it_is_not_wanted(self):
        self.prepare("leave_group_on_stop=false\n")
        self.serve(DAEMONS[:1])
        self.end_in_time({0}, DAEMONS[:1])
        self.assertEqual(1, len(self.describe("--members")))
        self.configure()
        self.serve(DAEMONS[:1])
        self.assertEqual(1, len(self.describe("--members")))
        self.end_in_time({0}, DAEMONS[:1])
        self.assertEqual([], self.describe("--members"))

    def test_waiting_for_topics(self):
        self.start(*DAEMONS)
        for name in DAEMONS:
            harness.wait_until(lambda name=name: "event=waiting" in self.daemons[name].tail(), name)
        self.end_in_time({0})


class BrokenKafka(Ending):
    """A broker of the test's own, which it kills and stops."""

    def setUp(self):
        super().setUp()
        self.kafka_dir = self.directory / "kafka"
        self.addCleanup(self.kafka, "stop", "--kill")  # also of a broker that did not come up
        self.kafka("start", "--port", "0")

    def kafka(self, *arguments):
        return super().kafka(arguments[0], "--dir", str(self.kafka_dir), *arguments[1:])

    def servers(self):
        return next(word.removeprefix("bootstrap=") for word in self.kafka("status").stdout.split()
                    if word.startswith("bootstrap="))

    def freeze(self):
        """SIGSTOP: connections stay open and nothing answers, until the test ends."""
        pid = int((self.kafka_dir / "node-1/pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(os.kill, pid, signal.SIGCONT)

    def test_a_broker_that_is_gone(self):
        self.prepare()
        self.serve()
        self.publish_events(200)
        self.kafka("stop", "--kill")
        self.end_in_time({0, 70})  # 70: amid a transaction
        self.kafka("start")
        self.serve()
        # Amid a transaction a daemon would hang in it, and end by itself: let the first publication be over.
        time.sleep(5)
        lengths = {name: len(self.daemons[name].log.read_text()) for name in DAEMONS}
        self.kafka("stop", "--kill")
        for name in DAEMONS:
            harness.wait_until(lambda name=name: "event=kafka-unreachable" in
                               self.daemons[name].log.read_text()[lengths[name]:], name)
        self.end_in_time({0})

    def test_a_broker_that_hangs(self):
        self.prepare()
        self.serve()
        self.freeze()
        time.sleep(1)
        self.end_in_time({0, 70})
        for name in DAEMONS:  # now while they ask for topics
            self.daemons[name].start()
        time.sleep(1)
        self.end_in_time({0, 70})


if __name__ == "__main__":
    unittest.main()
