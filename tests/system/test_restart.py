# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle, again and again: the final records are those of a run that was left in peace."""

import itertools
import time
import unittest

import harness

COMPARED = ("company.summaries", "mine.summaries", "headframe.production-days", "headframe.cost-days")
CHUNKS = 12


def chunks(lines):
    """The lines in CHUNKS parts, in order."""
    size = -(-len(lines) // CHUNKS)
    return [lines[i:i + size] for i in range(0, len(lines), size)]


class Restart(harness.SystemTest):
    """Two runs over the same events."""

    def publish_reference(self, data):
        """Everything but events."""
        for topic in ("reference.companies", "reference.mines", "market.prices", "market.fx"):
            self.headframe("publish", topic, str(data / f"{topic}.ndjson"))

    def publish_in_parts(self, data, after_each):
        """Production and costs side by side, a part at a time."""
        parts = [chunks((data / f"{topic}.ndjson").read_text().splitlines(keepends=True))
                 for topic in ("mine.production", "mine.costs")]
        for production, costs in itertools.zip_longest(*parts, fillvalue=[]):
            self.headframe("publish", "mine.production", "-", stdin="".join(production))
            self.headframe("publish", "mine.costs", "-", stdin="".join(costs))
            after_each()

    def final_records(self):
        """What compaction would leave of each topic. Summaries by Kafka's console consumer; the days topics are
        Protobuf, which has no lines, so they are read by our own reader. Control records name a random seed."""
        records = {topic: self.compacted(topic) for topic in COMPARED[:2]}
        for topic in COMPARED[2:]:
            rows = map(harness.parse, self.headframe("cat", topic, "--keys").stdout.splitlines())
            records[topic] = {row["key"]: row["value"] for row in rows if row["key"] != "|control"}
        return records

    def await_expected(self, expected):
        """Until the half year and the whole year are complete."""
        for key in ("hecla|half|2003-H1", "hecla|all|all", "kennecott|all|all"):
            harness.wait_until(lambda key=key: self.latest("company.summaries", key) == expected[key], key)

    def test_kill_each_daemon_in_the_middle(self):
        data = harness.hecla_data(self.directory / "data")
        expected = harness.hecla_expected(data)
        self.create_topics()
        self.publish_reference(data)
        self.start_all()
        victims = itertools.cycle(list(self.daemons))
        kills = {name: 0 for name in self.daemons}

        def kill_one():
            name = next(victims)
            time.sleep(0.15)  # in the middle of reading, committing or publishing what was just sent
            self.daemons[name].kill()
            kills[name] += 1
            self.daemons[name].start()

        self.publish_in_parts(data, kill_one)
        self.assertGreaterEqual(min(kills.values()), 3)
        self.await_expected(expected)
        killed = self.final_records()
        self.assertEqual([], self.consume("headframe.dead-letters"))
        for name in list(self.daemons):
            self.stop(name)

        self.prefix = f"peace-{self.prefix}"
        self.config = self.write_config("peace.conf")
        self.create_topics()
        self.publish_reference(data)
        self.start_all()
        self.publish_in_parts(data, lambda: None)
        self.await_expected(expected)
        harness.wait_until(lambda: self.compacted("mine.summaries") == killed["mine.summaries"], "the mines' summaries")
        in_peace = self.final_records()
        for topic in COMPARED:
            self.assertGreater(len(in_peace[topic]), 500, topic)
            self.assertEqual(in_peace[topic], killed[topic], topic)
        for key, value in expected.items():
            self.assertEqual(value, killed["company.summaries"][key], key)

    def test_state_comes_back_and_nothing_is_published_anew(self):
        data = harness.hecla_data(self.directory / "data")
        expected = harness.hecla_expected(data)
        self.create_topics()
        self.start_all()
        self.publish_hecla(data)
        self.await_expected(expected)
        time.sleep(1)
        before = {topic: self.end_offset(topic) for topic in COMPARED}
        for name in list(self.daemons):
            self.stop(name)
        lengths = {name: len(daemon.log.read_text()) for name, daemon in self.daemons.items()}
        for name in list(self.daemons):
            self.daemons[name].start()
        for name, length in lengths.items():
            harness.wait_until(lambda name=name, length=length: "event=serving" in
                               self.daemons[name].log.read_text()[length:], f"{name} serves again")
        time.sleep(3)  # fifteen publication intervals
        self.assertEqual(before, {topic: self.end_offset(topic) for topic in COMPARED})


if __name__ == "__main__":
    unittest.main()
