# SPDX-License-Identifier: Apache-2.0
"""Batches that can not be read: one dead letter each with its offsets, and everything around them counts.

Some are sent: the broker takes them, because Java reads them, and librdkafka does not. The others are good batches whose
bytes in the broker's segment are changed afterwards, as a failing disk would."""

import gzip
import json
import random
import subprocess
import unittest

import foreign
import harness
import raw_kafka

SENT = foreign.milliseconds("2003-07-05T12:00:00Z")
ROWS = 7  # records of a batch; each counts for one
MINE = json.dumps({"mine_id": "a-mine", "name": "a-mine", "time_zone": "UTC", "day_start": "00:00",
                   "primary_metal": "silver", "status": "operating", "interests": []}).encode()
LETTERS = "headframe.dead-letters"
# What docs/performance.md promises for one broker.
MEMORY_MIB = 1024
# Each question behind a batch unpacks it again, and under a sanitizer that takes its time.
PATIENCE_S = 240


def flipped(data, at):
    """The bytes with one bit changed."""
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]


def broken_payload(data):
    """A wrong byte among the records."""
    return flipped(data, -9)


def unknown_codec(data):
    """A right checksum over a compression that nobody knows."""
    return raw_kafka.sealed(data[:raw_kafka.ATTRIBUTES_AT + 1] + b"\7" + data[raw_kafka.ATTRIBUTES_AT + 2:])


def unknown_format(data):
    """A version of the batch format that nobody knows."""
    return data[:16] + b"\x09" + data[17:]


