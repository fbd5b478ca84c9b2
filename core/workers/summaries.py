"""Rules at a glance: what they make of the open pairs, and what they have done so far."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.catalog import assets, ledger
from core.catalog.database import Catalog
from core.model import Ledger
from core.workers.findings import RuleSummary, SavedRule
from core.workers.resolver import Resolver


async def summarise(
    catalog: Catalog, resolver: Resolver, rules: Sequence[SavedRule], since: str = ""
) -> list[RuleSummary]:
    """Every one of `rules`, those at work in `resolver` with their counts, and with the days from
    `since` (ISO 8601) on."""
    ledgers = await catalog.call(ledger.ledgers)
    days = await catalog.call(ledger.ledger_days, since)
    files = await catalog.call(assets.count_present)
    # A hundred thousand pairs of fifty rules take as long as a screen may stand still.
    standings = resolver.standings.copied()
    counts, failures = await asyncio.to_thread(
        lambda: (standings.counts(), [standings.failures(n) for n in range(len(standings.rules))])
    )
    numbers = {rule.name: number for number, rule in enumerate(resolver.rules)}
    found = []
    for place, saved in enumerate(rules, start=1):
        number = numbers.get(saved.name) if saved.rule is not None else None
        of_rule = ledgers.get(saved.name, Ledger())
        at = {} if number is None else failures[number]
        comparison = () if saved.rule is None else saved.rule.comparison
        found.append(
            RuleSummary(
                place,
                saved,
                {} if number is None else counts[number],
                {str(comparison[which]): count for which, count in at.items()},
                of_rule,
                files / of_rule.acts if of_rule.acts else None,
                tuple(each for each in days if each.rule == saved.name),
            )
        )
    return found
