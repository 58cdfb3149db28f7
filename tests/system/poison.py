# SPDX-License-Identifier: Apache-2.0
"""Hostile records and good ones, from a seed: what is sent, and what must become of it.

Most are a good record with one thing wrong, so that everything before it is read; the others are no record at all. All
are sent under the timestamp of SENT. A record is (key, value, options of Producer.produce, code), without a code it is
good: it counts, or repeats one that did."""

import json
import random
import struct

import foreign

SENT = foreign.milliseconds("2003-07-05T12:00:00Z")
MINES = [f"mine-{number}" for number in range(12)]
SIZE_LIMIT = 8 << 20
# Writer's schemas that only this generator knows: one with fields that headframe does not read, one too deep for it,
# one whose decimals are too fine.
STRANGE, TOO_DEEP, TOO_FINE = 21, 22, 23
NOT_UTF8 = (b"\xff\xfe", b"Gr\xfcn", b"a\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80")
LENGTHS = (foreign.long((1 << 63) - 1), foreign.long(-1 << 63), foreign.long(-1), foreign.long(1 << 40),
           b"\xff" * 10 + b"\1", b"\xff" * 11, b"\x80" * 20, b"\xff" * 9 + b"\2")
BRANCHES = (foreign.long(2), foreign.long(-1), foreign.long(1 << 31), foreign.long(1 << 62), b"\xff" * 11)
IDS = (b"", b"a|b", b"a\nb", b"x" * 65, b"\x7f", b"\xff\xfe", b"a\0b", b"\xc2\x85")


def add_schemas(directory):
    """Writes the schemas into a schema directory."""
    schema = json.loads((directory / "1.ProductionEvent.avsc").read_text())
    union = ["null", "string", "long", {"type": "map", "values": ["null", {"type": "array", "items": "double"}]},
             {"type": "fixed", "name": "Sixteen", "size": 16}]
    strange = {**schema, "fields": [{"name": "before", "type": union}, *schema["fields"],
                                    {"name": "after", "type": {"type": "array", "items": "null"}}]}
    deep = "long"
    for _ in range(12):
        deep = {"type": "array", "items": ["null", deep]}
    too_deep = {**schema, "fields": [*schema["fields"], {"name": "deep", "type": deep}]}
    too_fine = json.loads(json.dumps(schema))
    for field in too_fine["fields"]:
        if field["name"] == "quantity":
            field["type"]["scale"] = 7
    for number, content in ((STRANGE, strange), (TOO_DEEP, too_deep), (TOO_FINE, too_fine)):
        (directory / f"{number}.ProductionEvent.avsc").write_text(json.dumps(content))


