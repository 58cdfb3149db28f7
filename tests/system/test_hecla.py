# SPDX-License-Identifier: Apache-2.0
"""The main job on a real Kafka: Hecla's events in, the figures of the news release out, read with Kafka's own tools."""

import json
import re
import subprocess
import time
import unittest

import jsonschema

import harness


def schema(name):
    """A validator for one of the published schemas."""
    with open(harness.SOURCE / "proto/json" / name, encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))


def hand_worked():
    """Lines "key :: jq filter :: value" of the worked figures."""
    text = (harness.SOURCE / "tests/system/expect/hecla-hand.md").read_text()
    return [tuple(part.strip() for part in match.groups())
            for match in re.finditer(r"^\s*([^\s:]+\|[^:]*?) :: (.+?) :: (.+)$", text, re.M)]


class Hecla(harness.SystemTest):
    """From nothing to the half year."""

    def test_figures(self):
        data = harness.hecla_data(self.directory / "data")
        expected = harness.hecla_expected(data)
        self.create_topics()
        self.start_all()
        self.publish_hecla(data)
        harness.wait_until(lambda: self.latest("company.summaries", "hecla|half|2003-H1") ==
                           expected["hecla|half|2003-H1"], "the half year as recomputed")
        for key in ("hecla|all|all", "kennecott|all|all", "kennecott|year|2003"):
            harness.wait_until(lambda key=key: self.latest("company.summaries", key) == expected[key], key)
        companies, mines = self.compacted("company.summaries"), self.compacted("mine.summaries")

        with self.subTest("every record equals the independent recomputation, byte for byte"):
            self.assertEqual(sorted(expected), sorted(companies))
            for key, value in expected.items():
                self.assertEqual(value, companies[key], key)
        with self.subTest("figures worked by hand"):
            rows = hand_worked()
            self.assertGreater(len(rows), 20)
            for key, jq, value in rows:
                got = subprocess.run(["jq", "-r", jq], input=companies[key], capture_output=True, text=True,
                                     check=True).stdout.strip()
                self.assertEqual(value, got, f"{key} {jq}")
        with self.subTest("every record keeps its JSON Schema"):
            for validator, records in ((schema("company-summary.v1.schema.json"), companies),
                                       (schema("mine-summary.v1.schema.json"), mines)):
                self.assertGreater(len(records), 100)
                for key, value in records.items():
                    errors = [error.message for error in validator.iter_errors(json.loads(value))]
                    self.assertEqual([], errors, key)
        with self.subTest("mines at 100 % agree with the company's hundred_percent"):
            self.check_mines(companies, mines)
        with self.subTest("nothing was refused"):
            self.assertEqual([], self.consume("headframe.dead-letters"))
        with self.subTest("publishing everything again changes nothing"):
            before = self.end_offset("company.summaries")
            self.publish_hecla(data)
            for topic, days in (("mine.production", "headframe.production-days"), ("mine.costs", "headframe.cost-days")):
                with open(data / f"{topic}.ndjson", encoding="utf-8") as file:
                    events = sum(1 for _ in file)
                harness.wait_until(lambda days=days, events=events: self.input_read(days) == 2 * events,
                                   f"all of {topic} read a second time")
            time.sleep(2)  # ten publication intervals
            self.assertEqual(companies, self.compacted("company.summaries"))
            self.assertEqual(before, self.end_offset("company.summaries"))

    def input_read(self, days):
        """How many events a ledger daemon has committed, by its control records."""
        latest = {}
        for line in self.headframe("cat", days, "--key", "|control", "--keys").stdout.splitlines():
            record = json.loads(line)
            latest[record["partition"]] = record["value"]["control"]["input_offset"]
        return sum(latest.values())

    def check_mines(self, companies, mines):
        """Greens Creek's own summary is what Hecla's says of it at 100 %."""
        company = json.loads(companies["hecla|half|2003-H1"])
        compared = 0
        for entry in company["production"]:
            for mine in entry["mines"]:
                own = json.loads(mines[f"{mine['mine']}|half|2003-H1"])
                quantity = [e["quantity"] for e in own["production"]
                            if (e["material"], e["stage"], e["unit"]) ==
                            (entry["material"], entry["stage"], entry["unit"])]
                self.assertEqual([mine["hundred_percent"]], quantity)
                compared += 1
        self.assertGreater(compared, 10)


if __name__ == "__main__":
    unittest.main()
