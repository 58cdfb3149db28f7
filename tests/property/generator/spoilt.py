# SPDX-License-Identifier: Apache-2.0
"""Decides what random worlds hold that must be refused, and what lies just on the good side of a limit."""

import json

import avro
from murmur2 import partition_of

from . import days, tables

OTHER_WRITER, TOO_FINE = 11, 12  # of tests/property/schemas
QUINTAL = 4  # the unit of the other writer that nobody else has


def fits_other_writer(event):
    """Can the other writer's schema say it?"""
    return (event["type"] == "ProductionEvent" and event["source"] is None and
            len(event["quantity"].partition(".")[2].rstrip("0")) <= 2)


def event_record(scene, facts, book):
    """A step with a spoilt record of an event topic, or None where the kind does not apply here."""
    makers = [raw, raw, wrong_type, misplaced, keyless, other_key, unknown_mine, unknown_word, unknown_word, bad_id,
              negative, timely, timely, large, scale]
    return scene.rng.choice(makers)(scene, facts, book)


def record(scene, book, event, note, **more):
    """A step around an event."""
    return {"do": "record", "topic": book.topic, "timestamp": scene.timestamp(), "key": event["mine_id"],
            "event": event, "note": note, **more}


def raw_record(scene, book, data, code):
    """A step around bytes."""
    return {"do": "record", "topic": book.topic, "timestamp": scene.timestamp(), "key": book.mine_id,
            "raw": None if data is None else data.hex(), "code": code, "note": "raw"}


def raw(scene, facts, book):
    """Bytes that are no event of any schema."""
    good = avro.framed(facts.new(book))
    unknown = good[:1] + (4711).to_bytes(4, "big") + good[5:]
    data, code = scene.rng.choice((
        (b"", "MALFORMED"), (None, "MALFORMED"), (b"hello", "MALFORMED"), (b"\0", "MALFORMED"),
        (good[:-3], "MALFORMED"), (good + b"!!", "MALFORMED"), (b"\1" + good[1:], "MALFORMED"),
        (good[:5] + avro.long(1 << 40) + good[6:], "MALFORMED"), (good[:5] + b"\xff" * 11, "MALFORMED"),
        (unknown, "UNKNOWN_SCHEMA"), (b"\0\xff\xff\xff\xff", "UNKNOWN_SCHEMA")))
    return raw_record(scene, book, data, code)


def wrong_type(scene, facts, book):
    """An event of the other topic."""
    other = type(book)(scene, book.reference, "mine.costs" if book.topic == "mine.production" else "mine.production",
                       book.mine_id)
    return record(scene, book, facts.new(other), "event of the other topic")


def misplaced(scene, facts, book):
    """A record on a partition where its key does not belong."""
    partitions = scene.settings["partitions"]
    if partitions == 1:
        return None
    home = partition_of(book.mine_id.encode(), partitions)
    return record(scene, book, facts.new(book), "wrong partition", partition=(home + 1) % partitions)


def keyless(scene, facts, book):
    """A record without a key."""
    return record(scene, book, facts.new(book), "no key", key=None, partition=0)


def other_key(scene, facts, book):
    """A record under the key of another mine, or of none."""
    event = any_event(scene, facts, book)
    return record(scene, book, event, "other key",
                  key=scene.rng.choice([each for each in tables.MINE_IDS if each != book.mine_id] + [""]))


def any_event(scene, facts, book):
    """A good event of any type."""
    return scene.rng.choice((lambda: facts.new(book), lambda: facts.close(book, scene.recent_day()),
                             lambda: facts.decision(book, "e0", 0, True)))()


def unknown_mine(scene, facts, book):
    """An event of a mine that is not on reference.mines."""
    event = {**any_event(scene, facts, book), "mine_id": scene.rng.choice(("nowhere", "no-mine", "Greens-Creek"))}
    return record(scene, book, event, "unknown mine")


