# SPDX-License-Identifier: Apache-2.0
"""Decides when the records of a run are sent, by whom, and that what a killed producer left in doubt is sent again."""

import json
import pathlib
import subprocess
import sys
import threading
import time

import confluent_kafka

import world as worlds

SENDER = pathlib.Path(__file__).resolve().parent / "sender.py"
BEAT_S = 0.5  # each pulse mine says something on both topics so often
RANDOM_PER_BEAT = 7
REPEATED = 20  # so many records that were taken are sent once more by the successor of a killed producer


class Feed:
    """The producers of a run. `steps` holds every step that was ever handed out; a record's header names its place."""

    def __init__(self, events, prefix, servers):
        self.events, self.prefix, self.servers = events, prefix, servers
        self.steps, self.waiting, self.taken = [], {}, []
        self.lock, self.stopping = threading.RLock(), threading.Event()
        self.child, self.repeated = None, 0
        self.thread = threading.Thread(target=self.run, name="feed", daemon=True)

    # --- the child process ---

    def spawn(self):
        """Starts a producer, and a thread that notes what it reports."""
        self.child = subprocess.Popen([sys.executable, "-B", SENDER, self.servers, self.prefix], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self.listen, args=(self.child,), daemon=True).start()

    def listen(self, child):
        """Notes what was taken."""
        for line in child.stdout:
            with self.lock:
                if self.waiting.pop(int(line), None) is not None:
                    self.taken.append(int(line))

    def hand_over(self, number):
        """Gives a step to the producer; False if it is no more."""
        step = self.steps[number]
        key, value = worlds.key_bytes(step), worlds.value_bytes(step)
        row = [number, self.prefix + step["topic"], worlds.partition(step, self.events.settings["partitions"]),
               None if key is None else key.hex(), None if value is None else value.hex(), step["timestamp"]]
        try:
            self.child.stdin.write(json.dumps(row) + "\n")
            self.child.stdin.flush()
            return True
        except (BrokenPipeError, ValueError):
            return False

    def send(self, step):
        """Hands out one more step."""
        with self.lock:
            self.steps.append(step)
            self.waiting[len(self.steps) - 1] = True
            self.hand_over(len(self.steps) - 1)

    def replace(self):
        """Starts another producer in place of one that is no more: it sends what is in doubt, and some that is not."""
        with self.lock:
            again = self.taken[-REPEATED:] + sorted(self.waiting)
            self.repeated += len(again)
            self.spawn()
            for number in again:
                self.waiting[number] = True
                self.hand_over(number)

    def kill(self):
        """kill -9 of the producer."""
        with self.lock:
            self.child.kill()
            self.child.wait()

    # --- the flow ---

    def open(self):
        """Sends the reference data and waits until it is there."""
        self.spawn()
        for step in self.events.opening:
            self.send(step)
        self.await_taken(60)
        self.thread.start()

    def run(self):
        """The flow, until it is told to stop."""
        beat = time.monotonic()
        while not self.stopping.wait(max(0.0, beat - time.monotonic())):
            beat = max(beat + BEAT_S, time.monotonic())
            for _ in range(2 * len(self.events.pulses)):
                self.send(next(self.events.pulse))
            for _ in range(RANDOM_PER_BEAT):
                self.send(next(self.events.random))
            if self.child.poll() is not None and not self.stopping.is_set():
                self.replace()  # a fatal error of the producer, or a kill

    def await_taken(self, patience_s):
        """Waits until Kafka has taken everything."""
        deadline = time.monotonic() + patience_s
        while self.waiting:
            if time.monotonic() > deadline:
                raise AssertionError(f"Kafka did not take {len(self.waiting)} records within {patience_s} s")
            if self.child.poll() is not None:
                self.replace()
            time.sleep(0.05)

    def close(self):
        """Ends the flow; what was handed out is sent."""
        self.stopping.set()
        self.thread.join()
        self.await_taken(120)
        self.end()

    def end(self):
        """Ends the producer, if there is one."""
        self.stopping.set()
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    # --- a foreign producer with transactions ---

    def transaction(self, transactional_id, count, timeout_ms):
        """Writes records in a transaction of another program and leaves it open; returns its producer."""
        producer = confluent_kafka.Producer({
            "bootstrap.servers": self.servers, "transactional.id": self.prefix + transactional_id, "log_level": 0,
            "transaction.timeout.ms": timeout_ms, "message.timeout.ms": timeout_ms})
        producer.init_transactions(30)
        producer.begin_transaction()
        for _ in range(count):
            with self.lock:
                step = next(self.events.random)
                self.steps.append(step)
                number = len(self.steps) - 1
            producer.produce(self.prefix + step["topic"], key=worlds.key_bytes(step), value=worlds.value_bytes(step),
                             partition=worlds.partition(step, self.events.settings["partitions"]),
                             timestamp=step["timestamp"], headers=[("chaos-step", str(number).encode())])
        producer.flush(20)
        return producer
