# SPDX-License-Identifier: Apache-2.0
"""Some hundred hostile reference records: each is a BAD_REFERENCE once and whole, what stood before stands, and the daemons
live."""

import json
import unittest

import foreign
import harness
import test_standing as standing
from test_standing import COMPANIES, FX, KEYS, MINES, PRICES

# Texts and numbers that must be there, or must be what they are, where they are given.
TEXTS = {MINES: ("mine_id", "name", "time_zone", "day_start", "day_named_by", "primary_metal", "status",
                 "by_product_credits"),
         COMPANIES: ("company_id", "name", "reporting_currency", "primary_metal"),
         PRICES: ("material", "month", "currency", "unit"), FX: ("currency", "month")}
NUMBERS = {MINES: (), COMPANIES: (), PRICES: ("price",), FX: ("per_usd",)}
NO_TEXTS = (b"[]", b"{}", b"true", b"7", b'"' + b"x" * (1 << 20) + b'"', b'"\\ud800"', b'"\\u0000"', b'"\xff"',
            b'"a\0b"', b'"' + "鉱".encode() * 400 + b'"')
NO_NUMBERS = (b"[]", b"{}", b"true", b"null", b'""', b'"abc"', b"0", b"-1", b'"1e9"', b"1e99999999", b"-0.0",
              b"9" * 400, b'"' + b"9" * 100_000 + b'"', b"NaN", b"Infinity", b"0x10", b'"0.' + b"0" * 60 + b'1"',
              b'"1/3"', b'"1,5"', b'" 1"')


