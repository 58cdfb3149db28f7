# SPDX-License-Identifier: Apache-2.0
"""A world's records in the order in which they are read: what is taken, and what becomes a dead letter."""

from collections import Counter

from . import events
from .dates import iso
from .events import Record, Refused
from .keys import partition_of
from .ledger import MineLedger
from .notices import Notices
from .reference import PARSERS, Reference
from .words import COSTS, PRODUCTION


class Ledger:
    """All mines' facts on one topic."""

    def __init__(self, topic, prefix, settings):
        self._settings = settings
        self.notices = Notices(prefix + topic, topic == PRODUCTION)
        self.mines = {}

    def take(self, record, mines):
        """Takes one record or refuses it."""
        events.check_form(record)
        events.check_address(record, self._settings["partitions"], mines)
        event, mine = record.event, mines[record.key]
        if event["type"] == "ProductionEvent":
            self._of(mine.id).take(event["event_id"], events.measured(record, mine), mine)
        elif event["type"] == "CostEvent":
            self._of(mine.id).take(event["event_id"], events.spent(record), mine)
        elif event["type"] == "PeriodClose":
            self._of(mine.id).close(events.closed_through(record))
        else:
            self._of(mine.id).decide(event["event_id"], event["revision"], event["accept"], event["by"], mine,
                                     record.partition, record.offset)

    def _of(self, mine_id):
        if mine_id not in self.mines:
            self.mines[mine_id] = MineLedger(self._settings.get("after_close", "quarantine"),
                                             self._settings.get("correction_horizon_days", 0),
                                             self.notices.of_mine(mine_id))
        return self.mines[mine_id]

    def published_days(self):
        """`MINE|YYYY-MM-DD` -> the lines that hold a live fact or an amount, by name."""
        result = {}
        for mine_id, mine in self.mines.items():
            for day, lines in mine.days.items():
                held = sorted([*line, *sums] for line, sums in lines.items() if any(sums))
                if held:
                    result[f"{mine_id}|{iso(day)}"] = held
        return result


class Replay:
    """Everything the records of a world leave behind."""

    def __init__(self, world, prefix, positions):
        self._prefix, self._partitions = prefix, world["settings"]["partitions"]
        self._next_offset = Counter()
        self.kinds = world["settings"]["windows"]
        self.reference = Reference()
        self.ledgers = {topic: Ledger(topic, prefix, world["settings"]) for topic in (PRODUCTION, COSTS)}
        self.dead_letters = []
        for number, step in enumerate(world["steps"]):
            if step["do"] == "settings":
                self.kinds = step["windows"]
            elif step["do"] == "record":
                self._take(step, *(positions[number] if positions else self._position(step)))

    def _position(self, step):
        """“the n-th record step of a (topic, partition) has offset n”"""
        partition = step.get("partition")
        if partition is None:
            partition = partition_of(step["key"] or "", self._partitions)
        offset = self._next_offset[step["topic"], partition]
        self._next_offset[step["topic"], partition] += 1
        return partition, offset

    def _take(self, step, partition, offset):
        """“A record never stops a daemon.”"""
        try:
            self._judge(step, partition, offset)
        except Refused as refused:
            self.dead_letters.append((self._prefix + step["topic"], partition, offset, step["key"], refused.code))

    def _judge(self, step, partition, offset):
        topic = step["topic"]
        events.refuse_where("raw" in step, step.get("code"))
        if topic in self.ledgers:
            record = Record(topic, partition, offset, step["timestamp"], step["key"], step["event"])
            self.ledgers[topic].take(record, self.reference.mines)
        elif topic in PARSERS:
            events.refuse_where(not self.reference.take(topic, step["key"], step["value"]), "BAD_REFERENCE")
