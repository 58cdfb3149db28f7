# SPDX-License-Identifier: Apache-2.0
"""Decides which records belong to which transaction, by the broker's own log as Kafka's DumpLogSegments tells it."""

import itertools
import pathlib
import re
import subprocess
from typing import NamedTuple

import harness

BATCH = re.compile(r"baseOffset: .* producerId: (-?\d+) .* isTransactional: (\w+) ")
RECORD = re.compile(r"\| offset: (\d+) (?:Create|LogAppend)Time: (\d+) keySize: (-?\d+) valueSize: (-?\d+) ")
MARKER = re.compile(r"Time: (\d+) .* endTxnMarker: (\w+) ")


class Stretch(NamedTuple):
    """The records of one transaction in one partition, from the marker before to its own."""
    place: tuple  # topic, partition
    producer: int
    is_committed: bool
    offsets: list
    sizes: list  # keys and values as they were before they were compressed
    began_ms: int
    ended_ms: int


def dump(files):
    """The tool's lines."""
    return subprocess.run([harness.SOURCE / "scripts/kafka", "run-class", "kafka.tools.DumpLogSegments",
                           "--deep-iteration", "--files", ",".join(map(str, files))],
                          capture_output=True, text=True, check=True).stdout.splitlines()


def stretches(topics):
    """Every stretch of the topics' records, partition by partition, in order."""
    data = pathlib.Path(harness.KAFKA_DIR) / "node-1/data"
    found, place, producer, records = [], None, None, {}
    for line in dump(sorted(file for topic in topics for file in data.glob(f"{topic}-[0-9]*/*.log"))):
        if line.startswith("Dumping "):
            place = tuple(re.search(r"/([^/]+)-(\d+)/\d+\.log$", line).groups())
        elif batch := BATCH.match(line):
            # Its epoch is another one where a successor aborts what it had begun.
            producer = int(batch[1]) if batch[2] == "true" else None
        elif marker := MARKER.search(line):
            if own := records.pop((place, producer), None):
                found.append(stretch(place, producer, marker[2] == "COMMIT", own, int(marker[1])))
        elif producer is not None and (record := RECORD.match(line)):
            records.setdefault((place, producer), []).append(tuple(map(int, record.groups())))
    if records:
        raise AssertionError(f"transactions without an end: {list(records)}")
    return found


def stretch(place, producer, is_committed, records, ended_ms):
    """The stretch of records (offset, time, size of key, size of value)."""
    offsets, times, keys, values = map(list, zip(*records))
    return Stretch((place[0], int(place[1])), producer, is_committed, offsets,
                   [key + max(value, 0) for key, value in zip(keys, values)], min(times), ended_ms)


def transactions(all_stretches):
    """The stretches of each transaction. The log does not say which belong together, but a coordinator begins no
    transaction before all markers of the one before are written: those that overlap in time are of one."""
    found = []
    for _, own in itertools.groupby(sorted(all_stretches, key=lambda each: (each.producer, each.began_ms)),
                                    lambda each: each.producer):
        ended_ms = -1
        for each in own:
            if each.began_ms > ended_ms:
                found.append([])
            found[-1].append(each)
            ended_ms = max(ended_ms, each.ended_ms)
    return found
