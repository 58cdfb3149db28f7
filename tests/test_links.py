# SPDX-License-Identifier: Apache-2.0
"""The links do to a connection what their names say, brokers talk through them, and nothing outlives a killed test."""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import confluent_kafka
import confluent_kafka.admin

import links

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit("interrupted"))


def echo(listener):
    """Sends back what comes, to each connection, until the listener is closed."""
    def serve(connection):
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(65536):
                connection.sendall(data)
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def is_running(pid):
    """Whether a process with the number exists."""
    return pathlib.Path(f"/proc/{pid}").exists()


def ends(pid, patience_s=20):
    """Waits for the end of a process that is not our child."""
    deadline = time.monotonic() + patience_s
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


class OneLink(unittest.TestCase):
    """A link to an echo."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        self.links = links.Links(directory.name)
        self.links.__enter__()
        self.addCleanup(self.links.__exit__)
        self.port = links.free_port()
        self.links.proxy("echo", f"127.0.0.1:{self.port}", f"127.0.0.1:{listener.getsockname()[1]}")

    def connect(self):
        """A connection through the link."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        self.addCleanup(connection.close)
        return connection

    def round_trip_s(self, connection, size=1):
        """How long bytes take there and back."""
        began, left = time.monotonic(), size
        connection.sendall(bytes(size))
        while left:
            data = connection.recv(left)
            self.assertTrue(data, "closed")
            left -= len(data)
        return time.monotonic() - began

    def test_a_cut_closes_and_refuses_and_a_mended_link_serves(self):
        connection = self.connect()
        self.round_trip_s(connection)
        self.links.cut("echo")
        self.assertEqual(b"", connection.recv(1))
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        self.links.mend("echo")
        self.assertLess(self.round_trip_s(self.connect()), 0.4)

    def test_latency_and_rate(self):
        connection = self.connect()
        self.links.slow("echo", latency_ms=500)
        self.assertGreaterEqual(self.round_trip_s(connection), 0.5)
        self.links.slow("echo", rate_kbps=100)  # in place of the latency; 100 KB up, and down meanwhile
        self.assertGreaterEqual(self.round_trip_s(connection, 100_000), 0.8)
        self.links.clear()
        self.assertLess(self.round_trip_s(connection, 100_000), 0.4)

    def test_a_link_that_hangs_keeps_the_connection_and_no_data_comes(self):
        connection = self.connect()
        self.links.hang("echo")
        connection.settimeout(0.5)
        connection.sendall(b"x")
        with self.assertRaises(TimeoutError):
            connection.recv(1)
        self.links.mend("echo")
        self.assertEqual(b"", connection.recv(1))
        self.round_trip_s(self.connect())

    def test_an_unknown_link_is_an_error(self):
        with self.assertRaisesRegex(RuntimeError, "404"):
            self.links.cut("nothing")


class Cluster(unittest.TestCase):
    """Brokers behind links."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name) / "cluster"

    def produce_s(self, cluster, topic):
        """How long a record takes to be on all replicas."""
        producer = confluent_kafka.Producer({"bootstrap.servers": cluster.bootstrap, "acks": "all", "linger.ms": 0})
        producer.produce(topic, b"warm")
        self.assertEqual(0, producer.flush(20))
        began = time.monotonic()
        producer.produce(topic, b"measured")
        self.assertEqual(0, producer.flush(20))
        return time.monotonic() - began

    def test_replication_and_clients_go_through_links_of_their_own(self):
        with links.ProxiedCluster(self.directory, 2) as cluster:
            cluster.kafka("topics", "--create", "--topic", "pair", "--replica-assignment", "2:1")
            self.assertLess(self.produce_s(cluster, "pair"), 0.7)
            cluster.links.slow("brokers-2", latency_ms=1000)
            self.assertGreaterEqual(self.produce_s(cluster, "pair"), 0.9)  # fetched by broker 1 from broker 2
            cluster.links.clear()
            cluster.links.slow("clients-2", latency_ms=1000)
            self.assertGreaterEqual(self.produce_s(cluster, "pair"), 0.9)
            cluster.links.clear()
            cluster.links.cut("clients-1")
            host, port = cluster.bootstrap.split(",")[0].split(":")
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection((host, int(port)))

    def test_nothing_is_left_of_a_test_that_was_killed(self):
        holder = subprocess.Popen(
            [sys.executable, "-B", "-c", "import links, sys, time\n"
             "with links.ProxiedCluster(sys.argv[1], 1) as cluster:\n"
             "    print(cluster.links.process.pid, flush=True)\n    time.sleep(600)", self.directory],
            cwd=links.SOURCE / "tests", stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.stdout.close)
        started = [int(holder.stdout.readline()), int((self.directory / "node-1/pid").read_text())]
        self.assertTrue(all(map(is_running, started)))
        holder.kill()
        holder.wait()
        for pid in started:
            self.assertTrue(ends(pid), f"process {pid} is still there")


if __name__ == "__main__":
    unittest.main()
