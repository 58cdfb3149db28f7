# SPDX-License-Identifier: Apache-2.0
"""Hostile records between good ones: each bad one is in the dead letters once, whole, with its code; each good one counts;
memory stays bounded.

HEADFRAME_POISON_RECORDS says how many records are sent, by default a number that takes some 20 s. A million:

  HEADFRAME_POISON_RECORDS=1000000 ctest --test-dir build/release -R 'kafka|poison' --verbose
"""

import collections
import hashlib
import json
import os
import shutil
import sys
import time
import unittest

import confluent_kafka
import foreign
import harness
import poison

sys.path.insert(0, str(harness.SOURCE / "tests/property"))
import murmur2  # noqa: E402  (beside the model of the property tests)

RECORDS = int(os.environ.get("HEADFRAME_POISON_RECORDS", "50000"))
SEED = int(os.environ.get("HEADFRAME_POISON_SEED", "1"))
# What docs/performance.md promises for one broker.
MEMORY_MIB = 1024
DAEMONS = {"mine.production": "headframe-production", "mine.costs": "headframe-costs"}
OWN_HEADERS = {"headframe-error", "headframe-detail", "headframe-topic", "headframe-partition", "headframe-offset",
               "headframe-daemon"}


def fingerprint(*parts):
    """A number that stands for a record: its code, topic, key, value and headers."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.digest()


def flat(headers):
    """Names and contents, one after the other."""
    for name, content in headers:
        yield name.encode()
        yield content


def mine(mine_id):
    """A row of reference.mines."""
    return json.dumps({"mine_id": mine_id, "name": mine_id, "time_zone": "UTC", "day_start": "00:00",
                       "primary_metal": "silver", "status": "operating", "interests": []}).encode()


class Poisoned(harness.SystemTest):
    """Both ledger daemons, and the summaries of what they took."""

    settings = "publish_interval_ms=1000\nwindows=all\n"

    def setUp(self):
        super().setUp()
        self.schemas = self.directory / "schemas"
        shutil.copytree(harness.SOURCE / "proto/avro", self.schemas)
        poison.add_schemas(self.schemas)
        self.config = self.write_config()
        self.create_topics()
        foreign.Sender(harness.bootstrap()).send(
            self.prefix + "reference.mines", [(name.encode(), mine(name), {}) for name in poison.MINES])

    def place(self, key):
        """(the partition of a key, the number of partitions)."""
        return murmur2.partition_of(key, self.partitions), self.partitions

    def send(self, topic, count):
        """Sends records; returns the generator, and how often each fingerprint must be in the dead letters."""
        source, expected = poison.Poison(topic, SEED, self.place), collections.Counter()
        full_name = self.prefix + topic
        producer = confluent_kafka.Producer({
            "bootstrap.servers": harness.bootstrap(), "partitioner": "murmur2_random", "enable.idempotence": True,
            "linger.ms": 50, "message.max.bytes": poison.SIZE_LIMIT, "queue.buffering.max.kbytes": 200_000,
            "compression.type": "lz4" if topic == "mine.costs" else "none"})
        for key, value, options, code in source.records(count):
            if code:
                expected[fingerprint(code.encode(), topic.encode(), key, value,
                                     *flat(options.get("headers", ())))] += 1
            while True:
                try:
                    producer.produce(full_name, value=value, key=key, timestamp=poison.SENT, **options)
                    break
                except BufferError:
                    producer.poll(0.1)
        self.assertEqual(0, producer.flush(120), "not acknowledged")
        return source, expected

    def is_read(self, topic):
        """True once the daemon has committed all that the topic holds."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": harness.bootstrap(),
                                             "group.id": self.prefix + DAEMONS[topic]})
        places = [confluent_kafka.TopicPartition(self.prefix + topic, number) for number in range(self.partitions)]
        behind = [place.offset < consumer.get_watermark_offsets(place, 10)[1]
                  for place in consumer.committed(places, 10)]
        consumer.close()
        return not any(behind)

    def found(self):
        """How often each fingerprint is in the dead letters; no place may be named twice."""
        found, places = collections.Counter(), set()
        for letter in foreign.stream(harness.bootstrap(), self.prefix + "headframe.dead-letters"):
            own, original = dict(letter.headers[-len(OWN_HEADERS):]), letter.headers[:-len(OWN_HEADERS)]
            self.assertEqual(OWN_HEADERS, set(own))
            topic = own["headframe-topic"].decode().removeprefix(self.prefix)
            place = topic, int(own["headframe-partition"]), int(own["headframe-offset"])
            self.assertNotIn(place, places)
            self.assertEqual(DAEMONS[topic], own["headframe-daemon"].decode())
            own["headframe-detail"].decode()
            places.add(place)
            found[fingerprint(own["headframe-error"], topic.encode(), letter.key, letter.value, *flat(original))] += 1
        return found

    def sums(self):
        """Of each mine (facts, ounces, dollars) as its summary has them."""
        table = {}
        for key, text in ((record.key, record.value) for record in
                          foreign.stream(harness.bootstrap(), self.prefix + "mine.summaries")):
            summary = json.loads(text)
            production = summary["production"][0] if summary["production"] else {"events": 0, "quantity": "0"}
            table[key.decode().split("|")[0]] = (production["events"], production["quantity"],
                                                 summary["costs"][0]["amount"] if summary["costs"] else None)
        return table

    def test_hostile_records(self):
        sources, expected = {}, collections.Counter()
        began = time.monotonic()
        for topic in DAEMONS:
            sources[topic], bad = self.send(topic, RECORDS // 2)
            expected += bad
        sent = time.monotonic()
        self.start_all()
        for topic in DAEMONS:
            harness.wait_until(lambda topic=topic: self.is_read(topic), f"{topic} is read", 60 + RECORDS // 2000)
        read = time.monotonic()
        found = self.found()
        print(f"{RECORDS} records, {expected.total()} of them bad, {sum(source.count for source in sources.values())} made;"
              f" sent in {sent - began:.1f} s, read and committed in {read - sent:.1f} s;"
              f" most memory in MiB: {[daemon.most_memory_mib() for daemon in self.daemons.values()]}", file=sys.stderr)
        self.assertEqual(expected.total(), found.total())
        self.assertEqual(expected, found)
        production, costs = sources["mine.production"].totals, sources["mine.costs"].totals
        sums = {name: (production[name][0], f"{production[name][1]}.000", f"{costs[name][1]}.00")
                for name in poison.MINES}
        harness.wait_until(lambda: self.sums() == sums, "the sums of all good facts")
        for name in DAEMONS.values():
            self.assertLess(self.daemons[name].most_memory_mib(), MEMORY_MIB)


if __name__ == "__main__":
    unittest.main()
