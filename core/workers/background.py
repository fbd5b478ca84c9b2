"""Rules beside a person: they work in small packets, and leave alone what is on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Set

from core.catalog import rulebook
from core.catalog.rulebook import StoredRule
from core.errors import BetterhalfError
from core.model import PairRef
from core.workers.events import (
    Event,
    Listener,
    Progress,
    RuleLeftOut,
    RulesEdited,
    RulesFailed,
    RulesWorked,
)
from core.workers.findings import Proposal
from core.workers.resolver import Resolver
from core.workers.rules import read_stored, usable
from core.workers.session import Session
from core.workers.sieve import BESIDE_A_PERSON, FULL_SPEED

IDLE_SECONDS = 60.0
"""Without a key, after which the machine is the rules'."""
_LOOK_SECONDS = 1.0
"""Between two looks at what other processes have made of the rules."""


class RulesAtWork:
    """The saved rules of one session, working whenever something may have changed."""

    def __init__(self, session: Session, listener: Listener) -> None:
        """`listener` hears of every choice, and after each pass how much waits."""
        self._session = session
        self._listener = listener
        self._wanted = asyncio.Event()
        self._changed: set[int] | None = None
        """Assets that are not what they were; None: any may be."""
        self._rules_changed = True
        self._stored: list[StoredRule] = []
        """The saved rules as they were taken up."""
        self.resolver = Resolver(session, (), still_hold=self._still_hold)
        """What is at work, as far as it has come."""
        self.working = False
        """Whether it is just being worked."""
        self.passes = 0
        """How often it has come to an end."""
        self._active = time.monotonic()

    def look_again(self, changed: Iterable[int] | None = None) -> None:
        """These assets, or, with None, any of them, may be other than they were."""
        if changed is None:
            self._changed = None
        elif self._changed is not None:
            self._changed.update(changed)
        self._wanted.set()

    def rules_changed(self) -> None:
        """A person has changed the rules or what they were denied: they hold at once."""
        self._rules_changed = True
        self.resolver.halt()
        self._wanted.set()

    def spare(self, asset_ids: Set[int]) -> None:
        """Leave these assets alone, as a person is looking at them; a sign of life, too."""
        self.stir()
        if self.resolver.spare(asset_ids):
            # Nothing of it is otherwise, but rules may act on it now.
            self._wanted.set()

    def stir(self) -> None:
        """A person is there."""
        self._active = time.monotonic()
        self.resolver.pace = BESIDE_A_PERSON

    async def proposal_for(self, ref: PairRef) -> Proposal | None:
        """What the first rule that wants a pair would do with it; None where none is known to."""
        return await self.resolver.proposal_for(ref.key)

    def wanted(self) -> dict[tuple[int, int], str]:
        """By pair, the rule that would act on it or propose to."""
        names = [rule.name for rule in self.resolver.rules]
        return {
            key: names[number] for key, number in self.resolver.standings.ready_by_pair().items()
        }

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            self.working = True
            try:
                await self._pass()
            except BetterhalfError as error:
                # A locked catalog: said, and with the next change all is looked at again, as
                # nobody knows how far this has come.
                self._changed, self._rules_changed = None, True
                self._listener(RulesFailed(error))
            finally:
                self.working = False
                self.passes += 1

    async def keep_up(self) -> None:
        """Take up what other processes make of the rules, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self._still_hold()
            except BetterhalfError:
                # A pass that cannot ask either says so; the next look may.
                continue

    async def _still_hold(self) -> bool:
        """Whether the rules at work are those that are saved; else these are taken up."""
        if self._rules_changed:
            # They are going to be.
            return False
        if await self._session.catalog.read(rulebook.stored_rules) == self._stored:
            return True
        self.rules_changed()
        self._listener(RulesEdited())
        return False

    def _tell(self, event: Event) -> None:
        # How far a pass is says nothing to somebody who looks at pairs.
        if not isinstance(event, Progress):
            self._listener(event)

    async def _pass(self) -> None:
        resolver = self.resolver
        resolver.go_on()
        idle = time.monotonic() - self._active > IDLE_SECONDS
        resolver.pace = FULL_SPEED if idle else BESIDE_A_PERSON
        changed, self._changed = self._changed, set()
        if self._rules_changed:
            self._rules_changed = False
            if not resolver.rules:
                # No rule, no pairs.
                changed = None
            self._stored = await self._session.catalog.read(rulebook.stored_rules)
            chosen = usable([read_stored(each) for each in self._stored])
            for problem in chosen.problems:
                self._listener(RuleLeftOut(problem))
            await resolver.change_rules(chosen.rules)
        if not resolver.rules:
            # Nobody would ask, and to load all assets takes its time.
            self._listener(RulesWorked(0))
            return
        await resolver.refresh(self._tell, changed)
        await resolver.work(self._tell)
        self._listener(RulesWorked(resolver.standings.count_ready()))
