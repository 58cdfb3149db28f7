# SPDX-License-Identifier: Apache-2.0
"""Decides what is compared, when each is taken to begin and to be done, and what is counted between.

Each is one process that reads the input of a round from its beginning. It begins at the last look before it said that it
reads (a look every few milliseconds, so a little more than its own is counted, never less), and is done once its group
has committed the end of the input, or, where it commits nothing, once it said that it has read it. What is counted is
wall time and the CPU time, user and system, of all threads of the process between the two."""

import contextlib
import pathlib
import signal
import subprocess
import time

import confluent_kafka

from rig import ANSWER_S, BUILD, PARTITIONS, SOURCE, TOOLS, Failed

LOOK_S = 0.005
PATIENCE_S = 1200
STOP_S = 30
SCHEMA = SOURCE / "proto/avro/1.ProductionEvent.avsc"
STREAMS = SOURCE / "tests/bench/streams"


class Result:
    """What one peer took in one round."""

    def __init__(self, events, begun, ended, half, memory_kib):
        self.seconds = ended[0] - begun[0]
        self.cpu_seconds = ended[1] - begun[1]
        self.rate = events / self.seconds
        self.cpu_rate = events / self.cpu_seconds
        self.memory_mib = memory_kib / 1024
        self.bytes_per_event = None
        # From the first look at which half of the events was done.
        self.later_cpu_rate = half and (events - half[2]) / (ended[1] - half[1])


def cpu_seconds(process):
    """CPU time of a process and all its threads, of those that have ended too: the kernel's clock of a process."""
    return time.clock_gettime(~process.pid << 3 | 2)


def most_memory_kib(process):
    """The most memory it ever had resident."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise Failed("no VmHWM")


class Peer:
    """One of those compared."""

    writes = False  # to Kafka; then its result can be checked

    def __init__(self, name):
        self.name = name

    def command(self, where):
        """What is run in a round."""
        raise NotImplementedError

    def begin_mark(self):
        """What it logs when it begins to read."""
        raise NotImplementedError

    def progress(self, where, log):
        """A context of a function that says how many events are done."""
        raise NotImplementedError

    def check(self, where):
        """Raises Failed unless what it wrote is right."""

    def measure(self, where):
        """Runs it once, and returns the Result."""
        log = where.directory / f"{self.name}.log"
        written = where.written_bytes()
        with open(log, "wb") as output:
            # It ends with this program, even where that is killed.
            command = ["setpriv", "--pdeathsig", "KILL", *map(str, self.command(where))]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            result = self.watch(process, where, log)
            self.stop(process, log)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.check(where)
        if self.writes:
            result.bytes_per_event = (where.written_bytes() - written) / where.load.events
        return result

    def watch(self, process, where, log):
        """Waits until it is done."""
        begun, half, events = (time.monotonic(), cpu_seconds(process)), None, where.load.events
        deadline = begun[0] + PATIENCE_S

        def look():
            time.sleep(LOOK_S)
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{self.name} has ended, or takes too long: {log.read_text()[-2000:]}")
            return time.monotonic(), cpu_seconds(process)

        with self.progress(where, log) as progress:
            while self.begin_mark() not in log.read_text():
                begun, before = look(), begun
            begun = before
            while (done := progress()) < events:
                seen = look()
                if not half and 2 * done >= events:
                    half = (*seen, done)
            return Result(events, begun, (time.monotonic(), cpu_seconds(process)), half, most_memory_kib(process))

    def stop(self, process, log):
        """SIGTERM."""
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} did not stop: {log.read_text()[-2000:]}") from None


class Committing(Peer):
    """One that commits, with its results, how far it has read."""

    writes = True

    def group(self, where):
        """The group it reads in."""
        raise NotImplementedError

    @contextlib.contextmanager
    def progress(self, where, log):
        client = where.rig.client(self.group(where))
        places = [confluent_kafka.TopicPartition(where.input, partition) for partition in range(PARTITIONS)]
        try:
            yield lambda: sum(max(place.offset, 0) for place in client.committed(places, ANSWER_S))
        finally:
            client.close()


class Daemon(Committing):
    """headframe-production, with its default configuration."""

    def command(self, where):
        return BUILD / "services/production/headframe-production", "--config", where.config

    def begin_mark(self):
        return "event=serving"

    def group(self, where):
        return f"{where.prefix}headframe-production"

    def check(self, where):
        where.check_sums(f"{where.prefix}headframe.production-days")
        if sum(where.ends(f"{where.prefix}headframe.dead-letters")):
            raise Failed(f"{self.name} has written dead letters")


class Streams(Committing):
    """tests/bench/streams, its state in memory or in RocksDB."""

    def __init__(self, name, class_path, store, heap_mib):
        super().__init__(name)
        self.class_path, self.store, self.heap_mib = class_path, store, heap_mib

    def output(self, where):
        """The topic of its results."""
        return f"{where.prefix}{self.store}-days"

    def command(self, where):
        where.create(self.output(where))
        return ("java", f"-Xms{self.heap_mib}m", f"-Xmx{self.heap_mib}m", "-XX:+UseParallelGC",
                f"-Dlog4j2.configurationFile={SOURCE / 'scripts/kafka.d/tools-log4j2.properties'}",
                "-cp", self.class_path, "headframe.bench.DayTotals", STREAMS / "streams.properties", where.input,
                self.output(where), self.store, f"bootstrap.servers={where.rig.bootstrap}",
                f"application.id={self.group(where)}", f"state.dir={where.directory / self.store}")

    def begin_mark(self):
        return "running"

    def group(self, where):
        return f"{where.prefix}{self.store}"

    def check(self, where):
        where.check_sums(self.output(where), "--streams")


class Bare(Peer):
    """A consumer that does nothing with what it reads, or decodes it."""

    def __init__(self, name, *options):
        super().__init__(name)
        self.options = options

    def command(self, where):
        return (TOOLS / "headframe-bare-consumer", f"--bootstrap={where.rig.bootstrap}", f"--topic={where.input}",
                *self.options)

    def begin_mark(self):
        return "reading\n"

    @contextlib.contextmanager
    def progress(self, where, log):
        def count():
            _, found, number = log.read_text().partition("read=")
            return int(number) if found and number.endswith("\n") else 0
        yield count


def peers(class_path, heap_mib):
    """Those compared, in the order of the first round."""
    return [Daemon("headframe-production"), Streams("Kafka Streams, in memory", class_path, "memory", heap_mib),
            Streams("Kafka Streams, RocksDB", class_path, "rocksdb", heap_mib), Bare("bare consumer"),
            Bare("bare consumer, Avro C", f"--schema={SCHEMA}")]