class Damage(harness.SystemTest):
    """One mine, one partition of it, batches made by hand."""

    settings = "publish_interval_ms=200\nwindows=day;month;all\n"
    partitions = 1

    def setUp(self):
        super().setUp()
        self.create_topics()
        self.addCleanup(self.delete_topics)
        self.connection = raw_kafka.Connection(harness.bootstrap())
        self.addCleanup(self.connection.close)
        self.count = 0
        self.ends = {}  # topic → its size in the segment so far
        self.bad = {}  # (topic, first offset) → last offset
        foreign.Sender(harness.bootstrap()).send(self.prefix + "reference.mines",
                                                 [(b"a-mine", MINE, {"timestamp": SENT})])

    def delete_topics(self):
        """What is damaged must not wait for the broker's cleaner, or for its next start."""
        subprocess.run([harness.SOURCE / "scripts/kafka", "topics", "--delete", "--topic",
                        self.prefix.replace(".", "[.]") + ".*"], check=True, stdout=subprocess.DEVNULL)

    def payload(self, topic, rows):
        """Records of a batch: facts that count for one each."""
        make = {"mine.production": lambda name: foreign.production(event_id=name),
                "mine.costs": lambda name: foreign.cost(event_id=name, amount="1")}[topic]
        self.count += rows
        return raw_kafka.records([(b"a-mine", make(f"{self.count}-{i}")) for i in range(rows)])

    def append(self, topic, data):
        """Sends a batch; returns its first offset and its place in the segment."""
        offset = self.connection.append(self.prefix + topic, 0, data)
        place = self.ends.get(topic, 0)
        self.ends[topic] = place + len(data)
        return offset, place

    def good(self, topic):
        """A batch whose records count."""
        self.append(topic, raw_kafka.batch(self.payload(topic, ROWS), ROWS, SENT))

    def unreadable(self, topic, codec, pack, rows=ROWS):
        """A batch that the broker takes and librdkafka does not; offsets are noted."""
        first, _ = self.append(topic, raw_kafka.batch(pack(self.payload(topic, rows)), rows, SENT, codec))
        self.bad[topic, first] = first + rows - 1

    def damaged(self, topic, change, rows=ROWS):
        """A batch that is changed behind the broker's back, before anyone reads it."""
        data = raw_kafka.batch(self.payload(topic, rows), rows, SENT)
        first, place = self.append(topic, data)
        kept = raw_kafka.in_segment(data, first)
        raw_kafka.overwrite(harness.KAFKA_DIR, f"{self.prefix}{topic}-0", place, kept, change(kept))
        self.bad[topic, first] = first + rows - 1

    def letters(self):
        """Headers of every dead letter by topic and first offset; none twice, none with bytes."""
        table = {}
        for letter in foreign.read(harness.bootstrap(), self.prefix + LETTERS):
            headers = {name: value.decode() for name, value in letter.headers}
            place = headers["headframe-topic"].removeprefix(self.prefix), int(headers["headframe-offset"])
            self.assertNotIn(place, table, f"twice: {headers}")
            self.assertEqual((None, None), (letter.key, letter.value))
            table[place] = headers
        return table

    def await_letters(self):
        """Until there is a letter for each batch that can not be read; checks its coordinates."""
        harness.wait_until(lambda: len(self.letters()) >= len(self.bad), f"{len(self.bad)} dead letters")
        letters = self.letters()
        self.assertEqual(self.bad, {place: int(headers["headframe-last-offset"])
                                    for place, headers in letters.items()})
        for (topic, first), headers in letters.items():
            is_event = topic.startswith("mine.")
            self.assertEqual("MALFORMED" if is_event else "BAD_REFERENCE", headers["headframe-error"])
            self.assertIn(f"offsets {first} to {self.bad[topic, first]} can not be read", headers["headframe-detail"])
            self.assertTrue(headers["headframe-digest"].startswith("none"), headers)
        return letters

    def figures(self):
        """(ounces, dollars) of the mine, over all time."""
        summary = json.loads(self.latest("mine.summaries", "a-mine|all|all") or "{}")
        return tuple(entries[0][name] if entries else None for entries, name in
                     ((summary.get("production"), "quantity"), (summary.get("costs"), "amount")))

    def await_figures(self, ounces, dollars):
        """Until all that is good was counted, and nothing else."""
        expected = f"{ounces}.000", f"{dollars}.00"
        harness.wait_until(lambda: self.figures() == expected, f"{expected}, but {self.figures()}")

    def test_every_kind(self):
        """Alone and side by side, long and short, at the beginning and at the end of what is there."""
        for topic in ("mine.production", "mine.costs"):
            self.unreadable(topic, raw_kafka.SNAPPY, raw_kafka.two_snappy_streams)
            self.good(topic)
            self.damaged(topic, broken_payload)
            self.good(topic)
            self.damaged(topic, unknown_codec, rows=1)
            self.damaged(topic, broken_payload, rows=300)
            self.unreadable(topic, raw_kafka.SNAPPY, raw_kafka.two_snappy_streams, rows=2)
            self.good(topic)
            self.damaged(topic, unknown_format)
        self.start_all()
        self.await_letters()
        self.await_figures(3 * ROWS, 3 * ROWS)
        # What comes behind the last one, and another while the daemons run.
        self.good("mine.production")
        self.unreadable("mine.production", raw_kafka.SNAPPY, raw_kafka.two_snappy_streams)
        self.good("mine.production")
        self.await_figures(5 * ROWS, 3 * ROWS)
        self.await_letters()
        # Whoever begins anew does not meet them again.
        self.daemons["headframe-production"].kill()
        self.daemons["headframe-production"].start()
        self.good("mine.production")
        self.await_figures(6 * ROWS, 3 * ROWS)
        self.await_letters()

    def test_wrong_checksums(self):
        """Behind each, librdkafka goes on at whatever number it finds there. What Kafka says to that must not be in the way
        of the next question, nor of the client's end: it was, for one batch in five."""
        self.good("mine.production")
        for _ in range(40):
            self.damaged("mine.production", broken_payload)
            self.good("mine.production")
        self.start("headframe-production", "headframe-summary")
        self.await_figures_of_production(41 * ROWS)
        self.await_letters()
        unanswered = self.daemons["headframe-production"].log.read_text().count("was not answered")
        self.assertLess(unanswered, 3)  # a busy machine may be late once

    def test_several_gzip_members(self):
        """Java reads them all, and so the broker takes the batch; librdkafka by itself drops all but the first."""
        self.start("headframe-production", "headframe-summary")
        self.good("mine.production")
        self.append("mine.production", raw_kafka.batch(
            raw_kafka.two_gzip_members(self.payload("mine.production", 100)), 100, SENT, raw_kafka.GZIP))
        self.good("mine.production")
        self.await_figures_of_production(100 + 2 * ROWS)
        self.assertEqual({}, self.letters())

    def test_gzip_that_ends_too_early(self):
        """By itself librdkafka would never come back from it, and no partition of that broker would be read."""
        data = raw_kafka.batch(gzip.compress(self.payload("mine.production", ROWS)), ROWS, SENT, raw_kafka.GZIP)
        other = gzip.compress(random.Random(1).randbytes(len(data)))[:len(data) - raw_kafka.HEADER_BYTES]
        first, place = self.append("mine.production", data)
        kept = raw_kafka.in_segment(data, first)
        raw_kafka.overwrite(harness.KAFKA_DIR, f"{self.prefix}mine.production-0", place, kept,
                            raw_kafka.sealed(kept[:raw_kafka.HEADER_BYTES] + other))
        self.bad["mine.production", first] = first + ROWS - 1
        self.good("mine.production")
        self.start("headframe-production", "headframe-summary")
        self.await_figures_of_production(ROWS)
        self.await_letters()

    def test_bombs(self):
        """Batches of some kilobytes that become 25 to 275 MB each, 20 of them in one answer, or hundreds of megabytes of
        small records: memory stays bounded, each is in the dead letters, and what surrounds them counts."""
        tiny = b"".join(raw_kafka.record(delta, None, None) for delta in range(800_000))
        few = b"".join(raw_kafka.record(delta, None, None) for delta in range(20_000))
        one_record = raw_kafka.zstd_bomb(200), 1, raw_kafka.ZSTD
        kinds = {"one record of 25 MiB": (*one_record, "UNKNOWN_SCHEMA"),
                 "one record of 262 MiB": (raw_kafka.zstd_bomb(2100), 1, raw_kafka.ZSTD, "MALFORMED"),
                 "800,000 empty records": (gzip.compress(tiny, mtime=0), 800_000, raw_kafka.GZIP, "MALFORMED"),
                 "20,000 empty records": (gzip.compress(few, mtime=0), 20_000, raw_kafka.GZIP, "MALFORMED")}
        expected = {}  # first offset → code and last offset, or None for a record alone
        self.good("mine.production")
        for payload, count, codec, code in kinds.values():
            for _ in range(20 if payload == one_record[0] else 3):
                first, _ = self.append("mine.production", raw_kafka.batch(payload, count, SENT, codec))
                if count == 20_000:
                    expected.update({offset: (code, None) for offset in range(first, first + count)})
                else:
                    expected[first] = code, None if code == "UNKNOWN_SCHEMA" else str(first + count - 1)
        self.good("mine.production")
        self.start("headframe-production", "headframe-summary")
        self.await_figures_of_production(2 * ROWS)
        found = {}
        for letter in foreign.read(harness.bootstrap(), self.prefix + LETTERS):
            headers = {name: value.decode() for name, value in letter.headers}
            self.assertNotIn(int(headers["headframe-offset"]), found)
            found[int(headers["headframe-offset"])] = (headers["headframe-error"],
                                                       headers.get("headframe-last-offset"))
        self.assertEqual(expected, found)
        self.assertLess(self.daemons["headframe-production"].most_memory_mib(), MEMORY_MIB)

    def test_large_headers(self):
        """What librdkafka does not count, keys and headers, is not fetched without bound either."""
        sender = foreign.Sender(harness.bootstrap(), message_max_bytes=8 << 20)
        headers = [("large", b"h" * 4_000_000)]
        for _ in range(10):
            sender.send(self.prefix + "mine.production",
                        [(b"a-mine", b"", {"headers": headers, "timestamp": SENT})] * 12)
        self.good("mine.production")
        self.start("headframe-production", "headframe-summary")
        self.await_figures_of_production(ROWS)
        self.assertEqual(120, sum(1 for _ in foreign.stream(harness.bootstrap(), self.prefix + LETTERS)))
        self.assertLess(self.daemons["headframe-production"].most_memory_mib(), 512)

    def test_reference_data(self):
        """What is known stands, the daemons live, and what comes behind is taken."""
        self.start_all()
        self.good("mine.production")
        self.await_figures_of_production(ROWS)
        for topic, key, value in (("reference.mines", b"b-mine", MINE.replace(b"a-mine", b"b-mine")),
                                  ("reference.companies", b"a-company", b'{"company_id":"a-company"}'),
                                  ("market.prices", b"x", b"{}"), ("market.fx", b"x", b"{}")):
            data = raw_kafka.two_snappy_streams(raw_kafka.records([(key, value)]))
            first, _ = self.append(topic, raw_kafka.batch(data, 1, SENT, raw_kafka.SNAPPY))
            self.bad[topic, first] = first
        self.await_letters()
        self.good("mine.production")
        self.await_figures_of_production(2 * ROWS)
        # Read again from the beginning, by daemons that start, and what follows is taken.
        for name in ("headframe-production", "headframe-summary"):
            self.assertEqual(0, self.daemons[name].stop())
            self.daemons[name].start()
        foreign.Sender(harness.bootstrap()).send(
            self.prefix + "reference.mines", [(b"b-mine", MINE.replace(b"a-mine", b"b-mine"), {"timestamp": SENT})])
        foreign.Sender(harness.bootstrap()).send(
            self.prefix + "mine.production",
            [(b"b-mine", foreign.production(event_id="b", mine_id="b-mine"), {"timestamp": SENT})])
        harness.wait_until(lambda: self.latest("mine.summaries", "b-mine|all|all"), "a summary of b-mine")
        self.await_letters()

    def await_figures_of_production(self, ounces):
        """Until the mine has so many ounces."""
        harness.wait_until(lambda: self.figures()[0] == f"{ounces}.000", f"{ounces} ounces, not {self.figures()}",
                           PATIENCE_S)

    def test_deleted_records(self):
        """Records that are gone before they were read can not be passed: nobody would know which."""
        self.start("headframe-production")
        self.good("mine.production")
        harness.wait_until(lambda: self.end_offset("headframe.production.state") > 0, "a segment")
        daemon = self.daemons["headframe-production"]
        self.assertEqual(0, daemon.stop())
        for _ in range(3):
            self.good("mine.production")
        plan = self.directory / "delete.json"
        plan.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": self.prefix + "mine.production", "partition": 0, "offset": 3 * ROWS}]}))
        subprocess.run([harness.SOURCE / "scripts/kafka", "run-class", "org.apache.kafka.tools.DeleteRecordsCommand",
                        "--bootstrap-server", harness.bootstrap(), "--offset-json-file", plan], check=True,
                       stdout=subprocess.DEVNULL)
        daemon.start()
        self.assertEqual(1, daemon.process.wait(harness.PATIENCE_S))
        self.assertIn("records were deleted before they were read", daemon.tail())

    def test_own_state(self):
        """The ledger itself must be whole: the daemon ends with a sentence instead of forgetting facts."""
        self.start("headframe-production")
        self.good("mine.production")
        harness.wait_until(lambda: self.end_offset("headframe.production.state") > 0, "a segment")
        daemon = self.daemons["headframe-production"]
        self.assertEqual(0, daemon.stop())
        name = f"{self.prefix}headframe.production.state-0"
        log = raw_kafka.segment(harness.KAFKA_DIR, name)
        kept = log.read_bytes()
        raw_kafka.overwrite(harness.KAFKA_DIR, name, 0, kept[:100], flipped(kept[:100], 90))
        daemon.start()
        self.assertEqual(1, daemon.process.wait(harness.PATIENCE_S))
        self.assertRegex(daemon.tail(), r"headframe\.production\.state \[0\]: offsets 0 to \d+ can not be read: .*CRC")


if __name__ == "__main__":
    unittest.main()
