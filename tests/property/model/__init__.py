# SPDX-License-Identifier: Apache-2.0
"""The reference model: what every output topic must hold in the end, recomputed from the records that went in.

It is a second statement of the contract, written from its text alone and sharing nothing with the daemons. Everything
is read whole and in order; nothing is incremental, no result is kept from one window to the next. Where to find what:

  words       materials, units, elements                  sections 1, 2, 5
  reference   companies, mines, prices, rates             section 2
  events      what is refused, and under which code       sections 2, 4
  ledger      versions, closes, quarantine, restatements  section 2
  notices     what is said about closed periods           section 4
  dates       production dates and windows                sections 1, 3
  holdings    what a company sees, and its clock          section 1
  production, money, unit_costs, summaries                sections 4, 5

Every figure is an integer or a fraction until `figures.fixed` rounds it, once.
"""

from .replay import Replay
from .summaries import all_summaries
from .words import COSTS, PRODUCTION


def expected(world, prefix="", positions=None):
    """The final state of the output topics of a world (tests/property/world.py): topic -> what it holds.

    positions: (partition, offset) of each record step, parallel to the steps; by default where Kafka would put them."""
    replay = Replay(world, prefix, positions)
    production, costs = replay.ledgers[PRODUCTION], replay.ledgers[COSTS]
    companies, mines = all_summaries(replay, world["settings"].get("stale_after_days", 7))
    return {
        "company.summaries": companies,
        "mine.summaries": mines,
        "headframe.quarantine": production.notices.quarantine | costs.notices.quarantine,
        "headframe.restatements": sorted(production.notices.restatements + costs.notices.restatements),
        "headframe.dead-letters": sorted(replay.dead_letters, key=lambda letter: letter[:3]),
        "headframe.production-days": production.published_days(),
        "headframe.cost-days": costs.published_days(),
    }
