# SPDX-License-Identifier: Apache-2.0
"""Are the tools of the property tests right? A tool that finds nothing must not look like a product without defects."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import avro
import campaign
import compare
import metamorphic
import murmur2
import process
import world as worlds
from generate import generate
from model import expected
from shrink import Shrinker

HERE = pathlib.Path(__file__).resolve().parent


class AvroReader:
    """Reads what the schema says, one value after the other; shares nothing with the writer."""

    def __init__(self, data):
        self.data, self.at = data, 5

    def bytes(self, count):
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.bytes(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    def read(self, kind):
        if isinstance(kind, list):
            return self.read(kind[self.number()])
        if kind == "null":
            return None
        if kind == "boolean":
            return self.bytes(1) == b"\1"
        if kind == "string":
            return self.bytes(self.number()).decode()
        if kind in ("int", "long") or kind.get("logicalType") in ("date", "timestamp-millis"):
            return self.number()
        if kind["type"] == "enum":
            return kind["symbols"][self.number()]
        return int.from_bytes(self.bytes(self.number()), "big", signed=True) * 10**(6 - kind["scale"])

    def record(self):
        schema = avro.SCHEMAS[int.from_bytes(self.data[1:5], "big")]
        found = {field["name"]: self.read(field["type"]) for field in schema["fields"]}
        return schema["name"], found


def plain(event):
    """An event as AvroReader gives it."""
    found = {name: value for name, value in event.items() if name != "type"}
    for name in ("quantity", "amount"):
        if name in found:
            sign = -1 if found[name].startswith("-") else 1
            whole, _, places = found[name].lstrip("-").partition(".")
            found[name] = sign * (int(whole) * 10**6 + int(places.ljust(6, "0")))
    for name in ("from", "through", "closed_through"):
        if name in found:
            found[name] = avro.day_number(found[name])
    return found


class Bytes(unittest.TestCase):
    def test_events_say_in_avro_what_they_say_in_the_world(self):
        seen = set()
        for step in (step for seed in range(60) for step in generate(seed)["steps"] if "event" in step):
            reader = AvroReader(worlds.value_bytes(step))
            name, found = reader.record()
            self.assertEqual(len(reader.data), reader.at)
            self.assertEqual((step["event"]["type"], 0), (name, reader.data[0]))
            event = plain(step["event"])
            self.assertEqual(event, {**event, **{key: found[key] for key in found if key in event}})
            self.assertEqual({"source"} if step.get("schema") == 11 else set(), set(event) - set(found))
            seen.add(reader.data[4])
        self.assertEqual({1, 2, 3, 4, 11}, seen)

    def test_numbers_of_any_size(self):
        for number in (0, -1, 63, 64, -64, -65, 2**31 - 1, -2**31, 2**63 - 1, -2**63):
            self.assertEqual(number, AvroReader(b"12345" + avro.long(number)).number())
        self.assertEqual(b"\2\0", avro.decimal("-0.000", 6))
        self.assertEqual(b"\4\x00\x80", avro.decimal("0.000128", 6))
        with self.assertRaises(ValueError):
            avro.decimal("0.0000001", 6)

    def test_keys_lie_where_java_puts_them(self):  # the values of Kafka's own UtilsTest
        for key, value in ((b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536),
                           (b"a-little-bit-longer-string", -1486304829), (b"abc", 479470107)):
            self.assertEqual(value & murmur2.MASK, murmur2.murmur2(key))

    def test_a_world_survives_its_file(self):
        with tempfile.TemporaryDirectory() as directory:
            for seed in range(20):
                path = pathlib.Path(directory) / "world.json"
                worlds.save(generate(seed), path)
                self.assertEqual(generate(seed), worlds.load(path))


class Generator(unittest.TestCase):
    def test_a_seed_is_one_world_in_every_process(self):
        texts = {subprocess.run([sys.executable, "-B", HERE / "generate.py", "7"], capture_output=True, check=True,
                                env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in "123"}
        self.assertEqual(1, len(texts))
        self.assertEqual(worlds.dumps(generate(7)), texts.pop().decode())

    def test_worlds_are_small_and_unlike(self):
        sizes = sorted(sum(map(worlds.is_record, generate(seed)["steps"])) for seed in range(200))
        self.assertTrue(60 <= sizes[100] <= 120, sizes[100])
        self.assertGreater(len(set(sizes)), 80)

    def test_on_kafka_reference_mines_never_change_what_ledgers_do(self):
        fields = ("time_zone", "day_start", "day_named_by", "units")
        for seed in range(60):
            first = {}
            for step in generate(seed, on_kafka=True)["steps"]:
                if step.get("topic") == "reference.mines" and step["note"] != "spoilt reference":
                    dated = [step["value"].get(field) for field in fields]
                    self.assertEqual(dated, first.setdefault(step["key"], dated))


def printed(world, outputs):
    """The model's outputs as the driver prints them."""
    hexed, sent = process.hexed, {}
    for step, place in zip(world["steps"], worlds.positions(world)):
        if place:
            sent[step["topic"], *place] = step
    lines = [f"output {topic} 0 0 {key.encode().hex()} {text.encode().hex()} " for topic in compare.TABLES
             for key, text in outputs[topic].items()]
    lines += [f"output headframe.restatements 0 0 {key.encode().hex()} {text.encode().hex()} "
              for key, text in outputs["headframe.restatements"]]
    for topic, partition, offset, key, code in outputs["headframe.dead-letters"]:
        headers = {"error": code, "detail": "why", "topic": topic, "partition": partition, "offset": offset,
                   "daemon": compare.DAEMONS.get(topic, "headframe-summary")}
        pairs = ",".join(f"{('headframe-' + name).encode().hex()}={str(value).encode().hex()}"
                         for name, value in headers.items())
        value = worlds.value_bytes(sent[topic, partition, offset])
        lines.append(f"output headframe.dead-letters 0 0 {hexed(None if key is None else key.encode())} "
                     f"{hexed(value)} {pairs}")
    for topic in compare.DAYS:
        for key, rows in outputs[topic].items():
            mine, _, date = key.rpartition("|")
            text = ";".join(f"{'/'.join(row[:-2])}={row[-2]}:{row[-1]}" for row in rows)
            lines.append(f"day {topic} {mine.encode().hex()} {date} {text}")
    return lines


