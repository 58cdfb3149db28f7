# SPDX-License-Identifier: Apache-2.0
"""Bad records from a foreign producer: each goes to the dead letters once, whole, with its code; the good ones count."""

import json
import time
import unittest

import foreign
import harness

MINE = {"mine_id": "a-mine", "name": "A mine", "time_zone": "UTC", "day_start": "00:00", "primary_metal": "silver",
        "status": "operating", "interests": [{"company_id": "a-company", "from": "2000-01-01", "share": "0.5"}]}
COMPANY = {"company_id": "a-company", "name": "A company"}

# (what must be refused, key, value, code, words the sentence must hold)
PRODUCTION = [
    ("an empty value", b"a-mine", b"", "MALFORMED", "no value"),
    ("a tombstone", b"a-mine", None, "MALFORMED", "no value"),
    ("text", b"a-mine", b"hello", "MALFORMED", "0x00"),
    ("a cut record", b"a-mine", foreign.production(event_id="cut")[:-3], "MALFORMED", "field"),
    ("bytes behind the end", b"a-mine", foreign.production(event_id="long") + b"!!", "MALFORMED", "2 bytes"),
    ("a length of 2^62", b"a-mine", foreign.framed(1, foreign.long(1 << 62) + b"x"), "MALFORMED", "event_id"),
    ("an unknown schema", b"a-mine", foreign.framed(4711, b"x"), "UNKNOWN_SCHEMA", "4711"),
    ("a cost", b"a-mine", foreign.cost(event_id="c"), "UNKNOWN_SCHEMA", "CostEvent"),
    ("another key", b"b-mine", foreign.production(event_id="k"), "KEY_MISMATCH", "b-mine"),
    ("no key", None, foreign.production(event_id="n"), "KEY_MISMATCH", "a-mine"),
    ("an unknown mine", b"no-mine", foreign.production(event_id="m", mine_id="no-mine"), "UNKNOWN_MINE", "no-mine"),
    ("an unknown material", b"a-mine", foreign.production(event_id="u", material="mithril"), "UNKNOWN_MATERIAL",
     "mithril"),
    ("a bar in the id", b"a-mine", foreign.production(event_id="a|b"), "BAD_ID", "a|b"),
    ("an id that is no UTF-8", b"a-mine", foreign.production(event_id=b"\xff\xfe"), "BAD_ID", "event_id"),
    ("an id of 65 bytes", b"a-mine", foreign.production(event_id="x" * 65), "BAD_ID", "xxx"),
    ("more than 128 bits hold", b"a-mine", foreign.production(event_id="q", quantity="9" * 22, unit="T"),
     "BAD_QUANTITY", "quantity"),
    ("a date of 1799", b"a-mine", foreign.production(event_id="t", occurred_at="1799-12-31T00:00:00Z"), "BAD_TIME",
     "occurred_at"),
    ("a date to come", b"a-mine", foreign.production(event_id="t2", occurred_at="2099-01-01T00:00:00Z"), "BAD_TIME",
     "occurred_at"),
    ("a revision told twice", b"a-mine", foreign.production(event_id="good", quantity="8"), "REVISION_CONFLICT",
     "good"),
]
COSTS = [
    ("an unknown currency", b"a-mine", foreign.cost(event_id="c1", currency="ZZZ"), "UNKNOWN_CURRENCY", "ZZZ"),
    ("an unknown metal", b"a-mine", foreign.cost(event_id="c2", metal="mithril"), "UNKNOWN_MATERIAL", "mithril"),
    ("from after through", b"a-mine", foreign.cost(event_id="c3", **{"from": "2003-07-01"}), "BAD_PERIOD",
     "2003-07-01"),
    ("401 days", b"a-mine", foreign.cost(event_id="c4", **{"from": "2002-05-26"}), "BAD_PERIOD", "400"),
    ("far ahead", b"a-mine", foreign.cost(event_id="c5", **{"from": "2098-01-01", "through": "2098-02-01"}),
     "BAD_PERIOD", "400"),
]
REFERENCE = [
    ("reference.mines", b"x-mine", json.dumps({**MINE, "mine_id": "x-mine", "time_zone": "Mars/Olympus"}).encode(),
     "Mars/Olympus"),
    ("reference.companies", b"y", b"{not json", "JSON"),
    ("market.fx", b"MXN|2003-06", b'{"currency":"MXN","month":"2003-06","per_usd":"-1"}', "per_usd"),
]


