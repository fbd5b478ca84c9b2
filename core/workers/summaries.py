"""Rules at a glance: what they make of the open pairs, and what they have done so far."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalog import assets, ledger
from core.catalog.database import Catalog
from core.model import Ledger, LedgerDay
from core.workers.findings import RuleSummary, SavedRule
from core.workers.resolver import Resolver


@dataclass(frozen=True, slots=True)
class Record:
    """What rules have done, and among how many files."""

    ledgers: Mapping[str | None, Ledger]
    days: Mapping[str | None, tuple[LedgerDay, ...]]
    """Each with anything, the oldest first."""
    files: int

    @classmethod
    async def read(cls, catalog: Catalog, since: str = "") -> Record:
        """All of it, the days from `since` (ISO 8601) on."""
        days: dict[str | None, list[LedgerDay]] = defaultdict(list)
        for each in await catalog.read(ledger.ledger_days, since):
            days[each.rule].append(each)
        return cls(
            await catalog.read(ledger.ledgers),
            {rule: tuple(found) for rule, found in days.items()},
            await catalog.read(assets.count_present),
        )


async def summarise(
    record: Record, resolver: Resolver, rules: Sequence[SavedRule]
) -> list[RuleSummary]:
    """Every one of `rules`, those at work in `resolver` with their counts."""
    standings = resolver.standings
    numbers = {rule.rule.name: number for number, rule in enumerate(standings.rules)}
    found = []
    for place, saved in enumerate(rules, start=1):
        number = numbers.get(saved.name) if saved.rule is not None else None
        of_rule = record.ledgers.get(saved.name, Ledger())
        at = {} if number is None else standings.failures(number)
        comparison = () if saved.rule is None else saved.rule.comparison
        found.append(
            RuleSummary(
                place,
                saved,
                {} if number is None else standings.counts(number),
                {str(comparison[which]): count for which, count in at.items()},
                of_rule,
                record.files / of_rule.acts if of_rule.acts else None,
                record.days.get(saved.name, ()),
            )
        )
        # All of a hundred thousand pairs and fifty rules take longer than a key may wait.
        await asyncio.sleep(0)
    return found
