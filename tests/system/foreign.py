# SPDX-License-Identifier: Apache-2.0
"""A foreign producer: Avro written by hand in Python, sent with Confluent's client, sharing no code with headframe."""

import ctypes
import datetime
import struct
from decimal import Decimal
from typing import NamedTuple

import confluent_kafka

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
# The last stage and the last unit stand only in a writer's schema that a test makes.
STAGES = "MINED MILLED CONTAINED PRODUCED PAYABLE SOLD STOCKPILED".split()
UNITS = "OZT LB KG G T ST DWT".split()
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


def decimal(value, scale=6):
    """bytes, logicalType decimal."""
    number = int(Decimal(value).scaleb(scale))
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


def production(schema=1, scale=6, **event):
    """A ProductionEvent with sensible defaults."""
    event = {"mine_id": "a-mine", "occurred_at": "2003-06-30T20:00:00Z", "material": "silver", "stage": "PRODUCED",
             "quantity": "1", "unit": "OZT", "quality": "WEIGHED", **event}
    return framed(schema, identity(event) + long(milliseconds(event["occurred_at"])) + text(event["material"]) +
                  long(STAGES.index(event["stage"])) + decimal(event["quantity"], scale) +
                  long(UNITS.index(event["unit"])) + long(QUALITIES.index(event["quality"])) +
                  nullable(event.get("source")))


def cost(schema=2, scale=6, **event):
    """A CostEvent with sensible defaults."""
    event = {"mine_id": "a-mine", "from": "2003-06-01", "through": "2003-06-30", "element": "MINING", "amount": "30",
             "currency": "USD", **event}
    return framed(schema, identity(event) + long(days(event["from"])) + long(days(event["through"])) +
                  long(ELEMENTS.index(event["element"])) + nullable(event.get("metal")) +
                  decimal(event["amount"], scale) + text(event["currency"]) + nullable(event.get("source")))


def close(**event):
    """A PeriodClose with sensible defaults."""
    event = {"mine_id": "a-mine", "closed_through": "2003-06-30", "by": "controller", "at": "2003-07-05T12:00:00Z",
             **event}
    return framed(3, text(event["mine_id"]) + long(days(event["closed_through"])) + text(event["by"]) +
                  long(milliseconds(event["at"])))


def decision(**event):
    """A QuarantineDecision with sensible defaults."""
    event = {"mine_id": "a-mine", "accept": True, "by": "controller", "at": "2003-07-05T12:00:00Z", **event}
    return framed(4, text(event["mine_id"]) + text(event["event_id"]) + long(event["revision"]) +
                  (b"\1" if event["accept"] else b"\0") + text(event["by"]) + long(milliseconds(event["at"])))


class Record(NamedTuple):
    """A record as a consumer sees it; headers are (name, bytes or None), in order."""
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: list


class Sender:
    """Sends records in order, each key to the partition where Java's clients put it."""

    def __init__(self, servers, **properties):
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": servers, "partitioner": "murmur2_random", "enable.idempotence": True,
            **{name.replace("_", "."): value for name, value in properties.items()}})

    def send(self, topic, rows):
        """rows: (key, value) and what else Producer.produce takes, as a dict. Returns (partition, offset) of each."""
        places = {}

        def delivered(row, error, message):
            if error:
                raise AssertionError(f"{topic}: {error}")
            places[row] = message.partition(), message.offset()

        for row, (key, value, *options) in enumerate(rows):
            self.producer.produce(topic, value=value, key=key,
                                  on_delivery=lambda error, message, row=row: delivered(row, error, message),
                                  **(options[0] if options else {}))
        if self.producer.flush(30):
            raise AssertionError(f"{topic}: not acknowledged within 30 s")
        return [places[row] for row in range(len(rows))]


def headers_of(message):
    """A message's headers in order."""
    headers = message.headers() or []
    for _, value in headers:
        if value is None:
            # Confluent's client 1.7 gives away a None that it did not take; Python ends when it has none left.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))
    return headers


def stream(servers, topic):
    """Every committed record of a topic, those of a partition in order."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": "reader-of-" + topic,
                                         "isolation.level": "read_committed", "enable.auto.commit": False,
                                         "enable.partition.eof": True, "fetch.wait.max.ms": 10})
    left = set(consumer.list_topics(topic, 10).topics[topic].partitions)
    consumer.assign([confluent_kafka.TopicPartition(topic, partition, confluent_kafka.OFFSET_BEGINNING)
                     for partition in left])
    while left:
        message = consumer.poll(30)
        if message is None:
            raise AssertionError(f"{topic} can not be read to its end within 30 s")
        if message.error() and message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF:
            raise AssertionError(f"{topic}: {message.error()}")
        if message.error():
            left.discard(message.partition())
        else:
            yield Record(message.partition(), message.offset(), message.key(), message.value(), headers_of(message))
    consumer.close()


def read(servers, topic):
    """Every committed record of a topic, partition by partition."""
    return sorted(stream(servers, topic), key=lambda record: record[:2])