class DeadLetters(harness.SystemTest):
    """One run with good and bad records mixed."""

    def send(self, topic, rows):
        """Sends the rows' keys and values with a header of their own."""
        producer = foreign.producer(harness.bootstrap())
        for key, value in rows:
            producer.produce(self.prefix + topic, value=value, key=key, headers=[("trace", b"from elsewhere")])
        self.assertEqual(0, producer.flush(30))

    def send_everywhere(self, topic, key, value):
        """Sends a record to every partition, whatever its key says."""
        producer = foreign.producer(harness.bootstrap())
        for partition in range(self.partitions):
            producer.produce(self.prefix + topic, value=value, key=key, partition=partition)
        self.assertEqual(0, producer.flush(30))

    def test_each_code(self):
        self.create_topics()
        self.start_all()
        self.send("reference.companies", [(b"a-company", json.dumps(COMPANY).encode())])
        self.send("reference.mines", [(b"a-mine", json.dumps(MINE).encode())])
        self.send("mine.production", [(b"a-mine", foreign.production(event_id="good", quantity="7"))])
        self.send("mine.production", [row[1:3] for row in PRODUCTION])
        self.send("mine.costs", [row[1:3] for row in COSTS])
        for topic, key, value, _ in REFERENCE:
            self.send(topic, [(key, value)])
        self.send_everywhere("mine.production", b"a-mine", foreign.production(event_id="good", quantity="7"))
        self.send("mine.production", [(b"a-mine", foreign.production(event_id="good-2", quantity="5"))])
        self.send("mine.costs", [(b"a-mine", foreign.cost(event_id="good-3", amount="18"))])

        harness.wait_until(lambda: "\"attributable\":\"6.000\"" in (self.latest("company.summaries",
                                                                               "a-company|month|2003-06") or ""),
                           "half of 7 + 5 ounces")
        misplaced = self.partitions - 1  # on its own partition the record is a mere duplicate
        expected = len(PRODUCTION) + len(COSTS) + len(REFERENCE) + misplaced
        letters = foreign.dead_letters(harness.bootstrap(), self.prefix + "headframe.dead-letters", expected)
        self.assertEqual(expected, len(letters), [headers["headframe-detail"] for *_, headers in letters])
        for topic, rows in (("mine.production", PRODUCTION), ("mine.costs", COSTS)):
            for what, key, value, code, words in rows:
                with self.subTest(what):
                    self.check(letters, topic, key, value, code, words)
        for topic, key, value, words in REFERENCE:
            with self.subTest(topic):
                self.check(letters, topic, key, value, "BAD_REFERENCE", words)
        self.assertEqual(misplaced, sum(headers["headframe-error"] == "WRONG_PARTITION" for *_, headers in letters))
        month = json.loads(self.latest("company.summaries", "a-company|month|2003-06"))
        self.assertEqual("12.000", month["production"][0]["hundred_percent"])
        self.assertEqual("9.00", month["unit_costs"][0]["cash_operating"]["after_credits"])
        for daemon in self.daemons.values():
            self.assertIsNone(daemon.process.poll(), f"{daemon.name} stopped: {daemon.tail()}")

    def test_a_restart_writes_no_letter_again(self):
        self.create_topics()
        self.start_all()
        topic, key, value, _ = REFERENCE[0]
        self.send(topic, [(key, value)])
        self.send("mine.production", [(b"a-mine", b"junk")])
        harness.wait_until(lambda: len(self.headframe("cat", "headframe.dead-letters").stdout.splitlines()) == 2,
                           "two dead letters")
        for name in list(self.daemons):
            self.stop(name)
        for name in list(self.daemons):
            self.daemons[name].start()
        time.sleep(6)
        self.assertEqual(2, len(foreign.dead_letters(harness.bootstrap(), self.prefix + "headframe.dead-letters", 2)))

    def check(self, letters, topic, key, value, code, words):
        """Exactly one letter carries these bytes, with code, sentence, place, daemon and the original header."""
        found = [headers for letter_key, letter_value, headers in letters
                 if (letter_key, letter_value or b"") == (key, value or b"") and headers["headframe-topic"] ==
                 self.prefix + topic and headers["headframe-error"] == code]
        twins = sum(1 for row in PRODUCTION if (row[1], row[2] or b"") == (key, value or b"")) or 1
        self.assertEqual(twins, len(found), f"{code} {value!r}")
        headers = found[0]
        self.assertIn(words, headers["headframe-detail"])
        self.assertEqual("from elsewhere", headers["trace"])
        self.assertIn(headers["headframe-daemon"], ("headframe-production", "headframe-costs", "headframe-summary"))
        self.assertGreaterEqual(int(headers["headframe-partition"]), 0)
        self.assertGreaterEqual(int(headers["headframe-offset"]), 0)


if __name__ == "__main__":
    unittest.main()
