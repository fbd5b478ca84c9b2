"""Rules at work: they test the open pairs, ask for verdicts, and act or wait for a person.

Cheap tests run for all rules first; a verdict is asked for where the first rule that may have a
pair needs one, and then serves all of them. Pairs that hang together are settled together, as the
order in which they are carried out decides what is compared with what (`core.rules.order`).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from blake3 import blake3

from core.catalog import assets, rulebook
from core.catalog.relations import Live, supposed
from core.catalog.rulebook import identity
from core.catalog.verdicts import fetch_verdicts
from core.errors import ActionRefused, AssetGone, ImageError, PersonNeeded
from core.imaging.verdict import METHOD
from core.matching.current import current_relations
from core.matching.relations import Relations
from core.model import (
    Asset,
    Choice,
    Decision,
    Fate,
    Identity,
    Judgement,
    OperationKind,
    PairKind,
    Plan,
    Verdict,
)
from core.rules.order import Edge, components, in_order
from core.rules.prepared import Prepared
from core.rules.rule import Case, Mode, Rule
from core.sides import swapped
from core.text import joined_reasons
from core.workers.events import Acted, LeftAlone, Listener, Planned, Problem, Progress
from core.workers.findings import Proposal
from core.workers.guards import Guard
from core.workers.session import Session
from core.workers.standings import Claim, Standings

_ASSETS = 10_000
"""Assets in memory at once."""
_DAY_SECONDS = 86_400
_TOGETHER = 64
"""Groups of pairs whose verdicts are waited for at once."""
_ID_BYTES = 5
"""Two of a million proposals share an id in one library of three."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of the time the tests may take."""

    work: float
    """Seconds at a time ..."""
    rest: float
    """... and between."""
    packet: int
    """Pairs that are tested between two looks at the clock."""


FULL_SPEED = Pace(0.2, 0.0, 2000)
BESIDE_A_PERSON = Pace(0.01, 0.04, 100)
"""Short enough that no key waits for it."""


