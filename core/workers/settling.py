"""Acting on what automatic rules are sure of, and leaving to people what they are not.

Pairs that hang together are settled together, as the order in which they are carried out decides
what is compared with what (`core.rules.order`). Whatever could have changed since a pair was tested
is asked once more right before anything is done with it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence, Set

from core.catalog import rulebook
from core.catalog.relations import Live, supposed
from core.catalog.rulebook import identity
from core.errors import ActionRefused, AssetGone, PersonNeeded
from core.model import OperationKind
from core.rules.order import in_order
from core.rules.rule import Mode
from core.workers.events import Acted, LeftAlone, Listener, Planned
from core.workers.guards import Guard
from core.workers.intents import Intent
from core.workers.session import Session
from core.workers.sieve import Sieve

_DAY_SECONDS = 86_400
_REQUESTS = 6
"""Groups that are settled on servers at once."""


class Settling:
    """Of one session, by what its sieve has left."""

    def __init__(
        self,
        session: Session,
        sieve: Sieve,
        run: int | None,
        still_hold: Callable[[], Awaitable[bool]],
    ) -> None:
        """As `core.workers.resolver.Resolver` takes them."""
        self._session = session
        self._sieve = sieve
        self._still_hold = still_hold
        self.spared: Set[int] = frozenset()
        """Assets that a person is looking at."""
        self.held: dict[tuple[int, int], str] = {}
        """Pairs that wait for a person whatever a rule says, and why."""
        self.absent: set[int] = set()
        """Assets that a dry run has sent away ..."""
        self.supposed: list[Live] = []
        """... and what it has decided."""
        self._guards: dict[int, Guard] = {}
        self._guarded_since = time.monotonic()
        self._rewritten: set[int] = set()
        """Assets that what was just done has written into."""
        self.run = run
        """The id to undo by what has been done; None where that is nothing."""
        self._starting = asyncio.Lock()

    def forget(self, changed: Set[int] | None = None) -> None:
        """What kept rules from pairs with these assets, or with None from any, may hold no
        longer."""
        if changed is None:
            self.held.clear()
        else:
            self.held = {key: why for key, why in self.held.items() if changed.isdisjoint(key)}

    def forget_rules(self) -> None:
        """The rules are others."""
        self._guards.clear()
        self.held.clear()

    def is_free(self, key: tuple[int, int]) -> bool:
        """Whether nothing but the rules says what becomes of a pair."""
        return key not in self.held and self.spared.isdisjoint(key)

    async def renew_guards(self) -> None:
        """Let the guards know what people have said since, perhaps from another process."""
        if time.monotonic() - self._guarded_since > _DAY_SECONDS:
            # Whoever watches for months has a run a day.
            self._guards.clear()
            self._guarded_since = time.monotonic()
        for guard in self._guards.values():
            await guard.renew(self._session.catalog)

    async def started_run(self) -> int:
        """The id of the run that everything done here belongs to."""
        async with self._starting:  # Groups of servers are settled at the same time.
            if self.run is None:
                self.run = await self._session.start_run()
            return self.run

    async def settle_all(
        self, groups: Iterable[Sequence[int]], listener: Listener, dry: bool
    ) -> set[int]:
        """Settle groups, given by the places of their pairs; returns the assets that something was
        done with.

        One group after the other; but those on servers together, as each waits for a line, and none
        has an asset of another's.
        """
        acted: set[int] = set()
        waiting: list[Sequence[int]] = []
        for group in groups:
            if await self._is_on_servers(group):
                waiting.append(group)
            else:
                acted |= await self._settle(group, listener, dry)
            await self._sieve.breathe()
        limit = asyncio.Semaphore(_REQUESTS)
        for number in range(len(self._sieve.rules)) if waiting else ():
            # Made before there are several who would make their own.
            await self._guard(number)

        async def settle(group: Sequence[int]) -> None:
            async with limit:
                acted.update(await self._settle(group, listener, dry))

        try:
            async with asyncio.TaskGroup() as tasks:
                for group in waiting:
                    tasks.create_task(settle(group))
        except ExceptionGroup as failed:
            # A server that fails, fails all of them; it is said once.
            raise failed.exceptions[0] from failed
        return acted

    async def _is_on_servers(self, group: Iterable[int]) -> bool:
        pairs = self._sieve.standings.pairs
        held = await self._sieve.load(key for place in group for key in pairs[place].key)
        return bool(held) and all(map(self._session.homes.serve, held.values()))

    async def _settle(self, group: Sequence[int], listener: Listener, dry: bool) -> set[int]:
        """Act on the pairs of one group; returns the assets that something was done with."""
        intents = [
            intent
            for intent in await self._sieve.intents(self._sieve.standings.ready(group))
            if intent.rule.mode is Mode.AUTOMATIC
            and intent.key not in self.held
            and await self._is_allowed(intent, listener)
        ]
        moving = [intent for intent in intents if intent.moves]
        course = in_order([intent.edge for intent in moving])
        for place in course.circles:
            cause = "by the rules each of these files is better than the next, round in a circle"
            self._hold(moving[place], cause, "decide the pair yourself", listener)
        staying = [intent for intent in intents if not intent.moves]
        acted: set[int] = set()
        self._rewritten.clear()
        for intent in [*staying, *(moving[place] for place in course.acts)]:
            if not self._rewritten.isdisjoint(intent.key):
                # Its facts are others now; the next round asks whether the rule still fits.
                continue
            if not await self._still_hold():
                self._sieve.halted.set()
                break
            if await self._is_denied(intent):
                continue
            # Asked again, as what was little a moment ago may be much by now.
            if await self._is_allowed(intent, listener) and await self._act(intent, listener, dry):
                acted.update(intent.key)
        return acted

    async def _is_allowed(self, intent: Intent, listener: Listener) -> bool:
        if self._sieve.halted.is_set() or not self.spared.isdisjoint(intent.key):
            # Somebody has come to look at it since, or at the rules.
            return False
        objection = (await self._guard(intent.number)).objection(*intent.sides)
        if objection is None and not intent.is_compared:
            objection = "one of the two stands for another picture, and they were never compared"
        if objection is not None:
            self._hold(intent, objection, "approve or deny it", listener)
        return objection is None

    async def _is_denied(self, intent: Intent) -> bool:
        """Whether a person has denied it since the pairs were tested, in whatever process."""
        name, (a, b) = intent.rule.name, intent.sides
        denied = await self._session.catalog.call(rulebook.is_denied, name, identity(a, b))
        if denied:
            self._sieve.deny(name, a, b)
        return denied

    async def _act(self, intent: Intent, listener: Listener, dry: bool) -> bool:
        choice, (a, b) = intent.choice, intent.sides
        guard = await self._guard(intent.number)
        # Counted before it is done: others are under way at the same time.
        guard.acted()
        try:
            if dry:
                plan = await self._session.plan(choice)
            else:
                run = await self.started_run()
                plan, decision = await self._session.decide(choice, listener, run)
        except AssetGone:
            guard.did_not_act()
            # Somebody else was first, and there is no pair any more: what is left of the table has
            # to be looked at again.
            return True
        except ActionRefused as error:
            guard.did_not_act()
            self.held[intent.key] = error.cause
            waits = isinstance(error, PersonNeeded)
            listener(LeftAlone(choice, a, b, error, waits))
            return False
        if dry:
            listener(Planned(plan))
            self.held[intent.key] = "it has been planned"
            if plan.moves:
                self.absent.add(b.id)
            self.supposed.append(supposed(plan, len(self.supposed)))
        else:
            listener(Acted(plan, decision))
            if any(each.kind is OperationKind.EMBED for each in plan.operations):
                self._rewritten.add(a.id)
        return True

    def _hold(self, intent: Intent, cause: str, remedy: str, listener: Listener) -> None:
        self.held[intent.key] = cause
        a, b = intent.sides
        error = PersonNeeded(os.fspath(b.path), cause, remedy)
        listener(LeftAlone(intent.choice, a, b, error, waits=True))

    async def _guard(self, number: int) -> Guard:
        if number not in self._guards:
            rule = self._sieve.standings.rules[number].rule
            self._guards[number] = await Guard.watch(self._session.catalog, rule)
        return self._guards[number]