class Pretender:
    """In the driver's place: the model itself, with a defect on wish."""

    def __init__(self, defect=lambda world, outputs: None):
        self.defect = defect

    def outputs(self, world):
        outputs = expected(world)
        self.defect(world, outputs)
        return printed(world, outputs)


class Tools(unittest.TestCase):
    def campaign(self, defect=lambda world, outputs: None):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.said = []
        return campaign.Campaign(Pretender(defect), directory.name, self.said.append)

    def test_no_difference_where_there_is_none(self):
        run = self.campaign()
        run.seeds(1, 30)
        self.assertEqual([], run.failed, self.said)
        self.assertEqual((30, 6), (run.worlds, run.properties))
        self.assertGreater(run.outputs, 5000)
        self.assertGreater(run.counts["accepted"], 0)

    def test_a_defect_is_found_and_shrunk_and_kept(self):
        def defect(world, outputs):  # zinc is lost
            outputs["mine.summaries"] = {key: text.replace('"zinc"', '"tin"')
                                         for key, text in outputs["mine.summaries"].items()}
        run = self.campaign(defect)
        run.seeds(1, 15)
        self.assertNotEqual([], run.failed)
        small = worlds.load(run.failed[0])
        self.assertLessEqual(len(small["steps"]), 2, small)
        self.assertEqual(1, len(small["settings"]["windows"]))
        self.assertIn('expected "zinc", found "tin"', "\n".join(self.said))
        again = self.campaign(defect)
        again.cases(run.failed)
        self.assertEqual(len(run.failed), len(again.failed))
        mended = self.campaign()
        mended.cases(run.failed)
        self.assertEqual([], mended.failed)

    def test_lost_and_strange_outputs_are_differences(self):
        world = generate(2)
        right, wrong = expected(world), expected(world)
        wrong["headframe.production-days"].popitem()
        wrong["headframe.dead-letters"].append(("mine.costs", 0, 4711, None, "MALFORMED"))
        wrong["headframe.restatements"] = right["headframe.restatements"] * 2
        topics = {found.topic for found in compare.differences(right, wrong)}
        self.assertLessEqual({"headframe.production-days", "headframe.dead-letters"}, topics)
        self.assertEqual([], compare.differences(right, expected(world)))

    def test_a_letter_with_other_bytes_is_a_difference(self):
        world = next(world for world in map(generate, range(50)) if expected(world)["headframe.dead-letters"])
        lines = printed(world, expected(world))
        self.assertEqual([], compare.spoilt_letters(world, lines))
        spoilt = [line.replace(" headframe.dead-letters 0 0 ", " headframe.dead-letters 0 0 00") for line in lines]
        self.assertNotEqual([], compare.spoilt_letters(world, spoilt))

    def test_each_property_notices_its_breach(self):
        def by_order(world, outputs):  # depends on which mine came first
            keys = [step["key"] for step in world["steps"] if worlds.is_event(step)]
            outputs["company.summaries"]["x"] = str(keys[:3])

        def by_count(world, outputs):
            outputs["company.summaries"]["x"] = str(worlds.events(world))
        for name, defect in (("order across mines", by_order), ("finer events", by_count),
                             ("publishing twice", by_count)):
            broken = [seed for seed in range(1, 12) if metamorphic.PROPERTIES[name](
                generate(seed), lambda world: compare.observed(Pretender(defect).outputs(world)))]
            self.assertNotEqual([], broken, name)

    def test_delta_debugging_finds_the_two_steps_that_matter(self):
        world = generate(3)
        first, last = (json.dumps(world["steps"][index]["timestamp"]) for index in (4, -6))

        def fails(candidate):
            return candidate["settings"]["windows"][-1:] == world["settings"]["windows"][-1:] and all(
                any(json.dumps(step.get("timestamp")) == text for step in candidate["steps"]) for text in (first, last))
        small = Shrinker(fails).shrink(world)
        self.assertEqual([first, last], [json.dumps(step["timestamp"]) for step in small["steps"]])
        self.assertEqual(world["settings"]["windows"][-1:], small["settings"]["windows"])


if __name__ == "__main__":
    unittest.main()
