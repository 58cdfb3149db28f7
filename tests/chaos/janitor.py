#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Ends what a run started, however the run ended: it waits for the end of a pipe that only the run holds open. Every
process of a run carries the run's mark in its environment; the one that made it does not."""

import os
import pathlib
import signal
import subprocess
import sys

VARIABLE = "HEADFRAME_CHAOS_RUN"


def processes(mark):
    """The processes with the mark."""
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{VARIABLE}={mark}".encode() in path.read_bytes().split(b"\0") and int(path.parent.name) != os.getpid():
                yield int(path.parent.name)
        except OSError:
            continue  # it has ended meanwhile, or is not ours


def start(mark, directory):
    """Starts a janitor; returns the end of the pipe to be kept open."""
    reading, writing = os.pipe()
    subprocess.run(["setsid", "--fork", sys.executable, "-B", __file__, mark, directory], stdin=reading,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    os.close(reading)
    return writing


def main():
    """Waits, then ends all."""
    mark, directory = sys.argv[1], sys.argv[2].rstrip("/")
    sys.stdin.read()
    for pid in processes(mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        if line.split()[1].startswith(directory + "/"):
            subprocess.run(["umount", "--lazy", line.split()[1]], check=False)


if __name__ == "__main__":
    main()
