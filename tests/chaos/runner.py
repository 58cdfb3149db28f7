# SPDX-License-Identifier: Apache-2.0
"""Decides how a run goes: everything started, faults injected while records flow, then healed, settled and judged."""

import os
import pathlib
import shutil
import subprocess
import time

import confluent_kafka

import compare
import faults
import oracle
from events import PARTITIONS, Events, schema_directories
from feed import Feed
from fleet import Fleet
from kafka_topics import days_of
from schedule import groups
from witness import Witness, longest_silence, read_again

# What must go on: topic, and the partition of its records by which it is divided among the instances of its daemon.
HEARTBEATS = ("headframe.production-days", "headframe.cost-days", "mine.summaries")
STUCK_S = 150  # a fault whose pipeline says nothing for so long after it has not been survived
SETTLE_S = 180
QUIET_S = 3
FREEZE_S = 20  # so long a daemon is watched for an open transaction
PAUSE_S = 1.0  # between two faults, so that there is something to disturb
WAIT_AFTER_END_S = 25  # so long a silence may begin after a fault's end and still be its doing
OPEN_TOPIC = {"production": "headframe.production.state", "costs": "headframe.costs.state",
              "summary": "company.summaries"}
COMPACTED = ("headframe.production.state", "headframe.costs.state", "headframe.production-days", "headframe.cost-days",
             "company.summaries", "mine.summaries", "headframe.quarantine")


class Failed(AssertionError):
    """What was not survived."""


