# SPDX-License-Identifier: Apache-2.0
"""Decides where Kafka Streams and what is written with it come from: Maven, once, held against pinned digests."""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from rig import DIRECTORY, SOURCE, Failed

PROJECT = SOURCE / "tests/bench/streams"
PINS = PROJECT / "jars.sha256"
CLASSES = DIRECTORY / "streams"


def cache():
    """Where scripts/setup and scripts/kafka keep what they fetch."""
    default = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "headframe"
    return pathlib.Path(os.environ.get("HEADFRAME_CACHE") or default)


def maven(*goals):
    """Runs Maven on the project."""
    result = subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-f", PROJECT / "pom.xml",
                             f"-Dbench.directory={CLASSES}", *goals], check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Failed(f"Maven could not build Kafka Streams: {result.stdout[-2000:]}")


def digests(directory):
    """The lines of PINS for the files in a directory."""
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n"
                   for jar in sorted(directory.glob("*.jar")))


def fetch(directory):
    """Puts Kafka Streams and what it needs there."""
    maven("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={directory}")


def pinned():
    """PINS without its comments."""
    return "".join(line for line in PINS.read_text().splitlines(True) if not line.startswith("#"))


def libraries():
    """The directory of the jars; fetches them where they are missing. A changed pin never meets old files."""
    place = cache() / f"kafka-streams-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / "kafka-streams.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=cache(), prefix="kafka-streams.tmp.") as work:
                fetched = pathlib.Path(work) / "jars"
                fetch(fetched)
                if digests(fetched) != pinned():
                    raise Failed(f"Maven brought other files than {PINS} pins; after a change of pom.xml: "
                                 "tests/bench/compare --repin")
                fetched.rename(place)
    return place


def repin():
    """Writes PINS anew."""
    with tempfile.TemporaryDirectory() as work:
        fetch(work)
        comments = [line for line in PINS.read_text().splitlines(True) if line.startswith("#")]
        PINS.write_text("".join(comments) + digests(pathlib.Path(work)))


def class_path():
    """For java: our classes, compiled anew, and the libraries."""
    jars = libraries()
    shutil.rmtree(CLASSES, ignore_errors=True)
    maven("compiler:compile")
    return f"{CLASSES / 'classes'}:{jars}/*"
