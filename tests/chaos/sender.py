#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""A producer in a process of its own, so that it can be killed: JSON lines of records in, numbers of those that Kafka
took out. It never gives up; after a fatal error it ends, and whoever started it sends again what was not taken."""

import json
import queue
import sys
import threading

import confluent_kafka


def read_lines(lines):
    """Puts each line of the input into the queue, None at its end."""
    for line in sys.stdin:
        lines.put(json.loads(line))
    lines.put(None)


def main():
    """Sends until the input ends."""
    failed = []
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": sys.argv[1], "enable.idempotence": True, "linger.ms": 5, "message.timeout.ms": 0,
         "reconnect.backoff.max.ms": 1000, "log_level": 0,
         "error_cb": lambda error: error.fatal() and failed.append(error)})
    lines = queue.Queue()
    threading.Thread(target=read_lines, args=(lines,), daemon=True).start()

    def report(number):
        def on_delivery(error, _message):
            if error is None:
                sys.stdout.write(f"{number}\n")
                sys.stdout.flush()
            else:
                failed.append(error)
        return on_delivery

    while not failed:
        producer.poll(0)
        try:
            row = lines.get(timeout=0.05)
        except queue.Empty:
            continue
        if row is None:
            return int(producer.flush(60) > 0)
        number, topic, partition, key, value, timestamp = row
        producer.produce(topic, partition=partition, timestamp=timestamp,
                         headers=[("chaos-step", str(number).encode())],
                         key=None if key is None else bytes.fromhex(key),
                         value=None if value is None else bytes.fromhex(value), on_delivery=report(number))
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (confluent_kafka.KafkaException, BrokenPipeError):
        sys.exit(1)  # a fatal error of the producer: its successor sends again
