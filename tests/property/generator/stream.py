# SPDX-License-Identifier: Apache-2.0
"""Decides what happens next in a random world: events, closes, decisions, and what an operator does meanwhile."""

from . import days, spoilt
from .book import Book
from .facts import Facts

TOPICS = ("mine.production", "mine.costs")


class Stream:
    """The steps after the opening."""

    def __init__(self, scene, reference):
        self.scene, self.rng, self.reference = scene, scene.rng, reference
        self.facts = Facts(scene)
        self.books = [Book(scene, reference, topic, mine) for mine in scene.mines for topic in TOPICS]
        self.decided = []
        self.closing = scene.chance(0.65)
        self.actions = {
            self.new_fact: 44, self.revise: 17, self.late_version: 4, self.repeat: 4, self.conflict: 3,
            self.burst: 3, self.close: 6 if self.closing else 0, self.decide: 9 if self.closing else 1,
            self.spoilt: 5, self.spoilt_reference: 1.5, self.change: 3 if scene.chance(0.7) else 0, self.operate: 6}
        if len(reference.current["reference.mines"]) < len(scene.mines):
            self.actions[self.change] = 6

    def steps(self, count):
        """About so many steps."""
        found = []
        while len(found) < count:
            self.scene.pass_time(1 / count)
            action = self.rng.choices(list(self.actions), list(self.actions.values()))[0]
            found += action()
        return found

    # --- events ---

    def book(self, wanted=lambda book: True):
        """A mine and topic that meets the condition, or None."""
        fitting = [book for book in self.books if wanted(book)]
        return self.rng.choice(fitting) if fitting else None

    def send(self, book, event, note):
        """The step that publishes an event; sometimes as another program writes it."""
        step = {"do": "record", "topic": book.topic, "timestamp": self.scene.timestamp(), "key": event["mine_id"],
                "event": event, "note": note}
        if spoilt.fits_other_writer(event) and self.scene.chance(0.5):
            step["schema"] = spoilt.OTHER_WRITER
        return step

    def new_fact(self):
        """A fact that was not there before."""
        book = self.book()
        event = self.facts.new(book)
        book.take(event)
        return [self.send(book, event, "new")]

    def any_version(self, book):
        """Some version of some fact: (fact, event)."""
        fact = self.rng.choice(list(book.facts.values())[-12:] if self.scene.chance(0.6) else list(book.facts.values()))
        return fact, fact.versions[self.rng.choice(sorted(fact.versions))]

    def revise(self):
        """A later version of a fact."""
        book = self.book(lambda book: book.facts)
        if not book:
            return []
        fact, event = self.any_version(book)
        revision = max(fact.versions) + self.rng.choice((1, 1, 1, 2))
        if revision >= 2**31:
            return []
        version, what = self.facts.revised(book, event, revision)
        book.take(version)
        return [self.send(book, version, what)]

    def late_version(self):
        """A version that comes after a higher one."""
        book = self.book(lambda book: any(max(fact.versions) > 0 for fact in book.facts.values()))
        if not book:
            return []
        fact = self.rng.choice([fact for fact in book.facts.values() if max(fact.versions) > 0])
        highest = max(fact.versions)
        free = [each for each in range(max(0, highest - 6), highest) if each not in fact.versions]
        if not free:
            return []
        version, _ = self.facts.revised(book, fact.versions[highest], self.rng.choice(free))
        book.take(version)
        return [self.send(book, version, "late version")]

    def repeat(self):
        """A version once more."""
        book = self.book(lambda book: book.facts)
        return [self.send(book, self.any_version(book)[1], "again")] if book else []

    def conflict(self):
        """Another body under a revision that is known; waiting and rejected ones first."""
        books = [book for book in self.books if book.facts]
        marked = [(fact, revision) for book in books for fact in book.facts.values()
                  for revision in sorted(fact.waiting | fact.rejected)]
        if marked and self.scene.chance(0.7):
            fact, revision = self.rng.choice(marked)
        else:
            known = [(fact, each) for book in books for fact in book.facts.values() for each in fact.known()]
            if not known:
                return []
            fact, revision = self.rng.choice(known)
        book = next(book for book in books if fact in book.facts.values())
        return [self.send(book, self.facts.conflicting(fact.versions[revision]), "conflict")]

    def burst(self):
        """Several versions of one new fact, out of order, one of them perhaps twice."""
        book = self.book()
        event = self.facts.new(book)
        event["revision"] = 0
        versions = [event]
        for revision in range(1, self.rng.randint(2, 5)):
            versions.append(self.facts.revised(book, versions[-1], revision)[0])
        self.rng.shuffle(versions)
        if self.scene.chance(0.3):
            versions.append(self.rng.choice(versions))
        for version in versions:
            book.take(version)
        return [self.send(book, version, "out of order") for version in versions]

    # --- closes and decisions ---

    def close(self):
        """Closes one mine or all of them, one topic or both; sometimes reopens."""
        books = self.books if self.scene.chance(0.4) else [self.book()]
        if self.scene.chance(0.4):
            books = [book for book in self.books if book.mine_id in {each.mine_id for each in books}]
        back = self.scene.chance(0.15)
        today = self.scene.today
        through = self.rng.choice((days.month_end(today), days.month_end(today), days.month_end(days.moved(today, 28)),
                                   days.moved(today, -self.rng.randint(0, 12)), days.moved(today, 1)))
        if back:
            through = days.moved(through, -self.rng.randint(5, 60))
        return [self.close_book(book, min(through, days.moved(today, 1))) for book in books]

    def close_book(self, book, through):
        """Closes one mine on one topic."""
        note = "closes" if not book.closed or through >= book.closed else "reopens"
        book.closed = through
        return self.send(book, self.facts.close(book, through), note)

    def decide(self):
        """A decision: mostly on what waits, sometimes once more, or on what does not wait."""
        waiting = [(book, *each) for book in self.books for each in book.waiting()]
        roll = self.rng.random()
        if waiting and roll < 0.85:
            chosen = self.rng.choice(waiting)
        elif self.decided and roll < 0.95:
            chosen = self.rng.choice(self.decided)
        elif roll < 0.8:
            return []
        else:
            chosen = (self.book(), "e0", self.rng.choice((0, 1, 7)))
        book, event_id, revision = chosen
        accept = self.scene.chance(0.65)
        self.decided.append(chosen)
        note = "decides" if chosen in waiting else "decides what does not wait"
        book.decide(event_id, revision, accept)
        return [self.send(book, self.facts.decision(book, event_id, revision, accept), note)]

    # --- all else ---

    def spoilt(self):
        """A record that must be refused, or is just about right."""
        book = self.book()
        step = spoilt.event_record(self.scene, self.facts, book)
        return [step] if step else []

    def spoilt_reference(self):
        """A reference record that must be refused."""
        return [spoilt.reference_record(self.scene, self.reference)]

    def change(self):
        """A change of reference data."""
        step = self.reference.change()
        return [step] if step else []

    def operate(self):
        """A commit, a publication, a restart or another set of windows."""
        kind = self.rng.choices(("commit", "summarise", "restart", "settings"), (35, 30, 28, 7))[0]
        if kind == "restart":
            return [{"do": kind, "daemon": self.rng.choice(("production", "costs", "summary"))}]
        if kind == "settings":
            return [{"do": kind, "windows": self.scene.choose_windows()}]
        return [{"do": kind}]
