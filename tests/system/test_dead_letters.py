# SPDX-License-Identifier: Apache-2.0
"""Bad records from a foreign producer: each goes to the dead letters once, whole, with its code; good ones count."""

import collections
import json
import shutil
import unittest
from typing import NamedTuple

import foreign
import harness

# Section 4 of the contract.
CODES = ("MALFORMED", "UNKNOWN_SCHEMA", "KEY_MISMATCH", "WRONG_PARTITION", "UNKNOWN_MINE", "UNKNOWN_MATERIAL",
         "UNKNOWN_CURRENCY", "BAD_ID", "BAD_UNIT", "BAD_QUANTITY", "BAD_TIME", "BAD_PERIOD", "REVISION_CONFLICT",
         "PERIOD_CLOSED", "TOO_LATE", "BAD_REFERENCE")
OWN_HEADERS = ["headframe-error", "headframe-detail", "headframe-topic", "headframe-partition", "headframe-offset",
               "headframe-daemon"]
# A name twice, a null, no bytes, bytes that are no text, and a name that headframe itself writes.
HEADERS = [("trace", b"from elsewhere"), ("nothing", None), ("empty", b""), ("trace", b"again"),
           ("bytes", b"\x00\xff\xfe\n"), ("headframe-error", b"OLDER")]
# The timestamp of every record.
SENT = foreign.milliseconds("2003-07-05T12:00:00Z")
SIZE_LIMIT = 8 * 1024 * 1024

# Schemas that only this test's writers use, and what they change in a schema of ours.
FOREIGN_UNITS, FINE_QUANTITY, WHOLE_AMOUNTS, OTHER_TYPE, NO_QUANTITY = 5, 6, 7, 8, 9


def mine(mine_id, **fields):
    """A row of reference.mines that must be taken."""
    value = {"mine_id": mine_id, "name": mine_id, "time_zone": "UTC", "day_start": "00:00", "primary_metal": "silver",
             "status": "operating", "interests": [], **fields}
    return json.dumps(value).encode()


def interest(company_id, share):
    """An interest that holds for all dates of this test."""
    return {"company_id": company_id, "from": "2000-01-01", "share": share}


class Row(NamedTuple):
    """A record that is sent; without a code it must be taken."""
    what: str
    key: bytes
    value: bytes
    code: str = None
    words: str = ""  # the sentence must hold them


def fact(what, code=None, words="", mine_id="a-mine", key=None, **event):
    """A production event, by default under the key of its mine."""
    return Row(what, mine_id.encode() if key is None else key, foreign.production(mine_id=mine_id, **event), code,
               words)


def expense(what, code=None, words="", mine_id="a-mine", **event):
    """A cost event."""
    return Row(what, mine_id.encode(), foreign.cost(mine_id=mine_id, **event), code, words)


def closing(what, code=None, words="", mine_id="closed-mine", key=None, **event):
    """A close."""
    return Row(what, mine_id.encode() if key is None else key, foreign.close(mine_id=mine_id, **event), code, words)


