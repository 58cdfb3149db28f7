# SPDX-License-Identifier: Apache-2.0
"""Group offsets that were deleted, expired or were set by hand while the daemons were down: they come back from what
their own topics say, nothing lost and nothing doubled; or they refuse, and name both numbers."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import confluent_kafka.admin

import foreign
import harness
import links
import offsets

PRODUCTION, COSTS, SUMMARY = DAEMONS = ("headframe-production", "headframe-costs", "headframe-summary")
INPUTS = {PRODUCTION: "mine.production", COSTS: "mine.costs"}
REFERENCES = ("reference.companies", "reference.mines", "market.prices", "market.fx")
MINE = json.dumps({"mine_id": "a-mine", "name": "A", "time_zone": "UTC", "day_start": "00:00",
                   "primary_metal": "silver", "status": "operating",
                   "interests": [{"company_id": "a-company", "from": "2000-01-01", "share": "1"}]}).encode()
COMPANY = json.dumps({"company_id": "a-company", "name": "A"}).encode()
MONTH = "a-company|month|2003-06"
FACTS = 20  # of each batch and topic, an ounce or a dollar each
LETTERS_OF_A_BATCH = 6
REFUSAL_S = 45  # it is patient for half a minute first


class GroupOffsets(harness.SystemTest):
    """One mine and one company; batches of good and bad records."""

    partitions = 1
    settings = "publish_interval_ms=200\nwindows=day;month\n"

    def setUp(self):
        super().setUp()
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("session.timeout.ms=6000\n")  # the least that a broker takes; a group must be empty first
        self.create_topics()
        self.sender = foreign.Sender(harness.bootstrap())
        self.batches = 0
        self.sender.send(self.prefix + "reference.mines", [(b"a-mine", MINE)])
        self.sender.send(self.prefix + "reference.companies", [(b"a-company", COMPANY)])

    def send_batch(self):
        """Facts, and bad records to every kind of topic."""
        self.batches += 1
        names = [f"{self.batches}-{i}" for i in range(FACTS)]
        for topic, encode, word in (("mine.production", foreign.production, "quantity"),
                                    ("mine.costs", foreign.cost, "amount")):
            rows = [(b"a-mine", encode(event_id=name, **{word: "1"})) for name in names]
            self.sender.send(self.prefix + topic, [*rows, (b"a-mine", b"bad")])
        for topic in REFERENCES:
            self.sender.send(self.prefix + topic, [(f"bad-{self.batches}".encode(), b"{not json")])

    def letters(self):
        """The places of all records with a dead letter, sorted: one for each letter."""
        found = []
        for letter in foreign.read(harness.bootstrap(), self.prefix + "headframe.dead-letters"):
            headers = dict(letter.headers)
            found.append((headers["headframe-topic"].decode().removeprefix(self.prefix),
                          int(headers["headframe-offset"])))
        return sorted(found)

    def expected_letters(self):
        """One for each bad record: the last of each batch of events, all but the first of the references."""
        first = {"reference.companies": 1, "reference.mines": 1}
        return sorted([(topic, (i + 1) * (FACTS + 1) - 1) for topic in INPUTS.values() for i in range(self.batches)] +
                      [(topic, first.get(topic, 0) + i) for topic in REFERENCES for i in range(self.batches)])

    def month(self):
        """Ounces and dollars of the company's June; None: no summary yet."""
        text = self.latest("company.summaries", MONTH)
        if not text:
            return None
        summary = json.loads(text)
        ounces = [entry["attributable"] for entry in summary["production"]]
        return *ounces, *(entry["cash_operating"]["before_credits"] for entry in summary["unit_costs"]
                          if entry["method"] == "by_product" and entry["cash_operating"])

    def assert_all_counted_once(self):
        """Until figures and letters are those of all batches; and they stay so."""
        expected = (f"{self.batches * FACTS}.000", f"{self.batches * FACTS}.00")
        harness.wait_until(lambda: self.month() == expected, f"{expected}; it says {self.month()}")
        harness.wait_until(lambda: len(self.letters()) >= self.batches * LETTERS_OF_A_BATCH, "the letters")
        self.assertEqual(self.expected_letters(), self.letters())

    def first_life(self):
        """Two batches, counted, and every daemon stopped."""
        self.start_all()
        for _ in range(2):
            self.send_batch()
            self.assert_all_counted_once()
        self.stop_all()
        self.lengths = {name: len(daemon.log.read_text()) for name, daemon in self.daemons.items()}

    def stop_all(self):
        """Stops all daemons."""
        for name in DAEMONS:
            self.stop(name)

    def log(self, name):
        """What a daemon has logged in its second life."""
        return self.daemons[name].log.read_text()[self.lengths[name]:]

    def groups(self, *arguments, names=DAEMONS):
        """Kafka's tool on the groups of daemons. It takes no order before a static member that left is missed."""
        groups = [self.prefix + name for name in names]
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": harness.bootstrap(), "log_level": 4})
        harness.wait_until(lambda: {admin.list_groups(group, 10)[0].state for group in groups} == {"Empty"},
                           "the groups are empty")
        words = [word for group in groups for word in ("--group", group)]
        said = subprocess.run([harness.SOURCE / "scripts/kafka", "consumer-groups", *words, *arguments],
                              capture_output=True, text=True, check=True)
        self.assertNotIn("Error", said.stdout + said.stderr)

    def committed(self, name):
        """The committed offsets of the first input of a daemon."""
        topic = INPUTS.get(name, REFERENCES[0])
        return offsets.committed(harness.bootstrap(), self.prefix + name, self.prefix + topic)

    def second_life(self):
        """A batch came while the daemons were down, and one comes when they are up again."""
        self.assertEqual([[None]] * len(DAEMONS), [self.committed(name) for name in DAEMONS])
        self.send_batch()
        for name in DAEMONS:
            self.daemons[name].start()
        self.assert_all_counted_once()
        self.send_batch()
        self.assert_all_counted_once()
        self.stop_all()
        for name in INPUTS:
            self.assertIn(f"applied={2 * FACTS} duplicates=0 ", self.log(name))  # nothing was read again
        for name in DAEMONS:
            self.assertEqual(1, self.log(name).count("level=warn daemon=" + name + " event=group-offset-missing"), name)


