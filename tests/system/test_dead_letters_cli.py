# SPDX-License-Identifier: Apache-2.0
"""An operator finds the dead letters, reads them, mends the cause and replays them: once, and never over newer data."""

import datetime
import json
import re
import time
import unittest

import confluent_kafka
import foreign
import harness

LETTERS = "headframe.dead-letters"
COMPANY = {"company_id": "a-company", "name": "A company"}
HEADERS = [("trace", b"from \x1b[31melsewhere"), ("trace", None), ("", b""), ("headframe-error", b"OF_ANOTHER_CLUSTER")]
KEPT = HEADERS[:3]  # of a replayed record


def mine(mine_id, **fields):
    """A reference record."""
    return {"mine_id": mine_id, "name": mine_id, "time_zone": "UTC", "day_start": "00:00", "primary_metal": "silver",
            "status": "operating", "interests": [{"company_id": "a-company", "from": "2000-01-01", "share": "0.5"}],
            **fields}


class DeadLettersCommand(harness.SystemTest):
    """headframe dead-letters on letters that the daemons wrote."""

    def setUp(self):
        super().setUp()
        self.create_topics()
        self.start_all()
        self.publish("reference.companies", COMPANY)

    def publish(self, topic, *records, code=0):
        """Publishes records as NDJSON."""
        return self.headframe("publish", topic, stdin="".join(json.dumps(record) + "\n" for record in records),
                              code=code)

    def send(self, topic, key, value, headers=None, partition=-1):
        """Sends one record as a foreign producer does."""
        producer = confluent_kafka.Producer({"bootstrap.servers": harness.bootstrap(), "partitioner": "murmur2_random",
                                             "message.max.bytes": 9000000, "compression.type": "lz4"})
        producer.produce(self.prefix + topic, value=value, key=key, headers=headers, partition=partition)
        self.assertEqual(0, producer.flush(30))

    def dead_letters(self, *arguments, code=0):
        """Runs a subcommand; returns its standard output and standard error."""
        result = self.headframe("dead-letters", *arguments, code=code)
        return result.stdout, result.stderr

    def wait_for_letters(self, count):
        """Waits until so many are there; returns them in list's order."""
        harness.wait_until(lambda: len(self.dead_letters("list", "--json")[0].splitlines()) >= count,
                           f"{count} dead letters")
        letters = [json.loads(line) for line in self.dead_letters("list", "--json")[0].splitlines()]
        self.assertEqual(count, len(letters), letters)
        return letters

    def read(self, topic):
        """Every committed record of a topic, by Confluent's client."""
        topic = self.prefix + topic
        consumer = confluent_kafka.Consumer({"bootstrap.servers": harness.bootstrap(), "group.id": "reader",
                                             "isolation.level": "read_committed", "enable.auto.commit": False,
                                             "enable.partition.eof": True})
        consumer.assign([confluent_kafka.TopicPartition(topic, partition, 0) for partition in range(self.partitions)])
        found, ended = [], 0
        while ended < self.partitions:
            message = consumer.poll(30)
            self.assertIsNotNone(message, topic)
            if message.error():
                self.assertEqual(confluent_kafka.KafkaError._PARTITION_EOF, message.error().code())
                ended += 1
            else:
                found.append(message)
        consumer.close()
        return found

    def silver(self):
        """What the company's mines produced in June 2003 at 100 %, as published; None: nothing."""
        month = self.latest("company.summaries", "a-company|month|2003-06")
        return json.loads(month)["production"][0]["hundred_percent"] if month else None

    @staticmethod
    def place(letter):
        """The handle by which the commands name a letter."""
        return f"{letter['partition']}:{letter['offset']}"

    def test_list_and_show(self):
        began = datetime.datetime.now(datetime.timezone.utc)
        self.assertEqual(("", "no dead letters\n"), self.dead_letters("list"))
        self.assertEqual("CODE  TOPIC  LETTERS\nall                0\n", self.dead_letters("list", "--count")[0])
        self.send("mine.production", b"late-mine", foreign.production(event_id="p1", mine_id="late-mine"), HEADERS)
        self.wait_for_letters(1)
        self.send("mine.costs", b"late-mine", foreign.cost(event_id="c1", mine_id="late-mine"))
        self.wait_for_letters(2)
        self.send("mine.production", b"\xffkey", b"hello \x1b[2Jworld and more")
        self.send("mine.production", b"nothing", None)
        self.send("reference.mines", b"x", b'{"mine_id":"x","rate":1.10}')
        letters = self.wait_for_letters(5)

        with self.subTest("the same lines as cat, sorted by time and place"):
            cat = [json.loads(line) for line in self.headframe("cat", LETTERS).stdout.splitlines()]
            order = sorted(cat, key=lambda letter: (letter["timestamp"], letter["partition"], letter["offset"]))
            self.assertEqual(order, letters)
            self.assertEqual(["p1", "c1"], [letter["value"]["event_id"] for letter in letters[:2]])
        with self.subTest("a row for each"):
            heading, *rows = self.dead_letters("list")[0].splitlines()
            self.assertEqual("PLACE WRITTEN CODE RECORD KEY SENTENCE".split(), heading.split())
            self.assertEqual([self.place(letter) for letter in letters], [row.split()[0] for row in rows])
            self.assertRegex(rows[0], r"^\d+:\d+ +20\S+Z  UNKNOWN_MINE +" + re.escape(self.prefix) +
                             r"mine\.production \[\d\] 0 +late-mine +mine_id \"late-mine\" is not on reference\.mines$")
            self.assertTrue(any("  \\xffkey  " in row for row in rows), rows)
            self.assertNotIn("\x1b", "".join(rows))
        with self.subTest("filters"):
            first, second = self.place(letters[0]), self.place(letters[1])
            middle = letters[1]["timestamp"]
            for options, places in ((("--code", "unknown_mine"), [first, second]),
                                    (("--code", "UNKNOWN_MINE", "--topic", "mine.costs"), [second]),
                                    (("--topic", self.prefix + "mine.costs"), [second]),
                                    (("--key", "late-mine", "--limit", "1"), [first]),
                                    (("--key", "late-mine", "--limit", "1", "--newest"), [second]),
                                    (("--key", "late-mine", "--newest"), [second, first]),
                                    (("--key", "late-mine", "--since", middle), [second]),
                                    (("--code", "BAD_TIME,TOO_LATE", "--code", "BAD_ID"), [])):
                lines = self.dead_letters("list", "--json", *options)[0].splitlines()
                self.assertEqual(places, [self.place(json.loads(line)) for line in lines], options)
            self.assertEqual(5, len(self.dead_letters("list", "--json", "--since", began.isoformat(timespec="seconds")
                                                      )[0].splitlines()))
            self.assertEqual(5, len(self.dead_letters("list", "--json", "--since", "1h")[0].splitlines()))
            self.assertEqual(("", "no dead letters that match\n"), self.dead_letters("list", "--code", "BAD_TIME"))
            self.assertIn("did you mean UNKNOWN_MINE?", self.dead_letters("list", "--code", "UNKNOWN_MIEN", code=2)[1])
        with self.subTest("counts"):
            rows = self.dead_letters("list", "--count")[0].splitlines()
            self.assertEqual(["all", "5"], rows[-1].split())
            self.assertEqual(["MALFORMED", self.prefix + "mine.production", "2"], rows[1].split())
            counts = [json.loads(line) for line in self.dead_letters("list", "--count", "--json")[0].splitlines()]
            self.assertEqual(5, sum(count["letters"] for count in counts))
        self.check_show(letters)

    def check_show(self, letters):
        """The letters of test_list_and_show, each in full."""
        shown = {letter["key"]: self.dead_letters("show", self.place(letter))[0] for letter in letters[2:]}
        first = self.dead_letters("show", self.place(letters[0]))[0]
        with self.subTest("an event, and the headers apart"):
            theirs, ours = first.split("\nHeaders of the record\n")[1].split("\nHeaders that headframe added\n")
            self.assertEqual([["trace", "from \\x1b[31melsewhere"], ["trace", "(none)"], ["(empty)", "(empty)"],
                              ["headframe-error", "OF_ANOTHER_CLUSTER"]],
                             [line.split(None, 1) for line in theirs.splitlines()])
            self.assertIn("headframe-error      UNKNOWN_MINE\n", ours)
            self.assertIn(f"Record    {self.prefix}mine.production [", first)
            self.assertEqual(letters[0]["value"], json.loads(ours[ours.index("\n{"):]))
        with self.subTest("bytes"):
            self.assertIn("00000000  68 65 6c 6c 6f 20 1b 5b  32 4a 77 6f 72 6c 64 20  |hello .[2Jworld |\n"
                          "00000010  61 6e 64 20 6d 6f 72 65                           |and more|\n",
                          shown["\ufffdkey"])
        with self.subTest("a tombstone"):
            self.assertIn("\nValue: none (a tombstone)\n", shown["nothing"])
        with self.subTest("reference data"):
            self.assertIn('\n{\n  "mine_id": "x",\n  "rate": 1.10\n}\n', shown["x"])
        with self.subTest("JSON"):
            line = self.dead_letters("show", "--json", self.place(letters[1]))[0]
            self.assertEqual(letters[1], json.loads(line))
        with self.subTest("no such letter"):
            self.assertIn("holds no letter at 0:4711", self.dead_letters("show", "0:4711", code=1)[1])
            self.assertIn("numbered from 0 to 3", self.dead_letters("show", "4:0", code=1)[1])

    def test_replay_sends_each_letter_once(self):
        quantities = ("5", "7", "11")
        for quantity in quantities:
            self.send("mine.production", b"late-mine",
                      foreign.production(event_id=quantity, quantity=quantity, mine_id="late-mine"), HEADERS)
        self.send("mine.costs", b"late-mine", foreign.cost(event_id="c", mine_id="late-mine"))
        letters = self.wait_for_letters(4)
        places = {letter["value"]["event_id"]: self.place(letter) for letter in letters}
        originals = self.read("mine.production")
        self.publish("reference.mines", mine("late-mine"))

        with self.subTest("a dry run sends nothing"):
            end = self.end_offset("mine.production")
            rows, said = self.dead_letters("replay", "--all", "--dry-run", "--topic", "mine.production")
            self.assertEqual([places[quantity] for quantity in quantities],
                             [row.split()[0] for row in rows.splitlines()[1:]])
            partition = originals[0].partition()
            self.assertEqual(3, rows.count(f"  {self.prefix}mine.production [{partition}]  UNKNOWN_MINE  late-mine\n"))
            self.assertEqual("would replay 3 letters, refused 0\n", said)
            self.assertEqual(end, self.end_offset("mine.production"))
        with self.subTest("one place"):
            before_ms = int(time.time() * 1000)
            self.assertEqual(("", "replayed 1 letter, refused 0\n"), self.dead_letters("replay", places["7"]))
            harness.wait_until(lambda: self.silver() == "7.000", "7 ounces")
            original, copy = originals[1], self.read("mine.production")[-1]
            self.assertEqual((original.key(), original.value(), original.partition()),
                             (copy.key(), copy.value(), copy.partition()))
            self.assertEqual([*KEPT, ("headframe-replayed-from", places["7"].encode())], copy.headers())
            self.assertGreaterEqual(copy.timestamp()[1], before_ms)
        with self.subTest("not twice"):
            said = self.dead_letters("replay", places["5"], places["7"], code=1)[1]
            self.assertRegex(said, rf"^headframe: letter {places['7']}: it was replayed before, as "
                             rf"\S*mine\.production \[\d\] \d+: --again sends it once more\n"
                             r"headframe: nothing was sent\n$")
            self.assertEqual(4, len(self.read("mine.production")))
        with self.subTest("the others, in one transaction"):
            end = self.end_offset("mine.production") + self.end_offset("mine.costs")
            said = self.dead_letters("replay", "--all", "--yes", "--code", "UNKNOWN_MINE")[1]
            self.assertEqual("replayed 3 letters, passed over 1 that was replayed before, refused 0\n", said)
            self.assertEqual(end + 3 + 2, self.end_offset("mine.production") + self.end_offset("mine.costs"),
                             "three records, and the transaction's marker on both partitions")
            harness.wait_until(lambda: self.silver() == "23.000", "5 + 7 + 11 ounces")
            said = self.dead_letters("replay", "--all", "--yes")[1]
            self.assertEqual("replayed 0 letters, passed over 4 that were replayed before, refused 0\n", said)
        with self.subTest("once more, if asked"):
            self.dead_letters("replay", "--again", places["5"])
            self.send("mine.production", b"late-mine", foreign.production(event_id="last", quantity="1",
                                                                          mine_id="late-mine"))
            harness.wait_until(lambda: self.silver() == "24.000", "the duplicate does not count")
        self.wait_for_letters(4)

    def test_what_fails_again_is_a_letter_of_its_own(self):
        self.send("mine.production", b"late-mine", foreign.production(event_id="p", mine_id="late-mine"), HEADERS)
        first = self.wait_for_letters(1)[0]
        self.dead_letters("replay", "--all", "--yes")
        second = self.wait_for_letters(2)[1]
        self.assertEqual(self.place(first), second["headers"]["headframe-replayed-from"])
        self.publish("reference.mines", mine("late-mine"))
        rows = self.dead_letters("replay", "--all", "--dry-run")[0].splitlines()
        self.assertEqual([self.place(second)], [row.split()[0] for row in rows[1:]])
        self.dead_letters("replay", "--all", "--yes")
        harness.wait_until(lambda: self.silver() == "1.000", "one ounce")
        self.assertEqual([*KEPT, ("headframe-replayed-from", self.place(second).encode())],
                         self.read("mine.production")[-1].headers())

    def test_bytes_come_back_as_they_were(self):
        records = [(b"a", None), (b"b", b""), (b"", b"junk"), (b"\xff\0", b"\0\xff\n"), (b"c", b"x" * 2000000),
                   (b"d", b"y" * 3000000)]
        for key, value in records:
            self.send("mine.costs", key, value)
        self.wait_for_letters(len(records))
        self.assertEqual("replayed 6 letters, refused 0\n", self.dead_letters("replay", "--all", "--yes")[1])
        found = {}
        for record in self.read("mine.costs"):
            found.setdefault(record.key(), []).append((record.partition(), record.value()))
        self.assertEqual(dict(records), {key: copies[0][1] for key, copies in found.items()})
        for key, copies in found.items():
            self.assertEqual([copies[0], copies[0]], copies, key)

    def test_records_go_to_the_partition_of_their_key(self):
        self.publish("reference.mines", mine("a-mine"))
        self.send("mine.production", b"a-mine", foreign.production(event_id="good", quantity="2"))
        right = self.read("mine.production")[0].partition()
        self.send("mine.production", b"a-mine", foreign.production(event_id="misplaced", quantity="3"),
                  partition=(right + 1) % self.partitions)
        self.wait_for_letters(1)
        self.dead_letters("replay", "--all", "--yes")
        harness.wait_until(lambda: self.silver() == "5.000", "2 + 3 ounces")
        self.assertEqual("replayed 0 letters, passed over 1 that was replayed before, refused 0\n",
                         self.dead_letters("replay", "--all", "--yes")[1])

    def test_nothing_newer_is_replaced(self):
        self.send("reference.mines", b"a-mine", json.dumps(mine("a-mine", time_zone="Mars/Olympus")).encode())
        closes = [{"type": "PeriodClose", "mine_id": "no-mine", "closed_through": f"2003-0{month}-28", "by": "x",
                   "at": "2003-07-01T00:00:00Z"} for month in (5, 6)]
        self.publish("mine.production", *closes)
        letters = self.wait_for_letters(3)
        place = {json.dumps(letter["value"]): self.place(letter) for letter in letters}
        bad, early, late = (next(place[value] for value in place if word in value)
                            for word in ("Mars", "2003-05-28", "2003-06-28"))
        self.assertEqual("would replay 1 letter, refused 0\n", self.dead_letters("replay", bad, "--dry-run")[1])
        self.publish("reference.mines", mine("a-mine"))

        said = self.dead_letters("replay", bad, code=1)[1]
        self.assertRegex(said, r"reference\.mines \[\d\] 1 is a newer record of its key")
        said = self.dead_letters("replay", "--all", "--yes", code=1)[1]
        self.assertIn(f"letter {bad}: ", said)
        self.assertRegex(said, rf"letter {early}: \S*mine\.production \[\d\] \d+ is a newer PeriodClose of its key")
        self.assertTrue(said.endswith("replayed 1 letter, refused 2\n"), said)
        self.assertEqual([late.encode()], [dict(record.headers())["headframe-replayed-from"]
                                           for record in self.read("mine.production") if record.headers()])
        self.dead_letters("replay", bad, "--force")
        self.assertEqual([b"Mars/Olympus" in record.value() for record in self.read("reference.mines")],
                         [True, False, True])

    def test_what_was_not_kept_is_named(self):
        self.send("mine.production", b"a-mine", b"\1" * 8350000)
        self.send("mine.production", None, foreign.production(event_id="keyless"))
        self.send("mine.production", b"late-mine", foreign.production(event_id="p", mine_id="late-mine"))
        letters = self.wait_for_letters(3)
        digest = next(letter for letter in letters if "headframe-digest" in letter["headers"])
        self.assertIn("Key       not kept\n", self.dead_letters("show", self.place(digest))[0])
        self.assertRegex(self.dead_letters("show", self.place(digest))[0],
                         r"\nValue: not kept, .*\nIts digest is xxh3-128:[0-9a-f]{32} bytes:8350000; the record itself "
                         r"is \S*mine\.production \[\d\] 0, ")
        self.assertIn("its bytes were not kept (xxh3-128:", self.dead_letters("replay", self.place(digest), code=1)[1])
        said = self.dead_letters("replay", "--all", "--yes", code=1)[1]
        self.assertIn(f"letter {self.place(digest)}: its bytes were not kept", said)
        self.assertIn("it has no key", said)
        self.assertTrue(said.endswith("replayed 1 letter, refused 2\n"), said)

    def test_a_replay_elsewhere_is_fenced_and_what_is_open_counts(self):
        self.send("mine.production", b"late-mine", foreign.production(event_id="p", mine_id="late-mine"))
        place = self.place(self.wait_for_letters(1)[0])
        replayed = {"topic": self.prefix + "mine.production", "key": b"late-mine", "value": b"open",
                    "headers": [("headframe-replayed-from", place.encode())]}
        with self.subTest("a stranger's open transaction holds what may be this letter"):
            stranger = self.transaction("of-someone-else", replayed)
            self.assertIn("it was replayed before", self.dead_letters("replay", place, code=1)[1])
            stranger.abort_transaction()
        with self.subTest("a replay that stopped half way"):
            stopped = self.transaction("headframe-replay", replayed)
            self.assertEqual("replayed 1 letter, refused 0\n", self.dead_letters("replay", place)[1])
            with self.assertRaises(confluent_kafka.KafkaException):
                stopped.commit_transaction(20)
        self.assertEqual([None, [("headframe-replayed-from", place.encode())]],
                         [record.headers() for record in self.read("mine.production")])

    def transaction(self, name, record):
        """A producer with an open transaction that holds the record."""
        producer = confluent_kafka.Producer({"bootstrap.servers": harness.bootstrap(), "partitioner": "murmur2_random",
                                             "transactional.id": self.prefix + name})
        producer.init_transactions(30)
        producer.begin_transaction()
        producer.produce(**record)
        self.assertEqual(0, producer.flush(30))
        return producer


if __name__ == "__main__":
    unittest.main()