# In the order in which they are sent: what is refused stands behind what it collides with.
PRODUCTION = [
    fact("7 ounces", event_id="good", quantity="7"),
    Row("an empty value", b"a-mine", b"", "MALFORMED", "no value"),
    Row("a tombstone", b"a-mine", None, "MALFORMED", "no value"),
    Row("text", b"a-mine", b"hello", "MALFORMED", "0x00"),
    Row("a cut record", b"a-mine", foreign.production(event_id="cut")[:-3], "MALFORMED", "field"),
    Row("bytes behind the end", b"a-mine", foreign.production(event_id="long") + b"!!", "MALFORMED", "2 bytes"),
    Row("a length of 2^62", b"a-mine", foreign.framed(1, foreign.long(1 << 62) + b"x"), "MALFORMED", "event_id"),
    fact("a revision below 0", "MALFORMED", "revision is -1", event_id="minus", revision=-1),
    fact("an unknown stage", "MALFORMED", "STOCKPILED", event_id="s", schema=FOREIGN_UNITS, stage="STOCKPILED"),
    fact("an unknown unit", "BAD_UNIT", "DWT", event_id="u", schema=FOREIGN_UNITS, unit="DWT"),
    fact("5 ounces by the same schema", event_id="good-2", schema=FOREIGN_UNITS, quantity="5"),
    fact("more digits than 6", "BAD_QUANTITY", "scale 0 to 6", event_id="f", schema=FINE_QUANTITY, scale=7),
    Row("an unknown schema", b"a-mine", foreign.framed(4711, b"x"), "UNKNOWN_SCHEMA", "4711"),
    Row("another's record type", b"a-mine", foreign.framed(OTHER_TYPE, b""), "UNKNOWN_SCHEMA", "ShiftReport"),
    fact("a schema without quantity", "UNKNOWN_SCHEMA", "quantity", event_id="w", schema=NO_QUANTITY),
    Row("a cost", b"a-mine", foreign.cost(event_id="c"), "UNKNOWN_SCHEMA", "CostEvent"),
    fact("another key", "KEY_MISMATCH", "b-mine", event_id="k", key=b"b-mine"),
    Row("no key", None, foreign.production(event_id="n"), "KEY_MISMATCH", "a-mine"),
    Row("a key of no bytes", b"", foreign.production(event_id="n"), "KEY_MISMATCH", "a-mine"),
    closing("a close under another key", "KEY_MISMATCH", "a-mine", key=b"a-mine"),
    Row("a decision under another key", b"b-mine", foreign.decision(event_id="good", revision=0), "KEY_MISMATCH",
        "b-mine"),
    Row("a decision on what does not wait", b"a-mine", foreign.decision(event_id="good", revision=0)),
    fact("an unknown mine", "UNKNOWN_MINE", "no-mine", event_id="m", mine_id="no-mine"),
    closing("a close of an unknown mine", "UNKNOWN_MINE", "no-mine", mine_id="no-mine"),
    Row("a decision of an unknown mine", b"no-mine",
        foreign.decision(mine_id="no-mine", event_id="x", revision=0), "UNKNOWN_MINE", "no-mine"),
    fact("an unknown material", "UNKNOWN_MATERIAL", "mithril", event_id="mm", material="mithril"),
    fact("a bar in the id", "BAD_ID", "a|b", event_id="a|b"),
    fact("an id that is no UTF-8", "BAD_ID", "event_id", event_id=b"\xff\xfe"),
    fact("an id of 65 bytes", "BAD_ID", "xxx", event_id="x" * 65),
    fact("an id of no bytes", "BAD_ID", "event_id", event_id=""),
    Row("a mine with a bar", b"a|mine", foreign.close(mine_id="a|mine"), "BAD_ID", "mine_id"),
    Row("a decision with a bar", b"a-mine", foreign.decision(event_id="a|b", revision=0), "BAD_ID", "event_id"),
    fact("a mass beyond 10^20 g", "BAD_QUANTITY", "quantity", event_id="q", quantity="9" * 22, unit="T"),
    fact("29 digits", "BAD_QUANTITY", "28 digits", event_id="q2", quantity="1" + "0" * 22, unit="G"),
    fact("a time of 1799", "BAD_TIME", "occurred_at", event_id="t", occurred_at="1799-12-31T23:59:59Z"),
    fact("more than a day ahead", "BAD_TIME", "occurred_at", event_id="t2", occurred_at="2003-07-06T12:00:00.001Z"),
    fact("a day ahead", mine_id="late-mine", event_id="t3", occurred_at="2003-07-06T12:00:00Z"),
    fact("a revision told twice", "REVISION_CONFLICT", "good", event_id="good", quantity="8"),
    fact("the same once more", event_id="good", quantity="7"),
    # A day's total may be 10^20 g, and no more.
    fact("most of a day", mine_id="deep-mine", event_id="o1", material="ore", quantity="90000000000000", unit="T"),
    fact("too much for the day", "BAD_QUANTITY", "would overflow", mine_id="deep-mine", event_id="o2", material="ore",
         quantity="90000000000000", unit="T"),
    fact("the rest", mine_id="deep-mine", event_id="o3", material="ore", quantity="10000000000000", unit="T"),
    fact("a milligram more", "BAD_QUANTITY", "would overflow", mine_id="deep-mine", event_id="o4", material="ore",
         quantity="0.001", unit="G"),
    # The horizon of 400 days before 6 July 2003 is 1 June 2002.
    fact("the first day in reach", mine_id="late-mine", event_id="l1", occurred_at="2002-06-01T00:00:00Z"),
    fact("a day out of reach", "TOO_LATE", "2002-05-31", mine_id="late-mine", event_id="l2",
         occurred_at="2002-05-31T23:59:59Z"),
    fact("a withdrawal out of reach", "TOO_LATE", "2002-05-31", mine_id="late-mine", event_id="l1", revision=1,
         voided=True, occurred_at="2002-05-31T23:59:59Z"),
    fact("before the close", mine_id="closed-mine", event_id="p1", occurred_at="2003-05-20T10:00:00Z", quantity="3"),
    closing("before 1800", "BAD_TIME", "closed_through", closed_through="1799-12-31"),
    closing("two days ahead", "BAD_TIME", "closed_through", closed_through="2003-07-07"),
    closing("the close", closed_through="2003-05-31"),
    fact("a closed day", "PERIOD_CLOSED", "2003-05-31", mine_id="closed-mine", event_id="p2",
         occurred_at="2003-05-31T10:00:00Z"),
    fact("off a closed day", "PERIOD_CLOSED", "2003-05-20", mine_id="closed-mine", event_id="p1", revision=1,
         occurred_at="2003-06-20T10:00:00Z"),
    fact("withdrawn from a closed day", "PERIOD_CLOSED", "2003-05-20", mine_id="closed-mine", event_id="p1", revision=2,
         voided=True, occurred_at="2003-06-20T10:00:00Z"),
    fact("an open day", mine_id="closed-mine", event_id="p3", occurred_at="2003-06-01T10:00:00Z", quantity="4"),
]
COSTS = [
    expense("18 dollars", event_id="good-3", amount="18"),
    Row("a production event", b"a-mine", foreign.production(event_id="p"), "UNKNOWN_SCHEMA", "ProductionEvent"),
    expense("an unknown currency", "UNKNOWN_CURRENCY", "ZZZ", event_id="c1", currency="ZZZ"),
    expense("an unknown metal", "UNKNOWN_MATERIAL", "mithril", event_id="c2", metal="mithril"),
    expense("from after through", "BAD_PERIOD", "2003-07-01", event_id="c3", **{"from": "2003-07-01"}),
    expense("401 days", "BAD_PERIOD", "400", event_id="c4", **{"from": "2002-05-26"}),
    expense("ahead by 401 days", "BAD_PERIOD", "400", event_id="c5",
            **{"from": "2004-08-01", "through": "2004-08-09"}),
    expense("ahead by 400 days", mine_id="late-mine", event_id="c6", **{"from": "2004-08-01", "through": "2004-08-08"}),
    # 400 days before 8 August 2004 is 5 July 2003.
    expense("in reach", mine_id="late-mine", event_id="c7", **{"from": "2003-07-05", "through": "2003-07-06"}),
    expense("half out of reach", "TOO_LATE", "2003-07-04", mine_id="late-mine", event_id="c8",
            **{"from": "2003-07-04", "through": "2003-07-06"}),
    expense("an unknown mine", "UNKNOWN_MINE", "no-mine", mine_id="no-mine", event_id="c9"),
    # A day's total may be 10^27, and no more.
    expense("9 × 10^26", mine_id="deep-mine", event_id="d1", schema=WHOLE_AMOUNTS, scale=0, amount="9" + "0" * 26,
            **{"from": "2003-06-30"}),
    expense("too much for the day", "BAD_QUANTITY", "would overflow", mine_id="deep-mine", event_id="d2",
            schema=WHOLE_AMOUNTS, scale=0, amount="9" + "0" * 26, **{"from": "2003-06-30"}),
    expense("too much for any day", "BAD_QUANTITY", "amount", mine_id="deep-mine", event_id="d3", schema=WHOLE_AMOUNTS,
            scale=0, amount="2" + "0" * 27, **{"from": "2003-06-30"}),
    closing("the close", closed_through="2003-05-31"),
    expense("partly closed", "PERIOD_CLOSED", "2003-05-31", mine_id="closed-mine", event_id="e1",
            **{"from": "2003-05-31"}),
    expense("not closed", mine_id="closed-mine", event_id="e2"),
]
MINES = [
    Row("a mine", b"a-mine", mine("a-mine", interests=[interest("a-company", "0.5")])),
    *(Row("a mine", name.encode(), mine(name)) for name in ("closed-mine", "late-mine", "deep-mine")),
    Row("a zone of another world", b"x-mine", mine("x-mine", time_zone="Mars/Olympus"), "BAD_REFERENCE",
        "Mars/Olympus"),
    Row("shares above 1", b"a-mine",
        mine("a-mine", interests=[interest("a-company", "0.6"), interest("b-company", "0.5")]), "BAD_REFERENCE",
        "more than 1"),
    Row("another key", b"y-mine", mine("x-mine"), "BAD_REFERENCE", "y-mine"),
    Row("a key of no bytes", b"", mine("x-mine"), "BAD_REFERENCE", "key"),
    # The sentence, and the line in the log, show the beginning of it, but no part of a character.
    Row("a long word", b"x-mine", mine("x-mine", status="x" + "é" * 100), "BAD_REFERENCE", "status"),
    Row("another long word", b"x-mine", mine("x-mine", status="xx" + "é" * 100), "BAD_REFERENCE", "status"),
]
COMPANIES = [
    Row("a company", b"a-company", b'{"company_id":"a-company","name":"A company"}'),
    Row("no JSON", b"y", b"{not json", "BAD_REFERENCE", "JSON"),
    Row("a 13th month", b"a-company", b'{"company_id":"a-company","name":"B company","fiscal_year_start_month":13}',
        "BAD_REFERENCE", "fiscal_year_start_month"),
]
PRICES = [
    Row("no price", b"gold|2003-06", b'{"material":"gold","month":"2003-06","currency":"USD","unit":"OZT"}',
        "BAD_REFERENCE", "price"),
    Row("another month", b"gold|2003-07",
        b'{"material":"gold","month":"2003-06","price":"350","currency":"USD","unit":"OZT"}', "BAD_REFERENCE",
        "gold|2003-07"),
]
FX = [
    Row("a rate below 0", b"MXN|2003-06", b'{"currency":"MXN","month":"2003-06","per_usd":"-1"}', "BAD_REFERENCE",
        "per_usd"),
]
# Reference data first; what is bad among it changes nothing for the events.
TABLES = {"reference.mines": MINES, "reference.companies": COMPANIES, "market.prices": PRICES, "market.fx": FX,
          "mine.production": PRODUCTION, "mine.costs": COSTS}