class Poison:
    """Makes records; counts what must come of the good ones."""

    def __init__(self, topic, seed, partition_of):
        self.random = random.Random(f"{seed} {topic}")
        self.topic, self.partition_of = topic, partition_of
        self.count = 0
        self.totals = {mine: [0, 0] for mine in MINES}  # mine → [good facts, their sum]
        self.last = None  # the last good fact: mine, event and its bytes
        self.is_production = topic == "mine.production"
        self.kinds = self.common_kinds() + (self.production_kinds() if self.is_production else self.cost_kinds())

    # --- good records ---

    def event(self, **changes):
        """Bytes of an event of a fresh fact with some fields changed; returns (mine, bytes)."""
        self.count += 1
        event = {"mine_id": self.random.choice(MINES), "event_id": f"{self.random.getrandbits(40):x}-{self.count}",
                 **changes}
        return event["mine_id"], (foreign.production if self.is_production else foreign.cost)(**event)

    def good(self):
        """A fact that counts."""
        number = self.random.randrange(1, 1000)
        mine = self.random.choice(MINES)
        changes = {"event_id": f"good-{self.count}", "mine_id": mine}
        if self.is_production:
            changes |= {"quantity": number, "occurred_at": f"2003-0{number % 6 + 1}-15T10:00:00Z"}
        else:
            changes |= {"amount": number, "from": f"2003-0{number % 6 + 1}-01"}
        if number % 10 == 0 and self.is_production:
            value = self.strange(changes)
        else:
            value = self.event(**changes)[1]
        self.last = mine, changes, value
        self.totals[mine][0] += 1
        self.totals[mine][1] += number
        return mine.encode(), value, {}, None

    def strange(self, changes, before=b"\0", after=b"\0"):
        """An event by the schema with fields that headframe does not read."""
        value = self.event(**changes)[1]
        return foreign.framed(STRANGE, before + value[5:] + after)

    def again(self):
        """The last good fact once more, which changes nothing."""
        mine, _, value = self.last
        return mine.encode(), value, {}, None

    # --- bad records, by kind ---

    def spoilt(self, code, **changes):
        """A fact with a field that must be refused."""
        mine, value = self.event(**changes)
        return mine if isinstance(mine, bytes) else mine.encode(), value, {}, code

    def spliced(self, piece, replacements, code="MALFORMED"):
        """A fact whose bytes hold a wrong piece in the place of a right one."""
        mine, value = self.event(source="SOURCE")
        assert value.count(piece) == 1
        return mine.encode(), value.replace(piece, self.random.choice(replacements)), {}, code

    def raw(self, value):
        """Bytes that are no record."""
        return self.random.choice(MINES).encode(), value, {}, "MALFORMED"

    def cut(self):
        """A record that ends too early."""
        mine, value = self.event(source="cut")
        return mine.encode(), value[:self.random.randrange(len(value))], {}, "MALFORMED"

    def noise(self):
        """Random bytes behind a right frame or a wrong one."""
        length = self.random.randrange(1, 200)
        return self.raw(bytes([self.random.randrange(1, 256)]) + self.random.randbytes(length))

    def unknown_schema(self):
        """A schema id that nobody knows."""
        mine, value = self.event()
        number = self.random.choice((0, 4711, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, TOO_DEEP))
        return mine.encode(), struct.pack(">BI", 0, number) + value[5:], {}, "UNKNOWN_SCHEMA"

    def keyed(self, key):
        """A good fact under another key."""
        return key, self.event()[1], {}, "KEY_MISMATCH"

    def misplaced(self):
        """A good fact on a partition that is not its key's."""
        mine, value = self.event()
        right, count = self.partition_of(mine.encode())
        return mine.encode(), value, {"partition": (right + self.random.randrange(1, count)) % count}, "WRONG_PARTITION"

    def conflict(self):
        """The last good fact with another body."""
        if not self.last:
            return self.cut()
        mine, changes, _ = self.last
        return mine.encode(), self.event(**{**changes, "source": f"{self.count}"})[1], {}, "REVISION_CONFLICT"

    def with_headers(self):
        """Headers that are many or large, null, empty, and of a name of ours."""
        many = [(f"header-{i}", self.random.randbytes(8)) for i in range(self.random.choice((1, 300)))]
        large = [("large", b"h" * self.random.choice((10, 60_000)))]
        headers = [("null", None), ("", b"no name"), *many, *large, ("headframe-error", b"OLDER"), ("null", b"")]
        return *self.cut()[:2], {"headers": headers}, "MALFORMED"

    def common_kinds(self):
        """Of both topics."""
        return [self.cut, self.cut, self.noise, self.unknown_schema, self.misplaced, self.conflict, self.with_headers,
                lambda: self.raw(None), lambda: self.raw(b""), lambda: self.raw(b'{"json":true}'),
                lambda: (None, *self.cut()[1:]), lambda: (b"", *self.noise()[1:]), lambda: self.keyed(None),
                lambda: self.keyed(b""), lambda: self.keyed(b"k" * 60_000), lambda: self.keyed(b"\xff\0"),
                lambda: self.raw(self.event()[1] + self.random.randbytes(self.random.randrange(1, 99))),
                lambda: self.raw(struct.pack(">BI", 0, 1 if self.is_production else 2) +
                                 self.random.choice(LENGTHS) + b"x" * 20),
                lambda: self.spliced(b"\2\x0cSOURCE", BRANCHES),
                lambda: self.spliced(b"\x0cSOURCE", LENGTHS),
                lambda: self.spoilt("MALFORMED", source=self.random.choice(NOT_UTF8)),
                lambda: self.spoilt("MALFORMED", revision=-self.random.randrange(1, 1 << 31)),
                lambda: self.spoilt("BAD_ID", event_id=self.random.choice(IDS)),
                lambda: self.spoilt("BAD_ID", mine_id=self.random.choice(IDS)),
                lambda: self.spoilt("UNKNOWN_MINE", mine_id=f"nowhere-{self.random.randrange(1 << 30)}")]

    def production_kinds(self):
        """Of production events."""
        date = {"occurred_at": "2003-06-30T20:00:00Z"}
        return [lambda: (*self.raw(foreign.cost(event_id="c"))[:3], "UNKNOWN_SCHEMA"),
                lambda: self.spoilt("UNKNOWN_MATERIAL", material=f"ore-{self.random.getrandbits(30)}"),
                lambda: self.spoilt("MALFORMED", material=self.random.choice(NOT_UTF8)),
                lambda: self.spoilt("BAD_QUANTITY", quantity="9" * self.random.choice((23, 60, 900))),
                lambda: self.spoilt("BAD_QUANTITY", schema=TOO_FINE, scale=7),
                lambda: self.spoilt("BAD_QUANTITY", quantity="-9" + "0" * 21, unit="T"),
                lambda: self.spoilt("BAD_TIME", occurred_at="1799-12-31T23:59:59Z"),
                lambda: self.spoilt("BAD_TIME", occurred_at="2003-07-06T12:00:01Z"),
                lambda: self.raw(self.strange(date, before=self.random.choice(BRANCHES + (foreign.long(5),)))),
                lambda: self.raw(self.strange(date, before=foreign.long(1) + self.random.choice(LENGTHS))),
                lambda: self.raw(self.strange(date, before=foreign.long(3) + self.random.choice(LENGTHS))),
                lambda: self.raw(self.strange(date, after=foreign.long(1 << 62) + b"\0")),
                lambda: self.raw(self.strange(date, after=foreign.long(-1 << 63) + b"\0"))]

    def cost_kinds(self):
        """Of cost events."""
        return [lambda: (*self.raw(foreign.production(event_id="p"))[:3], "UNKNOWN_SCHEMA"),
                lambda: self.spoilt("UNKNOWN_CURRENCY", currency="ZZZ"),
                lambda: self.spoilt("MALFORMED", currency=self.random.choice(NOT_UTF8)),
                lambda: self.spoilt("UNKNOWN_MATERIAL", metal="mithril"),
                lambda: self.spoilt("MALFORMED", metal=self.random.choice(NOT_UTF8)),
                lambda: self.spoilt("BAD_QUANTITY", amount="9" * self.random.choice((23, 60, 900))),
                lambda: self.spoilt("BAD_PERIOD", **{"from": "2003-07-01"}),
                lambda: self.spoilt("BAD_PERIOD", **{"from": "2002-05-26"}),
                lambda: self.spoilt("BAD_PERIOD", **{"from": "2004-08-01", "through": "2004-08-09"})]

    def large(self, size):
        """A record of many bytes, which no schema knows."""
        value = foreign.framed(4711, self.random.randbytes(1024) * (size // 1024))
        return self.random.choice(MINES).encode(), value, {}, "UNKNOWN_SCHEMA"

    def records(self, count):
        """That many records; about half of them are good. One in 2,500 is large, some as large as Kafka takes."""
        for number in range(count):
            if number % 2500 == 100:
                yield self.large(SIZE_LIMIT - 80_000 if number % 25_000 == 100 else 1 << 20 if number % 2 else 200_000)
            elif self.random.random() < 0.5:
                yield self.good() if not self.last or self.random.random() < 0.9 else self.again()
            else:
                yield self.random.choice(self.kinds)()
