# SPDX-License-Identifier: Apache-2.0
"""A foreign producer begins a transaction and never ends it: the daemons say what holds them up, since when, and go on
when Kafka's own tool has aborted it. What was aborted counts nowhere, what was committed behind it counts."""

import json
import re
import subprocess
import time
import unittest

import confluent_kafka

import foreign
import harness

MINE = json.dumps({"mine_id": "a-mine", "name": "A", "time_zone": "UTC", "day_start": "00:00",
                   "primary_metal": "silver", "status": "operating", "interests": []}).encode()
PATIENCE_S = 5  # of services/common/runtime/standstill.c
MONTH = "a-mine|month|2003-06"


class OpenTransaction(harness.SystemTest):
    """One transaction on the events, and one on the reference data."""

    partitions = 1
    settings = "publish_interval_ms=200\nwindows=day;month\n"

    def begin(self, topic, key, value):
        """Begins a transaction with one record, and leaves it open. Returns its producer, which must stay alive."""
        producer = confluent_kafka.Producer({"bootstrap.servers": harness.bootstrap(), "transaction.timeout.ms": 600000,
                                             "transactional.id": f"{self.prefix}foreign-{topic}"})
        producer.init_transactions(20)
        producer.begin_transaction()
        producer.produce(self.prefix + topic, value=value, key=key)
        self.assertEqual(0, producer.flush(20))
        return producer

    def line(self, name, event):
        """The fields of the only line of an event; None: there is none yet."""
        lines = [line for line in self.daemons[name].log.read_text().splitlines() if f" event={event} " in line]
        self.assertLessEqual(len(lines), 1, lines)
        return dict(re.findall(r'(\w+)=("[^"]*"|\S+)', lines[0])) if lines else None

    def ounces(self):
        """The mine's June."""
        text = self.latest("mine.summaries", MONTH)
        return [entry["quantity"] for entry in json.loads(text)["production"]] if text else None

    def assert_said(self, name, topic, stable_end, log_end):
        """A line names the partition, how far can be read, how far the log goes, and since when."""
        harness.wait_until(lambda: self.line(name, "blocked"), f"{name} says what blocks it", PATIENCE_S + 15)
        line = self.line(name, "blocked")
        self.assertEqual(("warn", self.prefix + topic, "0", str(stable_end), str(log_end), str(log_end - stable_end)),
                         tuple(line[word] for word in ("level", "topic", "partition", "stable_end", "log_end", "lag")))
        self.assertRegex(line["since"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def abort(self, topic, offset):
        """As an operator does."""
        subprocess.run([harness.SOURCE / "scripts/kafka", "transactions", "abort", "--topic", self.prefix + topic,
                        "--partition", "0", "--start-offset", str(offset)], capture_output=True, check=True)

    def test_what_blocks_is_said_and_daemons_go_on_after_an_abort(self):
        self.create_topics()
        sender = foreign.Sender(harness.bootstrap())
        sender.send(self.prefix + "reference.mines", [(b"a-mine", MINE)])
        self.start("headframe-production", "headframe-summary")
        sender.send(self.prefix + "mine.production", [(b"a-mine", foreign.production(event_id="1", quantity="1"))])
        harness.wait_until(lambda: self.ounces() == ["1.000"], "the first ounce")
        began = time.monotonic()
        open_events = self.begin("mine.production", b"a-mine", foreign.production(event_id="2", quantity="2"))
        sender.send(self.prefix + "mine.production", [(b"a-mine", foreign.production(event_id="4", quantity="4"))])
        open_mines = self.begin("reference.mines", b"b-mine", MINE.replace(b"a-mine", b"b-mine"))
        self.assert_said("headframe-production", "mine.production", 1, 3)
        self.assertGreaterEqual(time.monotonic() - began, PATIENCE_S)
        self.assert_said("headframe-summary", "reference.mines", 1, 2)
        self.assertEqual(["1.000"], self.ounces())
        self.abort("mine.production", 1)
        harness.wait_until(lambda: self.ounces() == ["5.000"], "the third event")
        harness.wait_until(lambda: self.line("headframe-production", "unblocked"), "it says that it goes on")
        self.abort("reference.mines", 1)
        harness.wait_until(lambda: self.line("headframe-summary", "unblocked"), "it says that it goes on")
        self.assertGreaterEqual(int(self.line("headframe-production", "unblocked")["after_ms"]), 1000 * PATIENCE_S)
        self.assertEqual(["5.000"], self.ounces())
        del open_events, open_mines


if __name__ == "__main__":
    unittest.main()