DAEMON = {"mine.production": "headframe-production", "mine.costs": "headframe-costs"}  # the others: headframe-summary


def change_schema(directory, source, target, change):
    """Writes a schema made from one of ours."""
    schema = json.loads((directory / source).read_text())
    fields = {field["name"]: field for field in schema["fields"]}
    change(schema, fields)
    (directory / target).write_text(json.dumps(schema))


def add_schemas(directory):
    """Adds what this test's writers use."""
    def more_symbols(_, fields):
        fields["unit"]["type"]["symbols"].append("DWT")
        fields["stage"]["type"]["symbols"].append("STOCKPILED")

    production, costs = "1.ProductionEvent.avsc", "2.CostEvent.avsc"
    change_schema(directory, production, f"{FOREIGN_UNITS}.ProductionEvent.avsc", more_symbols)
    change_schema(directory, production, f"{FINE_QUANTITY}.ProductionEvent.avsc",
                  lambda _, fields: fields["quantity"]["type"].update(scale=7))
    change_schema(directory, costs, f"{WHOLE_AMOUNTS}.CostEvent.avsc",
                  lambda _, fields: fields["amount"]["type"].update(scale=0))
    change_schema(directory, production, f"{OTHER_TYPE}.ShiftReport.avsc",
                  lambda schema, _: schema.update(name="ShiftReport", fields=[]))
    change_schema(directory, production, f"{NO_QUANTITY}.ProductionEvent.avsc",
                  lambda schema, fields: schema["fields"].remove(fields["quantity"]))


