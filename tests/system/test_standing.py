# SPDX-License-Identifier: Apache-2.0
"""A bad reference record: the previous value stands, even when compaction has removed it and every daemon restarts."""

import base64
import json
import os
import time
import unittest

import foreign
import harness
from confluent_kafka.admin import AdminClient, ConfigResource

MINES, COMPANIES, PRICES, FX = "reference.mines", "reference.companies", "market.prices", "market.fx"
STANDING, LETTERS = "headframe.reference-standing", "headframe.dead-letters"
KEYS = {MINES: b"a-mine", COMPANIES: b"a-company", PRICES: b"gold|2003-06", FX: b"MXN|2003-06"}
# Keys whose records say nothing: they make the broker begin a new segment, for it never cleans the last one.
FILLERS = {MINES: b"filler", COMPANIES: b"filler", PRICES: b"zinc|1999-01", FX: b"EUR|1999-01"}
BAD = {MINES: b'{"mine_id":"a-mine","time_zone":"Mars/Olympus"}', COMPANIES: b"{not json",
       PRICES: b'{"material":"gold","month":"2003-06","price":"-1","currency":"USD","unit":"OZT"}',
       FX: b'{"currency":"MXN","month":"2003-06"}'}
MONTH = "a-company|month|2003-06"


def good(share, name, price, per_usd):
    """A value for each key; figures of MONTH show which of them stands."""
    values = {
        MINES: {"mine_id": "a-mine", "name": "A mine", "time_zone": "UTC", "day_start": "00:00",
                "primary_metal": "silver", "by_product_credits": "priced",
                "interests": [{"company_id": "a-company", "from": "2000-01-01", "share": share}]},
        COMPANIES: {"company_id": "a-company", "name": name},
        PRICES: {"material": "gold", "month": "2003-06", "price": price, "currency": "USD", "unit": "OZT"},
        FX: {"currency": "MXN", "month": "2003-06", "per_usd": per_usd}}
    return {topic: json.dumps(value).encode() for topic, value in values.items()}


