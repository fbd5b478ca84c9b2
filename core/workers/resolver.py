"""Rules at work: they test the open pairs, ask for verdicts, and act or wait for a person.

Cheap tests run for all rules first; a verdict is asked for where the first rule that may have a
pair needs one, and then serves all of them. Pairs that hang together are settled together, as the
order in which they are carried out decides what is compared with what (`core.rules.order`).
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
from core.catalog.relations import Live, supposed
from core.catalog.rulebook import identity
from core.errors import ActionRefused, AssetGone, PersonNeeded
from core.model import (
    Asset,
    Choice,
    Decision,
    Fate,
    Judgement,
    OperationKind,
    PairKind,
    Plan,
)
from core.rules.order import Edge, components, in_order
from core.rules.rule import Case, Mode, Rule
from core.sides import swapped
from core.workers.claims import Claim
from core.workers.events import Acted, LeftAlone, Listener, Planned, Progress
from core.workers.findings import Proposal
from core.workers.guards import Guard
from core.workers.session import Session
from core.workers.sieve import FULL_SPEED, Held, Pace, Sieve, choice_of, sides_of
from core.workers.standings import Standings

_DAY_SECONDS = 86_400
_REQUESTS = 6
"""Groups that are settled on servers at once."""
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
        self._still_hold = still_hold
        self._sieve = Sieve(session, self._at_work(rules), pace)
        self.spared: Set[int] = frozenset()
        """Assets that a person is looking at."""
        self._guards: dict[int, Guard] = {}
        self._guarded_since = time.monotonic()
        self._held: dict[tuple[int, int], str] = {}
        """Pairs that wait for a person whatever a rule says, and why."""
        self._absent: set[int] = set()
        """Assets that a dry run has sent away ..."""
        self._supposed: list[Live] = []
        """... and what it has decided."""
        self._rewritten: set[int] = set()
        """Assets that what was just done has written into."""
        self.run = run
        """The id to undo by what has been done; None where that is nothing."""
        self._starting = asyncio.Lock()

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
        if changed is None:
            self._held.clear()
            await self._sieve.take_all(self._absent, self._supposed)
        elif changed:
            self._held = {key: why for key, why in self._held.items() if changed.isdisjoint(key)}
            await self._sieve.take_again(changed, self._absent, self._supposed)
        await self._sieve.test(listener)

    async def change_rules(self, rules: Sequence[Rule]) -> None:
        """Work with other rules from now on; call `refresh` to have tested what is new to them."""
        await self._sieve.take_rules(self._at_work(rules))
        self._guards.clear()
        self._held.clear()

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
        await self._renew_guards()
        # What was halted may have left pairs that hang together with others untested.
        await self._sieve.test(listener)
        while not self.is_halted:
            asked, moved = await self._round(listener, dry, among)
            if moved:
                await self._sieve.take_again(moved, self._absent, self._supposed)
                await self._sieve.test(listener)
            elif not asked:
                return

    def _case(self, claim: Claim, held: Held) -> Case:
        """The pair as the rule of `claim` means it."""
        verdict = self._sieve.verdicts.get(claim.pair.key)
        if verdict is not None and claim.swapped:
            verdict = swapped(verdict)
        a, b = (held[asset_id] for asset_id in claim.ordered)
        return Case(a, b, claim.pair, verdict)

    def _choice(self, claim: Claim, held: Held) -> Choice:
        """What the rule of `claim` wants."""
        return choice_of(self.standings.rules[claim.rule], self._case(claim, held))

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
            some = claims[first : first + packet]
            held = await self._sieve.load(key for claim in some for key in claim.pair.key)
            for claim in some:
                if held.keys() >= set(claim.pair.key):
                    found.append(self._proposal(claim, held))
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
        return await self._session.decide(choice, listener, await self.started_run())

    async def deny(self, proposals: Iterable[Proposal]) -> None:
        """A person says no to these; the rules never ask for them again."""
        for proposal in proposals:
            a, b, name = proposal.a, proposal.b, proposal.rule.name
            await self._session.catalog.call(rulebook.deny, name, [identity(a, b)])
            self._sieve.deny(name, a, b)

    async def started_run(self) -> int:
        """The id of the run that everything done here belongs to."""
        async with self._starting:  # Groups of servers are settled at the same time.
            if self.run is None:
                self.run = await self._session.start_run()
            return self.run

    async def _round(
        self, listener: Listener, dry: bool, among: Set[int] | None
    ) -> tuple[int, set[int]]:
        """How many verdicts were asked for, and the assets that something was done with."""
        wanting, waiting = self.standings.wanting_verdicts(), self.standings.ready_counts()
        automatic = [at for at, rule in enumerate(self.rules) if rule.mode is Mode.AUTOMATIC]
        ready = self.standings.ready_places(automatic)

        def to_do() -> tuple[set[int], list[list[int]]]:
            return self._work_to_do(self._worth_asking(wanting, waiting, among), ready, among)

        # Of many pairs this takes longer than a screen may stand still.
        unknown, groups = await asyncio.to_thread(to_do)
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
            acted |= await self._settle_all(some, listener, dry)
        return asked, acted

    def _work_to_do(
        self, unknown: set[int], ready: Iterable[int], among: Set[int] | None
    ) -> tuple[set[int], list[list[int]]]:
        """Places of the pairs whose verdict is wanted, and, with those that may be acted on, all in
        groups that hang together."""
        pairs = self.standings.pairs
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

    async def _settle_all(
        self, groups: Iterable[Sequence[int]], listener: Listener, dry: bool
    ) -> set[int]:
        """One group after the other; but those on servers together, as each waits for a line, and
        none has an asset of another's."""
        acted: set[int] = set()
        waiting: list[Sequence[int]] = []
        for group in groups:
            if await self._is_on_servers(group):
                waiting.append(group)
            else:
                acted |= await self._settle(group, listener, dry)
            await self._sieve.breathe()
        limit = asyncio.Semaphore(_REQUESTS)
        for number in range(len(self.rules)) if waiting else ():
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
        pairs = self.standings.pairs
        held = await self._sieve.load(key for place in group for key in pairs[place].key)
        return bool(held) and all(map(self._session.is_on_a_server, held.values()))

    def _worth_asking(
        self, wanting: Mapping[int, int], waiting: list[int], among: Set[int] | None
    ) -> set[int]:
        """Of the places of pairs, each with the rule that wants its verdict, those that are to be
        asked about, as long as the rule has room for more than wait for it."""
        pairs, found = self.standings.pairs, set()
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
        if key in self._held or not self.spared.isdisjoint(key):
            return False
        return among is None or not among.isdisjoint(key)

    async def _settle(self, group: Sequence[int], listener: Listener, dry: bool) -> set[int]:
        """Act on the pairs of one group; returns the assets that something was done with."""
        claims = []
        pairs = self.standings.pairs
        held = await self._sieve.load(key for place in group for key in pairs[place].key)
        for claim in self.standings.ready(group):
            if (
                self._rule(claim.rule).mode is Mode.AUTOMATIC
                and claim.pair.key not in self._held
                and held.keys() >= set(claim.pair.key)
                and await self._is_allowed(claim, held, listener)
            ):
                claims.append(claim)
        moving = [claim for claim in claims if self._moves(claim)]
        course = in_order([self._edge(claim, held) for claim in moving])
        for place in course.circles:
            cause = "by the rules each of these files is better than the next, round in a circle"
            self._hold(moving[place], held, cause, "decide the pair yourself", listener)
        staying = [claim for claim in claims if not self._moves(claim)]
        acted: set[int] = set()
        self._rewritten.clear()
        for claim in [*staying, *(moving[place] for place in course.acts)]:
            if not self._rewritten.isdisjoint(claim.pair.key):
                # Its facts are others now; the next round asks whether the rule still fits.
                continue
            # Asked again, as what was little a moment ago may be much by now.
            allowed = await self._is_allowed(claim, held, listener)
            if allowed and not await self._still_hold():
                self.halt()
                break
            if allowed and await self._is_denied(claim, held):
                continue
            if allowed and await self._act(claim, held, listener, dry):
                acted.update(claim.pair.key)
        return acted

    async def _is_allowed(self, claim: Claim, held: Held, listener: Listener) -> bool:
        if self.is_halted or not self.spared.isdisjoint(claim.pair.key):
            # Somebody has come to look at it since, or at the rules.
            return False
        objection = (await self._guard(claim.rule)).objection(*self._sides(claim, held))
        if objection is None and not self._is_compared(claim):
            objection = "one of the two stands for another picture, and they were never compared"
        if objection is not None:
            self._hold(claim, held, objection, "approve or deny it", listener)
        return objection is None

    async def _is_denied(self, claim: Claim, held: Held) -> bool:
        """Whether a person has denied it since the pairs were tested, in whatever process."""
        name, (a, b) = self._rule(claim.rule).name, self._sides(claim, held)
        denied = await self._session.catalog.call(rulebook.is_denied, name, identity(a, b))
        if denied:
            self._sieve.deny(name, a, b)
        return denied

    def _is_compared(self, claim: Claim) -> bool:
        """Whether the search has found the two near each other, or else a verdict bears out what
        the rule wants: near and near again is no longer near."""
        verdict = self._sieve.verdicts.get(claim.pair.key)
        if claim.pair.is_met or verdict is None:
            return claim.pair.is_met
        return not self._moves(claim) or verdict.is_sure

    async def _act(self, claim: Claim, held: Held, listener: Listener, dry: bool) -> bool:
        choice = self._choice(claim, held)
        a, b = self._sides(claim, held)
        guard = await self._guard(claim.rule)
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
            self._held[claim.pair.key] = error.cause
            waits = isinstance(error, PersonNeeded)
            listener(LeftAlone(choice, a, b, error, waits))
            return False
        if dry:
            listener(Planned(plan))
            self._held[claim.pair.key] = "it has been planned"
            if plan.moves:
                self._absent.add(b.id)
            self._supposed.append(supposed(plan, len(self._supposed)))
        else:
            listener(Acted(plan, decision))
            if any(each.kind is OperationKind.EMBED for each in plan.operations):
                self._rewritten.add(a.id)
        return True

    def _hold(self, claim: Claim, held: Held, cause: str, remedy: str, listener: Listener) -> None:
        self._held[claim.pair.key] = cause
        a, b = self._sides(claim, held)
        error = PersonNeeded(os.fspath(b.path), cause, remedy)
        listener(LeftAlone(self._choice(claim, held), a, b, error, waits=True))

    async def _guard(self, number: int) -> Guard:
        if number not in self._guards:
            self._guards[number] = await Guard.watch(self._session.catalog, self._rule(number))
        return self._guards[number]

    async def _renew_guards(self) -> None:
        """Let the guards know what people have said since, perhaps from another process."""
        if time.monotonic() - self._guarded_since > _DAY_SECONDS:
            # Whoever watches for months has a run a day.
            self._guards.clear()
            self._guarded_since = time.monotonic()
        for guard in self._guards.values():
            await guard.renew(self._session.catalog)

    def _moves(self, claim: Claim) -> bool:
        return self._rule(claim.rule).action.fate is not Fate.KEEP

    def _edge(self, claim: Claim, held: Held) -> Edge:
        a, b = self._sides(claim, held)
        verdict = self._sieve.verdicts.get(claim.pair.key)
        same = claim.pair.kind is not PairKind.SIMILAR or (
            verdict is not None and verdict.judgement is Judgement.PIXELS
        )
        return Edge(a.id, b.id, lossless=same)

    def _sides(self, claim: Claim, held: Held) -> tuple[Asset, Asset]:
        """The one that stays and the other."""
        return sides_of(self._rule(claim.rule), self._case(claim, held))

    def _proposal(self, claim: Claim, held: Held) -> Proposal:
        rule = self._rule(claim.rule)
        a, b = self._sides(claim, held)
        named = "\0".join((rule.name, os.fspath(a.path), os.fspath(b.path)))
        together = blake3(a.digest + b.digest + named.encode(errors="surrogateescape"))
        return Proposal(
            together.hexdigest(_ID_BYTES),
            rule,
            self._choice(claim, held),
            a,
            b,
            self._edge(claim, held).lossless,
            self._held.get(claim.pair.key, ""),
        )