class Resolver:
    """Some rules at work on one session's pairs."""

    def __init__(
        self,
        session: Session,
        rules: Sequence[Rule],
        pace: Pace = FULL_SPEED,
        even_paused: bool = False,
        run: int | None = None,
    ) -> None:
        """`rules` that are paused are left out, unless `even_paused`. What is done belongs to
        `run`, or to a new one."""
        self._session = session
        self.pace = pace
        self.spared: Set[int] = frozenset()
        """Assets that a person is looking at."""
        now = time.time_ns()
        self.rules = [rule for rule in rules if even_paused or not rule.paused]
        self.standings = Standings([Prepared(rule, now) for rule in self.rules])
        self._guards: dict[int, Guard] = {}
        self._guarded_since = time.monotonic()
        self._assets: dict[int, Asset] = {}
        self._verdicts: dict[tuple[int, int], Verdict] = {}
        """Of open pairs, by their assets, the first being side A."""
        self._contents: dict[int, int] = {}
        """Of every asset of an open pair."""
        self._denied: dict[Identity, set[int]] = {}
        self._held: dict[tuple[int, int], str] = {}
        """Pairs that wait for a person whatever a rule says, and why."""
        self._relations = Relations()
        """What held when the pairs were looked at."""
        self._absent: set[int] = set()
        """Assets that a dry run has sent away ..."""
        self._supposed: list[Live] = []
        """... and what it has decided."""
        self._rewritten: set[int] = set()
        """Assets that what was just done has written into."""
        self._worked = 0.0
        self.run = run
        """The id to undo by what has been done; None where that is nothing."""

    async def refresh(
        self, listener: Listener = lambda _: None, changed: Set[int] | None = None
    ) -> None:
        """Test what is open now, as far as that goes without a new verdict.

        Args:
            listener: hears how far it is.
            changed: assets that are not what they were; None: any may be.
        """
        if changed is None:
            self._assets.clear()
            self._verdicts.clear()
            self._held.clear()
            await self._load_denials()
        else:
            self._held = {key: why for key, why in self._held.items() if changed.isdisjoint(key)}
        await self._look(listener, changed)

    async def _look(self, listener: Listener, changed: Set[int] | None) -> None:
        """Test the pairs of these assets, or all."""
        for asset_id in changed or ():
            self._assets.pop(asset_id, None)
        for key in [key for key in self._verdicts if changed and not changed.isdisjoint(key)]:
            del self._verdicts[key]
        places = await self._all_places() if changed is None else await self._places_of(changed)
        started = time.monotonic()
        packet = self.pace.packet
        for start in range(0, len(places), packet):
            some = places[start : start + packet]
            began = time.monotonic()
            await self._load(some)
            for place in some:
                self._test(place)
            done = start + len(some)
            listener(Progress("testing", done, len(places), time.monotonic() - started))
            await self._breathe(began)
        await self._use_known_verdicts()

    async def _all_places(self) -> range:
        self._contents.clear()
        self._relations = await self._session.catalog.call(current_relations)
        pairs = await self._session.open_pairs(self._absent, supposed=self._supposed)
        self.standings.reset(pairs)
        return range(len(pairs))

    async def _places_of(self, changed: Set[int]) -> range:
        """Places of the pairs that have, or had, to do with the contents of these assets: another
        copy may stand for one of them now, or another picture of its group."""
        known = self._contents
        contents = {known[asset_id] for asset_id in changed if asset_id in known}
        contents |= await self._session.catalog.call(assets.contents_of, changed)
        contents, self._relations = await self._session.changed_since(
            self._relations, contents, self._supposed
        )
        gone = {
            place
            for place, pair in enumerate(self.standings.pairs)
            if known.get(pair.asset_a) in contents or known.get(pair.asset_b) in contents
        }
        come = await self._session.open_pairs(self._absent, contents, self._supposed)
        # Of what was decided in between, no pair that stays comes a second time.
        gone_or_new = {None, *gone}
        new = [pair for pair in come if self.standings.place(pair.key) in gone_or_new]
        return self.standings.exchange(gone, new)

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
        while True:
            asked, moved = await self._round(listener, dry, among)
            if moved:
                await self._look(listener, moved)
            elif not asked:
                return

    def _choice(self, claim: Claim) -> Choice:
        """What the rule of `claim` wants."""
        rule = self.rules[claim.rule]
        verdict = self._verdicts.get(claim.pair.key)
        if verdict is not None and claim.swapped:
            verdict = swapped(verdict)
        first, second = (self._assets[asset_id] for asset_id in claim.ordered)
        case = Case(first, second, claim.pair, verdict)
        why = joined_reasons(self.standings.rules[claim.rule].explain(case))
        a, b = self._sides(claim)
        return Choice(
            rule.action.kind,
            a.id,
            b.id,
            why,
            rule=rule.name,
            fate=rule.action.fate,
            merge=rule.action.merge,
            seen=(a.digest, b.digest),
        )

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
            claims = [claim for claim in self.standings.ready() if claim.ordered in pairs]
            page = claims[start : None if count is None else start + count]
        found = []
        packet = self.pace.packet
        for first in range(0, len(page), packet):
            some = page[first : first + packet]
            await self._load_assets(asset_id for claim in some for asset_id in claim.pair.key)
            for claim in some:
                if self._assets.keys() >= set(claim.pair.key):
                    found.append(self._proposal(claim))
        return found

    async def proposal_for(self, key: tuple[int, int]) -> Proposal | None:
        """What is ready of the pair with these assets; None where no rule wants it."""
        place = self.standings.place(key)
        claims = self.standings.ready([place]) if place is not None else []
        for claim in claims:
            await self._load_assets(key)
            if self._assets.keys() >= set(key):
                return self._proposal(claim)
        return None

    def waiting_rules(self, asset_ids: Iterable[int]) -> dict[int, str]:
        """Of these assets those that wait for a person, each with the rule that proposes
        something."""
        wanted = set(asset_ids)
        return {
            asset_id: self.rules[claim.rule].name
            for claim in self.standings.ready()
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
        numbers = {rule.name: number for number, rule in enumerate(self.rules)}
        for proposal in proposals:
            a, b = proposal.a, proposal.b
            await self._session.catalog.call(rulebook.deny, proposal.rule.name, [identity(a, b)])
            for key in ((a.id, b.id), (b.id, a.id)):
                place = self.standings.place(key)
                if place is not None:
                    self.standings.deny(numbers[proposal.rule.name], place)

    async def started_run(self) -> int:
        """The id of the run that everything done here belongs to."""
        if self.run is None:
            self.run = await self._session.start_run()
        return self.run

    async def _round(
        self, listener: Listener, dry: bool, among: Set[int] | None
    ) -> tuple[int, set[int]]:
        """How many verdicts were asked for, and the assets that something was done with."""
        unknown = self._worth_asking(among)
        places = sorted(unknown | self._actionable(among))
        groups = [
            [places[each] for each in group]
            for group in components(self.standings.pairs[place].key for place in places)
        ]
        started, asked, acted = time.monotonic(), 0, set[int]()
        for start in range(0, len(groups), _TOGETHER):
            began = time.monotonic()
            some = groups[start : start + _TOGETHER]
            questions = [place for group in some for place in group if place in unknown]
            # All verdicts of some groups together, to keep every worker busy; then, one group
            # after the other, what follows from them.
            await asyncio.gather(*(self._judge(place, listener) for place in questions))
            asked += len(questions)
            listener(Progress("judging", asked, len(unknown), time.monotonic() - started))
            for group in some:
                acted |= await self._settle(group, listener, dry)
            await self._breathe(began)
        return asked, acted

    def _worth_asking(self, among: Set[int] | None) -> set[int]:
        """Places of the pairs whose verdict is wanted, as long as a rule has room for more that
        wait."""
        waiting = Counter(claim.rule for claim in self.standings.ready())
        found = set()
        for place, number in self.standings.wanting_verdicts().items():
            rule = self.rules[number]
            if not self._is_free(self.standings.pairs[place].key, among):
                continue
            if rule.mode is Mode.SEMI and rule.waiting_at_most is not None:
                if waiting[number] >= rule.waiting_at_most:
                    continue
                waiting[number] += 1
            found.add(place)
        return found

    def _actionable(self, among: Set[int] | None) -> set[int]:
        """Places of the pairs on which an automatic rule may act."""
        places = (
            self.standings.place(claim.pair.key)
            for claim in self.standings.ready()
            if self.rules[claim.rule].mode is Mode.AUTOMATIC
            and self._is_free(claim.pair.key, among)
        )
        return {place for place in places if place is not None}

    def _is_free(self, key: tuple[int, int], among: Set[int] | None) -> bool:
        if key in self._held or not self.spared.isdisjoint(key):
            return False
        return among is None or not among.isdisjoint(key)

    async def _judge(self, place: int, listener: Listener) -> None:
        pair = self.standings.pairs[place]
        try:
            verdict = await self._session.verdict(pair)
        except ImageError as error:
            listener(Problem(error))
            verdict = None
        if verdict is None:
            self.standings.without_verdict(place)
            return
        self._verdicts[pair.key] = verdict
        await self._load([place])
        self._test(place)

    async def _settle(self, group: Sequence[int], listener: Listener, dry: bool) -> set[int]:
        """Act on the pairs of one group; returns the assets that something was done with."""
        claims = []
        await self._load(group)
        for claim in self.standings.ready(group):
            if (
                self.rules[claim.rule].mode is Mode.AUTOMATIC
                and claim.pair.key not in self._held
                and await self._is_allowed(claim, listener)
            ):
                claims.append(claim)
        moving = [claim for claim in claims if self._moves(claim)]
        course = in_order([self._edge(claim) for claim in moving])
        for place in course.circles:
            cause = "by the rules each of these files is better than the next, round in a circle"
            self._hold(moving[place], cause, "decide the pair yourself", listener)
        staying = [claim for claim in claims if not self._moves(claim)]
        acted: set[int] = set()
        self._rewritten.clear()
        for claim in [*staying, *(moving[place] for place in course.acts)]:
            if not self._rewritten.isdisjoint(claim.pair.key):
                # Its facts are others now; the next round asks whether the rule still fits.
                continue
            # Asked again, as what was little a moment ago may be much by now.
            if await self._is_allowed(claim, listener) and await self._act(claim, listener, dry):
                acted.update(claim.pair.key)
        return acted

    async def _is_allowed(self, claim: Claim, listener: Listener) -> bool:
        if not self.spared.isdisjoint(claim.pair.key):
            # Somebody has come to look at it since.
            return False
        objection = (await self._guard(claim.rule)).objection(*self._sides(claim))
        if objection is None and not self._is_compared(claim):
            objection = "one of the two stands for another picture, and they were never compared"
        if objection is not None:
            self._hold(claim, objection, "approve or deny it", listener)
        return objection is None

    def _is_compared(self, claim: Claim) -> bool:
        """Whether the search has found the two near each other, or else a verdict bears out what
        the rule wants: near and near again is no longer near."""
        verdict = self._verdicts.get(claim.pair.key)
        if claim.pair.is_met or verdict is None:
            return claim.pair.is_met
        return not self._moves(claim) or verdict.is_sure

    async def _act(self, claim: Claim, listener: Listener, dry: bool) -> bool:
        choice = self._choice(claim)
        a, b = self._sides(claim)
        try:
            if dry:
                plan = await self._session.plan(choice)
            else:
                run = await self.started_run()
                plan, decision = await self._session.decide(choice, listener, run)
        except AssetGone:
            # Somebody else was first, and there is no pair any more: what is left of the table has
            # to be looked at again.
            return True
        except ActionRefused as error:
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
        (await self._guard(claim.rule)).acted()
        return True

    def _hold(self, claim: Claim, cause: str, remedy: str, listener: Listener) -> None:
        self._held[claim.pair.key] = cause
        a, b = self._sides(claim)
        error = PersonNeeded(os.fspath(b.path), cause, remedy)
        listener(LeftAlone(self._choice(claim), a, b, error, waits=True))

    async def _guard(self, number: int) -> Guard:
        if number not in self._guards:
            self._guards[number] = await Guard.watch(self._session.catalog, self.rules[number])
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
        return self.rules[claim.rule].action.fate is not Fate.KEEP

    def _edge(self, claim: Claim) -> Edge:
        a, b = self._sides(claim)
        verdict = self._verdicts.get(claim.pair.key)
        same = claim.pair.kind is not PairKind.SIMILAR or (
            verdict is not None and verdict.judgement is Judgement.PIXELS
        )
        return Edge(a.id, b.id, lossless=same)

    def _sides(self, claim: Claim) -> tuple[Asset, Asset]:
        """The one that stays and the other: the rule's A and B, unless it is A that goes."""
        a, b = (self._assets[asset_id] for asset_id in claim.ordered)
        return (b, a) if self.rules[claim.rule].action.a_goes else (a, b)

    def _proposal(self, claim: Claim) -> Proposal:
        rule = self.rules[claim.rule]
        a, b = self._sides(claim)
        named = "\0".join((rule.name, os.fspath(a.path), os.fspath(b.path)))
        together = blake3(a.digest + b.digest + named.encode(errors="surrogateescape"))
        return Proposal(
            together.hexdigest(_ID_BYTES),
            rule,
            self._choice(claim),
            a,
            b,
            self._edge(claim).lossless,
            self._held.get(claim.pair.key, ""),
        )

    def _test(self, place: int) -> None:
        pair = self.standings.pairs[place]
        a, b = self._assets.get(pair.asset_a), self._assets.get(pair.asset_b)
        for asset in (a, b):
            if asset is not None:
                self._contents[asset.id] = asset.content_id
        denied = self._denied.get(identity(a, b), ()) if a and b and self._denied else ()
        self.standings.test(place, self._assets, self._verdicts.get(pair.key), denied)

    async def _use_known_verdicts(self) -> None:
        wanting = sorted(self.standings.wanting_verdicts())
        packet = self.pace.packet
        for start in range(0, len(wanting), packet):
            began = time.monotonic()
            some = wanting[start : start + packet]
            await self._load(some)
            contents = {}
            for place in some:
                pair = self.standings.pairs[place]
                if self._assets.keys() >= set(pair.key):
                    a, b = (self._assets[asset_id].content_id for asset_id in pair.key)
                    contents[place] = (a, b)
            asked = {(min(each), max(each)) for each in contents.values()}
            known = await self._session.catalog.call(fetch_verdicts, asked, METHOD)
            for place, (a, b) in contents.items():
                verdict = known.get((min(a, b), max(a, b)))
                if verdict is not None:
                    key = self.standings.pairs[place].key
                    self._verdicts[key] = verdict if a < b else swapped(verdict)
                    self._test(place)
            await self._breathe(began)

    async def _load_denials(self) -> None:
        numbers = {rule.name: number for number, rule in enumerate(self.rules)}
        self._denied = {}
        for each in await self._session.catalog.call(rulebook.denials, numbers.keys()):
            self._denied.setdefault(each.pair, set()).add(numbers[each.rule])

    async def _load(self, places: Iterable[int]) -> None:
        """Have the assets of these pairs at hand."""
        await self._load_assets(
            asset_id for place in places for asset_id in self.standings.pairs[place].key
        )

    async def _load_assets(self, asset_ids: Iterable[int]) -> None:
        wanted = set(asset_ids)
        if len(self._assets) > _ASSETS:
            self._assets = {key: self._assets[key] for key in wanted & self._assets.keys()}
        asked: set[int] = set()
        # Again, as others may have made room for theirs meanwhile.
        while missing := wanted - self._assets.keys() - asked:
            asked |= missing
            for asset in await self._session.assets(missing):
                self._assets[asset.id] = asset

    async def _breathe(self, began: float) -> None:
        """Let others have their turn, and rest where the pace says so."""
        self._worked += time.monotonic() - began
        if self._worked < self.pace.work:
            await asyncio.sleep(0)
            return
        self._worked = 0.0
        await asyncio.sleep(self.pace.rest)
