"""What keeps an automatic rule from doing much harm before anybody looks.

A rule that is right has nothing to fear from them: they hold pairs back for a person, and say why.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from blake3 import blake3

from core.catalog import ledger, rulebook
from core.catalog.database import Catalog
from core.model import Asset, Identity
from core.rules.rule import Rule

_RUNS = 3
"""Runs after which it is known how often a rule usually acts."""
_FEW = 50
"""Acts in one run that surprise nobody."""
_MANY_TIMES = 10
"""How many times more than in any run before is a surprise."""


class Guard:
    """Watches one rule through one run."""

    def __init__(self, rule: Rule, before: list[int], today: int, refused: set[Identity]) -> None:
        """`before` are the rule's acts by run, `today` those of the last day, and `refused` the
        pairs on which a person took one back or denied it."""
        self._rule = rule
        self._today = today
        self._refused = refused
        self._acted = 0
        self._usual = max(_FEW, _MANY_TIMES * max(before)) if len(before) >= _RUNS else None

    @classmethod
    async def watch(cls, catalog: Catalog, rule: Rule) -> Guard:
        """A guard that knows what `rule` has done so far."""

        def ask() -> Guard:
            day = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
            return cls(
                rule,
                ledger.acts_by_run(rule.name),
                ledger.acts_since(rule.name, day),
                rulebook.refused(rule.name),
            )

        return await catalog.call(ask)

    async def renew(self, catalog: Catalog) -> None:
        """Look again for what people took back or denied, whoever let them do so."""
        self._refused = await catalog.call(rulebook.refused, self._rule.name)

    def objection(self, a: Asset, b: Asset) -> str | None:
        """Why the rule may not act on this pair by itself; None where it may."""
        rule = self._rule
        if rulebook.identity(a, b) in self._refused:
            return "what the rule did with it was taken back before, or denied"
        if rule.audit and _is_sample(a, b, rule.audit):
            return f"one in {rule.audit} is held back for you to check the rule by"
        if rule.acts_at_most_per_run is not None and self._acted >= rule.acts_at_most_per_run:
            return f"the rule has acted {self._acted} times in this run, which is its most"
        if rule.acts_at_most_per_day is not None and self._today >= rule.acts_at_most_per_day:
            return f"the rule has acted {self._today} times in a day, which is its most"
        if self._usual is not None and self._acted >= self._usual:
            return f"the rule has acted {self._acted} times in this run, far more than it used to"
        return None

    def acted(self) -> None:
        """Count an act."""
        self._acted += 1
        self._today += 1

    def did_not_act(self) -> None:
        """What was counted was not done."""
        self._acted -= 1
        self._today -= 1


def _is_sample(a: Asset, b: Asset, one_in: int) -> bool:
    """Whether this pair is of the sample: the same answer in every run."""
    together = blake3(min(a.digest, b.digest) + max(a.digest, b.digest)).digest()
    return int.from_bytes(together[:8], "big") % one_in == 0
