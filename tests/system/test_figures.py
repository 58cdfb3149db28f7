# SPDX-License-Identifier: Apache-2.0
"""Every figure of docs/figures.md and its chapters: the example goes through the programs on a real Kafka, step by
step, and each JSON block must be part of what is published then. The sums beside them are worked out again.

A block's caption says what it is part of:
  `TOPIC`, key `KEY`, after `STEP`:                     the record under that key; null: there is none
  `TOPIC`, key `KEY`, after `STEP` with `KEY=VALUE`:    the same in a run with that setting
  ... `data/figures/STEP/TOPIC.ndjson`:                 a record that is published
"""

import collections
import json
import re
import time
import unittest
from fractions import Fraction

import harness

EXAMPLE = harness.SOURCE / "data/figures"
STEPS = sorted(directory.name for directory in EXAMPLE.iterdir() if directory.is_dir())
INPUTS = {"mine.production": "headframe.production-days", "mine.costs": "headframe.cost-days"}
TOPICS = ["reference.companies", "reference.mines", "market.fx", "market.prices", *INPUTS]
# Setting (None: none but the defaults) → the steps that are published with it.
RUNS = {None: STEPS, "after_close=restate": STEPS[:4], "after_close=reject": STEPS[:4],
        "correction_horizon_days=90": STEPS[:4]}
# On these a key has many records, and each of them counts.
KEPT = ("headframe.dead-letters", "headframe.restatements")
SETTINGS = ("publish_interval_ms=200\n"
            "windows=day;week;month;quarter;half;year;all;rolling-7d;rolling-30d;rolling-90d;rolling-12m;rolling-1m\n")
CONFLICT = ("REVISION_CONFLICT", "pc-0106-D")  # in the first step

CAPTION = re.compile(r"^`([a-z.-]+)`, key `([^`]+)`, after `([^`]+)`(?: with `([a-z_]+=\w+)`)?:$")
INPUT_CAPTION = re.compile(r"`(data/figures/[^`]+\.ndjson)`:$")
# A fenced block: where it is, its caption, the word after the fence, and its lines.
Block = collections.namedtuple("Block", "place caption language text")


def documents():
    """Path → text of the guide and its chapters."""
    docs = harness.SOURCE / "docs"
    paths = [docs / "figures.md", *sorted(docs.glob("figures/*.md"))]
    return {str(path.relative_to(docs)): path.read_text() for path in paths}


def blocks():
    """Every fenced block of the guide."""
    found = []
    for path, text in documents().items():
        for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S):
            before = text[:match.start()].rstrip().splitlines()
            found.append(Block(f"{path}:{text.count(chr(10), 0, match.start()) + 1}", before[-1], match[1], match[2]))
    return found


def difference(shown, published, where=""):
    """Where a block is not part of a record; None where it is. Lists of words and empty lists are whole; of other lists
    each entry that is shown must be there."""
    if isinstance(shown, dict) and isinstance(published, dict):
        found = [difference(value, published.get(name, ...), f"{where}.{name}") for name, value in shown.items()]
    elif isinstance(shown, list) and isinstance(published, list) and shown and isinstance(shown[0], dict):
        found = [nearest(entry, published, where) for entry in shown]
    elif shown == published:
        found = []
    else:
        found = [f"{where} is {'not there' if published is ... else json.dumps(published)}, not {json.dumps(shown)}"]
    return "; ".join(filter(None, found)) or None


def nearest(entry, published, where):
    """How an entry differs from the one in a published list that is most like it; None where it is there."""
    names = ("material", "stage", "metal", "method", "mine", "element")
    label = "/".join(entry[name] for name in names if name in entry)
    found = [difference(entry, other, f"{where}[{label}]") or "" for other in published]
    return min(found, key=len) if found else f"{where}[{label}] is not there"


# Sums: "label: expression = 1,234.5 → 1,234.50", with as many parts between "=" as one likes.


