# SPDX-License-Identifier: Apache-2.0
"""Decides how a world's records get onto Kafka topics and how its outputs are read back, with Confluent's client."""

import json
import os
import subprocess

import confluent_kafka

import avro
import compare
import world as worlds

GRAM_PLACES, UNIT_PLACES = 13, 6  # what a day's amount counts: 10^-13 g, millionths of a currency unit


def send(servers, prefix, world, steps):
    """Appends the steps' records in order; returns (partition, offset) of each, None for other steps."""
    producer = confluent_kafka.Producer({"bootstrap.servers": servers, "enable.idempotence": True, "linger.ms": 5})
    places = [None] * len(steps)

    def report_to(index):
        def on_delivery(error, message):
            if error is None:
                places[index] = (message.partition(), message.offset())
        return on_delivery

    for index, step in enumerate(steps):
        if not worlds.is_record(step):
            continue
        if step["topic"] == "reference.mines":
            producer.flush(30)  # an event must not overtake its mine
        producer.produce(prefix + step["topic"], value=worlds.value_bytes(step), key=worlds.key_bytes(step),
                         partition=worlds.partition(step, world["settings"]["partitions"]),
                         timestamp=step["timestamp"], on_delivery=report_to(index))
        if step["topic"] == "reference.mines":
            producer.flush(30)
    producer.flush(60)
    lost = [step for step, place in zip(steps, places) if worlds.is_record(step) and not place]
    if lost:
        raise AssertionError(f"Kafka took no {lost[0]}")
    return places


class Outputs:
    """The committed records of output topics, read as they come."""

    def __init__(self, servers, prefix, topics):
        self.prefix = prefix
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": servers, "group.id": f"{prefix}reader", "isolation.level": "read_committed",
            "enable.auto.commit": False, "auto.offset.reset": "earliest"})
        self.found = {topic: [] if topic in ("headframe.restatements", "headframe.dead-letters") else {}
                      for topic in topics}
        self.consumer.assign([confluent_kafka.TopicPartition(prefix + topic, partition, 0)
                              for topic in topics for partition in self.partitions(prefix + topic)])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.consumer.close()

    def partitions(self, topic):
        """The numbers of a topic's partitions."""
        return list(self.consumer.list_topics(topic, timeout=30).topics[topic].partitions)

    def read(self, seconds):
        """Takes what comes within that time."""
        for message in self.consumer.consume(2000, seconds):
            if message.error():
                raise AssertionError(str(message.error()))
            self.take(message.topic().removeprefix(self.prefix), message)

    def take(self, topic, message):
        """Takes one record."""
        key, value = message.key(), message.value()
        if topic == "headframe.dead-letters":
            headers = {name: (text or b"").decode() for name, text in message.headers() or []}
            self.found[topic].append(compare.letter_tuple(key, headers))
        elif topic == "headframe.restatements":
            self.found[topic].append((key.decode(), value.decode()))
        elif value is None:
            self.found[topic].pop(key.decode(), None)
        else:
            self.found[topic][key.decode()] = value.decode()

    def tables(self):
        """What was found, in the shape of the model's outputs."""
        return self.found


def days_of(harness, config, topic):
    """A days topic as `headframe cat` shows it, in the shape of the model's."""
    shown = subprocess.run([harness.program("headframe"), "cat", topic, "--config", config, "--keys"],
                           capture_output=True, text=True, check=False, env={**os.environ, **harness.SANITIZERS})
    if shown.returncode != 0:
        raise AssertionError(f"headframe cat {topic} ended with {shown.returncode}: {shown.stderr}")
    last = {}
    for record in map(json.loads, shown.stdout.splitlines()):
        last[record["key"]] = record["value"]
    days = {key: lines_of(value) for key, value in last.items() if value and not key.startswith("|")}
    return {key: lines for key, lines in days.items() if lines}


def lines_of(value):
    """The lines of a date's record."""
    production = [[line["material"], line["stage"], line["quality"], avro.unscaled(line["amount"], GRAM_PLACES),
                   line["facts"]]
                  for line in value.get("production", ())]
    costs = [[line["element"], line["currency"], avro.unscaled(line["amount"], UNIT_PLACES), line["facts"]]
             for line in value.get("costs", ())]
    return sorted(production + costs)
