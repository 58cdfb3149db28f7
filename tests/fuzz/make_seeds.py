# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of every fuzz target, and its dictionary, from the project's own schemas and data.

Usage: make_seeds.py DIRECTORY: seeds go to DIRECTORY/TARGET/NAME, dictionaries to DIRECTORY/TARGET.dict, and inputs
that are too large to be fuzzed to DIRECTORY/large/TARGET/NAME."""

import datetime
import json
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "property")]

import avro  # noqa: E402
import protobuf as pb  # noqa: E402

KEPT = 6  # records of each kind of data
FIGURES = ROOT / "data/figures"
SHIPPED = sorted((ROOT / "proto/avro").glob("*.avsc"))
TYPES = {"mine.production": "ProductionEvent", "mine.costs": "CostEvent"}
TOPICS = ("mine.production", "mine.costs", "reference.companies", "reference.mines", "market.prices", "market.fx",
          "company.guidance", "market.peers", "headframe.production-days", "headframe.cost-days",
          "headframe.production.state", "headframe.costs.state", "headframe.reference-standing", "mine.summaries",
          "company.summaries", "company.scorecards", "company.releases", "headframe.quarantine",
          "headframe.restatements", "headframe.dead-letters")  # in the order of enum hf_topic


def records_of(topic):
    """The example's records of a topic, spread over its files."""
    lines = []
    for path in sorted(FIGURES.glob(f"*/{topic}.ndjson")):
        own = path.read_text().splitlines()
        lines += own[:: max(1, len(own) // KEPT)]
    return [json.loads(line) for line in lines]


def type_of(topic, record):
    if "closed_through" in record:
        return "PeriodClose"
    return "QuarantineDecision" if "accept" in record else TYPES[topic]


def millis(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(moment.timestamp() * 1000)


def body_of(name, record):
    """The body of a record by the shipped schema."""
    event = {field: millis(value) if field in ("occurred_at", "at") else value for field, value in record.items()}
    return b"".join(avro.fields_of(event, avro.SCHEMAS[avro.IDS[name]]))


def framed(schema_id, body):
    return bytes([0]) + schema_id.to_bytes(4, "big") + body


def events():
    for topic in TYPES:
        for record in records_of(topic):
            name = type_of(topic, record)
            yield topic, name, record, body_of(name, record)


# --- targets --------------------------------------------------------------------------------------------------------


def event_seeds():
    for _, name, _, body in events():
        yield framed(avro.IDS[name], body)
    hostile = framed(1, avro.long((1 << 63) - 1)), framed(1, b"\xff" * 12), framed(9, b""), b"", b"\x00\x00"
    yield from hostile
    yield framed(1, avro.long(-5) + b"abc")


def schema_seeds():
    bodies = {}
    for _, name, _, body in events():
        bodies.setdefault(name, body)
    for path in SHIPPED:
        yield path.read_bytes() + b"\0" + bodies[path.name.split(".")[1]]
    close = json.loads((ROOT / "proto/avro/3.PeriodClose.avsc").read_text())
    extra = [
        '{"type":"array","items":"null"}', '{"type":"map","values":{"type":"array","items":"long"}}',
        '["null",{"type":"record","name":"N","fields":[{"name":"n","type":["null","N"]}]}]',
        '{"type":"fixed","name":"F","size":16}', '["int","string",{"type":"enum","name":"E","symbols":["A"]}]',
        '{"type":"record","name":"R","fields":[{"name":"a","type":"double"},{"name":"b","type":"float"}]}',
        '{"type":"array","items":{"type":"record","name":"Empty","fields":[]}}', '"PeriodClose"',
    ]
    for text in extra:
        schema = json.loads(json.dumps(close))
        schema["fields"].insert(1, {"name": "extra", "type": json.loads(text)})
        yield json.dumps(schema).encode() + b"\0" + bodies["PeriodClose"][:3] + b"\x02\x00" + bodies["PeriodClose"][3:]
    yield json.dumps(doubling_schema(6)).encode() + b"\0"
    cost = json.loads((ROOT / "proto/avro/2.CostEvent.avsc").read_text())
    for scale in (0, 3, 7, -1, 1 << 32):
        next(f for f in cost["fields"] if f["name"] == "amount")["type"]["scale"] = scale
        yield json.dumps(cost).encode() + b"\0" + bodies["CostEvent"]


def doubling_schema(levels, again=3):
    """A PeriodClose whose last field holds a record that names, at each level, the one below again so many times."""
    close = json.loads((ROOT / "proto/avro/3.PeriodClose.avsc").read_text())
    kind = {"type": "record", "name": "L0", "fields": [{"name": "a", "type": "long"}]}
    for level in range(1, levels + 1):
        fields = [{"name": "a", "type": kind}] + [{"name": f"b{i}", "type": f"L{level - 1}"} for i in range(again)]
        kind = {"type": "record", "name": f"L{level}", "fields": fields}
    close["fields"].append({"name": "deep", "type": kind})
    return close


def plan_seeds():
    for seed in range(24):
        yield seed.to_bytes(8, "big") + b"\x01" + (seed * 7919).to_bytes(8, "big")
    for seed in range(8):
        yield seed.to_bytes(8, "big") + b"\x00" + bytes(range(40))
        changes = b"\x00\x05\x00\xff" b"\x00\x09\x01\x07" b"\x01\x00\x02\x03"
        yield seed.to_bytes(8, "big") + b"\x01" + seed.to_bytes(8, "big") + changes


PRODUCTION = [("gold", "PRODUCED", "ASSAYED"), ("silver", "PAYABLE", "SETTLED"), ("ore", "MILLED", "WEIGHED")]
COST = [("MINING", "USD"), ("BY_PRODUCT_CREDIT", "MXN"), ("EXPLORATION", "CAD")]


def both_kinds():
    return (b"\0", "production", PRODUCTION), (b"\1", "cost", COST)


def state_seeds():
    for choice, kind, words in both_kinds():
        yield choice + pb.number(1, 1) + pb.control(3, 4711)
        yield choice + pb.number(1, 1) + pb.versions(words, ["pine-creek", "el-alamo"], [
            pb.fact(1, 0, 0, 15340, 1, 311034768000000), pb.fact(2, 1, 1, 15341, 31, -5 * 10**20, 3, 0, 1),
            pb.fact(3, 2, 0, 15342, 0, 0, 2, 1, 2, 40), pb.fact(2, 1, 1, 15341, 31, 0, 4, 0, 3),
        ], kind)
        yield choice + pb.number(1, 1) + pb.versions(words[:1], ["m"], [pb.fact(9, 0, 0, 120000, 400, 10**33)], kind)
        yield choice + pb.number(1, 4) + pb.control(3, 1)
        yield choice + pb.number(1, 1) + pb.versions(words[:1], ["m"], [pb.fact(9, 5, 7, 1, 1, 1)], kind)
        yield choice + pb.number(1, 3) + pb.segment(words, ["pine-creek", "el-alamo"], [
            (1, 0, 0, 15340, 1, 311034768000000, 0, 0), (2, 1, 1, 15341, 31, -5 * 10**20, 6, 0),
            (3, 2, 0, 15342, 0, 0, 5, 40)], kind, absent=(4, 5))
        yield choice + pb.number(1, 2) + pb.segment(words[:1], ["m"], [(9, 5, 7, 1, 1, 1, 0, 0)], kind)
        yield choice + pb.number(1, 2) + pb.segment([], [], [], kind, absent=(7,))
        yield choice + pb.number(1, 3) + pb.versions(words, ["m"], [
            pb.fact(2, 1, 0, 15341, 31, -5 * 10**20, 3, 0, 1), pb.fact(2, 1, 0, 15341, 31, 7, 4, 0, 2)], kind, field=5)
        yield choice


def days_seeds():
    for choice, kind, words in both_kinds():
        lines = [(word, (-1) ** i * 10 ** (10 * i + 3), i + 1) for i, word in enumerate(words)]
        yield choice + pb.number(1, 1) + pb.day("pine-creek", 15340, lines, kind, [(1, 0, 0, 1), (2, 3, 31, 2)])
        yield choice + pb.number(1, 1) + pb.day("el-alamo", -62094, lines[:1] * 2, kind)
        yield choice + pb.number(1, 1) + pb.day("m", 15341, [], kind)
        yield choice + pb.number(1, 1) + pb.day("m", 1, [(words[0], 1 << 126, 4 * 10**9)], kind)
        yield choice + pb.number(1, 1) + pb.closes("m", 15340, 15371)
        yield choice + pb.number(1, 1) + pb.control(3, 4711)
        yield choice + pb.number(1, 3) + pb.control(3, 4711)


def compact(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def key_of(topic, record):
    fields = {"reference.companies": ["company_id"], "reference.mines": ["mine_id"],
              "market.prices": ["material", "month"], "market.fx": ["currency", "month"]}[topic]
    return "|".join(record[field] for field in fields).encode()


def reference_records():
    for topic in ("reference.mines", "reference.companies", "market.fx", "market.prices"):
        for record in records_of(topic)[:KEPT]:
            yield topic, key_of(topic, record), record


def reference_seeds():
    choices = ("reference.mines", "reference.companies", "market.fx", "market.prices")
    for topic, key, record in reference_records():
        yield bytes([choices.index(topic)]) + key + b"\n" + compact(record)
    many = {"mine_id": "m", "time_zone": "UTC", "primary_metal": "gold", "interests": [
        {"company_id": f"c{i % 5}", "from": f"2{i:03}-01-01", "share": "0.2"} for i in range(40)]}
    yield b"\0m\n" + compact(many)
    yield b"\0m\n" + compact({"mine_id": "m", "interests": [0] * 500})
    yield b"\2MXN|2012-01\n" + compact({"currency": "MXN", "month": "2012-01", "per_usd": 1e300})
    yield b"\0m\n" + b"[" * 3000


def standing_seeds():
    take = b""
    for topic, key, record in reference_records():
        index = ("reference.companies", "reference.mines", "market.prices", "market.fx").index(topic)
        good, bad = bytes([0, index]), bytes([1, index])
        value = compact(record)[:60]
        yield good + key + b"\n" + value + b"\n" + bad + key + b"\nbad\n" + bytes([4, index]) + key + b"\n\n\7\0\n\n"
        take += bad + key + b"\nbad\n\2\0" + topic.encode() + b"|" + key + b"\n" + value + b"\n"
    yield take + b"\6\0\n\n\5\1pine-creek\n\n"
    yield b"\0\0a\nv\n\0\0a\n~\n\1\0a\nx\n\2\0reference.companies|a\nw\n\2\0reference.companies|a\n~\n"


def header(name, value):
    return name.encode() + b"\n" + value.encode() + b"\n"


def records_seeds():
    def seed(topic, key, headers, value):
        return bytes([TOPICS.index(topic) + 1, len(headers)]) + key + b"\n" + b"".join(headers) + value

    for topic, name, record, body in list(events())[::5]:
        yield seed(topic, record["mine_id"].encode(), [header("trace", "1"), header("trace", "2")],
                   framed(avro.IDS[name], body))
        letter = [header("headframe-error", "BAD_ID"), header("headframe-detail", "event_id \"|\" is none"),
                  header("headframe-topic", topic), header("headframe-partition", "2"),
                  header("headframe-offset", "41"), header("headframe-daemon", "headframe-production")]
        yield seed("headframe.dead-letters", b"m", [header("x", "~")] + letter, framed(avro.IDS[name], body))
    for topic, key, record in reference_records():
        yield seed(topic, key, [], compact(record))
        yield seed("headframe.dead-letters", key, [header("headframe-topic", "test." + topic)], compact(record))
    for index, (kind, state) in enumerate((("production", "production"), ("cost", "costs"))):
        for one in list(days_seeds())[index * 7:index * 7 + 7]:
            yield seed(f"headframe.{kind}-days", b"m|2012-01-01", [], one[1:])
        seeds = list(state_seeds())
        for one in seeds[index * len(seeds) // 2:(index + 1) * len(seeds) // 2]:
            yield seed(f"headframe.{state}.state", b"|control", [], one[1:])
    yield seed("company.summaries", b"aurora|year|2012", [], compact(example_summary()))
    yield bytes([0, 1]) + b"~\n\xff\xfe\n\xc3\n" + b"\x00\x01binary"
    yield seed("market.peers", b"p", [], b"[" * 1500 + b"0,0" + b"]" * 1500)


def example_summary():
    """The example of the contract: the text of docs/figures.md is too long for a seed."""
    step = {"before_credits": "10.00", "credits": "1.00", "after_credits": "9.00", "per_unit": "1.6716"}
    ladder = {name: step for name in ("cash_operating", "total_cash", "total_production")}
    ladder["all_in_sustaining"] = None
    cost = {"metal": "silver", "method": "by_product", "currency": "USD", "unit": "OZT",
            "matched_through": "2012-06-30", "unmatched": ["north-gate"], "production": "4805000.230", **ladder,
            "mines": [{"mine": "pine-creek", "matched_through": None, "production": None, **ladder}]}
    return {
        "schema": "headframe.company-summary.v1", "company": {"id": "aurora", "name": "Aurora Silver Company"},
        "window": {"kind": "year", "label": "2012", "from": "2012-01-01", "through": "2012-12-31"},
        "state": "open", "reported_through": "2012-06-30", "stale": ["la-ceiba"], "restatements": 2,
        "production": [{"material": "silver", "stage": "PRODUCED", "unit": "OZT", "attributable": "4805000.230",
                        "hundred_percent": "-8574952.000", "majority_mine": None,
                        "prior_year": {"from": "2011-01-01", "through": "2011-06-30", "attributable": "4300000.000",
                                       "current": "4805000.230", "change": "505000.230", "change_ratio": "0.117442"},
                        "mines": [{"mine": "pine-creek", "attributable": "1.000", "hundred_percent": "2.000",
                                   "share": "0.331946"}]}],
        "unit_costs": [cost, {**cost, "method": "co_product"}],
        "other_costs": [{"element": "EXPLORATION", "currency": "USD", "amount": "2100000.00"}],
        "missing": ["fx MXN 2012-06"],
    }


def config_seeds():
    yield (ROOT / "deploy/headframe.conf").read_bytes()
    yield b"[headframe]\nprefix=test.\nwindows=month; year;rolling-30d;rolling-12m\nhealth_port=8080\nlog_level=debug\n"
    yield b"# c\n\n[kafka]\nbootstrap.servers=a:1,b:2\nsasl.mechanisms=PLAIN\nfetch.queue.backoff.ms=2 \n"
    yield b"[headframe]\nafter_close = reject\ncorrection_horizon_days=400\ninstance=\\s\\t\\\\x\n[kafka]\nx=y\n"
    yield b"[headframe]\ncommit_interval_ms=99999\n"
    yield b"[headframe]\r\nunknown=1\r\n[other]\r\na[de]=b\r\n"
    yield b"no section\n" * 3
    yield b"[headframe]\n" + b"a\n" * 20


def publish_seeds():
    order = TOPICS[:8]
    for topic in order[:6]:
        records = records_of(topic)
        lines = b"\n".join(compact(record) for record in records[:KEPT]) + b"\n"
        yield bytes([order.index(topic) * 2]) + lines
        if topic in TYPES:
            records = [record for record in records if type_of(topic, record) == TYPES[topic]]
        names = sorted({name for record in records for name in record})
        rows = [",".join(names)]
        for record in records[:KEPT]:
            cells = [record.get(name, "") for name in names]
            cells = [cell if isinstance(cell, str) else json.dumps(cell) for cell in cells]
            rows.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
        yield bytes([order.index(topic) * 2 + 1]) + "\r\n".join(rows).encode()
        yield bytes([order.index(topic) * 2]) + compact({**records[0], "deleted": True}) + b"\n{}\n[1]\n{\"a\":1e5}\n"
    guidance = {"guidance_id": "g1", "company_id": "aurora", "metric": "production", "metal": "silver",
                "window": {"kind": "year", "label": "2012"}, "low": "1", "high": 2.5, "bound": "range", "unit": "OZT",
                "issued_at": "2012-02-01T00:00:00Z"}
    yield bytes([12]) + compact(guidance)
    peer = {"company_id": "p", "name": "Peer", "listed": True, "figures": [{"metric": "production", "value": "1"}]}
    yield bytes([14]) + compact(peer)
    yield bytes([1]) + b"\xef\xbb\xbfevent_id,mine_id\n\"a\"\"b\",c\n\n\"open"


def text_seeds():
    texts = {
        0: ["-12.50", "+0.000001", "9999999999999999999999.999999", "00012", "1.2345678", "."],
        2: ["0.2973", "1600", "-1.5", "0." + "3" * 39],
        3: ["2003-06-30", "2000-02-29", "2003-06", "07:00", "0000-01-01", "9999-12-31", "2003-02-29"],
        4: ["2003-06-30T15:00:00Z", "2003-06-30T07:00:00.125-08:00", "1800-01-01 00:00+18:59", "2003-06-30T07:00"],
        5: ["day|2003-06-30", "week|2003-W27", "month|2003-06", "quarter|FY2003-Q2", "half|2003-H1", "year|2003",
            "all|all", "rolling-30d|rolling-30d", "rolling-12m|rolling-12m", "week|2004-W53", "year|FY0001"],
        6: ["0:12", "2147483647:9223372036854775807", "0:-1"],
        7: ["America/Juneau", "Etc/GMT-14", "UTC", "../../etc/passwd", "Nowhere/Else"],
        8: ["a,b\r\n\"c \"\"d\"\"\",\r\n", "\ufeffx\n\n\"1\n2\",3", "a\"b", "\"open"],
        9: ['{"a":0.10,"b":[1e5,-2.5E-3,"1.5"],"c":"x\\"1.5"}', "-0.0", "[1.]"],
        10: ["info", "debug"],
    }
    for choice, words in texts.items():
        for word in words:
            yield bytes([choice]) + word.encode()
    for number in (0, -1, 10**28 - 1, 10**28, -(10**28) + 1, 1 << 127):
        yield bytes([1]) + number.to_bytes(20, "big", signed=True)
        yield bytes([1]) + number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)


# --- large ones: work and memory must grow with the input, not with its square --------------------------------------


def schema_large():
    close = json.loads((ROOT / "proto/avro/3.PeriodClose.avsc").read_text())
    close["fields"].insert(0, {"name": "extra", "type": {"type": "array", "items": "null"}})
    blocks = avro.long(100000) * 100000 + b"\0"  # each claims as many items as bytes follow
    yield json.dumps(close).encode() + b"\0" + blocks
    empty = {"type": "record", "name": "Empty", "fields": [{"name": f"f{i}", "type": "null"} for i in range(2000)]}
    close["fields"][0]["type"]["items"] = empty
    yield json.dumps(close).encode() + b"\0" + avro.long(1) * 400000 + b"\0"
    yield json.dumps(doubling_schema(5, 30)).encode() + b"\0"


def reference_large():
    yield b"\0m\n" + compact({"mine_id": "m", "time_zone": "UTC", "primary_metal": "gold", "interests": [{}] * 300000})
    yield b"\1m\n" + compact({"company_id": "m", "name": "x" * 1000000})


def records_large():
    headers = b"".join(b"n%d\n\n" % (i % 60000) for i in range(120000))
    yield bytes([1, 255]) + b"m\n" + headers
    yield bytes([1, 255]) + b"m\n" + b"headframe-error\n\n" * 60000 + b"x\n\n" * 60000
    deep = b"[" * 2000 + b"0," * 200000 + b"0" + b"]" * 2000
    yield bytes([TOPICS.index("market.fx") + 1, 0]) + b"k\n" + deep


def config_large():
    yield b"[headframe]\n" + b"prefix=x\n" * 100000 + b"malformed\n"
    yield b"[kafka]\n" + b"".join(b"client.id=%d\n" % i for i in range(30000)) + b"no.such.property=1\n"


def publish_large():
    names = ",".join(f"n{i}" for i in range(60000)).encode()
    yield bytes([1]) + names + b"\n" + b"," * 59999 + b"\n"
    yield bytes([1]) + b'a,b\n1,"' + b"x" * (9 << 20)
    yield bytes([0]) + b"{" + b" " * (9 << 20) + b"}\n{}\n"


# --- dictionaries ---------------------------------------------------------------------------------------------------


def words_in(*paths):
    """The words in quotes of some files."""
    found = set()
    for path in paths:
        found |= set(re.findall(r'"([A-Za-z][\w.-]{1,40})"', path.read_text()))
    return found


def dictionary(target):
    json_marks = ['"', ":", ",", "{", "}", "[", "]", "true", "false", "null", "\\u0000", "1e9"]
    vocabulary = words_in(ROOT / "services/common/domain/vocabulary.c")
    vocabulary = {word for word in vocabulary if not re.fullmatch("[A-Z]{3}", word)} | {"USD", "MXN", "CAD"}
    reference = words_in(ROOT / "services/common/codec/reference_json.c", ROOT / "services/cli/reference_record.c")
    schemas = words_in(*SHIPPED)
    return {
        "event": vocabulary,
        "schema": schemas | {"fixed", "array", "map", "items", "values", "size", "union", "null", "double", "float",
                             "aliases", "logicalType", "precision", "scale", "default"} | set(json_marks),
        "plan": set(),
        "state": vocabulary,
        "days": vocabulary,
        "reference": reference | vocabulary | set(json_marks),
        "standing": set(TOPICS[2:6]) | {"|"},
        "records": set(TOPICS) | words_in(ROOT / "services/cli/dead_letters_letter.c",
                                          ROOT / "services/cli/summary_text.c") | set(json_marks),
        "config": words_in(ROOT / "services/common/runtime/config.c") | {"[headframe]", "[kafka]", "rolling-", ";"},
        "publish": schemas | reference | set(json_marks),
        "text": {"rolling-", "FY", "-Q", "-H", "-W", "T", "Z", "+", "-08:00", "\\x00"},
    }[target]


def escape(word):
    return "".join(c if c.isalnum() or c in " _.-:|[]{},;+" else "".join(f"\\x{b:02x}" for b in c.encode())
                   for c in word)


TARGETS = {name.removesuffix("_seeds"): make for name, make in list(globals().items()) if name.endswith("_seeds")}


def write_all(directory, name, inputs):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    for i, data in enumerate(inputs):
        (directory / f"{name}-{i:03}").write_bytes(data)


def main():
    out = pathlib.Path(sys.argv[1])
    for target, make in TARGETS.items():
        write_all(out / target, "seed", make())
        write_all(out / "large" / target, "large", globals().get(f"{target}_large", list)())
        words = sorted(word for word in dictionary(target) if word)
        (out / f"{target}.dict").write_text("".join(f'"{escape(word)}"\n' for word in words))


if __name__ == "__main__":
    main()