class DeadLetters(harness.SystemTest):
    """One run with good and bad records mixed, one with large ones, and a restart."""

    settings = "publish_interval_ms=200\nafter_close=reject\ncorrection_horizon_days=400\n"

    def setUp(self):
        super().setUp()
        self.schemas = self.directory / "schemas"
        shutil.copytree(harness.SOURCE / "proto/avro", self.schemas)
        add_schemas(self.schemas)
        self.config = self.write_config()
        self.create_topics()
        self.sender = foreign.Sender(harness.bootstrap())
        self.sent = {}  # (topic, partition, offset) → its row, of those that must be refused

    def send(self, topic, rows, sender=None, **options):
        """Sends rows and remembers where they are."""
        options = {"headers": HEADERS, "timestamp": SENT, **options}
        places = (sender or self.sender).send(self.prefix + topic, [(row.key, row.value, options) for row in rows])
        self.sent.update({(topic, *place): row for place, row in zip(places, rows) if row.code})
        return places

    def letters(self):
        """Every dead letter by the coordinates it names; none of them twice."""
        table = {}
        for letter in foreign.read(harness.bootstrap(), self.prefix + "headframe.dead-letters"):
            headers = {name: value for name, value in letter.headers if name in OWN_HEADERS}
            place = (headers["headframe-topic"].decode().removeprefix(self.prefix),
                     int(headers["headframe-partition"]), int(headers["headframe-offset"]))
            self.assertNotIn(place, table, f"twice: {letter.headers}")
            table[place] = letter
        return table

    def await_letters(self):
        """Dead letters once there are as many as were provoked, or more."""
        harness.wait_until(lambda: len(self.letters()) >= len(self.sent), "as many dead letters as bad records")
        return self.letters()

    def await_figure(self, topic, key, words):
        """Until the latest summary under a key holds words."""
        harness.wait_until(lambda: words in (self.latest(topic, key) or ""), f"{words} in {topic} {key}")

    def send_everywhere(self, topic, row, right_partition):
        """Sends a record to every partition but its own."""
        for partition in set(range(self.partitions)) - {right_partition}:
            self.send(topic, [row], partition=partition)

    def check(self, place, row, letter):
        """The letter carries the record as it came, and says why and where it was refused."""
        topic, partition, offset = place
        self.assertEqual((row.key, row.value), (letter.key, letter.value))
        self.assertEqual(HEADERS, letter.headers[:len(HEADERS)])
        own = letter.headers[len(HEADERS):]
        self.assertEqual(OWN_HEADERS, [name for name, _ in own])
        values = {name: value.decode() for name, value in own}
        self.assertEqual([row.code, self.prefix + topic, str(partition), str(offset),
                          DAEMON.get(topic, "headframe-summary")], [values[name] for name in OWN_HEADERS
                                                                    if name != "headframe-detail"])
        self.assertIn(row.words, values["headframe-detail"])

    def check_figures(self):
        """What was taken beside what was refused."""
        month = json.loads(self.latest("company.summaries", "a-company|month|2003-06"))
        self.assertEqual("A company", month["company"]["name"])
        self.assertEqual(["6.000", "12.000"], [month["production"][0][name] for name in ("attributable",
                                                                                        "hundred_percent")])
        self.assertEqual("9.00", month["unit_costs"][0]["cash_operating"]["after_credits"])
        deep = json.loads(self.latest("mine.summaries", "deep-mine|day|2003-06-30"))
        self.assertEqual(("100000000000000.000", 2),
                         tuple(deep["production"][0][name] for name in ("quantity", "events")))
        month = json.loads(self.latest("mine.summaries", "deep-mine|month|2003-06"))
        self.assertEqual("9" + "0" * 26 + ".00", month["costs"][0]["amount"])
        may = json.loads(self.latest("mine.summaries", "closed-mine|month|2003-05"))
        self.assertEqual(("3.000", 0), (may["production"][0]["quantity"], may["restatements"]))

    def test_each_code(self):
        self.start_all()
        for topic, rows in TABLES.items():
            right = self.send(topic, rows)[0][0]
            if topic in DAEMON:  # the first row of each is a good record of a-mine
                self.send_everywhere(topic, rows[0]._replace(code="WRONG_PARTITION", words="Murmur2"), right)
        self.send_everywhere("mine.production",
                             Row("a close", b"a-mine", foreign.close(), "WRONG_PARTITION", "a-mine"), right)
        letters = self.await_letters()
        for place, row in self.sent.items():
            with self.subTest(f"{place[0]}: {row.what}"):
                self.assertIn(place, letters)
                self.check(place, row, letters[place])
        self.assertEqual({}, {place: letter.headers for place, letter in letters.items() if place not in self.sent})
        self.assertEqual(set(CODES), {row.code for row in self.sent.values()})
        self.await_figure("company.summaries", "a-company|month|2003-06", '"after_credits":"9.00"')
        self.await_figure("mine.summaries", "closed-mine|month|2003-06", '"quantity":"4.000"')
        self.await_figure("mine.summaries", "deep-mine|month|2003-06", '"currency":"USD"')
        self.check_figures()
        for daemon in self.daemons.values():
            self.assertIsNone(daemon.process.poll(), f"{daemon.name} stopped: {daemon.tail()}")

    def test_large_records(self):
        """What fits goes on whole; of what does not, coordinates and a digest."""
        self.start("headframe-production")
        self.send("reference.mines", MINES[:1])
        largest = foreign.framed(4711, b"x" * (SIZE_LIMIT - 500))
        rows = [Row("as large as can be sent", b"a-mine", largest, "UNKNOWN_SCHEMA", "4711"),
                Row("the same", b"a-mine", largest, "UNKNOWN_SCHEMA", "4711"),
                Row("one byte is another", b"a-mine", largest[:-1] + b"y", "UNKNOWN_SCHEMA", "4711"),
                Row("larger once unpacked", b"a-mine", foreign.framed(4711, bytes(12 << 20)), "UNKNOWN_SCHEMA", "4711")]
        sender = foreign.Sender(harness.bootstrap(), message_max_bytes=64 << 20, compression_type="lz4")
        plain = foreign.Sender(harness.bootstrap(), message_max_bytes=SIZE_LIMIT)
        whole = Row("room for headers", b"a-mine", foreign.framed(4711, b"x" * (SIZE_LIMIT - (70 << 10))),
                    "UNKNOWN_SCHEMA", "4711")
        self.send("mine.production", [*rows[:3], whole], plain)
        self.send("mine.production", rows[3:], sender)
        letters = self.await_letters()
        self.assertEqual(set(self.sent), set(letters))
        digests = []
        for place, row in self.sent.items():
            if row is whole:
                self.check(place, row, letters[place])
                continue
            self.assertIsNone(letters[place].value)
            headers = dict(letters[place].headers)
            self.assertEqual([*OWN_HEADERS, "headframe-digest"], list(headers))
            self.assertEqual(row.code.encode(), headers["headframe-error"])
            digests.append(headers["headframe-digest"].decode())
            self.assertRegex(digests[-1], rf"^xxh3-128:[0-9a-f]{{32}} bytes:{len(row.value)}$")
        self.assertEqual([2, 1, 1], list(collections.Counter(digests).values()))
        self.assertIsNone(self.daemons["headframe-production"].process.poll())

    def test_many_small_headers(self):
        """Lengths count, too: a letter that Kafka would refuse for its size would hold up its partition for ever."""
        self.start("headframe-production")
        self.send("reference.mines", MINES[:1])
        count = 40000
        packed = foreign.Sender(harness.bootstrap(), message_max_bytes=64 << 20, compression_type="lz4")
        self.send("mine.production", [Row("many headers", b"a-mine",
                                          foreign.framed(4711, bytes(SIZE_LIMIT - (65 << 10) - count)),
                                          "UNKNOWN_SCHEMA", "4711")], packed, headers=[("h", b"")] * count)
        self.send("mine.production", PRODUCTION[3:4])
        self.assertEqual(set(self.sent), set(self.await_letters()))

    def test_a_restart_writes_no_letter_again(self):
        self.start_all()
        self.send("reference.mines", MINES)
        self.send("mine.production", PRODUCTION[:4])
        self.send("mine.costs", COSTS[:3])
        self.await_letters()
        lengths = {name: len(daemon.log.read_text()) for name, daemon in self.daemons.items()}
        for name in list(self.daemons):
            self.stop(name)
            self.daemons[name].start()
        for name, length in lengths.items():
            harness.wait_until(lambda name=name, length=length: "event=serving" in
                               self.daemons[name].log.read_text()[length:], f"{name} serves again")
        self.send("mine.production", PRODUCTION[4:5])
        self.assertEqual(set(self.sent), set(self.await_letters()))


if __name__ == "__main__":
    unittest.main()
