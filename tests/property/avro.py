# SPDX-License-Identifier: Apache-2.0
"""Decides the bytes of a world's events: Avro's binary encoding written by hand in Confluent's framing.

Schema ids 1 to 4 are those of proto/avro. Those of tests/property/schemas belong to other writers: their fields come in
another order, their decimals have another scale."""

import datetime
import json
import pathlib
import struct

EPOCH = datetime.date(1970, 1, 1)
IDS = {"ProductionEvent": 1, "CostEvent": 2, "PeriodClose": 3, "QuarantineDecision": 4}
HERE = pathlib.Path(__file__).resolve().parent
DIRECTORIES = (HERE.parent.parent / "proto/avro", HERE / "schemas")


def load_schemas():
    """Every schema by its id."""
    found = {}
    for directory in DIRECTORIES:
        for path in sorted(directory.glob("*.avsc")):
            found[int(path.name.split(".")[0])] = json.loads(path.read_text())
    return found


SCHEMAS = load_schemas()


def long(number):
    """A zig-zag varint."""
    value = number << 1 if number >= 0 else (-number << 1) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def sized(data):
    """Bytes after their length."""
    return long(len(data)) + data


def unscaled(text, scale):
    """A decimal's whole number at a scale that holds all its digits."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, fraction = digits.partition(".")
    if len(fraction.rstrip("0")) > scale:
        raise ValueError(f"{text} has more than {scale} decimals")
    return sign * int(whole + fraction.rstrip("0").ljust(scale, "0"))


def decimal(text, scale):
    """Two's complement, big-endian, as short as it can be."""
    number = unscaled(text, scale)
    return sized(number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def day_number(text):
    """Days since 1970 of YYYY-MM-DD."""
    return (datetime.date.fromisoformat(text) - EPOCH).days


def encoded(kind, value):
    """A value of one of the types that the events use."""
    if isinstance(kind, list):
        present = int(value is not None)
        return long(kind.index("null") if not present else 1 - kind.index("null")) + (
            encoded(next(each for each in kind if each != "null"), value) if present else b"")
    if kind == "string":
        return sized(value.encode())
    if kind == "boolean":
        return b"\1" if value else b"\0"
    if kind in ("int", "long"):
        return long(value)
    if kind["type"] == "enum":
        return long(kind["symbols"].index(value))
    if kind["logicalType"] == "decimal":
        return decimal(value, kind["scale"])
    return long(day_number(value) if kind["logicalType"] == "date" else value)


def fields_of(event, schema):
    """The event's fields in the order of the schema, absent ones as their defaults say."""
    for field in schema["fields"]:
        value = event[field["name"]] if field["name"] in event else field.get("default")
        yield encoded(field["type"], value)


def framed(event, schema_id=None):
    """The event as Kafka carries it."""
    number = schema_id or IDS[event["type"]]
    return struct.pack(">BI", 0, number) + b"".join(fields_of(event, SCHEMAS[number]))
