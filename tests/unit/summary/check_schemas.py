#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds records against the JSON Schemas of proto/json, and the schemas against spoilt records.

Usage: check_schemas.py SCHEMAS [--summaries FILE]... [--notices FILE]... [--complete] [--inputs DIR]

FILE holds published summaries, or records of headframe.quarantine and headframe.restatements, as KEY<TAB>VALUE lines
("-": standard input), DIR NDJSON files named after the reference and market topics. Every record must be valid; and every record must stop being valid once one value of it is spoilt: a
key more or less, a decimal with another number of digits or as a number, "-0", a null where the contract knows none.
With --complete the records must hold every null and every decimal that the contract allows. Ends with status 1 where
something is not so.
"""

import argparse
import copy
import json
import re
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

# Where the contract allows null; indexes are written [].
NULLABLE = {
    "reported_through", "window.from", "window.through",
    "production[].majority_mine", "production[].prior_year", "production[].prior_year.change_ratio",
    "production[].mines[].share", "other_costs[].amount", "metallurgy[].head_grade", "metallurgy[].recovery",
    "unit_costs[].matched_through", "unit_costs[].mines[].matched_through",
}
STEPS = ("cash_operating", "total_cash", "total_production", "all_in_sustaining")
for place in ("unit_costs[]", "unit_costs[].mines[]"):
    NULLABLE |= {f"{place}.{step}" for step in STEPS} | {f"{place}.{step}.per_unit" for step in STEPS}

NULLABLE_IN_NOTICES = {"source", "before", "decided_by"}

# Which keys a schema of input requires.
REQUIRED = {
    "reference.companies": {"company_id"},
    "reference.mines": {"mine_id", "time_zone", "primary_metal", "interests[].company_id", "interests[].from",
                        "interests[].share"},
    "market.prices": {"material", "month", "price", "currency", "unit"},
    "market.fx": {"currency", "month", "per_usd"},
}
# Values that no record of input may have, and some that it may.
BAD_INPUT = {
    "reference.companies": {
        "company_id": ["", "a|b", "x" * 65, 7, None], "name": [7], "reporting_currency": ["usd", "US$", 1],
        "fiscal_year_start_month": [0, 13, 1.5, "1"], "units": [[], {"lead": "TON"}, {"Lead": "T"}], "founded": ["1891"],
        "region": [7], "listed": ["yes"], "primary_metal": [1, "Gold"]},
    "reference.mines": {
        "mine_id": ["", "a|b", "a\nb", "x" * 65, None], "name": [7], "country": [7], "subdivision": [7],
        "time_zone": ["", None, 8], "day_start": ["7:00", "24:00", 7], "day_named_by": ["middle"],
        "primary_metal": [None, "", 1, "Gold"], "units": [[], {"lead": "t"}, {"Lead": "T"}], "status": ["closed"],
        "by_product_credits": ["guessed"], "interests": [{}, ["acme"]], "interests[].company_id": ["a|b", None],
        "interests[].from": ["2003", "2003-13-01", None],
        "interests[].share": ["1.1", "-0.1", "half", 1.5, -1, None]},
    "market.prices": {
        "material": [1, "GOLD"], "month": ["2003-13", "2003-1", "June", 200306], "price": ["0", "-1", "1e3", 0, None],
        "currency": ["usd", None], "unit": ["oz", None]},
    "market.fx": {
        "currency": ["M", None], "month": ["2003-00", 200306], "per_usd": ["0.00", "", -1, None], "rate_type": [1]},
}
GOOD_INPUT = {
    "reference.mines": {"interests[].share": ["0", "1", "1.000", "0.29730", 0, 1, 0.2973], "status": ["development"]},
    "market.prices": {"price": ["350", 350, 4.37]},
    "market.fx": {"per_usd": ["0.5", 10, 9.7688]},
}


class Checker:
    """Validators by schema name, and what was found wrong."""

    def __init__(self, directory):
        self.validators, self.failures, self.valid, self.spoilt = {}, [], 0, 0
        for path in sorted(Path(directory).glob("*.schema.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            Draft202012Validator.check_schema(schema)
            self.validators[path.name.removesuffix(".schema.json")] = Draft202012Validator(schema)

    def must_hold(self, name, record, what):
        self.valid += 1
        error = next(self.validators[name].iter_errors(record), None)
        if error:
            self.failures.append(f"{what}: refused at {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")

    def must_fail(self, name, record, what):
        self.spoilt += 1
        if self.validators[name].is_valid(record):
            self.failures.append(f"{what}: taken")


def places(value, path=""):
    """(path with indexes as [], parent, key) of every value in a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield f"{path}.{key}".lstrip("."), value, key
            yield from places(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield f"{path}[]", value, index
            yield from places(part, f"{path}[]")


def spoilt_decimals(text):
    """What a decimal string must not turn into."""
    whole, part = text.split(".")
    negative_zero = "-0." + "0" * len(part)
    return [text + "0", text[:-1], whole, "+" + text.lstrip("-"), "0" + text.lstrip("-"), text + "e0",
            f"{whole}.{part[:-1]}x", negative_zero, "", " " + text, text.replace(".", ","), f"1,000.{part}",
            float(text), int(float(text)), [text]]


def spoilt_values(path, value):
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+\.[0-9]+", value):
        yield from spoilt_decimals(value)
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        yield from ("2003-6-30", "2003-13-01", "2003-06-32", "20030630", value + "T00:00:00Z", 20030630)
    elif isinstance(value, bool) or isinstance(value, int):
        yield from (-1, str(value), 1.5)
    elif isinstance(value, list):
        yield from ({}, "", value + [{}], value + [None], value + value if value else [[]])
    elif isinstance(value, dict):
        if path.endswith(".by_quality"):
            yield from ([], "", {**value, "GUESS": "1.000"})
        else:
            yield from ([], "", {**value, "one_more": "1.000"})
    elif isinstance(value, str) and re.search(r"(\.name|^source|^decided_by)$", path):
        yield from (7, [value])  # any text will do
    elif isinstance(value, str):
        yield from ("", "a|b", value + "|", 7)
        if re.search(r"(\.id|^mine|\.mine|_mine|^event_id|stale\[\]|unmatched\[\])$", path):
            yield "x" * 65
    if value is not None and path not in NULLABLE | NULLABLE_IN_NOTICES:
        yield None


def spoil_places(checker, name, key, record, seen):
    """Spoils each kind of place once."""
    for path, parent, where in list(places(record)):
        known = name, path, type(parent[where]).__name__
        if known in seen:
            continue
        seen.add(known)
        value = parent[where]
        for bad in spoilt_values(path, value):
            if bad == value and type(bad) is type(value):
                continue
            parent[where] = bad
            checker.must_fail(name, record, f"{key}: {path} as {bad!r}")
        parent[where] = value
        if isinstance(parent, dict) and not path.startswith("production[].by_quality."):
            del parent[where]
            checker.must_fail(name, record, f"{key}: without {path}")
            parent[where] = value  # now last: order means nothing to a schema
    for bad, what in (({**record, "one_more": 1}, "a key more"), ([record], "a list"), ({}, "nothing"), (None, "null")):
        checker.must_fail(name, bad, f"{key}: {what}")


def spoil_together(checker, name, key, record):
    """What one change of one place cannot show."""
    for entry in record["unit_costs"]:
        for part in [entry, *entry.get("mines", [])]:
            if part["matched_through"] is not None:
                part["matched_through"], kept = None, part["matched_through"]
                checker.must_fail(name, record, f"{key}: figures without a matched day")
                part["matched_through"] = kept
            else:
                part["production"] = "1.000"
                checker.must_fail(name, record, f"{key}: production without a matched day")
                part["production"] = None
    spoilt = [{"state": "closed", "restatements": 1}, {"state": "restated", "restatements": 0},
              {"state": "preliminary", "reported_through": None}, {"state": "CLOSED"},
              {"schema": "headframe.company-summary.v2"}, {"stale": ["a", "a"] if "stale" in record else []}]
    spoilt += [{"other_costs": [{"element": "EXPLORATION", "currency": c, "amount": None} for c in currencies]}
               for currencies in (["USD", "USD"], ["USD", "CAD", "MXN"]) if "other_costs" in record]
    if record["window"]["kind"] == "all":
        spoilt += [{"state": "preliminary"}]
    elif record["state"] == "preliminary":
        for changes in ({"state": "closed"}, {"state": "restated", "restatements": 2}):
            checker.must_hold(name, {**record, **changes}, f"{key}: {changes}")
    if record["window"]["kind"] == "all" or record["reported_through"] is None:
        compared = {"from": "2002-01-01", "through": "2002-01-31", "current": "1.000", "change": "0.000",
                    "attributable" if "company" in record else "quantity": "1.000", "change_ratio": None}
        spoilt += [{"production": [{**entry, "prior_year": compared}]} for entry in record["production"][:1]]
    for changes in spoilt:
        checker.must_fail(name, {**record, **changes}, f"{key}: {changes}")
    window, dates = record["window"], {"from": "2003-01-01", "through": "2003-01-01"}
    spoilt = [{"kind": "fortnight"}, {"kind": "rolling-0d"}, {"label": "2003-Q5"}, {"label": "2003-W54"},
              {"label": 2003}]
    spoilt += [dates] if window["kind"] == "all" else [{"kind": "all"}, {"from": None}, {"through": None}]
    for changes in spoilt:
        checker.must_fail(name, {**record, "window": {**window, **changes}}, f"{key}: window {changes}")


def check_summaries(checker, lines, seen):
    examples = {}
    for line in lines:
        key, text = line.rstrip("\n").split("\t", 1)
        record = json.loads(text)
        name = record["schema"].removeprefix("headframe.")
        checker.must_hold(name, record, key)
        subject = record.get("company") or record["mine"]
        if key != f"{subject['id']}|{record['window']['kind']}|{record['window']['label']}":
            checker.failures.append(f"{key}: the value is of another key")
        spoil_places(checker, name, key, record, seen)
        examples.setdefault((name, record["window"]["kind"]), (key, record))
    for (name, _), (key, record) in examples.items():
        spoil_together(checker, name, key, copy.deepcopy(record))


def spoil_notice(checker, name, key, record):
    """What one change of one place cannot show."""
    other = {"production": {"from": "2003-06-01", "through": "2003-06-30", "element": "MINING", "currency": "USD",
                            "amount": "1.00"},
             "costs": {"date": "2003-06-30", "material": "gold", "stage": "PRODUCED", "quality": "ASSAYED",
                       "quantity": "1.000", "unit": "OZT"}}[record["topic"].rsplit(".", 1)[1]]
    of_other_topic, voided = {"revision": 1, "voided": False, **other}, {"revision": 1, "voided": True}
    day, later, latest = ({"from": date, "through": date} for date in ("2003-06-01", "2003-06-03", "2003-06-05"))
    spoilt = [{"before": of_other_topic}, {"after": of_other_topic}, {"before": None, "after": voided},
              {"before": voided, "after": voided}, {"topic": "mine.silver"}, {"revision": 2147483648},
              {"after": {**record["after"], "voided": not record["after"]["voided"]}},
              {"schema": record["schema"].replace("v1", "v2")}]
    if "closed_days" in record:
        spoilt += [{"closed_days": []}, {"closed_days": [day, later, latest]}, {"closed_days": [{"from": "2003-06-01"}]}]
        spoilt += [{"closed_days": [day, later], "before": before} for before in (None, voided)]
    for changes in spoilt:
        checker.must_fail(name, {**record, **changes}, f"{key}: {changes}")
    checker.must_hold(name, {**record, "topic": "test." + record["topic"]}, f"{key}: with a prefix")


def check_notices(checker, lines, seen):
    for line in lines:
        key, text = line.rstrip("\n").split("\t", 1)
        record = json.loads(text)
        name = record["schema"].removeprefix("headframe.")
        checker.must_hold(name, record, key)
        parts = [record["topic"], record["mine"], record["event_id"]]
        if key != "|".join(parts + [str(record["revision"])] * name.startswith("quarantine")):
            checker.failures.append(f"{key}: the value is of another key")
        spoil_places(checker, name, key, record, seen)
        spoil_notice(checker, name, key, copy.deepcopy(record))


def check_inputs(checker, directory):
    for topic, bad_values in BAD_INPUT.items():
        records = [json.loads(line) for line in (Path(directory) / f"{topic}.ndjson").read_text("utf-8").splitlines()]
        for number, record in enumerate(records, 1):
            checker.must_hold(topic, record, f"{topic} line {number}")
            checker.must_hold(topic, {**record, "of_another_program": [1]}, f"{topic} line {number} with a field more")
        first = records[0]
        checker.must_fail(topic, [first], f"{topic}: a list")
        for path, parent, where in list(places(first)):
            value = parent[where]
            if path in REQUIRED[topic]:
                del parent[where]
                checker.must_fail(topic, first, f"{topic}: without {path}")
            for bad in bad_values.get(path, []):
                parent[where] = bad
                checker.must_fail(topic, first, f"{topic}: {path} as {bad!r}")
            for good in GOOD_INPUT.get(topic, {}).get(path, []):
                parent[where] = good
                checker.must_hold(topic, first, f"{topic}: {path} as {good!r}")
            parent[where] = value
            if isinstance(parent, dict) and path not in REQUIRED[topic]:
                del parent[where]
                checker.must_hold(topic, first, f"{topic}: without {path}")
                if parent is first:
                    parent[where] = None
                    checker.must_hold(topic, first, f"{topic}: {path} null")
                parent[where] = value


def check_offices(checker):
    """Every mine but a corporate office has a primary metal."""
    for status, must in (({"status": "corporate"}, checker.must_hold), ({"status": "operating"}, checker.must_fail),
                         ({"status": None}, checker.must_fail), ({}, checker.must_fail)):
        for metal in ({}, {"primary_metal": None}, {"primary_metal": ""}):
            record = {"mine_id": "hq", "time_zone": "UTC", **status, **metal}
            must("reference.mines", record, f"reference.mines: {record}")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("schemas")
    parser.add_argument("--summaries", action="append", default=[], metavar="FILE")
    parser.add_argument("--notices", action="append", default=[], metavar="FILE")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("--inputs", metavar="DIR")
    options = parser.parse_args(arguments)
    checker, seen = Checker(options.schemas), set()
    for paths, check in ((options.summaries, check_summaries), (options.notices, check_notices)):
        for path in paths:
            with (sys.stdin if path == "-" else open(path, encoding="utf-8")) as lines:
                check(checker, lines, seen)
    if options.complete:
        for path in sorted(NULLABLE if options.summaries else NULLABLE_IN_NOTICES):
            kinds = {kind for _, seen_path, kind in seen if seen_path == path}
            if "NoneType" not in kinds or len(kinds) != 2:
                checker.failures.append(f"{path}: occurs only as {', '.join(sorted(kinds)) or 'nothing'}")
    if options.inputs:
        check_inputs(checker, options.inputs)
        check_offices(checker)
    for failure in checker.failures:
        print(failure, file=sys.stderr)
    print(f"{checker.valid} records must hold, {checker.spoilt} spoilt ones must not: {len(checker.failures)} failures")
    return 1 if checker.failures or not checker.valid or not checker.spoilt else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