def unknown_word(scene, facts, book):
    """A material or a currency that does not exist."""
    event = facts.new(book)
    if "material" in event:
        event["material"] = scene.rng.choice(("mithril", "Gold", "", "silver "))
    elif scene.chance(0.5):
        event["currency"] = scene.rng.choice(("ZZZ", "usd", "", "US$"))
    else:
        event["metal"] = scene.rng.choice(("mithril", "ZINC", ""))
    return record(scene, book, event, "unknown word")


def bad_id(scene, facts, book):
    """An identifier that is none."""
    wrong = scene.rng.choice(("", "a|b", "x" * 65, "é" * 32 + "x", "bell\u0007", "del\u007f", "c1\u0085"))
    event = facts.new(book)
    name = "event_id" if scene.chance(0.7) else "mine_id"
    return record(scene, book, {**event, name: wrong}, "bad id")


def negative(scene, facts, book):
    """A negative revision."""
    return record(scene, book, {**facts.new(book), "revision": scene.rng.choice((-1, -2**31))}, "negative revision")


def timely(scene, facts, book):
    """A time at a limit, on either side of it. The tracker is told nothing: next to none of these stands."""
    step = record(scene, book, facts.new(book), "time at a limit")
    if scene.chance(0.4) and not scene.on_kafka:  # so that it is the end of all time that decides
        step["timestamp"] = days.midnight_ms(days.date(tables.LAST_DAY)) + days.DAY_MS
    event, now = step["event"], step["timestamp"]
    today = days.EPOCH.date().fromordinal(days.EPOCH.toordinal() + now // days.DAY_MS)
    if scene.chance(0.3):
        through = scene.rng.choice((days.moved(today, 1), days.moved(today, 2), days.date("1800-01-01"), "1799-12-31",
                                    "2300-01-01"))
        step["event"] = facts.close(book, through)
    elif "occurred_at" in event:
        first = days.midnight_ms(days.date("1800-01-01"))
        last = days.midnight_ms(days.date("2299-12-31")) + days.DAY_MS
        event["occurred_at"] = scene.rng.choice((now + days.DAY_MS, now + days.DAY_MS + 1, first, first - 1, last,
                                                 last - 1, -2**63, 2**63 - 1))
    else:
        limits = ((today, days.moved(today, 400)), (today, "+1"), ("1799-12-31", "1800-01-05"),
                  ("1800-01-01", "1800-01-02"), ("2299-12-01", "2300-01-01"), ("2299-12-01", "2299-12-31"),
                  (today, days.moved(today, -1)),
                  (days.moved(today, -400), today), (days.moved(today, -399), today))
        first, last = scene.rng.choice(limits)
        last = days.moved(today, 401) if last == "+1" else last
        event.update({"from": str(first), "through": str(last)})
    return step


def large(scene, facts, book):
    """A mass or amount at the limit, or beyond it."""
    event = facts.new(book)
    if not book.mine():
        return None  # a number of too many digits is refused before the mine is looked up, a large one after
    if "quantity" in event:
        number = scene.rng.choice(("100000000000000", "100000000000000.000001", "-100000000000001", "9" * 22, "9" * 40,
                                    "-100000000000000"))
        event.update({"unit": "T", "quantity": number})
    else:
        event["amount"] = number = scene.rng.choice(("9" * 22 + ".999999", "-1" + "0" * 28, "9" * 40))
    if len(number) < 30:
        book.take(event)
    return record(scene, book, event, "large")


def scale(scene, facts, book):
    """Ten-millionths, or a unit that only the other writer knows."""
    if book.topic != "mine.production":
        return None
    event = {**facts.new(book), "quantity": "1.25", "unit": "KG", "source": None}
    if scene.chance(0.5):
        return raw_record(scene, book, avro.framed({**event, "quantity": "0.0000001"}, TOO_FINE), "BAD_QUANTITY")
    names = {"type": "enum", "symbols": avro.SCHEMAS[OTHER_WRITER]["fields"][5]["type"]["symbols"]}
    assert names["symbols"][QUINTAL] == "QUINTAL"
    return raw_record(scene, book, avro.framed({**event, "unit": "QUINTAL"}, OTHER_WRITER), "BAD_UNIT")


# --- reference data ---

def spoil_mine(scene, reference):
    """(key, value) of a mine's record that must be refused."""
    key = scene.rng.choice(scene.mines)
    value = reference.mine(key)
    owner = scene.companies[0]
    above = [{"company_id": owner, "from": "1800-01-01", "share": "0.6"},
             {"company_id": "another", "from": "2000-01-01", "share": "0.400001"}]
    interest = {"company_id": owner, "from": "2000-01-01", "share": "0.5"}
    spoilt = scene.rng.choice((
        {"time_zone": "Mars/Olympus"}, {"time_zone": ""}, {"time_zone": None}, {"day_start": "24:00"},
        {"day_start": "7:00"}, {"day_named_by": "middle"}, {"status": "closed"}, {"by_product_credits": "none"},
        {"units": {"gold": "OZ"}}, {"interests": above}, {"interests": above}, {"interests": above[::-1]},
        {"interests": [{**interest, "share": "1.1"}]}, {"interests": [{**interest, "share": "-0.5"}]},
        {"interests": [{**interest, "from": "2003-02-30"}]}, {"interests": [{**interest, "company_id": "a|b"}]},
        {"interests": {}}, {"mine_id": "someone-else"}, {"mine_id": None}, {"name": 7}))
    return "reference.mines", key, {**value, **spoilt}


def spoil_company(scene, reference):
    """(key, value) of a company's record that must be refused."""
    key = scene.rng.choice(scene.companies)
    spoilt = scene.rng.choice((
        {"fiscal_year_start_month": 13}, {"fiscal_year_start_month": 0}, {"fiscal_year_start_month": "1"},
        {"reporting_currency": "ZZZ"}, {"reporting_currency": "usd"}, {"units": {"lead": "stone"}},
        {"company_id": "other"}, {"units": []}))
    return "reference.companies", key, {**reference.company(key), **spoilt}


def spoil_market(scene, _reference):
    """(key, value) of a rate or a price that must be refused."""
    month = f"{scene.base.year:04d}-{scene.base.month:02d}"
    rate = {"currency": "CAD", "month": month, "per_usd": "1.3"}
    price = {"material": "gold", "month": month, "price": "300", "currency": "USD", "unit": "OZT"}
    return scene.rng.choice((
        ("market.fx", f"CAD|{month}", {**rate, "per_usd": "0"}),
        ("market.fx", f"CAD|{month}", {**rate, "per_usd": "-1"}),
        ("market.fx", f"CAD|{month}", {**rate, "per_usd": "1e3"}), ("market.fx", f"MXN|{month}", rate),
        ("market.fx", "CAD|2003-13", {**rate, "month": "2003-13"}),
        ("market.fx", f"CAD|{month}", {**rate, "per_usd": scene.rng.choice((None, True, [], {}, 0, -1.5))}),
        ("market.prices", f"gold|{month}", {**price, scene.rng.choice(list(price)): None}),
        ("market.prices", f"gold|{month}", {**price, "price": "0.00"}),
        ("market.prices", f"gold|{month}", {**price, "unit": "oz"}),
        ("market.prices", f"gold|{month}", {**price, "currency": "ZZZ"}),
        ("market.prices", f"mithril|{month}", {**price, "material": "mithril"}),
        ("market.prices", f"silver|{month}", price)))


def not_json(scene, _reference):
    """(key, text) where a JSON object should be."""
    topic, key = scene.rng.choice((("reference.mines", scene.mines[0]), ("reference.companies", scene.companies[0]),
                                   ("market.fx", "CAD|2003-06"), ("market.prices", "gold|2003-06")))
    return topic, key, scene.rng.choice(("", "{", "null", "[]", "7", '"text"', '{"a":1}', "{not json",
                                         json.dumps({"mine_id": key})[:-1]))


def reference_record(scene, reference):
    """A step with a spoilt record of a reference topic."""
    topic, key, value = scene.rng.choice((spoil_mine, spoil_mine, spoil_company, spoil_market, not_json))(scene,
                                                                                                          reference)
    return {"do": "record", "topic": topic, "timestamp": scene.timestamp(), "key": key, "value": value,
            "note": "spoilt reference"}
