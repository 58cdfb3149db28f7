# SPDX-License-Identifier: Apache-2.0
"""Decides what the events of random worlds say: new facts, later versions of them, closes and decisions."""

from . import days, tables

DAY_MS = days.DAY_MS
MONEY_STAGES = ("PRODUCED", "PRODUCED", "PRODUCED", "PAYABLE", "PAYABLE", "CONTAINED", "MINED", "MILLED", "SOLD")


class Facts:
    """Makes events for books."""

    def __init__(self, scene):
        self.scene, self.rng, self.count = scene, scene.rng, 0

    def new_id(self, book):
        """An identifier; the same ones occur at all mines and on both topics."""
        pool = ["e", "e 2", "é", "f" * 64, "lot/7", "ö" * 32] if self.scene.chance(0.2) else []
        free = [each for each in pool if each not in book.facts]
        return self.rng.choice(free) if free else f"e{len(book.facts)}"

    def new(self, book):
        """A new fact's first version."""
        event = {"type": "ProductionEvent" if book.topic == "mine.production" else "CostEvent",
                 "event_id": self.new_id(book), "revision": self.rng.choice((0, 0, 0, 0, 1, 3, 2**31 - 2)),
                 "voided": self.scene.chance(0.02), "mine_id": book.mine_id}
        event.update(self.production(book) if event["type"] == "ProductionEvent" else self.cost(book))
        event["source"] = self.rng.choice(tables.SOURCES) if self.scene.chance(0.1) else None
        return event

    def crowded(self):
        """Where totals are to reach their limit, many facts share a day and a line."""
        return self.scene.size == "limit" and self.scene.chance(0.8)

    def day(self, book):
        """The day of a fact; often a closed one where something is closed."""
        if self.crowded():
            return days.moved(self.scene.first, 3)
        if book.closed and self.scene.chance(0.35):
            return days.moved(book.closed, -int(self.rng.triangular(0, 12, 0)))
        return self.scene.some_day()

    # --- production ---

    def production(self, book):
        """What a production event says beside its identity."""
        material, stage = self.line(book)
        quality = self.rng.choice(tables.QUALITIES)
        if self.crowded():
            material, stage, quality = self.scene.metals[0], "PRODUCED", "ASSAYED"
        return {"occurred_at": self.instant(book, self.day(book)), "material": material, "stage": stage,
                "quantity": self.scene.quantity(), "unit": self.unit(), "quality": quality}

    def unit(self):
        """A unit; tonnes where the masses are to be large."""
        return "T" if self.scene.size != "plain" and self.scene.chance(0.85) else self.rng.choice(tables.UNITS)

    def line(self, book):
        """A material and a stage: the primary metal's most of all."""
        primary, roll = book.mine().get("primary_metal"), self.rng.random()
        if primary and roll < 0.5:
            return primary, self.rng.choice(MONEY_STAGES)
        if roll < 0.65:
            return "ore", self.rng.choice(("MILLED", "MILLED", "MINED"))
        if roll < 0.67:
            return "waste", "MINED"
        return self.rng.choice(self.scene.metals), self.rng.choice(MONEY_STAGES)

    def instant(self, book, day):
        """Milliseconds since 1970 of a moment of the day: often where the production date changes, or the offset."""
        mine = book.mine()
        start = days.day_start_ms(mine.get("day_start") or "07:00")
        clock = self.rng.choice((start, start - 1, start + 1, 0, DAY_MS - 1, self.rng.randrange(DAY_MS),
                                 self.rng.randrange(DAY_MS), 2 * 3_600_000 + self.rng.randrange(3_600_000)))
        instant = days.instant_ms(mine.get("time_zone", "UTC"), day, clock, self.scene.chance(0.5))
        return max(instant, days.midnight_ms(days.date(tables.FIRST_DAY)))

    # --- costs ---

    def cost(self, book):
        """What a cost event says beside its identity."""
        first, last = self.period(self.day(book))
        element = "MINING" if self.crowded() else self.element(book)
        return {"from": str(first), "through": str(last), "element": element,
                "metal": self.rng.choice(self.scene.metals) if self.scene.chance(0.2) else None,
                "amount": self.scene.amount(), "currency": self.rng.choice(self.scene.currencies)}

    def period(self, last):
        """The days of a cost: from one to 400 of them, mostly ending on a day, sometimes beginning there."""
        rng = self.rng
        if self.scene.chance(0.3):
            first = last.replace(day=1)
            return first, days.moved(days.moved(first, 31).replace(day=1), -1)
        length = rng.choice((1, 1, 2, 7, rng.randint(1, 40), rng.randint(1, 400), 400))
        if self.scene.chance(0.2):
            return last, days.moved(last, length - 1)
        return days.moved(last, 1 - length), last

    def element(self, book):
        """A cost element: mining and processing often, as they make the clock; at offices the corporate ones."""
        if book.mine().get("status") == "corporate" and self.scene.chance(0.7):
            return self.rng.choice(("CORPORATE_ADMINISTRATION", "RECLAMATION", "SUSTAINING_EXPLORATION", "ROYALTY",
                                    "BY_PRODUCT_CREDIT", "EXPLORATION"))
        weights = [12 if each in ("MINING", "PROCESSING") else 6 if each == "BY_PRODUCT_CREDIT" else 2
                   for each in tables.ELEMENTS]
        return self.rng.choices(tables.ELEMENTS, weights)[0]

    # --- versions ---

    def revised(self, book, event, revision):
        """(a later version of the event, what it changes)."""
        changes = ["void", "amount", "amount", "move", "move", "line", "quality", "nothing"]
        what = self.rng.choice(["unvoid", "unvoid", "still void", "move"] if event["voided"] else changes)
        version = {**event, "revision": revision, "voided": what in ("void", "still void")}
        if what == "amount":
            name = "quantity" if "quantity" in event else "amount"
            version[name] = self.scene.quantity() if name == "quantity" else self.scene.amount()
        elif what == "move":
            self.move(book, version)
        elif what == "line":
            self.shift_line(book, version)
        elif what == "quality" and "quality" in event:
            version["quality"] = self.rng.choice(tables.QUALITIES)
        return version, what

    def move(self, book, version):
        """Gives it another time."""
        if "occurred_at" in version:
            version["occurred_at"] = self.instant(book, self.day(book))
        else:
            first, last = self.period(self.day(book))
            version.update({"from": str(first), "through": str(last)})

    def shift_line(self, book, version):
        """Gives it another material and stage, or element and currency."""
        if "material" in version:
            version["material"], version["stage"] = self.line(book)
        else:
            version.update({"element": self.element(book), "currency": self.rng.choice(self.scene.currencies)})

    def conflicting(self, event):
        """Another body under the same revision."""
        choices = [{"voided": not event["voided"]}, {"source": "another source"}]
        if "unit" in event and event["unit"] == "KG" and "." not in event["quantity"]:
            choices = [{"unit": "G", "quantity": event["quantity"] + "000"}]  # the same mass, yet another body
        elif "unit" in event:
            choices += [{"unit": "G" if event["unit"] != "G" else "KG"}]
        else:
            choices += [{"metal": "zinc" if event["metal"] != "zinc" else None}]
        return {**event, **self.rng.choice(choices)}

    # --- closes and decisions ---

    def close(self, book, through):
        """A PeriodClose."""
        return {"type": "PeriodClose", "mine_id": book.mine_id, "closed_through": str(through),
                "by": self.rng.choice(tables.PEOPLE), "at": self.scene.timestamp()}

    def decision(self, book, event_id, revision, accept):
        """A QuarantineDecision."""
        return {"type": "QuarantineDecision", "mine_id": book.mine_id, "event_id": event_id, "revision": revision,
                "accept": accept, "by": self.rng.choice(tables.PEOPLE), "at": self.scene.timestamp()}