class Standing(harness.SystemTest):
    """One mine, its company, a price and a rate."""

    settings = "publish_interval_ms=200\nwindows=day;month\n"

    def setUp(self):
        super().setUp()
        self.create_topics()
        self.start_all()
        self.sender = foreign.Sender(harness.bootstrap())

    def send(self, topic, key, value, **options):
        """Sends a record; returns its partition."""
        return self.sender.send(self.prefix + topic, [(key, value, options)])[0][0]

    def send_values(self, values):
        """Sends a value for each key; returns the partition of each topic."""
        return {topic: self.send(topic, KEYS[topic], value) for topic, value in values.items()}

    def send_event(self, event_id, **event):
        """Sends a production event."""
        self.send("mine.production", b"a-mine", foreign.production(event_id=event_id, **event))

    def read(self, topic):
        """(key, value) of every record of a topic."""
        return [(record.key, record.value) for record in foreign.read(harness.bootstrap(), self.prefix + topic)]

    def letters(self):
        """Code, topic, key and value of every dead letter, sorted."""
        found = []
        for letter in foreign.read(harness.bootstrap(), self.prefix + LETTERS):
            headers = dict(letter.headers)
            found.append((headers["headframe-error"].decode(),
                          headers["headframe-topic"].decode().removeprefix(self.prefix), letter.key, letter.value))
        return sorted(found)

    def month(self):
        """(company's name, silver, cost before credits in USD, credits in USD), attributable; None: no summary."""
        text = dict(self.read("company.summaries")).get(MONTH.encode())
        if not text:
            return None
        summary = json.loads(text)
        silver = [entry["attributable"] for entry in summary["production"]
                  if (entry["material"], entry["stage"]) == ("silver", "PRODUCED")]
        costs = [(entry["cash_operating"]["before_credits"], entry["cash_operating"]["credits"])
                 for entry in summary["unit_costs"] if entry["method"] == "by_product" and entry["cash_operating"]]
        return summary["company"]["name"], *silver, *(figure for pair in costs for figure in pair)

    def await_month(self, *expected):
        """Until the company's June says what is expected."""
        try:
            harness.wait_until(lambda: self.month() == expected, "")
        except AssertionError:
            self.assertEqual(expected, self.month())

    def await_letters(self, expected):
        """Until there are these dead letters, and no others."""
        try:
            harness.wait_until(lambda: self.letters() == sorted(expected), "")
        except AssertionError:
            self.assertEqual(sorted(expected), self.letters())

    def publish_events(self):
        """10 ounces of silver, 1 ounce of gold to be paid for, 300 pesos."""
        self.send_event("silver", quantity="10")
        self.send_event("gold", material="gold", stage="PAYABLE")
        self.send("mine.costs", b"a-mine", foreign.cost(event_id="cost", amount="300", currency="MXN"))

    def restart(self):
        """Stops all daemons, starts them anew, and waits until they serve."""
        for name in self.daemons:
            self.stop(name)
        lengths = {name: len(daemon.log.read_text()) for name, daemon in self.daemons.items()}
        for daemon in self.daemons.values():
            daemon.start()
        for name, length in lengths.items():
            harness.wait_until(lambda name=name, length=length: "event=serving" in
                               self.daemons[name].log.read_text()[length:], f"{name} serves again")

    def compact(self, partitions):
        """Lets Kafka remove every record of KEYS but the last of each key."""
        admin = AdminClient({"bootstrap.servers": harness.bootstrap()})
        impatient = {"cleanup.policy": "compact", "max.message.bytes": "8388608", "segment.ms": "1",
                     "min.cleanable.dirty.ratio": "0.01"}
        resources = [ConfigResource("topic", self.prefix + topic, set_config=impatient) for topic in KEYS]
        for future in admin.alter_configs(resources).values():
            future.result(10)
        harness.wait_until(lambda: self.is_compacted(partitions), "nothing is left but the bad records")

    def is_compacted(self, partitions):
        """Sends fillers, for a change of settings is not seen at once; then looks what is left."""
        for topic, partition in partitions.items():
            self.send(topic, FILLERS[topic], None, partition=partition)
        time.sleep(0.5)
        return all([value for key, value in self.read(topic) if key == KEYS[topic]] == [BAD[topic]] for topic in KEYS)

    def test_the_previous_value_outlives_compaction(self):
        first, second = good("0.5", "First name", "300", "10"), good("0.25", "Second name", "400", "20")
        self.send_values(first)
        self.publish_events()
        self.await_month("First name", "5.000", "15.00", "150.00")
        partitions = self.send_values(BAD)
        letters = [("BAD_REFERENCE", topic, KEYS[topic], BAD[topic]) for topic in KEYS]
        self.await_letters(letters)
        preserved = {f"{topic}|".encode() + KEYS[topic]: first[topic] for topic in KEYS}
        self.assertEqual(sorted(preserved.items()), sorted(self.read(STANDING)))
        self.compact(partitions)

        summaries = [self.read(topic) for topic in ("company.summaries", "mine.summaries")]
        self.restart()
        time.sleep(1)  # five publication intervals
        self.assertEqual(summaries, [self.read(topic) for topic in ("company.summaries", "mine.summaries")])
        self.send_event("more silver", quantity="4")
        self.await_month("First name", "7.000", "15.00", "150.00")

        self.send_values(second)
        self.await_month("Second name", "3.500", "3.75", "100.00")
        self.restart()
        self.send_event("still more silver", quantity="2")
        self.await_month("Second name", "4.000", "3.75", "100.00")
        self.send(MINES, KEYS[MINES], BAD[MINES])
        self.await_letters([*letters, letters[0]])
        self.assertEqual(second[MINES], dict(self.read(STANDING))[b"reference.mines|a-mine"])

    def test_a_withdrawn_value_does_not_come_back(self):
        """After a tombstone the previous value is none."""
        self.send_values(good("0.5", "A name", "300", "10"))
        self.publish_events()
        self.await_month("A name", "5.000", "15.00", "150.00")
        self.send(MINES, KEYS[MINES], BAD[MINES])
        bad = "BAD_REFERENCE", MINES, KEYS[MINES], BAD[MINES]
        self.await_letters([bad])
        self.send(MINES, KEYS[MINES], None)
        harness.wait_until(lambda: self.month() is None, "the month is withdrawn")
        self.send(MINES, KEYS[MINES], BAD[MINES])
        self.await_letters([bad, bad])
        letters = [bad, bad]
        for event in ("unknown", "unknown after a restart"):
            self.send_event(event)
            letters.append(("UNKNOWN_MINE", "mine.production", b"a-mine", foreign.production(event_id=event)))
            self.await_letters(letters)
            self.restart()
        self.assertIsNone(self.month())

    def test_a_value_as_large_as_a_record_may_be(self):
        """Whatever becomes of it, what comes behind it gets its dead letter."""
        value = json.loads(good("0.5", "A name", "300", "10")[MINES])
        note = base64.b64encode(os.urandom(6 << 20)).decode()  # which is not compressed
        # Kafka adds 80 bytes to it; under the longer key of STANDING it would be too large.
        room = (8 << 20) - 80 - len(json.dumps({**value, "note": ""}))
        large = json.dumps({**value, "note": note[:room]}).encode()
        self.sender = foreign.Sender(harness.bootstrap(), message_max_bytes=8 << 20)
        self.send(MINES, KEYS[MINES], large)
        self.send(MINES, KEYS[MINES], BAD[MINES])
        self.send(COMPANIES, KEYS[COMPANIES], BAD[COMPANIES])
        for topic in (MINES, COMPANIES):
            letter = "BAD_REFERENCE", topic, KEYS[topic], BAD[topic]
            harness.wait_until(lambda letter=letter: letter in self.letters(), f"the letter of {topic}")


if __name__ == "__main__":
    unittest.main()
