"""A rule at a glance: what it makes of the open pairs, and what it has done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalog import assets, rulebook
from core.catalog.database import Catalog
from core.catalog.rulebook import Ledger
from core.rules.rule import Rule
from core.workers.resolver import Resolver
from core.workers.standings import Standing


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule among all."""

    place: int
    """1 for the first to act."""
    rule: Rule
    counts: Mapping[Standing, int]
    """Open pairs by where they stand with it; empty where it is paused."""
    failures: Mapping[str, int]
    """Of the failed, how many at which comparator, by its text."""
    ledger: Ledger
    files_an_act: float | None
    """Files in the libraries for each time it has acted or was approved; None before the first."""
    days: tuple[tuple[str, int], ...]
    """(day in UTC, decisions) of each day with any, the oldest first."""


async def summarise(
    catalog: Catalog, resolver: Resolver, rules: Sequence[Rule]
) -> list[RuleSummary]:
    """Every one of `rules`, those at work in `resolver` with their counts."""
    ledgers = await catalog.call(rulebook.ledgers)
    files = await catalog.call(assets.count_present)
    counts = resolver.standings.counts()
    numbers = {rule.name: number for number, rule in enumerate(resolver.rules)}
    found = []
    for place, rule in enumerate(rules, start=1):
        number = numbers.get(rule.name)
        ledger = ledgers.get(rule.name, Ledger())
        acts = ledger.acted + ledger.approved
        failures = {} if number is None else resolver.standings.failures(number)
        found.append(
            RuleSummary(
                place,
                rule,
                {} if number is None else counts[number],
                {str(rule.comparison[at]): count for at, count in failures.items()},
                ledger,
                files / acts if acts else None,
                tuple(await catalog.call(rulebook.acts_by_day, rule.name)),
            )
        )
    return found
