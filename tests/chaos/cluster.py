# SPDX-License-Identifier: Apache-2.0
"""Decides how the three brokers of a run live, die and come back, and where Kafka's own roles lie."""

import collections
import os
import pathlib
import signal
import subprocess
import sys
import time

import confluent_kafka
import confluent_kafka.admin

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import links

NODES = (1, 2, 3)
INTERNAL_PARTITIONS = 4  # of __consumer_offsets and __transaction_state: scripts/kafka says so
DISK_MIB = 192
# Kafka's defaults wait for minutes; what is waited for is the same.
SETTINGS = (
    "group.min.session.timeout.ms=1000", "broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000", "transaction.max.timeout.ms=60000",
    "replica.lag.time.max.ms=8000", "log.cleaner.backoff.ms=500", "log.cleaner.io.buffer.size=262144",
    "unclean.leader.election.enable=false", "num.network.threads=2", "num.io.threads=4", "log.cleaner.threads=1",
    "background.threads=4")


def java_hash(text):
    """String.hashCode of ASCII, without its sign as Kafka's Utils.abs has it."""
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return value & 0x7FFFFFFF


class Cluster:
    """Three brokers behind links in a directory; broker 3 keeps its log on a small disk of its own where that can be
    mounted."""

    disk_node = 3

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.disk = self.directory / f"node-{self.disk_node}"
        self.has_disk = False
        self.brokers = links.ProxiedCluster(self.directory, len(NODES), SETTINGS)
        self._admin = None

    # --- the whole ---

    def start(self):
        """Starts all three."""
        os.environ.update(HEADFRAME_KAFKA_START_TIMEOUT="150", HEADFRAME_KAFKA_HEAP="256m")
        self.mount()
        self.brokers.__enter__()

    def stop(self):
        """Ends all of them, at once, and gives the disk back."""
        for node in NODES:
            try:
                self.thaw(node)
            except OSError:
                pass
        if self.brokers.keeper is not None:
            self.brokers.__exit__()
        if self.has_disk:
            subprocess.run(["umount", self.disk], check=False, capture_output=True)

    def mount(self):
        """A file system in memory, so that a full disk is one that is full."""
        self.disk.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "headframe-chaos", self.disk],
                              check=False, capture_output=True)
        self.has_disk = made.returncode == 0

    @property
    def servers(self):
        """Where clients connect to."""
        return self.brokers.bootstrap

    @property
    def links(self):
        """clients-I and brokers-I."""
        return self.brokers.links

    def tool(self, *arguments):
        """Runs one of Kafka's tools by scripts/kafka; returns its output."""
        done = subprocess.run([links.KAFKA, *arguments], check=False, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise AssertionError(f"scripts/kafka {' '.join(map(str, arguments[:4]))}: {done.stdout}{done.stderr}")
        return done.stdout

    def elect(self):
        """Gives every partition back to the broker that should lead it; the roles move while all brokers live."""
        self.tool("run-class", "org.apache.kafka.tools.LeaderElectionCommand", "--bootstrap-server", self.servers,
                  "--election-type", "preferred", "--all-topic-partitions")

    def delete_group(self, group):
        """Deletes a group with its offsets; it must have no members."""
        self.tool("consumer-groups", "--dir", self.directory, "--delete", "--group", group)

    # --- single brokers ---

    def pid(self, node):
        """The broker's process."""
        return int((self.directory / f"node-{node}/pid").read_text())

    def stop_node(self, *nodes):
        """A clean end."""
        for node in nodes:
            self.brokers.stop("--node", str(node))

    def kill_node(self, *nodes):
        """kill -9, of several at once."""
        for node in nodes:
            try:
                os.kill(self.pid(node), signal.SIGKILL)
            except ProcessLookupError:
                pass  # it has ended by itself: its disk was full
        for node in nodes:
            self.brokers.stop("--node", str(node), "--kill")

    def freeze(self, node):
        """SIGSTOP."""
        os.kill(self.pid(node), signal.SIGSTOP)

    def thaw(self, node):
        """SIGCONT."""
        os.kill(self.pid(node), signal.SIGCONT)

    def start_missing(self):
        """Starts the brokers that do not run; once more where that failed, for a machine may be slow."""
        for attempt in (1, 2):
            try:
                self.brokers.start()
                return
            except subprocess.CalledProcessError as error:
                if attempt == 2:
                    raise AssertionError(f"no fault of the daemons: brokers did not start: {error.stderr}") from error

    def heal(self):
        """Undoes whatever a run that failed left behind."""
        for node in NODES:
            try:
                self.thaw(node)
            except OSError:
                pass  # it is down
        self.links.clear()
        self.free_disk()
        self.start_missing()
        self.await_in_sync()

    # --- what Kafka says ---

    @property
    def admin(self):
        """An administrator's client."""
        if not self._admin:
            self._admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.servers,
                                                             "log_level": 0})
        return self._admin

    def metadata(self, topic=None, patience_s=60):
        """What the brokers say of one or all topics."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return self.admin.list_topics(topic, timeout=5)
            except confluent_kafka.KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def leader(self, topic, name):
        """The broker that leads an internal topic's partition of a group or transactional id."""
        partitions = self.metadata(topic).topics[topic].partitions
        return partitions[java_hash(name) % INTERNAL_PARTITIONS].leader

    def await_in_sync(self, patience_s=180):
        """Waits until every partition has three copies that are level. A broker that lags for half of that is started
        anew, as an operator would: what a broker's fetchers make of broken links is not what is tested here."""
        began, is_restarted = time.monotonic(), False
        while late := self.late_copies():
            waited_s = time.monotonic() - began
            if waited_s > patience_s:
                raise AssertionError(f"no fault of the daemons: not in sync after {patience_s} s: {late[:5]}")
            if waited_s > patience_s / 2 and not is_restarted:
                is_restarted = True
                node = collections.Counter(node for _, node in late).most_common(1)[0][0]
                self.stop_node(node)
                self.start_missing()
            time.sleep(0.3)

    def late_copies(self):
        """(partition, broker) of every copy that is not level."""
        return [(f"{topic.topic}-{number}", node) for topic in self.metadata().topics.values()
                for number, partition in topic.partitions.items() for node in set(NODES) - set(partition.isrs)]

    def alter(self, topics, settings):
        """Changes settings of topics, and returns what they were: topic → its own settings."""
        asked = [confluent_kafka.admin.ConfigResource("topic", topic) for topic in topics]
        before = {}
        for resource, future in self.admin.describe_configs(asked).items():
            before[resource.name] = {entry.name: entry.value for entry in future.result(30).values()
                                     if entry.source == 1}  # DYNAMIC_TOPIC_CONFIG
        self.write_settings({topic: {**own, **settings} for topic, own in before.items()})
        return before

    def write_settings(self, table):
        """Gives topics their own settings, all of them."""
        wanted = [confluent_kafka.admin.ConfigResource("topic", topic, set_config=settings)
                  for topic, settings in table.items()]
        for future in self.admin.alter_configs(wanted).values():
            future.result(30)

    def cleaned(self, topic):
        """How far compaction has come in a topic, on broker 1: partition → offset."""
        path, found = self.directory / "node-1/data/cleaner-offset-checkpoint", {}
        if path.exists():
            for words in map(str.split, path.read_text().splitlines()):
                if len(words) == 3 and words[0] == topic:
                    found[int(words[1])] = int(words[2])
        return found

    # --- the disk ---

    def fill_disk(self):
        """Leaves nothing free, on a disk of its own and no other."""
        assert self.disk.is_mount(), f"{self.disk} is not mounted"
        with open(self.disk / "ballast", "ab", buffering=0) as ballast:
            try:
                for _ in range(DISK_MIB << 4):
                    ballast.write(bytes(1 << 16))
            except OSError:
                pass

    def free_disk(self):
        """Takes the ballast away."""
        (self.disk / "ballast").unlink(missing_ok=True)