def not_json(good):
    """Bytes that are no JSON object, some of them long or deep."""
    yield from (b"", b"\0", b" ", b"null", b"true", b"7", b'"text"', b"[]", b"{", b"}", b"{}", b"[" + good + b"]",
                b"\xef\xbb\xbf{", b"// x\n" + good, good + b"x", good + good, good + b"\0", b"\xff" + good,
                good.replace(b'"', b"'"), good[:-1] + b",}", good.decode().encode("utf-16"), good[:-1] + b',"":}',
                good[:-1] + b',"x":NaN}', good[:-1] + b',"x":9' + b"9" * 400 + b"}",
                good[:-1] + b',"x":"\xed\xa0\x80"}', good[:-1] + b',"x":"\xc0\x80"}', good[:-1] + b',"x":"\\ud800"}',
                good[:-1] + b',"x":"\n"}', good[:-1] + b',"x":1,"x":1}', good[:-1] + good[:1] + b"}",
                b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000,
                good[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
                good[:-1] + b',"x":' + b'{"y":' * 5000 + b"1" + b"}" * 5000 + b"}",
                b"[" + b"0," * 2_000_000 + b"0]", b'"' + b"x" * 4_000_000 + b'"')
    yield from (good[:cut] for cut in range(1, len(good), 7))


def with_field(good, name, content):
    """The record with some bytes for the content of a field."""
    value = json.loads(good)
    value.pop(name, None)
    return json.dumps(value).encode()[:-1] + b', "' + name.encode() + b'": ' + content + b"}"


def wrong_fields(topic, good):
    """Fields of the wrong type, too long, too large, missing, or twice."""
    for names, contents in ((TEXTS[topic], NO_TEXTS), (NUMBERS[topic], NO_NUMBERS)):
        yield from (with_field(good, name, content) for name in names for content in contents)
    first = TEXTS[topic][0]
    yield with_field(good, first, b'"other"')
    yield good[:-1] + b', "' + first.encode() + b'": ' + json.dumps(json.loads(good)[first]).encode() + b"}"
    if topic == MINES:
        for content in (b"7", b"{}", b"[7]", b"[[]]", b"[{}]", b'[{"company_id": "a-company"}]',
                        b'[{"company_id": "a|b", "from": "2000-01-01", "share": "1"}]',
                        b'[{"company_id": "a", "from": "2000-02-30", "share": "1"}]',
                        b'[{"company_id": "a", "from": "2000-01-01", "share": "1.000000000000000001"}]',
                        b'[{"company_id": "a", "from": "2000-01-01", "share": "-0.1"}]',
                        b'[{"company_id": "a", "from": "2000-01-01", "share": "' + b"9" * 60 + b'"}]'):
            yield with_field(good, "interests", content)
        for content in (b"7", b"[]", b'{"silver": 7}', b'{"mithril": "T"}', b'{"silver": "DWT"}'):
            yield with_field(good, "units", content)
    if topic == COMPANIES:
        for content in (b"0", b"13", b"-1", b'"1"', b"1.5", b"99999999999999999999", b"[]"):
            yield with_field(good, "fiscal_year_start_month", content)


def hostile(topic, good):
    """(key, value) of each record that must be refused."""
    key = KEYS[topic]
    rows = [(key, value) for value in (*not_json(good), *wrong_fields(topic, good))]
    rows += [(other, good) for other in (b"", b"other", b"\xff", b"a\0b", key + b"\0", b"k" * 100_000, b"a|b|c")]
    # Without a key it could stand for: a tombstone of no one.
    rows += [(other, None) for other in (b"", b"\xff", b"x" * 65)]
    return rows


class HostileReference(harness.SystemTest):
    """One mine, its company, a price and a rate, of which one figure tells whether they stand."""

    settings = "publish_interval_ms=200\nwindows=day;month\n"

    def setUp(self):
        super().setUp()
        self.create_topics()
        self.start_all()
        self.sender = foreign.Sender(harness.bootstrap(), message_max_bytes=8 << 20)

    month = standing.Standing.month
    await_month = standing.Standing.await_month

    def read(self, topic):
        """(key, value) of every record of a topic."""
        return [(record.key, record.value) for record in foreign.read(harness.bootstrap(), self.prefix + topic)]

    def letters(self):
        """(topic, key, value) of every dead letter."""
        found = []
        for letter in foreign.stream(harness.bootstrap(), self.prefix + standing.LETTERS):
            own = dict(letter.headers)
            self.assertEqual((b"BAD_REFERENCE", b"headframe-summary"),
                             (own["headframe-error"], own["headframe-daemon"]))
            own["headframe-detail"].decode()
            found.append((own["headframe-topic"].decode().removeprefix(self.prefix), letter.key, letter.value))
        return found

    def send_all(self, values):
        """Sends a value for each key."""
        for topic, value in values.items():
            self.sender.send(self.prefix + topic, [(KEYS[topic], value)])

    def test_what_stood_stands(self):
        good = standing.good("0.5", "A company", "350", "10")
        self.send_all(good)
        rows = [(b"a-mine", foreign.production(event_id="silver", quantity="100")),
                (b"a-mine", foreign.production(event_id="gold", material="gold", stage="PAYABLE", quantity="2"))]
        self.sender.send(self.prefix + "mine.production", rows)
        self.sender.send(self.prefix + "mine.costs",
                         [(b"a-mine", foreign.cost(event_id="pesos", amount="600", currency="MXN"))])
        # Half of 100 ounces, of 600 pesos at 10, and of 2 ounces of gold at 350.
        self.await_month("A company", "50.000", "30.00", "350.00")
        sent = [(topic, key, value) for topic in KEYS for key, value in hostile(topic, good[topic])]
        self.assertGreater(len(sent), 400)
        for topic, key, value in sent:
            self.sender.producer.produce(self.prefix + topic, value=value, key=key)
        self.assertEqual(0, self.sender.producer.flush(60))
        harness.wait_until(lambda: len(self.letters()) >= len(sent), f"{len(sent)} dead letters", 60)
        found = self.letters()
        missing = [(topic, key[:80], value and value[:300]) for topic, key, value in set(sent) - set(found)]
        self.assertEqual([], missing)
        self.assertEqual(sorted(sent, key=repr), sorted(found, key=repr))
        # What comes next is taken; were one of those in the way, it would show.
        self.sender.send(self.prefix + "mine.production",
                         [(b"a-mine", foreign.production(event_id="more", quantity="100"))])
        self.await_month("A company", "100.000", "30.00", "350.00")
        self.send_all(standing.good("0.5", "Another company", "350", "10"))
        harness.wait_until(lambda: self.month()[0] == "Another company", "another name")
        for daemon in self.daemons.values():
            self.assertIsNone(daemon.process.poll(), f"{daemon.name} stopped: {daemon.tail()}")
            self.assertLess(daemon.most_memory_mib(), 1024)


if __name__ == "__main__":
    unittest.main()
