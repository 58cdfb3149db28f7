# SPDX-License-Identifier: Apache-2.0
"""Decides how the daemons of a run are configured, started, hurt and, when one ends by itself, started again as a
service manager would."""

import os
import pathlib
import signal
import struct
import subprocess
import threading
import time

KINDS = ("production", "costs", "summary")
INSTANCES = 2
WATCHDOG_EXIT = 70  # a call hung: by design the process ends and is started again
RESTART_S = 0.5
SESSION_MS, TRANSACTION_MS = 3000, 6000
STOP_S = 5.0  # the promise for SIGTERM


def clock_shim(build):
    """The library that moves a process's clock."""
    return pathlib.Path(build) / "tests/chaos/libheadframe_clock_shim.so"


class Instance:
    """One daemon process, which may be replaced."""

    def __init__(self, fleet, kind, number):
        self.fleet, self.kind, self.label = fleet, kind, f"{kind}-{number}"
        self.config = fleet.directory / f"{self.label}.conf"
        self.log = fleet.directory / f"{self.label}.log"
        self.clock = fleet.directory / f"{self.label}.clock"
        self.process, self.wanted = None, False
        self.config.write_text(fleet.config_text(number))

    def start(self, shift_s=None):
        """Starts it. shift_s: how far its clock is off, which jump() can change."""
        environment = {**os.environ, **self.fleet.environment}
        if shift_s is not None:
            self.clock.write_bytes(struct.pack("=q", shift_s))
            environment.update(LD_PRELOAD=str(self.fleet.clock_shim), CHAOS_CLOCK_FILE=str(self.clock))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.fleet.program(f"headframe-{self.kind}"), "--config", self.config],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        self.wanted = True

    def jump(self, shift_s):
        """Moves the clock that it sees; it has mapped the file."""
        with open(self.clock, "r+b") as clock:
            clock.write(struct.pack("=q", shift_s))

    def is_running(self):
        """Is there a process?"""
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """kill -9."""
        self.wanted = False
        if self.is_running():
            self.process.kill()
        self.process.wait()

    def stop(self, patience_s=30):
        """SIGTERM; returns (exit code, seconds it took)."""
        self.wanted = False
        began = time.monotonic()
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.label} did not stop within {patience_s} s") from None
        return code, time.monotonic() - began

    def freeze(self):
        """SIGSTOP."""
        if self.is_running():
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """SIGCONT."""
        if self.is_running():
            self.process.send_signal(signal.SIGCONT)

    def tail(self, size=1500):
        """The end of its log."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


class Fleet:
    """All daemons of a run."""

    def __init__(self, harness, directory, prefix, servers, settings, schemas):
        self.directory, self.prefix, self.servers, self.settings = pathlib.Path(directory), prefix, servers, settings
        self.schemas, self.program, self.environment = schemas, harness.program, harness.SANITIZERS
        self.clock_shim = clock_shim(harness.BUILD)
        self.lock, self.stopping = threading.RLock(), threading.Event()
        self.instances, self.ends, self.slow_stops = {}, [], []
        for kind in KINDS:
            for number in range(INSTANCES):
                self.add(kind, number)
        self.keeper = threading.Thread(target=self.keep, name="keeper", daemon=True)

    def config_text(self, number):
        """The configuration of one instance."""
        settings = self.settings
        return (f"[headframe]\nprefix={self.prefix}\ninstance={number}\nschema_directory={self.schemas}\n"
                f"windows={';'.join(settings['windows'])}\nstale_after_days={settings['stale_after_days']}\n"
                f"after_close={settings['after_close']}\n"
                f"correction_horizon_days={settings['correction_horizon_days']}\n"
                f"commit_interval_ms=100\npublish_interval_ms=200\n\n[kafka]\nbootstrap.servers={self.servers}\n"
                f"session.timeout.ms={SESSION_MS}\nheartbeat.interval.ms=500\n"
                f"transaction.timeout.ms={TRANSACTION_MS}\nreconnect.backoff.max.ms=1000\n")

    def add(self, kind, number):
        """One more instance, not started yet."""
        instance = Instance(self, kind, number)
        self.instances[instance.label] = instance
        return instance

    def remove(self, label):
        """Ends an instance for good."""
        self.stop(label)
        with self.lock:
            del self.instances[label]

    def of_kind(self, kind):
        """The instances of a kind."""
        return [each for each in self.instances.values() if each.kind == kind]

    def start_all(self):
        """Starts every instance, and whatever ends by itself from now on."""
        for instance in self.instances.values():
            instance.start()
        if not self.keeper.is_alive():
            self.keeper.start()

    def stop(self, label):
        """SIGTERM for one, which must end cleanly."""
        with self.lock:
            instance = self.instances[label]
            if not instance.is_running() and instance.wanted:
                instance.start()  # it had just ended by itself, which the keeper has noted or will not
            code, took_s = instance.stop()
            if code != 0:
                self.ends.append((instance.label, code, instance.tail()))
            if took_s > STOP_S:
                self.slow_stops.append((instance.label, round(took_s, 1)))

    def keep(self):
        """Starts again what ended by itself."""
        while not self.stopping.wait(0.2):
            with self.lock:
                ended = [each for each in self.instances.values() if each.wanted and not each.is_running()]
                for instance in ended:
                    self.ends.append((instance.label, instance.process.returncode, instance.tail()))
            if ended and not self.stopping.wait(RESTART_S):
                with self.lock:
                    for instance in ended:
                        if instance.wanted and not instance.is_running():
                            instance.start()

    def bad_ends(self):
        """Those who ended in a way that is not by design: the watchdog's only is."""
        return [end for end in self.ends if end[1] != WATCHDOG_EXIT]

    def close(self):
        """Kills everything that still runs."""
        self.stopping.set()
        if self.keeper.is_alive():
            self.keeper.join()
        for instance in self.instances.values():
            if instance.process:
                instance.thaw()
                instance.kill()