class Run:
    """One seed on a cluster."""

    def __init__(self, harness, cluster, directory, seed, planned, say):
        self.harness, self.cluster, self.seed, self.planned, self.say = harness, cluster, seed, planned, say
        self.directory = pathlib.Path(directory)
        self.prefix = f"c{seed}-{os.getpid()}."
        self.events, self.began, self.log = Events(seed), time.monotonic(), []
        self.schemas = self.directory / "schemas"
        self.feed = self.fleet = self.witness = None
        self.verdict = None

    # --- the course ---

    def run(self, until_s=None):
        """Injects the faults, at most for until_s seconds, and judges. Raises Failed or AssertionError."""
        try:
            self.start()
            for group in groups(self.planned):
                if until_s and time.monotonic() - self.began > until_s:
                    break
                self.inject(group)
            self.settle()
        finally:
            self.close()

    def start(self):
        """Topics, witness, producers, daemons; then waits until the first figures are out."""
        self.cluster.heal()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.schemas.mkdir(exist_ok=True)
        for source in schema_directories():
            for path in source.glob("*.avsc"):
                shutil.copy(path, self.schemas)
        self.fleet = Fleet(self.harness, self.directory, self.prefix, self.cluster.servers, self.events.settings,
                           self.schemas)
        self.headframe("topics", "--partitions", str(PARTITIONS), "--replication", "3")
        places = [(topic, partition) for topic in oracle.INPUTS + oracle.OUTPUTS
                  for partition in self.cluster.metadata(self.prefix + topic).topics[self.prefix + topic].partitions]
        self.places = places
        self.headers_of = foreign().headers_of
        self.witness = Witness(self.cluster.servers, self.prefix, places, self.headers_of)
        self.witness.start()
        self.feed = Feed(self.events, self.prefix, self.cluster.servers)
        self.feed.open()
        self.fleet.start_all()
        self.await_heartbeats(time.monotonic(), "the start")
        self.mark("flowing")

    def close(self):
        """Ends everything that belongs to the run alone."""
        for part, end in ((self.feed, "end"), (self.fleet, "close"), (self.witness, "stop")):
            if part:
                getattr(part, end)()

    def mark(self, what):
        """Notes what happens, with its time."""
        self.log.append(f"{time.monotonic() - self.began:7.1f} s  {what}")
        with open(self.directory / "course.txt", "a", encoding="utf-8") as course:
            course.write(self.log[-1] + "\n")

    def pause(self, seconds):
        """Lets time pass."""
        time.sleep(seconds)

    # --- faults ---

    def inject(self, group):
        """Injects one fault, or two that overlap, and waits until everything flows again."""
        self.pause(PAUSE_S)
        if any(faults.BROKERS in planned.fault.uses(planned.params) for planned in group):
            self.cluster.await_in_sync()  # three copies, or two faults in a row would be more than was promised
        try:
            for planned in group:
                self.mark(f"begins {planned}")
                planned.began = time.monotonic()
                planned.fault.begin(self, planned.params)
                if len(group) > 1:
                    self.pause(0.5)
            # Brokers take their time to start; what is over before must not wait for them.
            for planned in sorted(group, key=lambda each: faults.BROKERS in each.fault.uses(each.params)):
                left = planned.began + planned.params.get("hold_s", 0) - time.monotonic()
                self.pause(max(0.0, left))
                planned.ended = time.monotonic()
                planned.ended = planned.fault.end(self, planned.params) or planned.ended
                self.mark(f"ends   {planned.number} {planned.kind}")
        except (confluent_kafka.KafkaException, OSError, subprocess.SubprocessError) as error:
            raise Failed(f"{planned.kind}: {type(error).__name__}: {error}") from error
        for planned in group:
            self.await_heartbeats(planned.ended, planned.kind)
        self.measure(group)

    def heartbeats(self):
        """(name, times of its records) of everything that must go on."""
        for topic in HEARTBEATS[:2]:
            for partition in range(PARTITIONS):
                yield f"{topic} [{partition}]", self.witness.times(topic, partition)
        for mine in self.events.pulses:
            key = f"{mine}|".encode()
            yield f"mine.summaries {mine}", sorted(
                came for partition in range(PARTITIONS)
                for came in self.witness.times(HEARTBEATS[2], partition, lambda each: each.key.startswith(key)))

    def await_heartbeats(self, since, what):
        """Waits until everything has said something since then."""
        deadline = time.monotonic() + STUCK_S
        while True:
            silent = [name for name, times in self.heartbeats() if not times or times[-1] <= since]
            if not silent:
                return
            if time.monotonic() > deadline:
                raise Failed(f"stuck after {what}: nothing for {STUCK_S} s on {', '.join(silent)}")
            time.sleep(0.25)

    def measure(self, group):
        """Notes how long each fault's silence lasted: of the slowest of all partitions and mines."""
        now = time.monotonic()
        for planned in group:
            since = planned.began if planned.fault.counts_from_begin else planned.ended
            until = min(now, planned.ended + WAIT_AFTER_END_S)
            silences = [longest_silence(times, planned.began, until) or (now - planned.began, now)
                        for _, times in self.heartbeats()]
            planned.silence_s = round(max(length for length, _ in silences), 2)
            planned.recovery_s = round(max(0.0, max(end for _, end in silences) - since), 2)
            self.mark(f"all flows after {planned.number} {planned.kind}: recovered in {planned.recovery_s} s, longest "
                      f"silence {planned.silence_s} s")

    # --- what faults ask for ---

    def brokers_back(self):
        """Starts the brokers that are down; returns when they served again."""
        self.cluster.start_missing()
        return time.monotonic()

    def freeze_in_transaction(self, label):
        """Freezes a daemon while a transaction on its topic is open; False if that was not met in FREEZE_S: another
        fault may stand in the way, and waits for this one."""
        instance = self.fleet.instances[label]
        places = [place for place in self.places if place[0] == OPEN_TOPIC[instance.kind]]
        readers = [confluent_kafka.Consumer({"bootstrap.servers": self.cluster.servers, "isolation.level": isolation,
                                             "group.id": self.prefix + "looks", "log_level": 0})
                   for isolation in ("read_committed", "read_uncommitted")]

        def open_places():
            found = []
            for topic, partition in places:
                where = confluent_kafka.TopicPartition(self.prefix + topic, partition)
                try:
                    ends = [reader.get_watermark_offsets(where, timeout=2) for reader in readers]
                except confluent_kafka.KafkaException:
                    continue
                if all(ends) and ends[0][1] < ends[1][1]:
                    found.append((partition, ends[0][1]))
            return found
        met, deadline = False, time.monotonic() + FREEZE_S
        while time.monotonic() < deadline:
            instance.freeze()
            first = open_places()
            if first:
                time.sleep(0.3)  # another instance's transaction would be over
                met = bool(set(first) & set(open_places()))
            if met:
                break
            instance.thaw()
            time.sleep(0.037)
        instance.freeze()
        for reader in readers:
            reader.close()
        return met

    def compact(self):
        """Lets the brokers clean what they can, at once; returns the settings before."""
        return self.cluster.alter([self.prefix + topic for topic in COMPACTED],
                                  {"segment.ms": "500", "min.cleanable.dirty.ratio": "0.001",
                                   "delete.retention.ms": "100"})

    def cleaned_partitions(self):
        """How many partitions compaction has been at."""
        return sum(offset > 0 for topic in COMPACTED for offset in self.cluster.cleaned(self.prefix + topic).values())

    def headframe(self, *arguments):
        """Runs the command line."""
        config = next(iter(self.fleet.instances.values())).config
        done = subprocess.run([self.harness.program("headframe"), arguments[0], "--config", config, *arguments[1:]],
                              check=False, capture_output=True, text=True,
                              env={**os.environ, **self.harness.SANITIZERS})
        if done.returncode != 0:
            raise Failed(f"headframe {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    # --- the end ---

    def settle(self):
        """Ends the flow, waits until the outputs are right and stay so, and looks at everything once more."""
        self.mark("no more faults")
        self.cluster.await_in_sync()
        self.feed.close()
        self.await_right()
        self.mark("settled")
        self.restart_writes_nothing()
        for label in list(self.fleet.instances):
            self.fleet.stop(label)
        self.judge_all()
        self.mark("judged")

    def await_right(self):
        """Waits until the witness has what the model says, for some seconds; or until patience ends, for judge_all."""
        deadline, since = time.monotonic() + SETTLE_S, None
        while time.monotonic() < deadline:
            verdict = oracle.judge({place: list(each) for place, each in self.witness.records.items()}, self.feed,
                                   self.prefix)
            since = None if verdict.sentences else since or time.monotonic()
            if since and time.monotonic() - since > QUIET_S:
                return
            time.sleep(0.5)

    def ends(self):
        """Where each output ends."""
        reader = confluent_kafka.Consumer({"bootstrap.servers": self.cluster.servers, "log_level": 0,
                                           "group.id": self.prefix + "ends", "isolation.level": "read_uncommitted"})
        found = {(topic, partition): reader.get_watermark_offsets(
            confluent_kafka.TopicPartition(self.prefix + topic, partition), timeout=30)[1]
            for topic, partition in self.places if topic in oracle.OUTPUTS}
        reader.close()
        return found

    def restart_writes_nothing(self):
        """Starts every daemon anew; none of them may have anything to say."""
        before = self.ends()
        marks = {}
        for label, instance in self.fleet.instances.items():
            self.fleet.stop(label)
            marks[label] = instance.log.stat().st_size
        for instance in self.fleet.instances.values():
            instance.start()
        deadline = time.monotonic() + 60
        while not all(self.has_restored(instance, marks[label]) for label, instance in self.fleet.instances.items()):
            if time.monotonic() > deadline:
                raise Failed("a daemon did not come back within 60 s after the run")
            time.sleep(0.2)
        self.pause(QUIET_S)
        after = self.ends()
        written = {place: (before[place], after[place]) for place in before if before[place] != after[place]}
        if written:
            raise Failed(f"a restart wrote something: {written}")

    @staticmethod
    def has_restored(instance, mark):
        """Does its log say, since the mark, that it serves?"""
        with open(instance.log, "rb") as log:
            log.seek(mark)
            return b"event=serving" in log.read()

    def judge_all(self):
        """The verdict on what is there in the end."""
        self.witness.stop()
        late, open_places = read_again(self.cluster.servers, self.prefix, self.places, self.headers_of)
        days = {topic: days_of(self.harness, next(iter(self.fleet.instances.values())).config, topic)
                for topic in compare.DAYS}
        self.verdict = oracle.judge(self.witness.records, self.feed, self.prefix, days)
        sentences = list(self.verdict.sentences)
        sentences += oracle.visible_doubt(self.witness.records, late)
        sentences += [f"{place}: a transaction is still open" for place in open_places]
        sentences += self.witness.complaints
        sentences += oracle.aborted_but_seen(self.witness.records, self.stretches(), self.prefix)
        sentences += [f"{label} ended with {code}: {tail}" for label, code, tail in self.fleet.bad_ends()]
        if sentences:
            raise Failed(f"{len(sentences)} differences, the first:\n{sentences[0]}")

    def stretches(self):
        """The transactions in the logs of the outputs, as a broker's files tell."""
        import transactions
        return transactions.stretches([self.prefix + topic for topic in oracle.INPUTS[4:] + oracle.OUTPUTS])


def foreign():
    """tests/system/foreign.py."""
    import foreign as module
    return module