def number(text):
    """A number as it is written here."""
    return Fraction(text.replace(",", ""))


def decimals(text):
    """How many digits stand behind the point."""
    return len(text.partition(".")[2])


def evaluate(expression):
    """The exact value of + - × ÷ and brackets."""
    if not re.fullmatch(r"[\d,.()+×÷ -]+", expression):
        raise ValueError(f"not a sum: {expression!r}")
    code = re.sub(r"[\d,.]+", lambda match: f"number('{match[0]}')", expression)
    return eval(code.replace("×", "*").replace("÷", "/"), {"number": number})  # nothing but the above can be in it


def wrong_sum(line):
    """What is wrong with a line, or None."""
    line, _, rounded = re.sub(r"^[^:]*: ", "", line).replace("−", "-").partition(" → ")
    parts = line.split(" = ")
    value = evaluate(parts[0])
    for part in parts[1:]:
        if part.endswith("…"):
            cut = number(part[:-1])
            if not 0 < abs(value) - abs(cut) < Fraction(1, 10 ** decimals(part[:-1])):
                return f"{part} is not {float(value)}"
        elif evaluate(part) != value:
            return f"{part} is not {float(value)}"
    if rounded and round(value * 10 ** decimals(rounded)) != number(rounded) * 10 ** decimals(rounded):
        return f"{rounded} is not {float(value)} rounded"
    return None if rounded or parts[1:] else "no result"


def figures(value):
    """Every figure in a block: the strings that are decimals."""
    if isinstance(value, dict):
        return [figure for part in value.values() for figure in figures(part)]
    if isinstance(value, list):
        return [figure for part in value for figure in figures(part)]
    return [value] if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value) else []


class Guide(unittest.TestCase):
    """What can be said of the guide without publishing anything."""

    def test_sums(self):
        lines = [(block.place, line) for block in blocks() if block.language == "text"
                 for line in block.text.splitlines()]
        self.assertGreater(len(lines), 100)
        for place, line in lines:
            with self.subTest(place):
                self.assertIsNone(wrong_sum(line), line)

    def test_wrong_sums_are_found(self):
        for line in ("a: 1 + 1 = 3", "0.5 → 1", "1.5 → 1", "2 ÷ 3 = 0.667…", "2 ÷ 4 = 0.5…", "a: 2 × 2"):
            self.assertIsNotNone(wrong_sum(line), line)

    def test_each_figure_is_worked_out(self):
        """Beside the blocks the text has the number, or one with more digits that rounds to it. Zero needs no work."""
        stated = {}
        for path, text in documents().items():
            prose = re.sub(r"^```json\n.*?^```$", "", text, flags=re.M | re.S)
            stated[path] = {Fraction(0), *map(number, re.findall(r"\d[\d,]*(?:\.\d+)?", prose))}
        for block in blocks():
            numbers = stated[block.place.partition(":")[0]]
            for figure in figures(json.loads(block.text)) if block.language == "json" else []:
                digits = decimals(figure)
                rounded = {round(value * 10**digits) for value in numbers}
                with self.subTest(f"{block.place} {figure}"):
                    self.assertTrue(abs(round(number(figure) * 10**digits)) in rounded, "not in the text")

    def test_each_block_is_checked(self):
        reached = set()
        for block in blocks():
            with self.subTest(block.place):
                self.assertIn(block.language, ("text", "json"))
                if block.language == "text":
                    continue
                published = INPUT_CAPTION.search(block.caption)
                if published:
                    lines = (harness.SOURCE / published[1]).read_text().splitlines()
                    self.assertIn(json.loads(block.text), [json.loads(line) for line in lines])
                else:
                    self.assertRegex(block.caption, CAPTION)
                    _, _, step, setting = CAPTION.match(block.caption).groups()
                    self.assertIn(step, RUNS[setting])
                    reached.add((step, setting))
        self.assertLessEqual({(steps[-1], setting) for setting, steps in RUNS.items()}, reached)


