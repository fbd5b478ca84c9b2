"""Rules at work: they test the open pairs, ask for verdicts, and act or wait for a person.

Cheap tests run for all rules first; a verdict is asked for where the first rule that may have a
pair needs one, and then serves all of them. What follows is settled (`core.workers.settling`), or
proposed to a person.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace

from blake3 import blake3

from core.catalog import rulebook
from core.catalog.rulebook import identity
from core.model import Decision, Plan
from core.rules.order import components, in_order
from core.rules.rule import Mode, Rule
from core.workers.claims import Claim
from core.workers.events import Listener, Progress
from core.workers.findings import Proposal
from core.workers.intents import Intent
from core.workers.session import Session
from core.workers.settling import Settling
from core.workers.sieve import FULL_SPEED, Pace, Sieve
from core.workers.standings import Standings

_TOGETHER = 64
"""Groups of pairs whose verdicts are waited for at once."""
_ID_BYTES = 5
"""Two of a million proposals share an id in one library of three."""


async def _always() -> bool:
    return True


class Resolver:
    """Some rules at work on one session's pairs."""

    def __init__(
        self,
        session: Session,
        rules: Sequence[Rule],
        pace: Pace = FULL_SPEED,
        even_paused: bool = False,
        run: int | None = None,
        still_hold: Callable[[], Awaitable[bool]] = _always,
    ) -> None:
        """`rules` that are paused are left out, unless `even_paused`. What is done belongs to
        `run`, or to a new one. `still_hold` is asked before every act: once the rules are others,
        in whatever process somebody has edited them, all of it halts."""
        self._session = session
        self._even_paused = even_paused
        self._sieve = Sieve(session, self._at_work(rules), pace)
        self._settling = Settling(session, self._sieve, run, still_hold)

    def _at_work(self, rules: Sequence[Rule]) -> list[Rule]:
        return [rule for rule in rules if self._even_paused or not rule.paused]

    @property
    def rules(self) -> list[Rule]:
        """Those that are at work."""
        return self._sieve.rules

    def _rule(self, number: int) -> Rule:
        return self.standings.rules[number].rule

    @property
    def standings(self) -> Standings:
        """What they make of the open pairs."""
        return self._sieve.standings

    @property
    def run(self) -> int | None:
        """The id to undo by what has been done; None where that is nothing."""
        return self._settling.run

    def spare(self, asset_ids: Set[int]) -> Set[int]:
        """Leave these assets alone, as a person is looking at them, and no others; returns those
        that were left alone and are no longer."""
        freed = self._settling.spared - asset_ids
        self._settling.spared = asset_ids
        return freed

    @property
    def pace(self) -> Pace:
        """How much of the time the tests may take."""
        return self._sieve.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._sieve.pace = pace

    @property
    def is_halted(self) -> bool:
        """Whether it was told to end soon what it does."""
        return self._sieve.halted.is_set()

    def halt(self) -> None:
        """End soon what is being done, and do nothing any more until `go_on`."""
        self._sieve.halted.set()

    def go_on(self) -> None:
        """Do again what is asked for."""
        self._sieve.halted.clear()

    async def refresh(
        self, listener: Listener = lambda _: None, changed: Set[int] | None = None
    ) -> None:
        """Test what is open now, as far as that goes without a new verdict.

        Args:
            listener: hears how far it is.
            changed: assets that are not what they were; None: any may be.
        """
        settling = self._settling
        if changed is None:
            settling.forget()
            await self._sieve.take_all(settling.absent, settling.supposed)
        elif changed:
            settling.forget(changed)
            await self._sieve.take_again(changed, settling.absent, settling.supposed)
        await self._sieve.test(listener)

    async def change_rules(self, rules: Sequence[Rule]) -> None:
        """Work with other rules from now on; call `refresh` to have tested what is new to them."""
        await self._sieve.take_rules(self._at_work(rules))
        self._settling.forget_rules()

    async def work(
        self, listener: Listener, dry: bool = False, among: Set[int] | None = None
    ) -> None:
        """Settle what automatic rules settle, and find what waits for a person, until nothing is
        left to do. Call `refresh` before it.

        Args:
            listener: hears of every choice.
            dry: say what would be done, and do nothing.
            among: only pairs with one of these assets; None: all.
        """
        settling = self._settling
        await settling.renew_guards()
        # What was halted may have left pairs that hang together with others untested.
        await self._sieve.test(listener)
        while not self.is_halted:
            asked, moved = await self._round(listener, dry, among)
            if moved:
                await self._sieve.take_again(moved, settling.absent, settling.supposed)
                await self._sieve.test(listener)
            elif not asked:
                return

    async def proposals(
        self,
        start: int = 0,
        count: int | None = None,
        pairs: Set[tuple[int, int]] | None = None,
    ) -> list[Proposal]:
        """A page of what is ready and waits for a person, or for an automatic rule's next run.

        Args:
            start: how many to leave out.
            count: how many at most; None: all.
            pairs: only these, each as (A, B); None: all.
        """
        if pairs is None:
            page = self.standings.ready(None, start, count)
        else:
            places = (self.standings.place(each) for key in pairs for each in (key, key[::-1]))
            known = sorted(place for place in places if place is not None)
            claims = [claim for claim in self.standings.ready(known) if claim.ordered in pairs]
            page = claims[start : None if count is None else start + count]
        return await self._proposals(page)

    async def proposal_for(self, key: tuple[int, int]) -> Proposal | None:
        """What is ready of the pair with these assets; None where no rule wants it."""
        place = self.standings.place(key)
        claims = self.standings.ready([place]) if place is not None else []
        found = await self._proposals(claims)
        return found[0] if found else None

    async def proposals_for(self, keys: Iterable[tuple[int, int]]) -> list[Proposal]:
        """What is ready of the pairs with these assets, in the order of the open pairs."""
        places = [place for key in keys if (place := self.standings.place(key)) is not None]
        return await self._proposals(self.standings.ready(sorted(places)))

    async def _proposals(self, claims: Sequence[Claim]) -> list[Proposal]:
        found = []
        packet = self.pace.packet
        for first in range(0, len(claims), packet):
            for intent in await self._sieve.intents(claims[first : first + packet]):
                found.append(self._proposal(intent))
                await self._sieve.breathe()
        return found

    def waiting_rules(self, asset_ids: Iterable[int]) -> dict[int, str]:
        """Of these assets those that wait for a person, each with the rule that proposes
        something."""
        wanted, standings = set(asset_ids), self.standings
        return {
            asset_id: self._rule(claim.rule).name
            for claim in standings.ready(standings.places_with(wanted).tolist())
            for asset_id in claim.pair.key
            if asset_id in wanted
        }

    def settled_by(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Those of `proposals` that settle all of them, in the order to carry them out; none of
        those that go round in a circle."""
        moving = [each for each in proposals if each.choice.trashes]
        course = in_order([each.edge for each in moving])
        staying = [each for each in proposals if not each.choice.trashes]
        return [*staying, *(moving[place] for place in course.acts)]

    async def approve(self, proposal: Proposal, listener: Listener) -> tuple[Plan, Decision]:
        """Carry out what a person agrees to; returns and raises as `Session.decide`."""
        choice = replace(proposal.choice, approved=True)
        run = await self._settling.started_run()
        plan, decision = await self._session.decide(choice, listener, run)
        self._sieve.close(proposal.a, proposal.b, plan.moves)
        return plan, decision

    async def deny(self, proposals: Iterable[Proposal]) -> None:
        """A person says no to these; the rules never ask for them again."""
        for proposal in proposals:
            a, b, name = proposal.a, proposal.b, proposal.rule.name
            await self._session.catalog.call(rulebook.deny, name, [identity(a, b)])
            self._sieve.deny(name, a, b)

    async def _round(
        self, listener: Listener, dry: bool, among: Set[int] | None
    ) -> tuple[int, set[int]]:
        """How many verdicts were asked for, and the assets that something was done with."""
        wanting, waiting = self.standings.wanting_verdicts(), self.standings.ready_counts()
        automatic = [at for at, rule in enumerate(self.rules) if rule.mode is Mode.AUTOMATIC]
        ready = self.standings.ready_places(automatic)
        # Of many pairs this takes longer than a screen may stand still.
        unknown, groups = await asyncio.to_thread(self._work_to_do, wanting, waiting, ready, among)
        started, asked, acted = time.monotonic(), 0, set[int]()
        for start in range(0, len(groups), _TOGETHER):
            some = groups[start : start + _TOGETHER]
            questions = [place for group in some for place in group if place in unknown]
            # All verdicts of some groups together, to keep every worker busy; then, one group
            # after the other, what follows from them.
            await self._judge(questions, listener)
            if self.is_halted:
                break
            asked += len(questions)
            listener(Progress("judging", asked, len(unknown), time.monotonic() - started))
            acted |= await self._settling.settle_all(some, listener, dry)
        return asked, acted

    def _work_to_do(
        self,
        wanting: Mapping[int, int],
        waiting: Sequence[int],
        ready: Iterable[int],
        among: Set[int] | None,
    ) -> tuple[set[int], list[list[int]]]:
        """Places of the pairs whose verdict is wanted, and, with those that may be acted on, all in
        groups that hang together."""
        unknown, pairs = self._worth_asking(wanting, waiting, among), self.standings.pairs
        acting = {place for place in ready if self._is_free(pairs[place].key, among)}
        places = sorted(unknown | acting)
        together = components(pairs[place].key for place in places)
        return unknown, [[places[each] for each in group] for group in together]

    async def _judge(self, places: Sequence[int], listener: Listener) -> None:
        """Have a close look at some pairs, unless all of this is halted meanwhile."""
        if not places:
            return
        looks = asyncio.gather(*(self._sieve.judge(place, listener) for place in places))
        halted = asyncio.ensure_future(self._sieve.halted.wait())
        try:
            await asyncio.wait((looks, halted), return_when=asyncio.FIRST_COMPLETED)
            if looks.done():
                looks.result()
        finally:
            halted.cancel()
            if not looks.done():
                looks.cancel()
                # Whoever does not hear its end has Python say so where people read.
                with suppress(asyncio.CancelledError):
                    await looks

    def _worth_asking(
        self, wanting: Mapping[int, int], waiting: Sequence[int], among: Set[int] | None
    ) -> set[int]:
        """Of the places of pairs, each with the rule that wants its verdict, those that are to be
        asked about, as long as the rule has room for more than wait for it."""
        pairs, found, waiting = self.standings.pairs, set(), list(waiting)
        for place, number in wanting.items():
            rule = self._rule(number)
            if not self._is_free(pairs[place].key, among):
                continue
            if rule.mode is Mode.SEMI and rule.waiting_at_most is not None:
                if waiting[number] >= rule.waiting_at_most:
                    continue
                waiting[number] += 1
            found.add(place)
        return found

    def _is_free(self, key: tuple[int, int], among: Set[int] | None) -> bool:
        return self._settling.is_free(key) and (among is None or not among.isdisjoint(key))

    def _proposal(self, intent: Intent) -> Proposal:
        rule, (a, b) = intent.rule, intent.sides
        named = "\0".join((rule.name, os.fspath(a.path), os.fspath(b.path)))
        together = blake3(a.digest + b.digest + named.encode(errors="surrogateescape"))
        return Proposal(
            together.hexdigest(_ID_BYTES),
            rule,
            intent.choice,
            a,
            b,
            intent.edge.lossless,
            self._settling.held.get(intent.key, ""),
        )
