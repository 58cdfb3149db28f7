# SPDX-License-Identifier: Apache-2.0
"""Decides how tests put faults on the links to and between brokers, and that nothing they start outlives them.

    with links.ProxiedCluster(directory, brokers=3) as cluster:
        cluster.bootstrap                        # what clients are told to connect to: the proxied addresses
        cluster.links.slow("brokers-2", latency_ms=3000)   # other brokers → broker 2: replication, transaction markers
        cluster.links.cut("clients-1")           # clients → broker 1
        cluster.links.clear()

Run by Debian's Python 3.11 with the standard library alone. Not for several threads at once.
"""

import ctypes
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
KAFKA = SOURCE / "scripts/kafka"
PATIENCE_S = 20
START_TIMEOUT_S = 120  # other tests may keep the machine busy
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def end_with_parent():
    """To be called between fork and exec: the kernel kills the child when the thread that started it ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    """A port of the loopback interface that nobody listens on now, below those that outgoing connections take."""
    while True:
        port = random.randint(20000, 29999)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Links:
    """Links through one toxiproxy-server of its own, each by name. A context manager; the links end with it."""

    def __init__(self, directory):
        """directory: for its pid file and its log; must exist."""
        self.pid_file = pathlib.Path(directory) / "toxiproxy.pid"
        self.log = pathlib.Path(directory) / "toxiproxy.log"
        self.port = self.process = None

    def __enter__(self):
        path = subprocess.run([SOURCE / "scripts/setup", "--print-toxiproxy"], capture_output=True, text=True,
                              check=True).stdout.strip()
        for _ in range(5):  # another program may take the port between the look and the use
            self.port = free_port()
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen([path, "-host", "127.0.0.1", "-port", str(self.port)],
                                                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                preexec_fn=end_with_parent)
            self.pid_file.write_text(f"{self.process.pid}\n")
            if self._serves():
                return self
        raise RuntimeError(f"toxiproxy-server does not start; see {self.log}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def proxy(self, name, listen, upstream):
        """Forwards the address listen ("127.0.0.1:P") to upstream from now on. Nobody need listen there yet."""
        self._ask("POST", "/proxies", {"name": name, "listen": listen, "upstream": upstream, "enabled": True})

    def cut(self, name):
        """Closes every connection of the link and refuses new ones."""
        self._ask("POST", f"/proxies/{name}", {"enabled": False})

    def slow(self, name, latency_ms=0, rate_kbps=0):
        """Delays what goes upstream by latency_ms, so each round trip, and limits each direction of each connection to
        rate_kbps kilobytes a second (0: no limit). What is held back goes on at once when that ends. Replaces what
        slow() and hang() set before."""
        self._remove_toxics(name)
        if latency_ms:
            self._add_toxic(name, "latency", "upstream", {"latency": latency_ms})
        for stream in ("upstream", "downstream") if rate_kbps else ():
            self._add_toxic(name, "bandwidth", stream, {"rate": rate_kbps})

    def hang(self, name):
        """Lets nothing through and leaves connections open. When it ends they are closed: bytes are missing in them."""
        self._remove_toxics(name)
        for stream in ("upstream", "downstream"):
            self._add_toxic(name, "timeout", stream, {"timeout": 0})

    def mend(self, name):
        """Makes the link as it was at first."""
        self._remove_toxics(name)
        self._ask("POST", f"/proxies/{name}", {"enabled": True})

    def clear(self):
        """Mends every link."""
        for name in self._ask("GET", "/proxies"):
            self.mend(name)

    def _add_toxic(self, name, kind, stream, attributes):
        self._ask("POST", f"/proxies/{name}/toxics",
                  {"name": f"{kind}-{stream}", "type": kind, "stream": stream, "attributes": attributes})

    def _remove_toxics(self, name):
        for toxic in self._ask("GET", f"/proxies/{name}/toxics"):
            self._ask("DELETE", f"/proxies/{name}/toxics/{toxic['name']}")

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"toxiproxy: {method} {path}: {answer.status} {text}")
        return json.loads(text) if text else None

    def _serves(self):
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self._ask("GET", "/version")
                return self.process.poll() is None
            except OSError:
                time.sleep(0.02)
        return False


class ProxiedCluster:
    """Brokers of scripts/kafka with a link clients-I and a link brokers-I for each broker I. A context manager."""

    def __init__(self, directory, brokers, settings=()):
        """directory: a new one for the cluster. settings: lines of server.properties, "key=value"."""
        self.directory = pathlib.Path(directory)
        self.brokers, self.settings = brokers, settings
        self.links = Links(self.directory)
        self.bootstrap = self.keeper = None

    def __enter__(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        self._start_keeper()
        try:
            self.links.__enter__()
            settings = [word for line in self.settings for word in ("--set", line)]
            self.start("--port", "0", "--brokers", str(self.brokers), "--proxied", *settings)
            for words in map(str.split, self.kafka("status").splitlines()):
                fields = dict(word.split("=", 1) for word in words)
                if "link" in fields:
                    self.links.proxy(fields["link"], fields["listen"], fields["upstream"])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop("--kill")
        finally:
            if self.links.process:
                self.links.__exit__()
            os.close(self.keeper)

    def kafka(self, command, *arguments):
        """The output of a command of scripts/kafka on this cluster."""
        environment = {"HEADFRAME_KAFKA_START_TIMEOUT": str(START_TIMEOUT_S), **os.environ}
        return subprocess.run([KAFKA, command, "--dir", self.directory, *arguments], capture_output=True, text=True,
                              check=True, env=environment).stdout

    def start(self, *options):
        """Starts the brokers that do not run."""
        self.bootstrap = self.kafka("start", *options).strip().removeprefix("bootstrap=")

    def stop(self, *options):
        """Stops brokers: "--node", "2" one alone, "--kill" as a crash."""
        self.kafka("stop", *options)

    def _start_keeper(self):
        """Starts a process that stops the brokers when this one has ended, however it ended: it waits for the end of a
        pipe that only we hold open. It is nobody's child, so that what kills a test with all its children spares it."""
        reading, self.keeper = os.pipe()
        subprocess.run(["setsid", "--fork", "bash", "-c", 'read -r; exec "$@"', "keeper", KAFKA, "stop", "--dir",
                        self.directory, "--kill"], stdin=reading, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        os.close(reading)
