# SPDX-License-Identifier: Apache-2.0
"""Decides how worlds go through the real daemons on a real Kafka: some at once, each under a prefix of its own, with
kill -9 in mid-stream; what the topics hold in the end must be what the model says."""

import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import avro
import compare
import model
import world as worlds
from generate import generate
from kafka_topics import Outputs, days_of, send

DAEMONS = ("headframe-production", "headframe-costs", "headframe-summary")
AT_ONCE = 4  # worlds, of three daemons each
PATIENCE_S = 120
QUIET_S = 2  # what is right must stay right for so long


def load_harness():
    """The system tests' harness, which takes the build, the checkout and the cluster from the environment."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
    import harness
    return harness


def gather_schemas(directory):
    """The product's schemas and those of other writers in one directory."""
    for source in avro.DIRECTORIES:
        for path in source.glob("*.avsc"):
            shutil.copy(path, directory)


class KafkaWorld:
    """One world on its way."""

    def __init__(self, harness, world, directory, schemas, stopping):
        self.harness, self.world, self.stopping = harness, world, stopping
        self.prefix = f"w{world['seed']}-{os.getpid()}."
        self.directory = pathlib.Path(directory) / f"w{world['seed']}"
        self.directory.mkdir()
        self.schemas, self.config = schemas, self.directory / "headframe.conf"
        self.windows, self.kills = world["settings"]["windows"], 0
        self.daemons = {name: harness.Daemon(name, str(self.config), self.directory) for name in DAEMONS}

    def write_config(self):
        """Writes the configuration that is in force now."""
        settings = self.world["settings"]
        self.config.write_text(
            f"[headframe]\nprefix={self.prefix}\nschema_directory={self.schemas}\nwindows={';'.join(self.windows)}\n"
            f"stale_after_days={settings['stale_after_days']}\nafter_close={settings['after_close']}\n"
            f"correction_horizon_days={settings['correction_horizon_days']}\npublish_interval_ms=200\n"
            f"commit_interval_ms=200\n\n[kafka]\nbootstrap.servers={self.harness.bootstrap()}\n")

    def run(self):
        """(a sentence about the first difference or None, outputs compared, daemons killed)."""
        try:
            self.write_config()
            self.create_topics()
            for daemon in self.daemons.values():
                daemon.start()
            positions = self.play()
            expected = model.expected(self.world, self.prefix, positions)
            return self.settle(expected) or self.check_ends(expected), compare.count(expected), self.kills
        except AssertionError as error:  # from Kafka or a program, and no reason to leave the other worlds
            return str(error), 0, self.kills
        finally:
            for daemon in self.daemons.values():
                if daemon.process and daemon.process.poll() is None:
                    daemon.kill()

    def create_topics(self):
        """All topics, with the world's number of partitions."""
        made = subprocess.run(
            [self.harness.program("headframe"), "topics", "--config", self.config, "--partitions",
             str(self.world["settings"]["partitions"])], check=False, capture_output=True, text=True,
            env={**os.environ, **self.harness.SANITIZERS})
        if made.returncode != 0:
            raise AssertionError(f"headframe topics ended with {made.returncode}: {made.stderr}")

    # --- the steps ---

    def play(self):
        """Does the world's steps; returns where its records came to lie. Commits and publications come by themselves;
        of the restarts every third world has one, by kill -9, at a random place."""
        chance = random.Random(f"kill {self.world['seed']}")
        steps = self.world["steps"]
        victim = self.daemons[chance.choice(DAEMONS)] if self.world["seed"] % 3 == 0 else None
        place = chance.randrange(len(steps) // 3, len(steps))
        positions = send(self.harness.bootstrap(), self.prefix, self.world, steps[:place])
        if victim:
            time.sleep(chance.random() * 2)  # so that it meets a daemon at work
            victim.kill()
            self.kills += 1
        positions += send(self.harness.bootstrap(), self.prefix, self.world, steps[place:])
        if victim:
            victim.start()
        self.change_windows(steps)
        return positions

    def change_windows(self, steps):
        """Starts summary with the last set of windows that the world asks for."""
        sets = [step["windows"] for step in steps if step["do"] == "settings"]
        if not sets:
            return
        time.sleep(1)
        self.daemons["headframe-summary"].stop()
        self.windows = sets[-1]
        self.write_config()
        self.daemons["headframe-summary"].start()

    # --- the outputs ---

    def settle(self, expected):
        """Waits until the topics hold what is expected, and go on doing so; else a sentence."""
        deadline, right_since = time.monotonic() + PATIENCE_S, None
        with Outputs(self.harness.bootstrap(), self.prefix, compare.TOPICS[:5]) as outputs:
            while True:
                outputs.read(0.3)
                found = compare.differences({**expected, **dict.fromkeys(compare.DAYS)}, outputs.tables())
                right_since = None if found else right_since or time.monotonic()
                if right_since and time.monotonic() - right_since > QUIET_S:
                    return None
                if time.monotonic() > deadline or self.stopping.is_set():
                    return f"{len(found)} differences, the first:\n{compare.explained(found[0])}" if found else "unrest"
                ended = [name for name, daemon in self.daemons.items() if daemon.process.poll() is not None]
                if ended:
                    return f"{ended[0]} ended: {self.daemons[ended[0]].tail()}"

    def check_ends(self, expected):
        """Day lines as the command line shows them, and a clean end of every daemon; else a sentence."""
        actual = {topic: days_of(self.harness, self.config, topic) for topic in compare.DAYS}
        found = compare.differences({topic: expected[topic] for topic in compare.DAYS}, actual)
        if found:
            return f"{len(found)} differences, the first:\n{compare.explained(found[0])}"
        for name, daemon in self.daemons.items():
            if daemon.stop() != 0:
                return f"{name} ended badly: {daemon.tail()}"
        return None


def run(seed, count, keep, say):
    """Takes count worlds from seed on through Kafka; returns the exit code."""
    if "HEADFRAME_KAFKA_DIR" not in os.environ:
        say("property: --kafka takes HEADFRAME_BUILD, HEADFRAME_SOURCE and HEADFRAME_KAFKA_DIR from ctest")
        return 2
    harness, began = load_harness(), time.monotonic()
    totals = {"events": 0, "outputs": 0, "kills": 0, "failed": 0}
    stopping = threading.Event()
    with tempfile.TemporaryDirectory(dir=harness.BUILD, prefix="property-kafka-") as directory:
        schemas = pathlib.Path(directory) / "schemas"
        schemas.mkdir()
        gather_schemas(schemas)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = [generate(number, on_kafka=True) for number in range(seed, seed + count)]
            futures = {pool.submit(KafkaWorld(harness, world, directory, schemas, stopping).run): world
                       for world in made}
            try:
                for future in concurrent.futures.as_completed(futures):
                    account(totals, futures[future], future, keep, say)
            finally:
                stopping.set()
                pool.shutdown(cancel_futures=True)
    say(f"property: {count} worlds on Kafka, {totals['events']:,} events, {totals['outputs']:,} outputs compared, "
        f"{totals['kills']} daemons killed, {totals['failed']} differences (seed {seed}, "
        f"{time.monotonic() - began:.0f} s)")
    return int(totals["failed"] > 0)


def account(totals, world, future, keep, say):
    """Adds a world's result to the totals; keeps and names a world that differs."""
    sentence, outputs, kills = future.result()
    totals["events"] += worlds.events(world)
    totals["outputs"] += outputs
    totals["kills"] += kills
    if sentence is None:
        return
    totals["failed"] += 1
    path = pathlib.Path(keep) / f"kafka-seed-{world['seed']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    worlds.save(world, path)
    say(f"property: on Kafka, seed {world['seed']}: {sentence}\n  the world: {path}\n"
        f"  in one process: tests/property/run --case {path}")
