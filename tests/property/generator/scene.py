# SPDX-License-Identifier: Apache-2.0
"""Decides the scene of a world: its settings, its time, its mines and its companies, and how time passes."""

from . import days, tables

LATEST_ON_KAFKA = days.date("2025-06-30")  # a broker refuses records that claim to come from the future


class Scene:
    """What all parts of the generator share. `today` moves on; records arrive on that evening."""

    def __init__(self, rng, on_kafka=False):
        self.rng, self.on_kafka = rng, on_kafka
        self.zone, self.base = self.choose_base()
        self.first, self.last = days.moved(self.base, -rng.randint(20, 50)), days.moved(self.base, rng.randint(10, 45))
        self.today = self.first
        self.size = rng.choices(("plain", "huge", "limit"), (83, 9, 8))[0]
        self.companies = rng.sample(tables.COMPANY_IDS, rng.choice((1, 1, 2, 2, 3)))
        self.mines = rng.sample(tables.MINE_IDS, rng.choice((1, 1, 2, 2, 3, 3, 4, 5)))
        self.metals = rng.sample(tables.METALS, rng.randint(1, 4))
        self.currencies = ["USD"] + rng.sample(tables.CURRENCIES[1:], rng.randint(0, 2))
        self.ticks = 0
        self.settings = self.choose_settings()

    def chance(self, probability):
        """True with that probability."""
        return self.rng.random() < probability

    def choose_base(self):
        """A zone that matters, and the day around which everything happens."""
        kind = self.rng.choices(("zone", "calendar", "century", "plain"), (35, 25, 10, 30))[0]
        zone = self.rng.choice(list(tables.ZONES))
        choices = {"zone": tables.ZONES[zone], "calendar": tables.CALENDAR_DAYS, "century": tables.CENTURY_DAYS,
                   "plain": (f"{self.rng.randint(1990, 2024)}-{self.rng.randint(1, 12):02d}-15",)}
        known = [day for day in choices[kind] if not self.on_kafka or days.date(day) < LATEST_ON_KAFKA]
        return zone, days.date(self.rng.choice(known))

    def choose_windows(self):
        """A set of kinds of windows."""
        chosen = [kind for kind, probability in tables.WINDOWS.items() if self.chance(probability)]
        return chosen or ["month"]

    def choose_settings(self):
        """What the daemons are configured with."""
        rng = self.rng
        if self.size == "limit" and self.chance(0.5):  # totals that would overflow only when a decision comes
            return {"windows": self.choose_windows(), "stale_after_days": 7, "after_close": "quarantine",
                    "correction_horizon_days": 0, "partitions": 2}
        return {"windows": self.choose_windows(), "stale_after_days": rng.choice((7, 7, 7, 0, 3, 30)),
                "after_close": rng.choice(("quarantine", "quarantine", "restate", "reject")),
                "correction_horizon_days": rng.choice((0, 0, 0, 0, 5, 30, 30, 400)),
                "partitions": rng.choice((1, 2, 3, 4))}

    @property
    def clocked(self):
        """Can records carry the time of their own day? Kafka knows none before 1970."""
        return self.first.year > 1970

    def timestamp(self):
        """When the next record arrives: milliseconds since 1970, in order."""
        self.ticks += 1
        evening = days.midnight_ms(self.today) + 20 * 3_600_000 if self.clocked else 1_700_000_000_000
        return evening + self.ticks * 1000 + self.rng.randrange(1000)

    def pass_time(self, share):
        """Moves on by a share of the world's whole span, on average."""
        step = share * (self.last - self.first).days
        self.today = min(self.last, days.moved(self.today, int(step + self.rng.random())))

    def recent_day(self):
        """A day not long ago."""
        horizon = self.settings["correction_horizon_days"]
        late = min(horizon + 2, 25) if horizon else 25
        return days.moved(self.today, -int(self.rng.triangular(0, late, 0)))

    def some_day(self):
        """The day of a new fact: mostly recent, sometimes a year earlier, on the critical day, or anywhere at all."""
        roll = self.rng.random()
        narrow = self.settings["correction_horizon_days"] and roll > 0.04
        if roll < 0.02:
            return self.any_day()
        if narrow or roll < 0.72:
            return self.recent_day()
        if roll < 0.88:
            return days.year_earlier(self.recent_day())
        if roll < 0.92:
            return min(self.base, self.today)
        return days.moved(self.first, self.rng.randint(0, (self.today - self.first).days))

    def any_day(self):
        """A day of the whole calendar that is not ahead of the records' time."""
        if self.chance(0.3):
            return days.date(self.rng.choice((tables.FIRST_DAY, "1800-01-02", "1899-12-31", "1970-01-01")))
        return days.moved(self.today, -self.rng.randint(0, 80_000))

    def quantity(self):
        """A mass as text."""
        rng = self.rng
        if self.size == "limit" and self.chance(0.5):
            return rng.choice(("99999999999999", "100000000000000", "50000000000000", "-99999999999999", "1",
                               "99999999999999.999999"))
        if self.size == "huge" and self.chance(0.5):
            return f"{rng.choice(('', '', '-'))}{rng.randint(10**8, 10**9)}.{rng.randint(0, 999999):06d}"
        return self.plain_number()

    def amount(self):
        """A sum of money as text."""
        rng = self.rng
        if self.size == "limit" and self.chance(0.35):
            return rng.choice(("9" * 22 + ".999999", "1" + "0" * 21, "-6" + "0" * 21))
        if self.size != "plain" and self.chance(0.5):
            return f"{rng.choice(('', '', '-'))}{rng.randint(10**14, 10**15)}.{rng.randint(0, 99):02d}"
        return self.plain_number()

    def plain_number(self):
        """A number of everyday size."""
        rng, roll = self.rng, self.rng.random()
        if roll < 0.08:
            return rng.choice(tables.TIES)
        if roll < 0.12:
            return rng.choice(("0", "0.000000", "-0"))
        sign = "-" if roll < 0.22 else ""
        whole = rng.choice((rng.randint(0, 9), rng.randint(0, 5000), rng.randint(0, 5000), rng.randint(0, 10**7)))
        places = rng.choice((0, 0, 1, 2, 3, 6))
        return f"{sign}{whole}" + (f".{rng.randrange(10**places):0{places}d}" if places else "")
