# SPDX-License-Identifier: Apache-2.0
"""Decides how many worlds go through the driver and the model side by side, and what happens where they differ."""

import collections
import multiprocessing
import pathlib
import time

import compare
import coverage
import metamorphic
import model
import world as worlds
from generate import generate
from process import Fault
from shrink import Shrinker

# kinds: of all differences; kind: of the first, the one to follow while the world shrinks.
Failure = collections.namedtuple("Failure", "kind kinds brief sentence")
WATCH = coverage.Watch()
METAMORPHIC_EVERY = 5
BATCH = 200  # so many worlds' outputs may wait for the driver
SHOWN = 5  # so many failing worlds are shrunk and shown; of the others a line says that they fail


# --- the model's side, in processes of its own ---

def start_worker():
    """What a process of the model's side does first."""
    WATCH.install()


def modelled(seed_or_world):
    """(the model's outputs or its failure as a sentence, what was covered) of a seed or of a world."""
    world = generate(seed_or_world) if isinstance(seed_or_world, int) else seed_or_world
    WATCH.taken()
    try:
        expected = model.expected(world)
    except Exception as error:  # a world is no reason for the model to give up
        return f"{type(error).__name__}: {error}", collections.Counter()
    return expected, coverage.of_world(world, expected) + WATCH.taken()


# --- one world ---

def plain_failure(kind, sentence):
    """A Failure without two outputs to compare."""
    return Failure(kind, {kind}, sentence, sentence)


def failure_of(found, prefix=""):
    """The Failure that some differences make."""
    return Failure(prefix + compare.kind(found[0]), {prefix + compare.kind(each) for each in found},
                   prefix + compare.in_brief(found[0]),
                   f"{prefix}{len(found)} differences, the first:\n{compare.explained(found[0])}")


def first_failure(world, expected, process):
    """(Failure or None, outputs compared) of a world against the model."""
    if isinstance(expected, str):
        return plain_failure("model", expected), 0
    try:
        lines = process.outputs(world)
        actual = compare.observed(lines)
    except Fault as fault:
        return plain_failure("fault", str(fault)), 0
    found = compare.differences(expected, actual) or compare.spoilt_letters(world, lines)
    return (failure_of(found), 0) if found else (None, compare.count(expected))


def first_broken_property(world, process):
    """The Failure of the first metamorphic property that does not hold, or None. Expected is the world as it is, found
    what came of the changed one."""
    try:
        for name, check in metamorphic.PROPERTIES.items():
            found = check(world, lambda each: compare.observed(process.outputs(each)))
            if found:
                return failure_of(found, f"{name}: ")
    except Fault as fault:
        return plain_failure("fault", str(fault))
    return None


# --- many ---

class Campaign:
    """The worlds of one run. `say` prints a line."""

    def __init__(self, process, keep, say, jobs=1):
        self.process, self.keep, self.say, self.jobs = process, pathlib.Path(keep), say, jobs
        self.counts, self.failed = collections.Counter(), []
        self.worlds = self.events = self.outputs = self.properties = 0
        self.began = self.spoke = time.monotonic()

    def cases(self, paths):
        """Worlds from files: each through the model and all metamorphic properties."""
        start_worker()
        for path in paths:
            world = worlds.load(path)
            self.one(world, modelled(world), f"--case {path}", properties=True)

    def seeds(self, first, count):
        """Random worlds. A share of them is held against the metamorphic properties too."""
        numbers = range(first, first + count)
        for seed, result in zip(numbers, self.expectations(numbers)):
            self.one(generate(seed), result, f"--seed {seed} --worlds 1", seed % METAMORPHIC_EVERY == 0)
            self.progress(seed - first + 1, count)

    def expectations(self, numbers):
        """What the model says of each seed, in order."""
        if self.jobs == 1:
            start_worker()
            yield from map(modelled, numbers)
            return
        with multiprocessing.get_context("fork").Pool(self.jobs, start_worker) as pool:
            for start in range(0, len(numbers), BATCH):
                yield from pool.imap(modelled, numbers[start:start + BATCH], 4)

    def one(self, world, result, again, properties):
        """Takes one world, and shrinks it where something is wrong."""
        expected, covered = result
        failure, compared = first_failure(world, expected, self.process)
        self.worlds += 1
        self.events += worlds.events(world)
        self.outputs += compared
        self.counts += covered
        if failure:
            self.report(world, failure, again, self.outcome_of_model)
            return
        if properties:
            self.properties += 1
            failure = first_broken_property(world, self.process)
            if failure:
                self.report(world, failure, again, lambda each: first_broken_property(each, self.process))

    def outcome_of_model(self, world):
        """The failure of a smaller world, or None."""
        return first_failure(world, modelled(world)[0], self.process)[0]

    def report(self, world, failure, again, outcome):
        """Shrinks a failing world, keeps it and says how to see it again."""
        kind = failure.kind
        if len(self.failed) >= SHOWN:
            self.failed.append(again)
            self.say(f"property: tests/property/run {again} differs too: {failure.brief}")
            return
        self.say(f"property: {again} differs; shrinking")

        def fails(candidate):
            found = outcome(candidate) if worlds.settled(candidate) else None
            return found is not None and kind in found.kinds

        shrinker = Shrinker(fails)
        small = shrinker.shrink(world)
        final = outcome(small) or failure
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / f"seed-{world['seed']}-{kind.replace(': ', '-').replace(' ', '-')}.json"
        worlds.save(small, path)
        self.failed.append(path)
        self.say(f"property: seed {world['seed']}: {final.sentence}\n"
                 f"  {len(small['steps'])} steps of {len(world['steps'])} left after {shrinker.trials} trials\n"
                 f"  again:   tests/property/run {again}\n  smallest: tests/property/run --case {path}")

    def progress(self, done, count):
        """A line now and then."""
        if time.monotonic() - self.spoke > 15:
            self.spoke = time.monotonic()
            self.say(f"property: {done} of {count} worlds, {self.outputs:,} outputs, {len(self.failed)} differ")

    def closing_line(self, seed):
        """The line by which a run is known."""
        return (f"property: {self.worlds:,} worlds, {self.events:,} events, {self.outputs:,} outputs compared, "
                f"{len(self.failed)} differences ({self.properties:,} worlds held against "
                f"{len(metamorphic.PROPERTIES)} metamorphic properties; seed {seed}, "
                f"{time.monotonic() - self.began:.0f} s)")
