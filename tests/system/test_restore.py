# SPDX-License-Identifier: Apache-2.0
"""The end of a transaction is answered before its markers are written: whoever restores then waits for those of the
state, though the group's offsets are new already.

Two brokers. Coordinators and offsets are on broker 1, state and days on broker 2; and the link between them is so slow
that their commit marker is on its way until the test lets it through. (Were the days quick, they would give it away: their
control record names another offset than that of the state.)"""

import json
import pathlib
import tempfile
import time
import unittest

import confluent_kafka
import confluent_kafka.admin

import foreign
import harness
import links
import offsets

DAEMON = "headframe-production"
INPUT, DAYS, STATE, LETTERS = ("mine.production", "headframe.production-days", "headframe.production.state",
                               "headframe.dead-letters")
MINE = json.dumps({"mine_id": "a-mine", "name": "A", "time_zone": "UTC", "day_start": "00:00",
                   "primary_metal": "silver", "status": "operating", "interests": []}).encode()
# Two brokers can not keep three copies, and a dead member shall be missed soon.
BROKERS = ("default.replication.factor=1", "min.insync.replicas=1", "offsets.topic.replication.factor=1",
           "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
           "group.min.session.timeout.ms=1000")
MEMBER = "session.timeout.ms=1500\nheartbeat.interval.ms=300\n"
# What headframe topics asks of those that daemons write.
OWN_TOPICS = {"cleanup.policy": "compact", "max.message.bytes": "8388608", "message.timestamp.type": "LogAppendTime"}
HELD_MS = 25000  # longer than the test needs; the coordinator would try again after 30 s
LOOKED_ON_S = 1.5
FACTS, BATCH = 10, 11  # a batch is so many facts and one record that is refused


def batch(number):
    """Facts of one ounce each, and a bad record."""
    return [(b"a-mine", foreign.production(event_id=f"{number}-{i}")) for i in range(FACTS)] + [(b"a-mine", b"bad")]


