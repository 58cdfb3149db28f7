# SPDX-License-Identifier: Apache-2.0
"""What system tests share: the real Kafka that ctest started, daemons as processes, and reading topics back.

ctest sets HEADFRAME_BUILD (the build directory), HEADFRAME_SOURCE (the checkout) and HEADFRAME_KAFKA_DIR (where
scripts/kafka keeps the running cluster). Each test takes a prefix of its own, so they share one broker.
"""

import hashlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

SOURCE = pathlib.Path(os.environ["HEADFRAME_SOURCE"])
BUILD = pathlib.Path(os.environ["HEADFRAME_BUILD"])
KAFKA_DIR = os.environ["HEADFRAME_KAFKA_DIR"]
# The sanitizers slow everything down; nothing here is a measurement.
PATIENCE_S = 90

# An interrupted run must still stop what it started: unittest runs its cleanups on SystemExit, not on KeyboardInterrupt.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit("interrupted"))

# What was freed is not kept for as long as usual, for tests look at how much memory a daemon takes.
SANITIZERS = {"ASAN_OPTIONS": "abort_on_error=0:exitcode=99:quarantine_size_mb=16", "UBSAN_OPTIONS": "print_stacktrace=1"}


def program(name):
    """The path of a program of this build."""
    directory = "cli" if name == "headframe" else name.removeprefix("headframe-")
    return str(BUILD / "services" / directory / name)


def bootstrap():
    """The address of the cluster."""
    status = subprocess.run([SOURCE / "scripts/kafka", "status"], capture_output=True, text=True, check=True)
    for word in status.stdout.split():
        if word.startswith("bootstrap="):
            return word.removeprefix("bootstrap=")
    raise AssertionError(f"no bootstrap in {status.stdout!r}")


