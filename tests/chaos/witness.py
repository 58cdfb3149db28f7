# SPDX-License-Identifier: Apache-2.0
"""Decides what a read-committed consumer saw that was there all the time, and what one sees that comes at the end."""

import bisect
import sys
import pathlib
import threading
import time
from typing import NamedTuple

import confluent_kafka

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
EOF = confluent_kafka.KafkaError._PARTITION_EOF


class Seen(NamedTuple):
    """A record, and when it came."""
    offset: int
    key: bytes
    value: bytes
    headers: tuple
    timestamp: int
    came: float


def consumer(servers, name, **more):
    """A read-committed consumer without a group's offsets."""
    return confluent_kafka.Consumer({
        "bootstrap.servers": servers, "group.id": name, "isolation.level": "read_committed",
        "enable.auto.commit": False, "auto.offset.reset": "error", "fetch.wait.max.ms": 50,
        "reconnect.backoff.max.ms": 1000, "topic.metadata.refresh.interval.ms": 5000, "log_level": 0, **more})


def seen(message, headers_of):
    """A message as a record."""
    return Seen(message.offset(), message.key(), message.value(), tuple(headers_of(message)), message.timestamp()[1],
                time.monotonic())


class Witness(threading.Thread):
    """Reads all topics of a run from their beginning and remembers everything."""

    def __init__(self, servers, prefix, places, headers_of):
        super().__init__(name="witness", daemon=True)
        self.prefix, self.headers_of = prefix, headers_of
        self.records = {place: [] for place in places}  # (topic without prefix, partition) → Seen, as they came
        self.complaints, self.stopping = [], threading.Event()
        self.consumer = consumer(servers, prefix + "witness")
        self.consumer.assign([confluent_kafka.TopicPartition(prefix + topic, partition, 0)
                              for topic, partition in places])

    def run(self):
        """Reads until it is told to stop."""
        while not self.stopping.is_set():
            for message in self.consumer.consume(1000, 0.1):
                if message.error():
                    if message.error().code() != confluent_kafka.KafkaError._ALL_BROKERS_DOWN:
                        self.complain(message)
                    continue
                place = message.topic().removeprefix(self.prefix), message.partition()
                record, known = seen(message, self.headers_of), self.records[place]
                if known and record.offset <= known[-1].offset:
                    self.complaints.append(f"{place} offset {record.offset} came again")
                else:
                    known.append(record)
        self.consumer.close()

    def complain(self, message):
        """Errors that mean lost records; librdkafka mends all others by itself."""
        if message.error().code() in (confluent_kafka.KafkaError._AUTO_OFFSET_RESET,
                                      confluent_kafka.KafkaError.OFFSET_OUT_OF_RANGE):
            self.complaints.append(f"{message.topic()} [{message.partition()}]: {message.error()}")

    def stop(self):
        """Ends the thread."""
        self.stopping.set()
        if self.is_alive():
            self.join()

    # --- questions ---

    def times(self, topic, partition, is_wanted=None):
        """When records came on a partition, in order."""
        return [record.came for record in list(self.records[topic, partition]) if not is_wanted or is_wanted(record)]

    def table(self, topic):
        """A compacted topic: key → last value."""
        found = {}
        for (name, _), records in self.records.items():
            if name == topic:
                for record in list(records):
                    if record.value is None:
                        found.pop(record.key.decode(), None)
                    else:
                        found[record.key.decode()] = record.value.decode()
        return found

    def all(self, topic):
        """(partition, record) of a topic, partition by partition."""
        return [(partition, record) for (name, partition), records in sorted(self.records.items()) if name == topic
                for record in list(records)]


def read_again(servers, prefix, places, headers_of):
    """What a consumer that comes now finds in each place: (topic, partition) → records. Also a check that no
    transaction is open: the last stable offset must be the end."""
    reader = consumer(servers, prefix + "late", **{"enable.partition.eof": True})
    raw = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": prefix + "raw", "log_level": 0,
                                    "isolation.level": "read_uncommitted"})
    found, left, open_places = {place: [] for place in places}, {}, []
    for topic, partition in places:
        where = confluent_kafka.TopicPartition(prefix + topic, partition)
        left[topic, partition] = raw.get_watermark_offsets(where, timeout=30)[1]
        if reader.get_watermark_offsets(where, timeout=30)[1] < left[topic, partition]:
            open_places.append((topic, partition))
    reader.assign([confluent_kafka.TopicPartition(prefix + topic, partition, 0) for topic, partition in places])
    deadline = time.monotonic() + 90
    while left and time.monotonic() < deadline:
        for message in reader.consume(2000, 0.5):
            place = message.topic().removeprefix(prefix), message.partition()
            if not message.error():
                found[place].append(seen(message, headers_of))
            elif message.error().code() == EOF and message.offset() >= left.get(place, 0):
                left.pop(place, None)
    reader.close()
    raw.close()
    return found, open_places + list(left)


def longest_silence(times, first, until):
    """(seconds, end) of the longest time between two records, or since first, that overlaps [first, until]. None if
    nothing has come since first."""
    start = max(0, bisect.bisect_right(times, first) - 1)
    points = [max(first, each) for each in times[start:bisect.bisect_right(times, until) + 1]]
    if not points or points[-1] <= first:
        return None
    return max((later - earlier, later) for earlier, later in zip([first] + points, points))