class Figures(harness.SystemTest):
    """The example, published step by step."""

    def run_example(self, setting=None):
        """Publishes the steps with a setting and checks their blocks."""
        self.config = self.write_config(settings=SETTINGS + (f"{setting}\n" if setting else ""))
        self.create_topics()
        self.start_all()
        sent = dict.fromkeys(INPUTS, 0)
        for step in RUNS[setting]:
            for topic in TOPICS:
                file = EXAMPLE / step / f"{topic}.ndjson"
                if file.exists():
                    self.headframe("publish", topic, str(file))
                    if topic in INPUTS:
                        sent[topic] += len(file.read_text().splitlines())
            self.check(step, setting, sent)

    def check(self, step, setting, sent):
        """Waits until every block of the step is published, and says which are not."""
        shown = [(block, match) for block in blocks() if (match := CAPTION.match(block.caption))
                 and (match[3], match[4]) == (step, setting)]
        for topic, days in INPUTS.items():
            harness.wait_until(lambda topic=topic, days=days: self.input_read(days) == sent[topic],
                               f"{topic} read in step {step}")
        deadline = time.monotonic() + harness.PATIENCE_S
        while self.wrong(shown) and time.monotonic() < deadline:
            time.sleep(0.5)
        time.sleep(1)  # five publication intervals, for what must not change
        self.assertEqual([], self.wrong(shown), step)

    def wrong(self, shown):
        """Blocks that are not part of what is published now."""
        topics = {topic: self.read(topic) for topic in {match[1] for _, match in shown}}
        return [f"{block.place}: {match[1]} {match[2]}: {found}" for block, match in shown
                if (found := self.mistake(topics[match[1]].get(match[2], []), match[1], json.loads(block.text)))]

    @staticmethod
    def mistake(records, topic, shown):
        """How a block differs from the records under its key."""
        if shown is None:
            return f"there is {records[-1]}" if records and records[-1] is not None else None
        if not records:
            return "there is no such record"
        candidates = records if topic in KEPT else records[-1:]
        found = [difference(shown, record) for record in candidates]
        return None if None in found else found[-1]

    def read(self, topic):
        """Key → values of a topic, oldest first; of dead letters the headers too. The test's prefix is taken off."""
        table = {}
        for line in self.headframe("cat", topic, "--keys").stdout.replace(self.prefix, "").splitlines():
            record = json.loads(line)
            table.setdefault(record["key"], []).append(record if topic == "headframe.dead-letters" else record["value"])
        return table

    def input_read(self, days):
        """How many events a ledger daemon has committed, by its control records."""
        latest = {}
        for line in self.headframe("cat", days, "--key", "|control", "--keys").stdout.splitlines():
            record = json.loads(line)
            latest[record["partition"]] = record["value"]["control"]["input_offset"]
        return sum(latest.values())

    def refused(self):
        """Code and fact of every dead letter, sorted."""
        letters = [letter for letters in self.read("headframe.dead-letters").values() for letter in letters]
        return sorted((letter["headers"]["headframe-error"], letter["value"]["event_id"]) for letter in letters)

    def test_quarantine(self):
        self.run_example()
        self.assertEqual([CONFLICT], self.refused())

    def test_restate(self):
        self.run_example("after_close=restate")
        self.assertEqual([CONFLICT], self.refused())

    def test_reject(self):
        self.run_example("after_close=reject")
        closed = [("PERIOD_CLOSED", fact) for fact in ("ng-02", "pc-0215", "pc-2011-03-b", "pc-power")]
        self.assertEqual([*closed, CONFLICT], self.refused())

    def test_horizon(self):
        self.run_example("correction_horizon_days=90")
        self.assertEqual([CONFLICT, ("TOO_LATE", "pc-2011-03-b")], self.refused())


if __name__ == "__main__":
    unittest.main()