def free_port():
    """A port that nobody listens on now."""
    while True:
        port = random.randint(20000, 29999)  # below the range from which outgoing connections take theirs
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_until(condition, what, patience_s=PATIENCE_S):
    """Asks condition until it is true."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience_s} s: {what}")
        time.sleep(0.1)


class Daemon:
    """A daemon process with a log file."""

    def __init__(self, name, config, directory):
        self.name, self.config = name, config
        self.log = pathlib.Path(directory) / f"{name}.log"
        self.process = None

    def start(self):
        """Starts it; its log goes on where it was."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([program(self.name), "--config", self.config], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env={**os.environ, **SANITIZERS})

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, patience_s=20):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not stop within {patience_s} s: {self.tail()}") from None

    def most_memory_mib(self):
        """The most memory it ever had resident, in MiB."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
        raise AssertionError("no VmHWM")

    def tail(self):
        """The end of its log."""
        return self.log.read_text()[-3000:]


class SystemTest(unittest.TestCase):
    """A test with a directory, a prefix, a configuration and daemons that end with it."""

    partitions = 4
    settings = "publish_interval_ms=200\n"
    schemas = SOURCE / "proto/avro"

    def setUp(self):
        directory = tempfile.TemporaryDirectory(dir=BUILD, prefix=f"{self._testMethodName}-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.prefix = f"{self.directory.name}."
        self.config = self.write_config()
        self.daemons = {}

    def write_config(self, name="headframe.conf", servers=None, settings=None, prefix=None):
        """Writes a configuration and returns its path."""
        path = self.directory / name
        path.write_text(f"[headframe]\nprefix={self.prefix if prefix is None else prefix}\n"
                        f"schema_directory={self.schemas}\n{self.settings if settings is None else settings}"
                        f"\n[kafka]\nbootstrap.servers={servers or bootstrap()}\n")
        return str(path)

    def headframe(self, *arguments, code=0, config=None, stdin=None):
        """Runs the command line; checks its exit code."""
        result = subprocess.run([program("headframe"), arguments[0], "--config", config or self.config,
                                 *arguments[1:]], input=stdin, capture_output=True, text=True, check=False,
                                env={**os.environ, **SANITIZERS})
        self.assertEqual(code, result.returncode, f"headframe {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result

    def start(self, *names, config=None):
        """Starts daemons by name; they are stopped after the test, and must then have ended cleanly."""
        for name in names:
            self.daemons[name] = Daemon(name, config or self.config, self.directory)
            self.daemons[name].start()
            self.addCleanup(self.stop, name)

    def start_all(self):
        """Starts the three daemons."""
        self.start("headframe-production", "headframe-costs", "headframe-summary")

    def stop(self, name):
        """Stops a daemon and checks that it ended cleanly."""
        daemon = self.daemons[name]
        if daemon.process.returncode is None:
            self.assertEqual(0, daemon.stop(), f"{name} ended badly: {daemon.tail()}")

    def create_topics(self):
        """Creates all topics under the prefix."""
        return self.headframe("topics", "--partitions", str(self.partitions))

    def publish_hecla(self, directory):
        """Publishes the Hecla data set."""
        for topic in ("reference.companies", "reference.mines", "market.prices", "market.fx", "mine.production",
                      "mine.costs"):
            self.headframe("publish", topic, str(directory / f"{topic}.ndjson"))

    def consume(self, topic, *options):
        """Lines of Apache Kafka's own console consumer, read_committed, from the beginning to the end."""
        result = subprocess.run(
            [SOURCE / "scripts/kafka", "console-consumer", "--topic", self.prefix + topic, "--from-beginning",
             "--isolation-level", "read_committed", "--timeout-ms", "4000", *options],
            capture_output=True, check=False)
        lines = result.stdout.decode("utf-8", "surrogateescape").splitlines()
        # It ends by its timeout, which counts as an error; what tells success is its count.
        self.assertIn(f"Processed a total of {len(lines)} messages", result.stderr.decode(), topic)
        return lines

    def compacted(self, topic):
        """The topic as compaction would leave it: the last value of each key, without tombstones."""
        table = {}
        for line in self.consume(topic, "--property", "print.key=true", "--property", "null.literal=<null>"):
            key, _, value = line.partition("\t")
            table[key] = value
        return {key: value for key, value in table.items() if value != "<null>"}

    def latest(self, topic, key):
        """The last value of a key as our own reader sees it, or None."""
        lines = self.headframe("cat", topic, "--key", key).stdout.splitlines()
        return lines[-1] if lines else None

    def end_offset(self, topic):
        """Records ever written to the topic, transaction markers included."""
        result = subprocess.run([SOURCE / "scripts/kafka", "get-offsets", "--topic", self.prefix + topic],
                                capture_output=True, text=True, check=True)
        return sum(int(line.split(":")[2]) for line in result.stdout.splitlines())


def hecla_data(directory):
    """Makes the data set in directory and returns it."""
    subprocess.run([SOURCE / "data/hecla/make", directory], check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(directory)


def hecla_expected(data):
    """Every company.summaries record as the independent recomputation has it: key → JSON text. Kept beside the build:
    it depends on nothing but the data set and takes a while."""
    digest = hashlib.sha256((SOURCE / "tests/system/expect/hecla.py").read_bytes())
    for file in sorted(data.iterdir()):
        digest.update(file.read_bytes())
    cache = BUILD / f"hecla-expected-{digest.hexdigest()[:16]}.txt"
    if not cache.exists():
        text = subprocess.run([SOURCE / "tests/system/expect/hecla.py", data, "--all"], capture_output=True, text=True,
                              check=True).stdout
        unfinished = cache.with_suffix(".tmp")
        unfinished.write_text(text)
        unfinished.rename(cache)
    return dict(line.split("\t", 1) for line in cache.read_text().splitlines())


def readyz(port):
    """Status and text of /readyz."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return answer.status, answer.read().decode().strip()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode().strip()
    except OSError:
        return 0, ""


def parse(line):
    """A JSON line."""
    return json.loads(line)
