# SPDX-License-Identifier: Apache-2.0
"""Closes, what comes after them, and decisions: what waits, what is restated, and what the summaries say meanwhile."""

import json
import time
import unittest

import foreign
import harness

MINE = {"mine_id": "a-mine", "name": "A mine", "time_zone": "UTC", "day_start": "00:00", "primary_metal": "silver",
        "status": "operating",
        "interests": [{"company_id": "a-company", "from": "2000-01-01", "share": "0.5"},
                      {"company_id": "b-company", "from": "2003-06-16", "share": "0.25"}]}
SUMMARIES = ("mine.summaries", "company.summaries")
PRODUCTION, COSTS = "mine.production", "mine.costs"
QUARANTINE, RESTATEMENTS, LETTERS = "headframe.quarantine", "headframe.restatements", "headframe.dead-letters"


def exact(value):
    """JSON as it must be published, byte for byte."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def mass(revision, date, quantity, unit="OZT", quality="WEIGHED", material="silver"):
    """A version of a production fact, as it is published."""
    return {"revision": revision, "voided": False, "date": date, "material": material, "stage": "PRODUCED",
            "quality": quality, "quantity": quantity, "unit": unit}


def money(revision, first, last, amount, element="MINING", currency="USD"):
    """A version of a cost fact, as it is published."""
    return {"revision": revision, "voided": False, "from": first, "through": last, "element": element,
            "currency": currency, "amount": amount}


def voided(revision):
    """A version that withdraws its fact, as it is published."""
    return {"revision": revision, "voided": True}


def days(*pairs):
    """Stretches of dates, as they are published."""
    return [{"from": first, "through": last} for first, last in pairs]


def digest(summary):
    """What await_summaries compares, of a summary or None."""
    if not summary:
        return None
    summary = json.loads(summary)
    figures = [entry.get("quantity") or entry["hundred_percent"] for entry in summary["production"]]
    return summary["state"], summary["restatements"], figures[0] if figures else None


def fact(event_id, date, quantity="1", **event):
    """A production event at noon."""
    return foreign.production(event_id=event_id, occurred_at=f"{date}T12:00:00Z", quantity=quantity, **event)


def cost(event_id, first, last, amount, **event):
    """A cost event."""
    return foreign.cost(event_id=event_id, amount=amount, **{"from": first, "through": last}, **event)


def close(through):
    """A close of the mine."""
    return foreign.close(closed_through=through)


def decide(event_id, revision, accept=True, by="A. Ortiz"):
    """A decision on what waits."""
    return foreign.decision(event_id=event_id, revision=revision, accept=accept, by=by)


class Closing(harness.SystemTest):
    """Each test is a story of one mine."""

    settings = "publish_interval_ms=200\nwindows=day;month;year;all\n"
    mine = MINE

    def begin(self, *daemons, settings=""):
        """Topics, reference data and daemons."""
        self.config = self.write_config(settings=self.settings + settings)
        self.create_topics()
        self.sender = foreign.Sender(harness.bootstrap())
        self.send("reference.mines", exact(self.mine))
        for company in ("a-company", "b-company"):
            self.send("reference.companies", exact({"company_id": company, "name": company}), key=company)
        self.start(*(daemons or ("headframe-production", "headframe-costs", "headframe-summary")))

    def send(self, topic, *values, key="a-mine"):
        """Sends values under a key; returns the place of the last."""
        return self.sender.send(self.prefix + topic, [(key.encode(), value) for value in values])[-1]

    def read(self, topic):
        """Key → values of a topic, oldest first, without the prefix in the keys."""
        table = {}
        for record in foreign.read(harness.bootstrap(), self.prefix + topic):
            table.setdefault((record.key or b"").decode().removeprefix(self.prefix), []).append(record.value)
        return table

    def summaries(self):
        """Key → latest value of both summary topics, as bytes; None: a tombstone."""
        return {key: values[-1] for topic in SUMMARIES for key, values in self.read(topic).items()}

    def await_summaries(self, expected):
        """Until each key's summary says (state, restatements, silver PRODUCED at 100 % or None). None: no summary."""
        def said():
            summaries = self.summaries()
            return {key: digest(summaries.get(key)) for key in expected}

        try:
            harness.wait_until(lambda: said() == expected, "")
        except AssertionError:
            self.assertEqual(expected, said())

    def await_records(self, topic, expected):
        """Until the topic holds exactly these values under these keys (lists in order)."""
        try:
            harness.wait_until(lambda: self.read(topic) == expected, "")
        except AssertionError:
            self.maxDiff = None
            self.assertEqual(expected, self.read(topic))

    def spent(self, key):
        """Costs of a mine's window by element and currency."""
        return {(entry["element"], entry["currency"]): entry["amount"]
                for entry in json.loads(self.summaries()[key])["costs"]}

    def waiting(self, topic, event_id, before, after, place, source=None, closed_through="2003-06-30"):
        """Key and value of a record of headframe.quarantine."""
        revision = after["revision"]
        return f"{topic}|a-mine|{event_id}|{revision}", exact(
            {"schema": "headframe.quarantine.v1", "topic": self.prefix + topic, "mine": "a-mine", "event_id": event_id,
             "revision": revision, "closed_through": closed_through, "source": source, "before": before, "after": after,
             "partition": place[0], "offset": place[1]})

    def restatement(self, topic, event_id, before, after, closed_days, place, by="A. Ortiz"):
        """Key and value of a record of headframe.restatements."""
        return f"{topic}|a-mine|{event_id}", exact(
            {"schema": "headframe.restatement.v1", "topic": self.prefix + topic, "mine": "a-mine", "event_id": event_id,
             "revision": after["revision"], "ever_closed_through": "2003-06-30", "closed_days": closed_days,
             "before": before, "after": after, "decided_by": by, "partition": place[0], "offset": place[1]})

    def check_totals(self, name, **expected):
        """Stops a daemon; its last words say what it counted since it started."""
        self.stop(name)
        words = self.daemons[name].tail().rpartition("event=totals ")[2].split()
        counts = {word: int(count) for word, _, count in (word.partition("=") for word in words) if count.isdigit()}
        self.assertEqual(expected, {word: counts.get(word) for word in expected})

    def test_from_open_to_restated(self):
        self.begin()
        self.open_then_closed()
        waiting = self.hold_what_comes_late()
        restated = self.decide_on_it(waiting)
        self.come_again(waiting)
        self.reopen(restated)

    def open_then_closed(self):
        """A month is open, preliminary, and closed once both topics are."""
        self.send(PRODUCTION, fact("f1", "2003-06-10", "100"), fact("f2", "2003-06-20", "40"))
        self.send(COSTS, cost("c1", "2003-06-01", "2003-06-30", "3000"))
        self.await_summaries({"a-mine|month|2003-06": ("open", 0, "140.000"),
                              "a-company|month|2003-06": ("open", 0, "140.000"),
                              "b-company|month|2003-06": ("open", 0, "40.000")})
        self.send(PRODUCTION, fact("f9", "2003-07-01", "7"))
        self.await_summaries({"a-mine|month|2003-06": ("preliminary", 0, "140.000"),
                              "a-company|month|2003-06": ("preliminary", 0, "140.000"),
                              "a-mine|month|2003-07": ("open", 0, "7.000")})
        self.send(PRODUCTION, close("2003-06-30"))
        self.send(COSTS, close("2003-06-29"))
        self.await_summaries({"a-mine|day|2003-06-20": ("closed", 0, "40.000"),
                              "a-mine|month|2003-06": ("preliminary", 0, "140.000")})
        self.send(COSTS, close("2003-06-30"))
        self.await_summaries({"a-mine|month|2003-06": ("closed", 0, "140.000"),
                              "a-company|month|2003-06": ("closed", 0, "140.000"),
                              "b-company|month|2003-06": ("closed", 0, "40.000"),
                              "a-mine|year|2003": ("open", 0, "147.000"),
                              "a-mine|all|all": ("open", 0, "147.000")})
        self.assertEqual({("MINING", "USD"): "3000.00"}, self.spent("a-mine|month|2003-06"))

    def hold_what_comes_late(self):
        """Late versions wait, on headframe.quarantine, and change nothing else. Returns what waits."""
        summaries = self.summaries()
        place = self.send(PRODUCTION, fact("f1", "2003-06-12", "110", revision=1, quality="SETTLED",
                                           source="sheet “7”"))
        waiting = dict([self.waiting(PRODUCTION, "f1", mass(0, "2003-06-10", "100.000"),
                                     mass(1, "2003-06-12", "110.000", quality="SETTLED"), place, "sheet “7”")])
        place = self.send(PRODUCTION, fact("f2", "2003-06-20", revision=1, voided=True))
        waiting.update([self.waiting(PRODUCTION, "f2", mass(0, "2003-06-20", "40.000"), voided(1), place)])
        place = self.send(PRODUCTION, fact("f3", "2003-06-30", "1", unit="KG"))
        waiting.update([self.waiting(PRODUCTION, "f3", None, mass(0, "2003-06-30", "32.151"), place)])
        place = self.send(COSTS, cost("c1", "2003-06-11", "2003-07-10", "3300", revision=1))
        waiting.update([self.waiting(COSTS, "c1", money(0, "2003-06-01", "2003-06-30", "3000.00"),
                                     money(1, "2003-06-11", "2003-07-10", "3300.00"), place)])
        place = self.send(COSTS, cost("c2", "2003-06-30", "2003-07-01", "-12.345", element="EXPLORATION",
                                      currency="MXN"))
        waiting.update([self.waiting(COSTS, "c2", None, money(0, "2003-06-30", "2003-07-01", "-12.34", "EXPLORATION",
                                                              "MXN"), place)])
        self.await_records(QUARANTINE, {key: [value] for key, value in waiting.items()})
        time.sleep(1)  # five publication intervals
        self.assertEqual(summaries, self.summaries())
        self.assertEqual({}, self.read(RESTATEMENTS))
        return waiting

    def decide_on_it(self, waiting):
        """What is accepted counts, is told, and counts as a restatement; what is rejected does not. Returns what was
        told."""
        place = self.send(PRODUCTION, decide("f1", 1))
        told = dict([self.restatement(PRODUCTION, "f1", mass(0, "2003-06-10", "100.000"),
                                      mass(1, "2003-06-12", "110.000", quality="SETTLED"),
                                      days(("2003-06-10", "2003-06-10"), ("2003-06-12", "2003-06-12")), place)])
        place = self.send(PRODUCTION, decide("f2", 1, by="J. Lind"))
        told.update([self.restatement(PRODUCTION, "f2", mass(0, "2003-06-20", "40.000"), voided(1),
                                      days(("2003-06-20", "2003-06-20")), place, "J. Lind")])
        self.send(PRODUCTION, decide("f3", 0, accept=False))
        place = self.send(COSTS, decide("c1", 1))
        told.update([self.restatement(COSTS, "c1", money(0, "2003-06-01", "2003-06-30", "3000.00"),
                                      money(1, "2003-06-11", "2003-07-10", "3300.00"),
                                      days(("2003-06-01", "2003-06-30")), place)])
        self.await_records(RESTATEMENTS, {key: [value] for key, value in told.items()})
        self.await_summaries({"a-mine|month|2003-06": ("restated", 3, "110.000"),
                              "a-mine|day|2003-06-10": None, "a-mine|day|2003-06-20": None,
                              "a-mine|day|2003-06-12": ("restated", 2, "110.000"),
                              "a-mine|month|2003-07": ("open", 0, "7.000"),
                              "a-mine|year|2003": ("open", 3, "117.000"),
                              "a-mine|all|all": ("open", 3, "117.000"),
                              "a-company|month|2003-06": ("restated", 3, "110.000"),
                              # f1 lies before its first day
                              "b-company|month|2003-06": ("restated", 2, None)})
        self.assertEqual({("MINING", "USD"): "2200.00"}, self.spent("a-mine|month|2003-06"))
        self.assertEqual({("MINING", "USD"): "1100.00"}, self.spent("a-mine|month|2003-07"))
        june = json.loads(self.summaries()["a-company|month|2003-06"])
        self.assertEqual(("55.000", "1100.00", "20.0000"), (june["production"][0]["attributable"], *(
            june["unit_costs"][0]["total_cash"][part] for part in ("after_credits", "per_unit"))))
        self.check_console(waiting, f"{COSTS}|a-mine|c2|0")
        return told

    def check_console(self, waiting, undecided):
        """Kafka's own console consumer sees each version, and behind it a tombstone once it was decided on."""
        seen = {}
        for line in self.consume(QUARANTINE, "--property", "print.key=true", "--property", "null.literal=<null>"):
            key, _, value = line.partition("\t")
            seen.setdefault(key.removeprefix(self.prefix), []).append(value)
        self.assertEqual({key: [value.decode()] + ["<null>"] * (key != undecided) for key, value in waiting.items()},
                         seen)

    def come_again(self, waiting):
        """Versions that were decided on, and decisions, come a second time. A rejected one is remembered."""
        self.send(PRODUCTION, fact("f1", "2003-06-12", "110", revision=1, quality="SETTLED", source="sheet “7”"),
                  fact("f3", "2003-06-30", "1000", unit="G"), fact("f3", "2003-06-30", "1", unit="KG"),
                  decide("f1", 1), decide("f3", 0), decide("f3", 7))
        place = self.send(PRODUCTION, fact("f3", "2003-06-29", "2", revision=1))
        table = {key: [value] + [None] * ("|c2|" not in key) for key, value in waiting.items()}
        key, value = self.waiting(PRODUCTION, "f3", None, mass(1, "2003-06-29", "2.000"), place)
        self.await_records(QUARANTINE, {**table, key: [value]})
        letters = foreign.read(harness.bootstrap(), self.prefix + LETTERS)
        self.assertEqual([b"REVISION_CONFLICT"], [dict(letter.headers)["headframe-error"] for letter in letters])
        self.assertEqual(fact("f3", "2003-06-30", "1000", unit="G"), letters[0].value)

    def reopen(self, told):
        """An earlier close opens days again; what was once closed is still restated. What waits goes on waiting."""
        self.send(PRODUCTION, close("2003-05-31"))
        self.await_summaries({"a-mine|month|2003-06": ("preliminary", 3, "110.000"),
                              "a-company|month|2003-06": ("preliminary", 3, "110.000"),
                              "a-mine|day|2003-06-12": ("preliminary", 2, "110.000")})
        place = self.send(PRODUCTION, fact("f4", "2003-06-25", "8"))
        told = {key: [value] for key, value in told.items()}
        key, value = self.restatement(PRODUCTION, "f4", None, mass(0, "2003-06-25", "8.000"),
                                      days(("2003-06-25", "2003-06-25")), place, None)
        told[key] = [value]
        self.await_summaries({"a-mine|month|2003-06": ("preliminary", 4, "118.000")})
        place = self.send(PRODUCTION, decide("f3", 1), close("2003-06-30"))
        key, value = self.restatement(PRODUCTION, "f3", None, mass(1, "2003-06-29", "2.000"),
                                      days(("2003-06-29", "2003-06-29")), (place[0], place[1] - 1))
        told[key] = [value]
        self.await_summaries({"a-mine|month|2003-06": ("restated", 5, "120.000"),
                              "a-company|month|2003-06": ("restated", 5, "120.000"),
                              "b-company|month|2003-06": ("restated", 4, "10.000"),
                              "a-mine|day|2003-06-25": ("restated", 2, "8.000")})
        self.await_records(RESTATEMENTS, told)
        self.check_totals("headframe-production", applied=7, duplicates=2, superseded=0, dead_letters=1, quarantined=4,
                          restatements=4, decisions_ignored=3)

    def kill(self, name):
        """kill -9, and a new start."""
        self.daemons[name].kill()
        self.daemons[name].start()

    def hold_and_accept(self, event_id, value, before, after, after_s):
        """A version waits, production is killed, the version is accepted, and unless after_s is None production is
        killed so many seconds later. Returns what must be on headframe.quarantine and on headframe.restatements."""
        waiting = self.waiting(PRODUCTION, event_id, before, after, self.send(PRODUCTION, value))
        harness.wait_until(lambda: waiting[0] in self.read(QUARANTINE), f"{event_id} waits")
        self.kill("headframe-production")
        self.send(PRODUCTION, b"junk")
        place = self.send(PRODUCTION, decide(event_id, after["revision"]))
        if after_s is not None:
            time.sleep(after_s)
            self.kill("headframe-production")
        first = before or after
        return waiting, self.restatement(PRODUCTION, event_id, before, after, days((first["date"], after["date"])), place)

    def test_killed_while_versions_wait(self):
        """Whenever it is killed, a version waits once, is restated once, leaves one tombstone; a bad record one letter."""
        self.begin("headframe-production", "headframe-summary")
        self.send(PRODUCTION, *(fact(f"f{number}", "2003-06-10", "10") for number in range(5)),
                  fact("f9", "2003-07-01", "7"), close("2003-06-30"))
        self.await_summaries({"a-mine|day|2003-06-10": ("preliminary", 0, "50.000")})
        pairs = []
        for number, after_s in enumerate((None, 0.0, 0.15, 0.6, 1.3)):
            pairs.append(self.hold_and_accept(
                f"f{number}", fact(f"f{number}", "2003-06-11", f"1{number}", revision=1),
                mass(0, "2003-06-10", "10.000"), mass(1, "2003-06-11", f"1{number}.000"), after_s))
        self.await_summaries({"a-mine|day|2003-06-11": ("preliminary", 5, "60.000"),
                              "a-mine|month|2003-06": ("preliminary", 5, "60.000"), "a-mine|day|2003-06-10": None})
        # Of the day that was emptied nothing came back.
        pairs.append(self.hold_and_accept("f8", fact("f8", "2003-06-10", "1"), None, mass(0, "2003-06-10", "1.000"),
                                          None))
        self.await_summaries({"a-mine|day|2003-06-10": ("preliminary", 6, "1.000"),
                              "a-mine|month|2003-06": ("preliminary", 6, "61.000")})
        self.assertEqual({key: [value] for _, (key, value) in pairs}, self.read(RESTATEMENTS))
        self.assertEqual({key: [value, None] for (key, value), _ in pairs}, self.read(QUARANTINE))
        self.assertEqual({"a-mine": [b"junk"] * len(pairs)}, self.read(LETTERS))

    def test_restate(self):
        """Late versions count at once; units are the mine's."""
        self.mine = {**MINE, "units": {"silver": "KG"}}
        self.begin(settings="after_close=restate\n")
        self.send(PRODUCTION, fact("f1", "2003-06-20", "31.1034768", unit="KG"))
        self.await_summaries({"a-mine|month|2003-06": ("open", 0, "31.103")})
        self.send(PRODUCTION, close("2003-06-30"))  # which moves the mine's clock to the end of the month
        self.send(COSTS, cost("c1", "2003-06-29", "2003-07-02", "4"), close("2003-06-30"))
        self.await_summaries({"a-mine|month|2003-06": ("closed", 0, "31.103")})
        place = self.send(PRODUCTION, fact("f1", "2003-07-02", "2000", revision=1))
        key, value = self.restatement(PRODUCTION, "f1", mass(0, "2003-06-20", "31.103", "KG"),
                                      mass(1, "2003-07-02", "62.207", "KG"), days(("2003-06-20", "2003-06-20")), place,
                                      None)
        told = {key: [value]}
        place = self.send(COSTS, cost("c1", "2003-06-29", "2003-07-02", "4", revision=1, voided=True))
        key, value = self.restatement(COSTS, "c1", money(0, "2003-06-29", "2003-07-02", "4.00"), voided(1),
                                      days(("2003-06-29", "2003-06-30")), place, None)
        told[key] = [value]
        place = self.send(COSTS, cost("c2", "2003-06-30", "2003-06-30", "5"))
        key, value = self.restatement(COSTS, "c2", None, money(0, "2003-06-30", "2003-06-30", "5.00"),
                                      days(("2003-06-30", "2003-06-30")), place, None)
        told[key] = [value]
        self.await_records(RESTATEMENTS, told)
        self.await_summaries({"a-mine|month|2003-06": ("restated", 3, None), "a-mine|day|2003-06-20": None,
                              "a-company|month|2003-06": ("restated", 3, None),
                              "a-mine|month|2003-07": ("open", 0, "62.207")})
        self.assertEqual([{}, {}], [self.read(topic) for topic in (QUARANTINE, LETTERS)])

    def test_decisions_that_can_not_be_followed(self):
        """An accepted version that would overflow goes on waiting; one below what stands by then is let go."""
        half, day = "60000000000000", ("2003-06-30", "2003-06-30")
        self.begin("headframe-production", "headframe-summary")
        self.send(PRODUCTION, fact("f1", day[0], half, unit="T"), fact("f9", "2003-07-01", "7"), close("2003-06-30"))
        places = [self.send(PRODUCTION, fact("f2", day[0], half, unit="T", material="silver")),
                  self.send(PRODUCTION, fact("f1", day[0], "1", revision=1)),
                  self.send(PRODUCTION, fact("f1", day[0], "2", revision=2))]
        overflow = decide("f2", 0)
        self.send(PRODUCTION, overflow)
        accepted = [self.send(PRODUCTION, decide("f1", 2)), self.send(PRODUCTION, decide("f1", 1)),
                    self.send(PRODUCTION, fact("f1", day[0], "1", revision=1)), self.send(PRODUCTION, overflow)]
        # 60,000,000,000,000 t are 1.929… × 10^18 troy ounces
        stood, came = mass(0, day[0], "1929044794117678831.326"), mass(2, day[0], "2.000")
        held = mass(0, day[0], "1929044794117678831.326")
        told = [self.restatement(PRODUCTION, "f1", stood, came, days(day), accepted[0]),
                self.restatement(PRODUCTION, "f2", None, held, days(day), accepted[3])]
        self.await_records(RESTATEMENTS, {key: [value] for key, value in told})
        waited = [self.waiting(PRODUCTION, "f2", None, held, places[0]),
                  self.waiting(PRODUCTION, "f1", stood, mass(1, day[0], "1.000"), places[1]),
                  self.waiting(PRODUCTION, "f1", stood, came, places[2])]
        self.assertEqual({key: [value, None] for key, value in waited}, self.read(QUARANTINE))
        letters = foreign.read(harness.bootstrap(), self.prefix + LETTERS)
        self.assertEqual([(b"a-mine", overflow, b"BAD_QUANTITY")],
                         [(letter.key, letter.value, dict(letter.headers)["headframe-error"]) for letter in letters])
        self.await_summaries({"a-mine|day|2003-06-30": ("preliminary", 2, "1929044794117678833.326")})
        self.check_totals("headframe-production", applied=4, duplicates=0, superseded=1, dead_letters=1, quarantined=3,
                          restatements=2, decisions_ignored=0)

    def test_long_texts(self):
        """Texts of an event that, as JSON, are more than a record may hold are cut: nothing may hold up a mine."""
        self.begin("headframe-production", "headframe-summary")
        self.sender = foreign.Sender(harness.bootstrap(), message_max_bytes=8 << 20)
        source, by = "\x01" * (2 << 20), "\x02" * (2 << 20)
        self.send(PRODUCTION, fact("f1", "2003-06-10", "10"), close("2003-06-30"))
        place = self.send(PRODUCTION, fact("f2", "2003-06-10", "5", source=source))
        decided = self.send(PRODUCTION, decide("f2", 0, by=by))
        self.await_summaries({"a-mine|day|2003-06-10": ("preliminary", 1, "15.000")})
        version = mass(0, "2003-06-10", "5.000")
        waited = self.waiting(PRODUCTION, "f2", None, version, place)
        told = self.restatement(PRODUCTION, "f2", None, version, days(("2003-06-10", "2003-06-10")), decided)
        for topic, field, full, (key, expected) in ((QUARANTINE, "source", source, waited),
                                                    (RESTATEMENTS, "decided_by", by, told)):
            record = json.loads(self.read(topic)[key][0])
            self.assertTrue(full.startswith(record[field] or ""), f"{topic} {field}")
            self.assertEqual({**json.loads(expected), field: None}, {**record, field: None})


if __name__ == "__main__":
    unittest.main()
