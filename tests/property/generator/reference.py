# SPDX-License-Identifier: Apache-2.0
"""Decides the reference data of random worlds: how it stands when they open, and how it changes in mid-stream."""

import copy

from . import days, tables


class Reference:
    """The reference records in force, by topic and key, and the steps that write them."""

    def __init__(self, scene):
        self.scene, self.rng = scene, scene.rng
        self.current = {topic: {} for topic in ("reference.companies", "reference.mines", "market.prices",
                                                "market.fx")}

    def write(self, topic, key, value, note):
        """The step that writes a good record."""
        self.current[topic][key] = value
        return {"do": "record", "topic": topic, "timestamp": self.scene.timestamp(), "key": key,
                "value": copy.deepcopy(value), "note": note}

    def opening(self):
        """The records a world begins with, in some order; a few are left for later."""
        steps = [self.write("reference.companies", each, self.company(each), "company")
                 for each in self.scene.companies if not self.late()]
        steps += [self.write("reference.mines", each, self.mine(each), "mine")
                  for each in self.scene.mines if self.scene.on_kafka or not self.late()]
        months = self.months()
        steps += [self.price(material, month) for material in self.scene.metals for month in months
                  if self.scene.chance(0.75)]
        steps += [self.rate(currency, month) for currency in self.scene.currencies[1:] for month in months
                  if self.scene.chance(0.85)]
        self.rng.shuffle(steps)
        return steps

    def late(self):
        """Does a record come only after events?"""
        return self.scene.chance(0.06)

    def months(self):
        """The months of the world, often those of the year before too."""
        first, last = self.scene.first, self.scene.last
        months = days.months_between(first, last)
        if self.scene.chance(0.5):
            months = days.months_between(days.year_earlier(first), days.year_earlier(last)) + months
        return months

    # --- companies and mines ---

    def company(self, company_id):
        """A company's value."""
        rng, value = self.rng, {"company_id": company_id}
        if self.scene.chance(0.8):
            value["name"] = rng.choice(tables.NAMES)
        if self.scene.chance(0.4):
            value["reporting_currency"] = rng.choice(self.scene.currencies)
        if self.scene.chance(0.6):
            value["fiscal_year_start_month"] = rng.randint(1, 12)
        if self.scene.chance(0.4):
            value["units"] = self.units()
        if self.scene.chance(0.8):
            value["primary_metal"] = rng.choice(self.scene.metals)
        if self.scene.chance(0.3):
            value.update({"founded": 1891, "region": "north-america", "listed": True})
        return value

    def units(self):
        """Units of output for some materials."""
        return {material: self.rng.choice(tables.UNITS)
                for material in self.rng.sample(self.scene.metals + ["ore"], self.rng.randint(0, 2))}

    def mine(self, mine_id):
        """A mine's value."""
        rng, chance = self.rng, self.scene.chance
        value = {"mine_id": mine_id, "time_zone": self.scene.zone if chance(0.6) else rng.choice(list(tables.ZONES))}
        if chance(0.8):
            value.update({"name": rng.choice(tables.NAMES), "country": "US"})
        if chance(0.8):
            value["day_start"] = rng.choice(tables.DAY_STARTS)
        if chance(0.5):
            value["day_named_by"] = rng.choice(("start", "end"))
        value["status"] = rng.choices(("operating", "development", "exploration", "corporate"), (70, 7, 7, 16))[0]
        if mine_id == "office" and chance(0.8):
            value["status"] = "corporate"
        if value["status"] != "corporate" or chance(0.3):
            value["primary_metal"] = rng.choice(self.scene.metals)
        if chance(0.3):
            value["units"] = self.units()
        if chance(0.5):
            value["by_product_credits"] = rng.choice(("reported", "priced", "priced"))
        if chance(0.95):
            value["interests"] = self.interests()
        return value

    def interests(self):
        """Who owns the mine from when: one to three divisions of it among companies."""
        rng, first, span = self.rng, self.scene.first, (self.scene.last - self.scene.first).days
        dates = [rng.choice(("1800-01-01", str(days.moved(first, -500)), str(days.moved(first, 10))))]
        dates += sorted({str(days.moved(first, rng.randint(-3, span))) for _ in range(rng.choice((0, 0, 1, 1, 2)))})
        entries, held = [], {}
        for date in sorted(set(dates)):
            division = self.division()
            for company in sorted(set(held) | set(division)):
                if division.get(company) != held.get(company):
                    entries.append({"company_id": company, "from": date, "share": division.get(company, "0")})
            held = {**{company: "0" for company in held}, **division}
        if self.scene.chance(0.3):
            rng.shuffle(entries)
        elif entries and self.scene.chance(0.15):  # of two with the same date, the later in the list
            overruled = rng.choice(entries)
            entries.insert(entries.index(overruled), {**overruled, "share": "0.9"})
        return entries

    def division(self):
        """Shares of some companies."""
        owners = self.scene.companies + (["nobody knows"] if self.scene.chance(0.05) else [])
        shares = self.rng.choice(tables.SHARES)
        return dict(zip(self.rng.sample(owners, len(owners)), shares))

    # --- prices and rates ---

    def price(self, material, month):
        """A step that writes a price."""
        currency = "USD" if self.scene.chance(0.8) else self.rng.choice(self.scene.currencies)
        unit = self.rng.choice(("OZT", "OZT", "KG") if material in tables.PRECIOUS else ("LB", "T", "KG"))
        value = {"material": material, "month": month, "price": self.rng.choice(tables.PRICES), "currency": currency,
                 "unit": unit}
        return self.write("market.prices", f"{material}|{month}", value, "price")

    def rate(self, currency, month):
        """A step that writes an exchange rate."""
        value = {"currency": currency, "month": month, "per_usd": self.rng.choice(tables.RATES),
                 "rate_type": "average"}
        return self.write("market.fx", f"{currency}|{month}", value, "rate")

    # --- changes in mid-stream ---

    def change(self):
        """A step that changes something, or None where nothing is there to change."""
        missing = [each for each in self.scene.mines if each not in self.current["reference.mines"]]
        absent = [each for each in self.scene.companies if each not in self.current["reference.companies"]]
        if missing and self.scene.chance(0.6):
            return self.write("reference.mines", missing[0], self.mine(missing[0]), "mine appears")
        if absent and self.scene.chance(0.6):
            return self.write("reference.companies", absent[0], self.company(absent[0]), "company appears")
        return self.rng.choices((self.change_mine, self.change_company, self.change_market, self.delete),
                                (45, 20, 25, 10))[0]()

    def change_mine(self):
        """Changes fields of a mine. On Kafka only those whose moment does not matter to the ledger daemons."""
        if not self.current["reference.mines"]:
            return None
        key = self.rng.choice(sorted(self.current["reference.mines"]))
        value, new = dict(self.current["reference.mines"][key]), self.mine(key)
        names = ["primary_metal", "status", "by_product_credits", "interests", "interests", "name"]
        if not self.scene.on_kafka:
            names += ["time_zone", "day_start", "day_named_by", "units"]
        name = self.rng.choice(names)
        value.pop(name, None)
        if name in new:
            value[name] = new[name]
        if value.get("status", "operating") != "corporate" and "primary_metal" not in value:
            value["primary_metal"] = self.rng.choice(self.scene.metals)
        return self.write("reference.mines", key, value, f"mine changes {name}")

    def change_company(self):
        """Another value of a company."""
        key = self.rng.choice(self.scene.companies)
        return self.write("reference.companies", key, self.company(key), "company changes")

    def change_market(self):
        """Another, or a new, price or rate."""
        month = self.rng.choice(self.months())
        if self.scene.currencies[1:] and self.scene.chance(0.5):
            return self.rate(self.rng.choice(self.scene.currencies[1:]), month)
        return self.price(self.rng.choice(self.scene.metals), month)

    def delete(self):
        """A tombstone of anything."""
        topics = [topic for topic, values in self.current.items()
                  if values and not (self.scene.on_kafka and topic == "reference.mines")]
        if not topics:
            return None
        topic = self.rng.choice(topics)
        key = self.rng.choice(sorted(self.current[topic]))
        step = self.write(topic, key, None, f"deleted from {topic}")
        del self.current[topic][key]
        return step
