"""Rules beside a person: they work in small packets, and leave alone what is on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Set

from core.errors import BetterhalfError
from core.model import PairRef
from core.workers.events import Event, Listener, Progress, RuleLeftOut, RulesFailed, RulesWorked
from core.workers.findings import Proposal
from core.workers.resolver import BESIDE_A_PERSON, FULL_SPEED, Resolver
from core.workers.rules import saved_rules, usable
from core.workers.session import Session

IDLE_SECONDS = 60.0
"""Without a key, after which the machine is the rules'."""


class RulesAtWork:
    """The saved rules of one session, working whenever something may have changed."""

    def __init__(self, session: Session, listener: Listener) -> None:
        """`listener` hears of every choice, and after each pass how much waits."""
        self._session = session
        self._listener = listener
        self._wanted = asyncio.Event()
        self._changed: set[int] | None = None
        self._resolver: Resolver | None = None
        self._spared: Set[int] = frozenset()
        self._active = time.monotonic()

    def look_again(self, changed: Iterable[int] | None = None) -> None:
        """Something may be other than it was: these assets, or, with None, rules as well."""
        if changed is None:
            self._resolver = None
            self._changed = None
        elif self._changed is not None:
            self._changed.update(changed)
        self._wanted.set()

    def spare(self, asset_ids: Set[int]) -> None:
        """Leave these assets alone, as a person is looking at them; a sign of life, too."""
        freed = self._spared - asset_ids
        self._spared = asset_ids
        self._active = time.monotonic()
        if self._resolver is not None:
            self._resolver.spared = asset_ids
            self._resolver.pace = BESIDE_A_PERSON
            if freed:
                self.look_again(freed)

    async def proposal_for(self, ref: PairRef) -> Proposal | None:
        """What the first rule that wants a pair would do with it; None where none is known to."""
        return None if self._resolver is None else await self._resolver.proposal_for(ref.key)

    def wanted(self) -> dict[tuple[int, int], str]:
        """By pair, the rule that would act on it or propose to."""
        if self._resolver is None:
            return {}
        rules = self._resolver.rules
        return {
            claim.pair.key: rules[claim.rule].name for claim in self._resolver.standings.ready()
        }

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._pass()
            except BetterhalfError as error:
                # A locked catalog: said, and with the next change all is looked at
                # again, as nobody knows how far this has come.
                self._resolver = None
                self._listener(RulesFailed(error))

    def _tell(self, event: Event) -> None:
        # How far a pass is says nothing to somebody who looks at pairs.
        if not isinstance(event, Progress):
            self._listener(event)

    async def _pass(self) -> None:
        changed, self._changed = self._changed, set()
        if self._resolver is None:
            chosen = usable(await saved_rules(self._session.catalog))
            for problem in chosen.problems:
                self._listener(RuleLeftOut(problem))
            self._resolver, changed = Resolver(self._session, chosen.rules), None
        if not self._resolver.rules:
            # Nobody would ask, and to load all assets takes its time.
            self._listener(RulesWorked(0))
            return
        resolver = self._resolver
        resolver.spared = self._spared
        idle = time.monotonic() - self._active > IDLE_SECONDS
        resolver.pace = FULL_SPEED if idle else BESIDE_A_PERSON
        await resolver.refresh(changed=changed)
        await resolver.work(self._tell)
        waiting = resolver.standings.count_ready()
        self._listener(RulesWorked(waiting))
