# SPDX-License-Identifier: Apache-2.0
"""Decides how worlds get into the driver program and its outputs out of it: lines of text through two pipes."""

import os
import subprocess
import threading

import world as worlds

PATIENCE_S = 300
SANITIZERS = {"ASAN_OPTIONS": "abort_on_error=0:exitcode=99", "UBSAN_OPTIONS": "print_stacktrace=1"}


class Fault(Exception):
    """The driver says that something is wrong, or has ended."""


def hexed(data):
    """Bytes as the driver takes them: "-" for null, "." for none at all."""
    return "-" if data is None else data.hex() or "."


def unhexed(text):
    """The opposite."""
    return None if text == "-" else b"" if text == "." else bytes.fromhex(text)


def line_of(step, partitions):
    """A step as the driver takes it."""
    if worlds.is_record(step):
        return (f"record {step['topic']} {worlds.partition(step, partitions)} {step['timestamp']} "
                f"{hexed(worlds.key_bytes(step))} {hexed(worlds.value_bytes(step))}")
    if step["do"] == "restart":
        return f"restart {step['daemon']}"
    if step["do"] == "settings":
        return "windows " + ";".join(step["windows"])
    return step["do"]


def script(world):
    """A whole world as the driver takes it."""
    settings = world["settings"]
    lines = [f"world {settings['partitions']} {settings['stale_after_days']} {settings['after_close']} "
             f"{settings['correction_horizon_days']} {';'.join(settings['windows'])}"]
    lines += [line_of(step, settings["partitions"]) for step in world["steps"]]
    return "\n".join(lines + ["end", ""])


class Process:
    """The driver program; started again when it has died."""

    def __init__(self, path):
        self.path, self.process = path, None

    def start(self):
        """Starts it unless it runs."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            encoding="utf-8", env={**os.environ, **SANITIZERS})

    def stop(self):
        """Ends it: its exit code is 0 unless something is wrong that shows only now, such as a leak."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.stdin.close()
        code = self.process.wait(PATIENCE_S)
        self.process = None
        if code != 0:
            raise Fault(f"the driver ended with code {code}")

    def outputs(self, world):
        """What the driver prints for a world, without the line that ends it."""
        self.start()
        watchdog = threading.Timer(PATIENCE_S, self.process.kill)
        watchdog.start()
        try:
            return self.exchange(script(world))
        finally:
            watchdog.cancel()

    def exchange(self, text):
        """Writes a script and reads its answer."""
        try:
            self.process.stdin.write(text)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why
        found, fault = [], None
        for line in self.process.stdout:
            if line == "done\n":
                if fault:
                    raise Fault(fault)
                return found
            if line.startswith("fault "):
                fault = fault or line.removeprefix("fault ").rstrip("\n")
            found.append(line.rstrip("\n"))
        raise Fault(f"the driver ended with code {self.process.wait()}")
