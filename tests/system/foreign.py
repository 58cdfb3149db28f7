# SPDX-License-Identifier: Apache-2.0
"""A foreign producer: Avro written by hand in Python, sent with Confluent's client, sharing no code with headframe."""

import datetime
import struct
from decimal import Decimal

import confluent_kafka

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
STAGES = "MINED MILLED CONTAINED PRODUCED PAYABLE SOLD".split()
UNITS = "OZT LB KG G T ST".split()
QUALITIES = "ESTIMATE WEIGHED ASSAYED SETTLED".split()
ELEMENTS = ("MINING PROCESSING SITE_ADMINISTRATION DEVELOPMENT TREATMENT_REFINING INVENTORY_CHANGE OTHER_OPERATING "
            "ROYALTY PRODUCTION_TAX DEPRECIATION RECLAMATION SUSTAINING_CAPITAL SUSTAINING_EXPLORATION "
            "CORPORATE_ADMINISTRATION BY_PRODUCT_CREDIT EXPLORATION GROWTH_CAPITAL").split()


def long(number):
    """Avro's zig-zag varint."""
    value, out = (number << 1) ^ (number >> 63), b""
    value &= (1 << 64) - 1
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def text(value):
    """An Avro string; bytes are taken as they are."""
    data = value if isinstance(value, bytes) else value.encode()
    return long(len(data)) + data


def nullable(value):
    """["null", "string"]."""
    return long(0) if value is None else long(1) + text(value)


def decimal(value):
    """bytes, logicalType decimal, scale 6."""
    number = int(Decimal(value) * 10**6)
    data = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    return long(len(data)) + data


def milliseconds(iso):
    """timestamp-millis of an ISO 8601 instant."""
    return (datetime.datetime.fromisoformat(iso.replace("Z", "+00:00")) - EPOCH) // datetime.timedelta(milliseconds=1)


def days(iso):
    """date of YYYY-MM-DD."""
    return (datetime.date.fromisoformat(iso) - EPOCH.date()).days


def framed(schema_id, body):
    """Confluent's wire format."""
    return struct.pack(">BI", 0, schema_id) + body


def identity(event):
    """The first four fields of both events."""
    return (text(event["event_id"]) + long(event.get("revision", 0)) + (b"\1" if event.get("voided") else b"\0") +
            text(event["mine_id"]))


def production(**event):
    """A ProductionEvent with sensible defaults."""
    event = {"mine_id": "a-mine", "occurred_at": "2003-06-30T20:00:00Z", "material": "silver", "stage": "PRODUCED",
             "quantity": "1", "unit": "OZT", "quality": "WEIGHED", **event}
    return framed(1, identity(event) + long(milliseconds(event["occurred_at"])) + text(event["material"]) +
                  long(STAGES.index(event["stage"])) + decimal(event["quantity"]) + long(UNITS.index(event["unit"])) +
                  long(QUALITIES.index(event["quality"])) + nullable(event.get("source")))


def cost(**event):
    """A CostEvent with sensible defaults."""
    event = {"mine_id": "a-mine", "from": "2003-06-01", "through": "2003-06-30", "element": "MINING", "amount": "30",
             "currency": "USD", **event}
    return framed(2, identity(event) + long(days(event["from"])) + long(days(event["through"])) +
                  long(ELEMENTS.index(event["element"])) + nullable(event.get("metal")) + decimal(event["amount"]) +
                  text(event["currency"]) + nullable(event.get("source")))


def producer(servers):
    """A producer that places keys as Java's does."""
    return confluent_kafka.Producer({"bootstrap.servers": servers, "partitioner": "murmur2_random"})


def dead_letters(servers, topic, count, patience_s=60):
    """Reads count records of the topic, read_committed: [(key, value, headers as a dict of text)]."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": "reader-of-" + topic,
                                         "auto.offset.reset": "earliest", "isolation.level": "read_committed",
                                         "enable.auto.commit": False})
    consumer.subscribe([topic])
    found, deadline = [], datetime.datetime.now() + datetime.timedelta(seconds=patience_s)
    while datetime.datetime.now() < deadline:
        message = consumer.poll(0.5 if len(found) < count else 2)
        if message is None:
            if len(found) >= count:
                break
            continue
        if not message.error():
            headers = {name: (value or b"").decode() for name, value in message.headers() or []}
            found.append((message.key(), message.value(), headers))
    consumer.close()
    return found
