# SPDX-License-Identifier: Apache-2.0
"""Decides what the generator believes to stand and to wait, so that revisions and decisions often meet something.

A belief only: nothing is compared with it, and a wrong one costs a less interesting step."""

import datetime

from . import days


def version_days(event, mine):
    """(first, last) production date of a version's effect, or None for a voided one."""
    if event["voided"]:
        return None
    if event["type"] == "CostEvent":
        return days.date(event["from"]), days.date(event["through"])
    zone = days.zoneinfo.ZoneInfo(mine.get("time_zone", "UTC"))
    start = mine.get("day_start") or "07:00"
    instant = days.EPOCH + datetime.timedelta(milliseconds=event["occurred_at"])
    local = instant.astimezone(zone).replace(tzinfo=None) - datetime.timedelta(milliseconds=days.day_start_ms(start))
    named_later = mine.get("day_named_by") == "end" and start != "00:00"
    return (local.date() + datetime.timedelta(days=int(named_later)),) * 2


class Fact:
    """The versions of one fact that were sent: revision → event, and what became of them."""

    def __init__(self):
        self.versions, self.standing, self.waiting, self.rejected = {}, None, set(), set()

    def known(self):
        """Revisions of which another body would be a conflict."""
        return sorted(self.waiting | self.rejected | ({self.standing} if self.standing is not None else set()))


class Book:
    """The facts of one mine on one topic."""

    def __init__(self, scene, reference, topic, mine_id):
        self.scene, self.reference, self.topic, self.mine_id = scene, reference, topic, mine_id
        self.facts, self.closed = {}, None

    def mine(self):
        """The mine's value in force, or an empty one."""
        return self.reference.current["reference.mines"].get(self.mine_id) or {}

    def touched(self, fact, event):
        """The earliest day that taking the event would touch, or None."""
        spans = [version_days(event, self.mine())]
        if fact.standing is not None:
            spans.append(version_days(fact.versions[fact.standing], self.mine()))
        return min((span[0] for span in spans if span), default=None)

    def take(self, event):
        """Believes that the event arrives and that nothing is wrong with it."""
        fact, revision = self.facts.setdefault(event["event_id"], Fact()), event["revision"]
        if revision in fact.known():
            return
        if fact.standing is not None and revision < fact.standing:
            fact.versions.setdefault(revision, event)
            return
        first = self.touched(fact, event)
        fact.versions[revision] = event
        after_close = self.scene.settings["after_close"]
        if self.closed and first and first <= self.closed and after_close != "restate":
            if after_close == "quarantine":
                fact.waiting.add(revision)
            return
        fact.standing = revision

    def decide(self, event_id, revision, accept):
        """Believes that a decision arrives."""
        fact = self.facts.get(event_id)
        if not fact or revision not in fact.waiting:
            return
        fact.waiting.discard(revision)
        if not accept:
            fact.rejected.add(revision)
        elif fact.standing is None or revision > fact.standing:
            fact.standing = revision

    def waiting(self):
        """(event_id, revision) of all that waits, in order."""
        return [(event_id, revision) for event_id, fact in self.facts.items() for revision in sorted(fact.waiting)]
