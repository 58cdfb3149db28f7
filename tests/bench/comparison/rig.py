# SPDX-License-Identifier: Apache-2.0
"""Decides what a comparison runs on: one broker in a directory of its own, a fresh set of topics for each round, and
what is asked of the broker from outside."""

import contextlib
import filecmp
import os
import pathlib
import shutil
import subprocess
import time

import confluent_kafka
import confluent_kafka.admin

SOURCE = pathlib.Path(__file__).resolve().parents[3]
BUILD = SOURCE / "build/release"
TOOLS = BUILD / "tests/bench"
DIRECTORY = SOURCE / "build/bench"
KAFKA = DIRECTORY / "kafka"
PARTITIONS = 4
DAYS = 365
ANSWER_S = 30
BROKER_HEAP = "1g"
# Bytes written are told from the size of the logs, so nothing may be cleaned away meanwhile; what is deleted goes at
# once, so that it does not go during the next measurement.
BROKER_SETTINGS = ("log.cleaner.backoff.ms=86400000", "log.segment.delete.delay.ms=100")


class Failed(Exception):
    """The comparison can not go on, or its result is wrong."""


def run(*command, **options):
    """Runs a program to its end; what it says on standard output is returned."""
    result = subprocess.run([str(word) for word in command], check=False, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)
    if result.returncode:
        raise Failed(f"{command[0]} ended with {result.returncode}: {result.stderr.strip()[-2000:]}")
    return result.stdout


class Rig:
    """The broker and the directory; both are gone with it."""

    def __init__(self):
        self.bootstrap = self.cleanup = None

    def __enter__(self):
        self.forget()  # what a run that was killed has left
        settings = [word for setting in BROKER_SETTINGS for word in ("--set", setting)]
        environment = {**os.environ, "HEADFRAME_KAFKA_HEAP": BROKER_HEAP, "HEADFRAME_KAFKA_START_TIMEOUT": "120"}
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(self.forget)
            started = run(SOURCE / "scripts/kafka", "start", "--dir", KAFKA, "--port", "0", *settings, env=environment)
            self.bootstrap = started.split("bootstrap=")[1].strip()
            self.cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_):
        self.cleanup.close()

    @staticmethod
    def forget():
        """Stops the broker and removes what it stored."""
        if KAFKA.exists():
            run(SOURCE / "scripts/kafka", "stop", "--dir", KAFKA, "--kill")
        for left in (KAFKA, *DIRECTORY.glob("round-*"), *DIRECTORY.glob("sums-*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)

    def client(self, group="headframe-bench", **settings):
        """A consumer of nothing, to ask questions with; closed with the rig."""
        return confluent_kafka.Consumer({"bootstrap.servers": self.bootstrap, "group.id": group,
                                         "enable.auto.commit": False, "log_level": 2, **settings})


class Round:
    """A load of its own under a prefix of its own; its topics are deleted with it."""

    def __init__(self, rig, number, load):
        self.rig, self.load = rig, load
        self.prefix = f"round-{number}."
        self.directory = DIRECTORY / f"round-{number}"
        self.config = self.directory / "headframe.conf"
        self.input = f"{self.prefix}mine.production"

    def __enter__(self):
        self.directory.mkdir()
        self.config.write_text(f"[headframe]\nprefix={self.prefix}\nschema_directory={SOURCE / 'proto/avro'}\n\n"
                               f"[kafka]\nbootstrap.servers={self.rig.bootstrap}\n")
        headframe = BUILD / "services/cli/headframe"
        run(headframe, "topics", "--config", self.config, "--partitions", PARTITIONS)
        mines = run(TOOLS / "headframe-load", "--print-mines", f"--mines={self.load.mines}")
        run(headframe, "publish", "--config", self.config, "reference.mines", "-", input=mines)
        run(TOOLS / "headframe-load", f"--bootstrap={self.rig.bootstrap}", f"--topic={self.input}", *self.load.options())
        sent = sum(self.ends(self.input))
        if sent != self.load.events:
            raise Failed(f"{sent:,} records were sent, not {self.load.events:,}")
        return self

    def __exit__(self, *_):
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.rig.bootstrap, "log_level": 2})
        topics = [name for name in admin.list_topics(timeout=ANSWER_S).topics if not name.startswith("__")]
        for deleted in admin.delete_topics(topics, operation_timeout=ANSWER_S).values():
            deleted.result()
        shutil.rmtree(self.directory)
        time.sleep(2)  # until the broker has removed the files

    def create(self, topic):
        """Creates an output topic, compacted as those of headframe."""
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.rig.bootstrap, "log_level": 2})
        new = confluent_kafka.admin.NewTopic(topic, PARTITIONS, 1, config={"cleanup.policy": "compact"})
        admin.create_topics([new], operation_timeout=ANSWER_S)[topic].result()

    def ends(self, topic, isolation="read_uncommitted"):
        """The end of each partition."""
        client = self.rig.client(**{"isolation.level": isolation})
        try:
            return [client.get_watermark_offsets(confluent_kafka.TopicPartition(topic, partition), ANSWER_S)[1]
                    for partition in range(PARTITIONS)]
        finally:
            client.close()

    def written_bytes(self):
        """The size of all logs but that of the input."""
        logs = (KAFKA / "node-1/data").glob("*/*.log")
        return sum(log.stat().st_size for log in logs if log.parent.name.rpartition("-")[0] != self.input)

    def check_sums(self, topic, *options):
        """Compares what a topic holds with what was sent."""
        deadline = time.monotonic() + ANSWER_S
        while self.ends(topic, "read_committed") != self.ends(topic):  # a commit is answered before it is written
            if time.monotonic() > deadline:
                raise Failed(f"{topic}: a transaction stays open")
            time.sleep(0.05)
        found = self.directory / f"{topic}.sums"
        with open(found, "w", encoding="utf-8") as file:
            subprocess.run([TOOLS / "headframe-sums", f"--bootstrap={self.rig.bootstrap}", f"--topic={topic}", *options],
                           stdout=file, check=True)
        if not filecmp.cmp(self.load.sums(), found, shallow=False):
            difference = subprocess.run(["diff", self.load.sums(), found], check=False, text=True,
                                        stdout=subprocess.PIPE).stdout.splitlines()
            raise Failed("\n".join([f"{topic}: the sums are not those of what was sent (<: sent):", *difference[:20]]))


class Load:
    """What is sent, and what the mines' days then come to."""

    def __init__(self, events, mines, repeats):
        self.events, self.mines, self.repeats = events, mines, repeats

    def options(self):
        """For headframe-load."""
        return (f"--events={self.events}", f"--facts={self.events}", f"--mines={self.mines}",
                f"--repeats={self.repeats}", f"--days={DAYS}")

    def sums(self):
        """A file of the sums, by the load generator's own reckoning."""
        path = DIRECTORY / f"sums-{self.events}-{self.mines}-{self.repeats}"
        if not path.exists():
            path.write_text(run(TOOLS / "headframe-load", "--print-sums", *self.options()))
        return path