class Deleted(GroupOffsets):
    """On the broker that all tests share."""

    def test_deleted_offsets_are_taken_from_the_topics(self):
        self.first_life()
        self.groups("--delete")
        self.second_life()

    def test_offsets_set_by_hand_are_refused_with_both_numbers(self):
        self.first_life()
        right = 2 * (FACTS + 1)
        for name, wrong in ((PRODUCTION, right - 1), (COSTS, right + 1)):
            self.send_batch_until(wrong)
            self.set_offset(name, wrong)
        self.groups("--reset-offsets", "--to-earliest", "--all-topics", "--execute", names=[SUMMARY])
        for name in DAEMONS:
            self.daemons[name].start()
        for name, wrong in ((PRODUCTION, right - 1), (COSTS, right + 1)):
            self.assertEqual(1, self.daemons[name].process.wait(REFUSAL_S), name)
            self.assertIn(f"committed offset is {wrong}, but the state topic ends at {right}", self.log(name))
        harness.wait_until(lambda: "event=serving" in self.log(SUMMARY), "the summary serves")
        for name in INPUTS:
            self.set_offset(name, right)
            self.daemons[name].start()
        self.assert_all_counted_once()

    def send_batch_until(self, offset):
        """Kafka's tool sets no offset beyond the end."""
        if self.batches * (FACTS + 1) < offset:
            self.send_batch()

    def set_offset(self, name, offset):
        """Sets the committed offset of a ledger daemon's input."""
        self.groups("--reset-offsets", "--to-offset", str(offset), "--topic", self.prefix + INPUTS[name], "--execute",
                    names=[name])
        self.assertEqual([offset], self.committed(name))


class Expired(GroupOffsets):
    """On a broker that forgets the offsets of a group a minute after its last member left."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(dir=harness.BUILD, prefix="offsets-")
        cls.addClassCleanup(directory.cleanup)
        cluster = links.ProxiedCluster(pathlib.Path(directory.name) / "kafka", 1,
                                       ["offsets.retention.minutes=1", "offsets.retention.check.interval.ms=1000"])
        cls.enterClassContext(cluster)
        shared = os.environ["HEADFRAME_KAFKA_DIR"]
        cls.addClassCleanup(os.environ.__setitem__, "HEADFRAME_KAFKA_DIR", shared)
        os.environ["HEADFRAME_KAFKA_DIR"] = str(cluster.directory)

    def test_expired_offsets_are_taken_from_the_topics(self):
        self.first_life()
        harness.wait_until(lambda: all(self.committed(name) == [None] for name in DAEMONS), "the offsets expire", 150)
        self.second_life()


if __name__ == "__main__":
    unittest.main()
