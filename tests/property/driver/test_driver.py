# SPDX-License-Identifier: Apache-2.0
"""headframe-worlds keeps its protocol: what it answers, what it refuses, and that steps between records change nothing."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../system"))
import foreign  # noqa: E402

DRIVER = os.environ["HEADFRAME_WORLDS"]
NOW = 1057017600000  # 2003-07-01T00:00:00Z
WORLD = "world 3 7 quarantine 0 month;rolling-30d"


def hexadecimal(data):
    """Bytes as the protocol writes them."""
    return "-" if data is None else data.hex() or "."


def bytes_of(text):
    """The other way round."""
    return None if text == "-" else bytes.fromhex(text.strip("."))


def record(topic, key, value, partition="-"):
    """A record command; value is bytes, None, or JSON to be."""
    value = json.dumps(value).encode() if isinstance(value, dict) else value
    return f"record {topic} {partition} {NOW} {hexadecimal(key)} {hexadecimal(value)}"


def mine(mine_id):
    """A record of reference.mines."""
    return record("reference.mines", mine_id.encode(), {
        "mine_id": mine_id, "name": mine_id, "time_zone": "UTC", "day_start": "00:00", "primary_metal": "silver",
        "interests": [{"company_id": "acme", "from": "2000-01-01", "share": "0.5"}]})


def production(mine_id, **event):
    """A record of mine.production."""
    return record("mine.production", mine_id.encode(), foreign.production(mine_id=mine_id, **event))


RECORDS = [
    record("reference.companies", b"acme", {"company_id": "acme", "name": "Acme", "reporting_currency": "USD"}),
    mine("north"), mine("south pit"),
    production("north", event_id="a", quantity="10"),
    production("nowhere", event_id="b"),
    production("south pit", event_id="a", quality="ASSAYED", quantity="0.5"),
    production("north", event_id="a", revision=1, quantity="8", occurred_at="2003-06-29T20:00:00Z"),
    record("mine.costs", b"north", foreign.cost(mine_id="north", event_id="c", through="2003-06-02", amount="1")),
    record("market.fx", b"CAD|2003-06", b"not JSON"),
    record("market.fx", b"CAD|2003-06", None),
    production("north", event_id="d", quantity="1"),
    production("north", event_id="d", revision=1, voided=True),
]
STEPS = ["commit", "restart production", "summarise", "restart summary", "restart costs", "windows day;year", "summarise",
         "windows month;rolling-30d", "restart summary", "summarise", "commit"]


def run(*lines):
    """The answers to these lines."""
    done = subprocess.run([DRIVER], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, timeout=60,
                          check=True)
    return done.stdout.splitlines()


def outputs(answers, topic):
    """[(partition, offset, key, value, headers)] of a topic."""
    found = []
    for answer in answers:
        fields = answer.split(" ")
        if fields[:2] == ["output", topic]:
            headers = [] if fields[6] == "-" else [header.split("=") for header in fields[6].split(",")]
            found.append((int(fields[2]), int(fields[3]), bytes_of(fields[4]), bytes_of(fields[5]),
                          {bytes_of(name).decode(): bytes_of(value).decode() for name, value in headers}))
    return found


def without_offsets(answers):
    """Outputs of a topic stand in the order of their writing, which is free; offsets count what was replaced since."""
    return sorted(" ".join(answer.split(" ")[:3] + answer.split(" ")[4:]) if answer.startswith("output") else answer
                  for answer in answers)


class Answers(unittest.TestCase):
    """A world without trouble."""

    def test_outputs_of_a_world(self):
        answers = run(WORLD, *RECORDS, "end")
        self.assertEqual(answers[-1], "done")
        self.assertEqual([answer for answer in answers if answer.startswith("fault")], [])
        summaries = {key.decode(): json.loads(value) for _, _, key, value, _ in outputs(answers, "company.summaries")}
        self.assertEqual(sorted(summaries), ["acme|month|2003-06", "acme|rolling-30d|rolling-30d"])
        self.assertEqual(summaries["acme|month|2003-06"]["production"][0]["attributable"], "4.250")
        self.assertEqual(len(outputs(answers, "mine.summaries")), 4)

    def test_days_hold_the_lines_that_are_left(self):
        answers = run(WORLD, *RECORDS, "end")
        ounce, north, pit = 311034768000000, b"north".hex(), b"south pit".hex()
        self.assertEqual(sorted(answer for answer in answers if answer.startswith("day ")), [
            f"day headframe.cost-days {north} 2003-06-01 MINING/USD=500000:1",
            f"day headframe.cost-days {north} 2003-06-02 MINING/USD=500000:1",
            f"day headframe.production-days {north} 2003-06-29 silver/PRODUCED/WEIGHED={8 * ounce}:1",
            f"day headframe.production-days {pit} 2003-06-30 silver/PRODUCED/ASSAYED={ounce // 2}:1"])

    def test_dead_letters_say_where_they_come_from(self):
        letters = outputs(run(WORLD, *RECORDS, "end"), "headframe.dead-letters")
        self.assertEqual([(key, value, headers["headframe-error"], headers["headframe-topic"],
                           headers["headframe-offset"], headers["headframe-daemon"])
                          for _, _, key, value, headers in letters],
                         [(b"nowhere", foreign.production(mine_id="nowhere", event_id="b"), "UNKNOWN_MINE",
                           "mine.production", "1", "headframe-production"),
                          (b"CAD|2003-06", b"not JSON", "BAD_REFERENCE", "market.fx", "0", "headframe-summary")])

    def test_null_is_not_empty(self):
        letters = outputs(run(WORLD, record("mine.costs", None, b""), record("mine.costs", b"", None, 2), "end"),
                          "headframe.dead-letters")
        self.assertEqual([(key, value, headers["headframe-partition"]) for _, _, key, value, headers in letters],
                         [(None, b"", "0"), (b"", None, "2")])

    def test_partition_is_taken_as_given(self):
        for partition in range(3):
            letters = outputs(run(WORLD, *RECORDS, record("mine.production", b"north", b"x", partition), "end"),
                              "headframe.dead-letters")
            self.assertEqual([headers["headframe-partition"] for _, _, key, value, headers in letters if value == b"x"],
                             [str(partition)])

    def test_steps_change_nothing(self):
        plain = without_offsets(run(WORLD, *RECORDS, "end"))
        for gap in range(1, len(RECORDS)):
            with self.subTest(gap=gap):
                self.assertEqual(without_offsets(run(WORLD, *RECORDS[:gap], *STEPS, *RECORDS[gap:], "end")), plain)
        everywhere = [line for number, one in enumerate(RECORDS) for line in (one, STEPS[number % len(STEPS)])]
        self.assertEqual(without_offsets(run(WORLD, *everywhere, "windows month;rolling-30d", "end")), plain)

    def test_worlds_do_not_know_each_other(self):
        one = run(WORLD, *RECORDS, "end")
        self.assertEqual(run(WORLD, *RECORDS[:8], WORLD, *RECORDS, "end", WORLD, "end", WORLD, *RECORDS, "end"),
                         one + ["done"] + one)


class Faults(unittest.TestCase):
    """Lines that can not be taken."""

    def test_a_fault_ends_its_world_only(self):
        for line in ("record mine.production 3 0 - -", "record mine.summaries 0 0 - -", "record mine.costs 0 0 - 0",
                     "record mine.costs 0 0 0g -", "record mine.costs 0 now - -", "record mine.costs 0 0 -", "commit now",
                     "restart broker", "windows fortnight", "hello", "", "world 0 7 quarantine 0 day",
                     "world 1 7 maybe 0 day", "world 1 7 quarantine -1 day", "world 1 7 quarantine 0 fortnight"):
            with self.subTest(line=line):
                answers = run(WORLD, RECORDS[0], line, *RECORDS, "end", WORLD, "end")
                self.assertEqual(len(answers), 3, answers)
                self.assertRegex(answers[0], r"^fault .*\(line [13] of the world\)$")
                self.assertEqual(answers[1:], ["done", "done"])

    def test_nothing_is_taken_outside_a_world(self):
        for before in ((), (WORLD, "end"), (WORLD, "commit", "hello", "end")):
            with self.subTest(before=before):
                self.assertEqual(run(*before, "commit", RECORDS[0], "end")[-2:],
                                 ["fault no world has begun (line 1 of the world)", "done"])


if __name__ == "__main__":
    unittest.main()
