# SPDX-License-Identifier: Apache-2.0
"""Which version of each fact stands, what waits, and what each day holds: section 2 from *Versions* to *Restatement*,
for one mine on one topic."""

from .events import LIMIT, Refused, effect_days, refuse_where


class Fact:
    """What is remembered of one `event_id`."""

    def __init__(self):
        self.standing, self.waiting, self.rejected = None, {}, {}
        self.latest = None  # the last day any version named that was applied, waited or was rejected

    def known(self, revision):
        """The version with this revision that stands, waits or was rejected."""
        if self.standing is not None and self.standing.revision == revision:
            return self.standing
        return self.waiting.get(revision) or self.rejected.get(revision)


def earned(amount, first, last):
    """“A cost is earned evenly over its days: day *i* of *n* (0-based) earns floor(A·(i+1)/n) − floor(A·i/n) …, so the
    days sum to A exactly.” A production fact is the same over one day. Yields (day, amount)."""
    days = last - first + 1
    before = 0
    for i in range(days):
        until = amount * (i + 1) // days
        yield first + i, until - before
        before = until


def stretches_until(limit, *spans):
    """The days of some (first, last) up to a limit, ascending, overlapping or adjacent ones joined."""
    result = []
    for first, last in sorted((span[0], min(span[1], limit)) for span in spans if span and span[0] <= limit):
        if result and first <= result[-1][1] + 1:
            result[-1] = result[-1][0], max(last, result[-1][1])
        else:
            result.append((first, last))
    return result


class MineLedger:
    """One mine's facts on one topic.

    `days` is day -> line -> [amount, live facts]; `restated` holds the closed days of every restatement; `notices` is
    told of everything published on headframe.quarantine and headframe.restatements."""

    def __init__(self, after_close, horizon_days, notices):
        self._after_close, self._horizon_days, self._notices = after_close, horizon_days, notices
        self._facts, self._newest = {}, None
        self.days, self.restated = {}, []
        self.closed_through = self.ever_closed = None

    def close(self, day):
        """“The last `PeriodClose` read stands; an earlier date reopens the days after it”."""
        self.closed_through = day
        self.ever_closed = day if self.ever_closed is None else max(day, self.ever_closed)

    def take(self, event_id, version, mine):
        """Judges one version; the first rule that applies decides."""
        horizon = self._horizon()
        # "a day more than `correction_horizon_days` before the newest day of that mine on that topic"
        refuse_where(horizon is not None and version.first < horizon, "TOO_LATE")
        fact = self._recalled(event_id, horizon)
        known, standing = fact.known(version.revision), fact.standing
        if known is not None:
            refuse_where(known.body != version.body, "REVISION_CONFLICT")
            return  # a duplicate
        if standing is not None and version.revision < standing.revision:
            return  # superseded
        replaced_days = effect_days(standing)
        refuse_where(horizon is not None and replaced_days is not None and replaced_days[0] < horizon, "TOO_LATE")
        if self._is_closed(version, standing) and self._after_close != "restate":
            refuse_where(self._after_close == "reject", "PERIOD_CLOSED")
            fact.waiting[version.revision] = version
            self._notices.waits(event_id, version, standing, self.closed_through, mine)
        else:
            self._apply(event_id, fact, version, mine, version.partition, version.offset, None)
        self._remember(event_id, fact, version)

    def decide(self, event_id, revision, accept, by, mine, partition, offset):
        """“applied when a decision accepts it and its revision is above the one that stands, remembered as rejected
        when one rejects it … Decisions for what does not wait are counted and ignored.”"""
        fact = self._facts.get(event_id)
        version = fact.waiting.get(revision) if fact else None
        if version is None:
            return
        if not accept:
            fact.rejected[revision] = version
        elif fact.standing is None or revision > fact.standing.revision:
            self._apply(event_id, fact, version, mine, partition, offset, by)
        del fact.waiting[revision]
        self._notices.decided(event_id, version)

    def _horizon(self):
        """The first day that is not too late, None without a bound."""
        if self._horizon_days == 0 or self._newest is None:
            return None
        return self._newest - self._horizon_days

    def _recalled(self, event_id, horizon):
        """What is remembered of a fact. Of one whose every day lies before the horizon, and of which nothing waits, the
        version that stands is forgotten: its effect on the days stays, and so do the versions that were rejected."""
        fact = self._facts.get(event_id)
        if fact and horizon is not None and fact.latest < horizon and not fact.waiting:
            rejected = self._facts.pop(event_id).rejected
            fact = Fact()
            fact.rejected = rejected
            if rejected:
                fact.latest = max(version.last for version in rejected.values())
                self._facts[event_id] = fact
        return fact or Fact()

    def _remember(self, event_id, fact, version):
        self._facts[event_id] = fact
        fact.latest = version.last if fact.latest is None else max(fact.latest, version.last)
        self._newest = fact.latest if self._newest is None else max(self._newest, fact.latest)

    def _is_closed(self, version, standing):
        """“A version one of whose days, or of the days of the version it replaces, is on or before `closed_through`”"""
        return self.closed_through is not None and any(
            days and days[0] <= self.closed_through for days in (effect_days(version), effect_days(standing)))

    def _apply(self, event_id, fact, version, mine, partition, offset, decided_by):
        """Takes the standing version's effect out and puts the new one in, and says so where closed days change."""
        replaced = fact.standing
        self._move(replaced, version)
        fact.standing = version
        if self.ever_closed is None:
            return
        # "A version applied while some of its days, or of the days of the version it replaces, were ever closed
        # (reopened or not) is one restatement"
        closed = stretches_until(self.ever_closed, effect_days(version), effect_days(replaced))
        if closed:
            self.restated.append(closed)
            self._notices.restated(event_id, version, replaced, self.ever_closed, closed, mine, decided_by, partition,
                                   offset)

    def _move(self, old, new):
        """The change of every day's lines; `BAD_QUANTITY` and no change at all where a total would overflow."""
        moves = {}
        for version, sign in ((old, -1), (new, 1)):
            if effect_days(version):
                for day, amount in earned(version.amount, version.first, version.last):
                    move = moves.setdefault((day, version.line), [0, 0])
                    move[0] += sign * amount
                    move[1] += sign
        after = {}
        for (day, line), (amount, facts) in moves.items():
            before = self.days.get(day, {}).get(line, (0, 0))
            after[day, line] = before[0] + amount, before[1] + facts
            if abs(after[day, line][0]) > LIMIT:
                raise Refused("BAD_QUANTITY")
        for (day, line), sums in after.items():
            self.days.setdefault(day, {})[line] = sums
