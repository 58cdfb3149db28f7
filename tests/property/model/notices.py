# SPDX-License-Identifier: Apache-2.0
"""What is said about closed periods: the records of headframe.quarantine and headframe.restatements."""

import json

from .dates import iso
from .figures import MONEY, QUANTITY, fixed
from .words import MILLION, MILLIONTH_OF, PRODUCTION, output_unit

line_of = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def production_shown(version, mine):
    """A ProductionEvent's version, in the mine's unit of output."""
    material, stage, quality = version.line
    unit = output_unit(mine.units, material)
    return {"date": iso(version.first), "material": material, "stage": stage, "quality": quality,
            "quantity": fixed(version.amount, MILLION * MILLIONTH_OF[unit], QUANTITY), "unit": unit}


def cost_shown(version):
    """A CostEvent's version."""
    element, currency = version.line
    return {"from": iso(version.first), "through": iso(version.last), "element": element, "currency": currency,
            "amount": fixed(version.amount, MILLION, MONEY)}


class Notices:
    """The records about one topic's facts; `topic` is its full name."""

    def __init__(self, topic, is_production):
        self._topic, self._is_production = topic, is_production
        self.quarantine, self.restatements = {}, []

    def of_mine(self, mine_id):
        """The same, for one mine."""
        return MineNotices(self, mine_id)

    def shown(self, version, mine):
        """A version as both topics show it; None where there is none."""
        if version is None:
            return None
        head = {"revision": version.revision, "voided": version.voided}
        if version.voided:
            return head
        return head | (production_shown(version, mine) if self._is_production else cost_shown(version))

    def key(self, *parts):
        """`topic|mine|event_id` and what else."""
        return "|".join([self._topic, *map(str, parts)])

    def head(self, schema, mine_id, event_id, revision):
        """The fields with which both kinds of record begin."""
        return {"schema": schema, "topic": self._topic, "mine": mine_id, "event_id": event_id, "revision": revision}


class MineNotices:
    """What one mine's ledger reports. Quantities are in the units the mine's reference record states at that time."""

    def __init__(self, notices, mine_id):
        self._all, self._mine_id = notices, mine_id

    def waits(self, event_id, version, standing, closed_through, mine):
        """A version is held; `before` is what stood when it came."""
        record = self._all.head("headframe.quarantine.v1", self._mine_id, event_id, version.revision) | {
            "closed_through": iso(closed_through), "source": version.source,
            "before": self._all.shown(standing, mine), "after": self._all.shown(version, mine),
            "partition": version.partition, "offset": version.offset}
        self._all.quarantine[self._all.key(self._mine_id, event_id, version.revision)] = line_of(record)

    def decided(self, event_id, version):
        """“tombstone when decided”"""
        del self._all.quarantine[self._all.key(self._mine_id, event_id, version.revision)]

    def restated(self, event_id, version, replaced, ever_closed, closed, mine, decided_by, partition, offset):
        """A version was applied to closed days; partition and offset are of the record that made it apply."""
        record = self._all.head("headframe.restatement.v1", self._mine_id, event_id, version.revision) | {
            "ever_closed_through": iso(ever_closed),
            "closed_days": [{"from": iso(first), "through": iso(last)} for first, last in closed],
            "before": self._all.shown(replaced, mine), "after": self._all.shown(version, mine),
            "decided_by": decided_by, "partition": partition, "offset": offset}
        self._all.restatements.append((self._all.key(self._mine_id, event_id), line_of(record)))
