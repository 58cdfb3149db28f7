# SPDX-License-Identifier: Apache-2.0
"""What an operator meets: wrong configuration, a Kafka that is not there yet, missing topics, wrong partition counts."""

import subprocess
import time
import unittest

import harness

DAEMONS = ("headframe-production", "headframe-costs", "headframe-summary")


class Configuration(harness.SystemTest):
    """Exit 78 with file, line, key and what was expected."""

    CASES = (
        ("[headframe]\ncommit_interval_ms=never\n", ":2:", "commit_interval_ms", "whole number from 1 to 5000"),
        ("[headframe]\n\n# a comment\npublish_intervall_ms=5\n", ":4:", "publish_intervall_ms", "not a known key"),
        ("[headframe]\nwindows=month;fortnight\n", ":2:", "windows", "fortnight"),
        ("[headframe]\nlog_level=loud\n", ":2:", "log_level", "error, warn, info or debug"),
        ("[kafka]\nbootstrap.serverz=x\n", ":2:", "bootstrap.serverz", "No such configuration property"),
        ("[kafka]\nisolation.level=read_uncommitted\n", ":2:", "isolation.level", "headframe itself"),
        ("[other]\nx=1\n", ":1:", "[other]", "not a known section"),
        ("[headframe]\nprefix\n", ":2:", "", "key=value"),
    )

    def test_wrong_files(self):
        path = self.directory / "wrong.conf"
        for text, line, key, words in self.CASES:
            path.write_text(text)
            for daemon in DAEMONS:
                with self.subTest(text=text, daemon=daemon):
                    result = subprocess.run([harness.program(daemon), "--config", path], capture_output=True, text=True,
                                            timeout=20, check=False)
                    self.assertEqual(78, result.returncode, result.stderr)
                    for part in (f"{path}{line}", key, words):
                        self.assertIn(part, result.stderr)

    def test_missing_file(self):
        result = subprocess.run([harness.program(DAEMONS[0]), "--config", "/nowhere/at-all.conf"], capture_output=True,
                                text=True, timeout=20, check=False)
        self.assertEqual(78, result.returncode)
        self.assertIn("/nowhere/at-all.conf", result.stderr)

    def test_printed_reference_is_a_valid_configuration(self):
        path = self.directory / "reference.conf"
        kept = (harness.SOURCE / "deploy/headframe.conf").read_text()
        for daemon in DAEMONS:
            path.write_text(subprocess.run([harness.program(daemon), "--print-config"], capture_output=True, text=True,
                                           check=True).stdout)
            self.assertEqual(kept, path.read_text(), "deploy/headframe.conf is what --print-config prints")
            subprocess.run([harness.program(daemon), "--config", path, "--check-config"], check=True)


class Kafka(harness.SystemTest):
    """A broker that comes late, topics that are missing or wrong."""

    def test_unreachable_is_said_and_waited_for(self):
        port = harness.free_port()
        kafka = self.directory / "late-kafka"
        health = {name: harness.free_port() for name in DAEMONS}
        for name in DAEMONS:
            config = self.write_config(f"{name}.conf", servers=f"127.0.0.1:{port}",
                                       settings=f"publish_interval_ms=200\nhealth_port={health[name]}\n")
            self.start(name, config=config)
        began = time.monotonic()
        for name in DAEMONS:
            harness.wait_until(lambda name=name: "kafka-unreachable" in self.daemons[name].tail(), "a line in the log",
                               10 - (time.monotonic() - began))
            self.assertEqual((503, "kafka-unreachable"), harness.readyz(health[name]))
        scripts = harness.SOURCE / "scripts/kafka"
        self.addCleanup(lambda: subprocess.run([scripts, "stop", "--dir", kafka], check=False,
                                               stdout=subprocess.DEVNULL))
        subprocess.run([scripts, "start", "--dir", kafka, "--port", str(port)], check=True, stdout=subprocess.DEVNULL)
        config = self.write_config(servers=f"127.0.0.1:{port}")
        self.headframe("topics", config=config)
        for name in DAEMONS:
            harness.wait_until(lambda name=name: harness.readyz(health[name]) == (200, "serving"),
                               f"{name} serves once Kafka is there")
        for name in DAEMONS:  # while the broker still answers
            self.stop(name)

    def test_unreachable_for_the_command_line(self):
        config = self.write_config(servers=f"127.0.0.1:{harness.free_port()}")
        began = time.monotonic()
        result = self.headframe("topics", config=config, code=1)
        self.assertLess(time.monotonic() - began, 10)
        self.assertIn("127.0.0.1", result.stderr)

    def test_missing_topics_are_waited_for(self):
        self.start(*DAEMONS)
        for name in DAEMONS:
            harness.wait_until(lambda name=name: "headframe topics creates it" in self.daemons[name].tail(),
                               f"{name} says what is missing")
        self.create_topics()
        for name in DAEMONS:
            harness.wait_until(lambda name=name: "event=serving" in self.daemons[name].tail(), f"{name} serves")

    def test_topics_are_made_once_and_checked(self):
        first = self.create_topics()
        self.assertEqual(20, first.stdout.count("created"))
        again = self.create_topics()
        self.assertEqual(0, again.stdout.count("created"))
        described = subprocess.run([harness.SOURCE / "scripts/kafka", "topics", "--describe", "--topic",
                                    self.prefix + "company.summaries"], capture_output=True, text=True, check=True)
        self.assertIn("cleanup.policy=compact", described.stdout)
        self.assertIn("PartitionCount: 4", described.stdout)
        wrong = self.headframe("topics", "--partitions", "7", code=1)
        self.assertIn("has 4 partitions, not 7", wrong.stderr + wrong.stdout)

    def test_days_topic_with_other_partitions_is_refused(self):
        self.create_topics()
        days = self.prefix + "headframe.production-days"
        kafka = harness.SOURCE / "scripts/kafka"
        subprocess.run([kafka, "topics", "--delete", "--topic", days], check=True, stdout=subprocess.DEVNULL)
        harness.wait_until(lambda: subprocess.run([kafka, "topics", "--create", "--topic", days, "--partitions", "3",
                                                   "--config", "cleanup.policy=compact"], check=False,
                                                  capture_output=True).returncode == 0, "the topic made anew")
        refused = self.headframe("topics", code=1)
        self.assertIn("headframe.production-days", refused.stderr + refused.stdout)
        daemon = harness.Daemon("headframe-production", self.config, self.directory)
        daemon.start()
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.kill())
        self.assertEqual(1, daemon.process.wait(30))
        self.assertIn("headframe.production-days has 3 partitions", daemon.tail())


if __name__ == "__main__":
    unittest.main()