class Restore(harness.SystemTest):
    """One cluster for all tests of the class."""

    partitions = 1

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(dir=harness.BUILD, prefix="restore-")
        cls.addClassCleanup(directory.cleanup)
        cls.cluster = links.ProxiedCluster(pathlib.Path(directory.name) / "kafka", 2, BROKERS)
        cls.enterClassContext(cls.cluster)
        cls.create({"__consumer_offsets": [[1]] * 4, "__transaction_state": [[1]] * 4})

    @classmethod
    def create(cls, assignments):
        """Creates compacted topics: name → brokers of each partition."""
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": cls.cluster.bootstrap, "log_level": 4})
        for future in admin.create_topics([
                confluent_kafka.admin.NewTopic(name, len(brokers), replica_assignment=brokers,
                                               config=OWN_TOPICS if name.startswith("test_") else {"cleanup.policy": "compact"})
                for name, brokers in assignments.items()]).values():
            future.result(20)
        for broker in cls.cluster.bootstrap.split(","):
            harness.wait_until(lambda broker=broker: assignments.keys() <= cls.topics_of(broker),
                               f"{broker} knows {list(assignments)}")

    @staticmethod
    def topics_of(broker):
        """What a broker believes there is; it learns of a new topic a little later than the controller."""
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker, "log_level": 4})
        return admin.list_topics(timeout=10).topics.keys()

    def setUp(self):
        super().setUp()
        self.servers = self.cluster.bootstrap
        self.group = self.prefix + DAEMON
        self.other = self.write_config("other.conf", settings="instance=other\n")
        self.create({self.prefix + STATE: [[2]], self.prefix + DAYS: [[2]]})
        self.headframe("topics", "--partitions", "1", "--replication", "1")
        self.addCleanup(self.cluster.links.clear)
        self.sender = foreign.Sender(self.servers, linger_ms=200)  # a batch is one batch, and one transaction
        self.send("reference.mines", [(b"a-mine", MINE)])

    def write_config(self, name="headframe.conf", **options):
        """For a daemon of this cluster."""
        path = super().write_config(name, servers=self.cluster.bootstrap, **options)
        with open(path, "a", encoding="utf-8") as file:
            file.write(MEMBER)
        return path

    def send(self, topic, rows):
        """Sends records to a topic under the prefix."""
        self.sender.send(self.prefix + topic, rows)

    def ends(self):
        """The last stable offset and the true end of the state partition."""
        return tuple(offsets.end(self.servers, self.prefix + STATE, 0, isolation)
                     for isolation in (offsets.READ_COMMITTED, offsets.READ_UNCOMMITTED))

    def await_committed(self, offset):
        """Until the group's stable committed offset is offset."""
        harness.wait_until(lambda: offsets.committed(self.servers, self.group, self.prefix + INPUT) == [offset],
                           f"{offset} is committed")

    def daemon(self, name, config):
        """A daemon with a log of its own, started."""
        directory = self.directory / name
        directory.mkdir()
        daemon = harness.Daemon(DAEMON, config, directory)
        daemon.start()
        self.addCleanup(daemon.kill)
        return daemon

    def await_event(self, daemon, event):
        """Until the daemon logs the event; returns the fields of its last line."""
        def lines():
            return [line for line in daemon.log.read_text().splitlines() if f" event={event} " in f"{line} "]
        harness.wait_until(lines, f"{event}: {daemon.tail()}")
        return dict(word.split("=", 1) for word in lines()[-1].split()[1:] if "=" in word)

    def commit_with_a_late_marker(self):
        """Kills a daemon whose second commit has moved the offsets, but whose marker has not reached the state."""
        daemon = self.daemon("killed", self.config)
        self.send(INPUT, batch(1))
        self.await_committed(BATCH)
        harness.wait_until(lambda: len(set(self.ends())) == 1, "the first marker")
        self.cluster.links.slow("brokers-2", latency_ms=HELD_MS)
        self.send(INPUT, batch(2))
        self.await_committed(2 * BATCH)
        daemon.kill()
        self.assert_marker_is_missing()

    def assert_marker_is_missing(self):
        """The race is on: offsets are new and stable, and what they belong to in the state is not."""
        stable, true = self.ends()
        self.assertLess(stable, true)
        return stable

    def assert_waits(self, daemon):
        """Neither facts nor readiness come before the marker."""
        began = time.monotonic()
        while time.monotonic() < began + LOOKED_ON_S:
            self.assertNotIn("event=restored", daemon.log.read_text())
            self.assertNotIn("event=serving", daemon.log.read_text())
            time.sleep(0.05)
        self.assert_marker_is_missing()

    def assert_all_is_there(self, daemon):
        """Facts sent again count once, new ones count, and each bad record has left one letter."""
        self.send(INPUT, batch(1)[:FACTS] + batch(2)[:FACTS] + batch(3))
        self.await_committed(2 * BATCH + 2 * FACTS + BATCH)
        self.assertEqual(0, daemon.stop(), daemon.tail())
        totals = self.await_event(daemon, "totals")
        self.assertEqual((str(FACTS), str(2 * FACTS), "1"),
                         tuple(totals[name] for name in ("applied", "duplicates", "dead_letters")))
        rows = [json.loads(line) for line in self.headframe("cat", DAYS, "--keys").stdout.splitlines()]
        days = {row["key"]: row["value"] for row in rows}
        self.assertIn(str(3 * FACTS), json.dumps(days["a-mine|2003-06-30"]), days)
        letters = [dict(record.headers)["headframe-offset"] for record in foreign.read(self.servers,
                                                                                       self.prefix + LETTERS)]
        self.assertEqual([BATCH - 1, 2 * BATCH - 1, 2 * BATCH + 2 * FACTS + BATCH - 1], sorted(map(int, letters)))

    def test_another_instance_waits_for_the_marker_of_the_state(self):
        self.commit_with_a_late_marker()
        heir = self.daemon("heir", self.other)
        self.await_event(heir, "assigned")
        self.assert_waits(heir)
        self.cluster.links.mend("brokers-2")
        restored = self.await_event(heir, "restored")
        self.assertEqual(("topic", str(2 * BATCH), str(2 * FACTS)),
                         tuple(restored[name] for name in ("source", "input_offset", "facts")))
        self.assertGreaterEqual(int(restored["took_ms"]), 1000 * LOOKED_ON_S)
        self.assert_all_is_there(heir)

    def test_without_group_offsets_the_state_is_read_past_the_marker_too(self):
        """Nothing but the true end tells that the state is not all there."""
        self.commit_with_a_late_marker()
        # A group that has members can not be deleted; the killed one is missed after its session.
        harness.wait_until(lambda: "successful" in self.delete_group(), "the group is deleted")
        heir = self.daemon("heir", self.other)
        self.await_event(heir, "assigned")
        self.assert_waits(heir)
        self.cluster.links.mend("brokers-2")
        restored = self.await_event(heir, "restored")
        self.assertEqual(("topic", str(2 * BATCH), str(2 * FACTS)),
                         tuple(restored[name] for name in ("source", "input_offset", "facts")))
        self.assertEqual("warn", self.await_event(heir, "group-offset-missing")["level"])
        self.assert_all_is_there(heir)

    def delete_group(self):
        """What Kafka's tool says about it."""
        return self.cluster.kafka("consumer-groups", "--delete", "--group", self.group)

    def test_the_same_instance_waits_for_its_own_marker(self):
        self.commit_with_a_late_marker()
        again = self.daemon("again", self.config)
        self.assert_waits(again)
        self.cluster.links.mend("brokers-2")
        restored = self.await_event(again, "restored")
        self.assertEqual((str(2 * BATCH), str(2 * FACTS)), (restored["input_offset"], restored["facts"]))
        self.assert_all_is_there(again)


if __name__ == "__main__":
    unittest.main()
