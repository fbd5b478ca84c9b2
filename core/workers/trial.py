"""A rule tried on the open pairs before anybody saves it: looked at, never done.

It goes from packet to packet and knows more after each, so that a form can show counts while they
are still becoming exact. Pairs that cannot be meant, by what the search found them for, are counted
without a look at their files.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from core.model import Fate, PairRef
from core.rules.prepared import Prepared
from core.rules.rule import Case, Rule
from core.text import joined_reasons
from core.workers.claims import Standing
from core.workers.events import Listener, Progress
from core.workers.findings import TrialCounts, TrialRow
from core.workers.intents import Held, choice_of, sides_of
from core.workers.session import Session
from core.workers.sieve import FULL_SPEED, Pace, Sieve

ROWS = 250
"""Of each list, that are given out."""


class Trial:
    """One rule on some pairs, alone and as far as verdicts are known."""

    def __init__(
        self,
        session: Session,
        rule: Rule,
        before: Rule | None = None,
        pairs: Sequence[PairRef] | None = None,
        pace: Pace = FULL_SPEED,
        rows: int = ROWS,
    ) -> None:
        """`rule` as it would be saved, tested even where it is paused; `before` is the saved one
        that it would replace; `pairs` are to be tested, or else all that are open; `rows` are the
        most of each list."""
        self.rule = rule
        self._pairs = pairs
        self._now = Sieve(session, [rule], pace)
        self._before = None if before is None else Sieve(session, [before], pace)
        self._most = rows
        self._meant = self._tested = self._freed = 0
        self._leaving: set[int] = set()
        """Files that would go; one may lose to several."""
        self._newly = self._no_longer = 0
        self._counts: Counter[Standing] = Counter()
        self._done = False
        self._started = time.monotonic()
        self.acts: list[TrialRow] = []
        """What it would do."""
        self.others: list[TrialRow] = []
        """What its search finds and it would not do."""
        self.newly: list[TrialRow] = []
        """What it would do and its earlier self would not."""
        self.no_longer: list[TrialRow] = []
        """What its earlier self would do and it would not."""

    @property
    def counts(self) -> TrialCounts:
        """How far it is, and what it has come to so far."""
        standings = self._now.standings
        failures = standings.failures(0)
        return TrialCounts(
            pairs=len(standings.pairs),
            meant=self._meant,
            tested=self._tested,
            counts=dict(self._counts),
            failures={str(self.rule.comparison[at]): count for at, count in failures.items()},
            freed=self._freed,
            newly=self._newly,
            no_longer=self._no_longer,
            done=self._done,
        )

    def _progress(self) -> Progress:
        seconds = time.monotonic() - self._started
        return Progress("testing", self._tested, self._meant, seconds)

    async def run(self, listener: Listener = lambda _: None, in_order: bool = False) -> None:
        """Test the pairs; cancel it to stop.

        Args:
            listener: hears how far it is, whenever more is known.
            in_order: the likeliest pairs first, instead of all sorts.
        """
        pairs = self._pairs
        for sieve in self._sieves:
            await sieve.take_all(frozenset(), (), pairs)
            pairs = sieve.standings.pairs
        order = await asyncio.to_thread(self._order, in_order)
        self._meant = len(order)
        packet = self._now.pace.packet
        for start in range(0, len(order), packet):
            places = order[start : start + packet]
            for sieve in self._sieves:
                await sieve.test(lambda _: None, places)
            await self._gather(places)
            listener(self._progress())
        self._done = True
        listener(self._progress())

    @property
    def _sieves(self) -> list[Sieve]:
        return [self._now] if self._before is None else [self._now, self._before]

    def _order(self, in_order: bool) -> list[int]:
        """Places of the pairs that either rule may mean."""
        rules = [sieve.standings.rules[0] for sieve in self._sieves]
        found = [
            place
            for place, ref in enumerate(self._now.standings.pairs)
            if any(rule.asks_for(ref) for rule in rules)
        ]
        if not in_order:
            # All sorts of pairs come early, so that what is counted is like what is not yet.
            Random(len(found)).shuffle(found)
        return found

    async def _gather(self, places: Sequence[int]) -> None:
        """Count what has just been tested, and keep some of it to be shown."""
        pairs = self._now.standings.pairs
        now = self._now.standings.of_rule(0, places)
        earlier = now if self._before is None else self._before.standings.of_rule(0, places)
        held = await self._now.load(key for place in places for key in pairs[place].key)
        for place, (standing, swapped), (was, _) in zip(places, now, earlier, strict=True):
            self._tested += 1
            self._counts[standing] += 1
            acts, acted = standing is Standing.READY, was is Standing.READY
            self._newly += acts and not acted
            self._no_longer += acted and not acts
            lists = self._lists(standing, acts, acted)
            if (acts or any(len(each) < self._most for each in lists)) and (
                held.keys() >= set(pairs[place].key)
            ):
                self._keep(self._case(place, swapped, held), standing, lists)
            await self._now.breathe()

    def _lists(self, standing: Standing, acts: bool, acted: bool) -> list[list[TrialRow]]:
        """Those that a pair belongs to."""
        found = []
        if acts:
            found.append(self.acts)
        elif standing is not Standing.NO_MATCH:
            found.append(self.others)
        if acts is not acted:
            found.append(self.newly if acts else self.no_longer)
        return found

    def _case(self, place: int, swapped: bool, held: Held) -> Case:
        ref = self._now.standings.pairs[place]
        case = Case(held[ref.asset_a], held[ref.asset_b], ref, self._now.verdicts.get(ref.key))
        return case.exchanged() if swapped else case

    def _keep(self, case: Case, standing: Standing, lists: Sequence[list[TrialRow]]) -> None:
        prepared = self._now.standings.rules[0]
        acts = standing is Standing.READY
        a, b = sides_of(self.rule, case) if acts else (case.a, case.b)
        if acts and self.rule.action.fate is not Fate.KEEP and b.id not in self._leaving:
            self._leaving.add(b.id)
            self._freed += b.facts.size
        with_room = [each for each in lists if len(each) < self._most]
        if not with_room:
            return
        if acts:
            choice = choice_of(prepared, case)
            row = TrialRow(case.ref, a, b, standing, choice.why, choice)
        else:
            row = TrialRow(case.ref, a, b, standing, _why(prepared, case, standing))
        for each in with_room:
            each.append(row)


def _why(prepared: Prepared, case: Case, standing: Standing) -> str:
    if standing is Standing.DENIED:
        return "it was denied"
    return joined_reasons(prepared.explain(case))
