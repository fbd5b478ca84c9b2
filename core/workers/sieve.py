"""Open pairs, put through rules a little at a time, so that whatever else goes on has its turn.

What a rule made of a pair stays as long as nothing changes that it asks for: other rules, other
files and verdicts that are given test only what they touch.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from core.catalog import assets, rulebook
from core.catalog.relations import Live
from core.catalog.rulebook import identity, identity_of
from core.catalog.verdicts import fetch_verdicts
from core.errors import ImageError
from core.imaging.verdict import METHOD
from core.matching.current import current_relations
from core.matching.relations import Relations
from core.model import Asset, Identity, PairRef, Verdict
from core.rules.prepared import Prepared
from core.rules.rule import Case, Rule
from core.sides import swapped
from core.workers.claims import Claim
from core.workers.events import Listener, Problem, Progress
from core.workers.intents import Held, Intent
from core.workers.session import Session
from core.workers.standings import Standings

_ASSETS = 10_000
"""Assets in memory at once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of the time the tests may take."""

    work: float
    """Seconds at a time ..."""
    rest: float
    """... and between."""
    packet: int
    """Pairs whose files are looked up at once."""


FULL_SPEED = Pace(0.02, 0.0, 1000)
"""Short enough all the same that a screen which is drawn meanwhile does not stand still."""
BESIDE_A_PERSON = Pace(0.01, 0.04, 100)
"""Short enough that no key waits for it."""


class Sieve:
    """Some rules, and what they make of one session's pairs."""

    def __init__(self, session: Session, rules: Sequence[Rule], pace: Pace) -> None:
        self.session = session
        self.pace = pace
        now = time.time_ns()
        self.standings = Standings([Prepared(rule, now) for rule in rules])
        self.verdicts: dict[tuple[int, int], Verdict] = {}
        """Of open pairs, by their assets, the first being side A."""
        self.halted = asyncio.Event()
        """Set it to have whatever is done end soon; what is left is done the next time."""
        self._assets: dict[int, Asset] = {}
        self._denied: dict[Identity, set[int]] = {}
        self._just_denied: list[tuple[str, Asset, Asset]] = []
        """Rule and pair, while other standings are being made."""
        self._relations = Relations()
        """What held when the pairs were taken."""
        self._began = 0.0

    @property
    def rules(self) -> list[Rule]:
        """Those that the standings are of."""
        return [prepared.rule for prepared in self.standings.rules]

    async def take_all(
        self, without: Set[int], supposed: Sequence[Live], pairs: Sequence[PairRef] | None = None
    ) -> None:
        """Take all open pairs, or these, and forget what was known; none is tested yet."""
        self._assets.clear()
        self.verdicts.clear()
        await self._load_denials()
        if not self.rules:
            pairs = ()
        elif pairs is None:
            self._relations = await self.session.catalog.call(current_relations)
            pairs = await self.session.open_pairs(without, supposed=supposed)
        found, rules = pairs, self.standings.rules
        await self._exchange(lambda: Standings(rules, found))

    async def _exchange(self, make: Callable[[], Standings]) -> None:
        """Take what `make` makes; what people deny meanwhile holds there, too."""
        self.standings.settle()
        self._just_denied.clear()
        self.standings = await asyncio.to_thread(make)
        for name, a, b in self._just_denied:
            self.deny(name, a, b)

    async def take_again(
        self, changed: Set[int], without: Set[int], supposed: Sequence[Live]
    ) -> None:
        """Take anew the pairs that have, or had, to do with the contents of these assets: another
        copy may stand for one of them now, or another picture of its group."""
        for asset_id in changed:
            self._assets.pop(asset_id, None)
        if not self.rules:
            return
        for key in [key for key in self.verdicts if not changed.isdisjoint(key)]:
            del self.verdicts[key]
        contents = await self.session.catalog.call(assets.contents_of, changed)
        for place in self.standings.places_with(changed).tolist():
            # What it was tested with may be what it is no longer.
            contents.update(self.standings.contents(place))
        contents, self._relations = await self.session.changed_since(
            self._relations, contents - {0}, supposed
        )
        come = await self.session.open_pairs(without, contents, supposed)
        standings = self.standings
        gone = standings.places_about(contents, changed).tolist()
        if {standings.pairs[place] for place in gone} == set(come):
            # Nothing but a look at them has happened.
            standings.forget(gone)
            return
        # Of what was decided in between, no pair that stays comes a second time.
        gone_or_new = {None, *gone}
        new = [pair for pair in come if standings.place(pair.key) in gone_or_new]
        await self._exchange(lambda: standings.exchanged(gone, new))

    def deny(self, name: str, a: Asset, b: Asset) -> None:
        """A person has denied the rule of this name the pair of these two."""
        self._just_denied.append((name, a, b))
        number = next((at for at, rule in enumerate(self.rules) if rule.name == name), None)
        if number is None:
            return
        self._denied.setdefault(identity(a, b), set()).add(number)
        for key in ((a.id, b.id), (b.id, a.id)):
            place = self.standings.place(key)
            if place is not None:
                self.standings.deny(number, place)

    def close(self, a: Asset, b: Asset, moved: bool) -> None:
        """The pair of these two has been decided, and `b` has gone if it was `moved`: not to be
        proposed while what follows from that is worked out."""
        standings = self.standings
        places = [standings.place(key) for key in ((a.id, b.id), (b.id, a.id))]
        gone = standings.places_with([b.id]).tolist() if moved else []
        standings.close([*gone, *(place for place in places if place is not None)])

    async def take_rules(self, rules: Sequence[Rule]) -> None:
        """Take other rules; one that asks what an old one asked knows what that one knew."""
        now = time.time_ns()
        before = {_question(rule): number for number, rule in enumerate(self.rules)}
        prepared = [Prepared(rule, now) for rule in rules]
        old, standings = [before.get(_question(rule)) for rule in rules], self.standings
        await self._exchange(lambda: standings.with_rules(prepared, old))
        await self._load_denials()
        self.standings.deny_only(self._denied_places())

    def _denied_places(self) -> Iterator[tuple[int, int]]:
        """Rule and pair of what people denied."""
        standings = self.standings
        contents = {content for pair in self._denied for content in pair[:2]}
        for place in standings.places_between(contents).tolist():
            key = identity_of(*standings.contents(place), *standings.pairs[place].key)
            for number in self._denied.get(key, ()):
                yield number, place

    async def test(self, listener: Listener, places: Sequence[int] | None = None) -> None:
        """Test what no rule has looked at yet, as far as that goes without a new verdict.

        Args:
            listener: hears how far it is.
            places: of the pairs, in the order to take them; None: all, as they stand.
        """
        if places is None:
            places = self.standings.untested().tolist()
        started = self._began = time.monotonic()
        packet = self.pace.packet
        for start in range(0, len(places), packet):
            if self.halted.is_set():
                return
            some = places[start : start + packet]
            await self._test(some)
            self.standings.settle()
            done, seconds = start + len(some), time.monotonic() - started
            listener(Progress("testing", done, len(places), seconds))

    async def _test(self, places: Sequence[int]) -> None:
        pairs = self.standings.pairs
        held = await self.load(key for place in places for key in pairs[place].key)
        for place in places:
            self._test_one(place, held)
            await self.breathe()
        contents = {}
        for place in self.standings.wanting_verdicts(places):
            if held.keys() >= set(pairs[place].key):
                a, b = (held[asset_id].content_id for asset_id in pairs[place].key)
                contents[place] = (a, b)
        if not contents:
            return
        asked = {(min(each), max(each)) for each in contents.values()}
        known = await self.session.catalog.call(fetch_verdicts, asked, METHOD)
        for place, (a, b) in contents.items():
            verdict = known.get((min(a, b), max(a, b)))
            if verdict is not None:
                self.verdicts[pairs[place].key] = verdict if a < b else swapped(verdict)
                self._test_one(place, held)
                await self.breathe()

    def _test_one(self, place: int, held: Held) -> None:
        pair = self.standings.pairs[place]
        a, b = held.get(pair.asset_a), held.get(pair.asset_b)
        denied = self._denied.get(identity(a, b), ()) if a and b and self._denied else ()
        self.standings.test(place, held, self.verdicts.get(pair.key), denied)

    async def judge(self, place: int, listener: Listener) -> None:
        """Have a close look at one pair, and test it by that."""
        pair = self.standings.pairs[place]
        try:
            verdict = await self.session.verdict(pair)
        except ImageError as error:
            listener(Problem(error))
            verdict = None
        if verdict is None:
            self.standings.without_verdict(place)
            return
        self.verdicts[pair.key] = verdict
        for side in pair.key:
            if (asset := self._assets.get(side)) is not None and asset.facts.hearsay:
                # Its original has been looked at: more is known of it now.
                del self._assets[side]
        self._test_one(place, await self.load(pair.key))
        # What still hangs on a file that could not be read, no verdict will settle.
        self.standings.without_verdict(place)

    async def load(self, asset_ids: Iterable[int]) -> Held:
        """The present ones of these assets."""
        wanted = set(asset_ids)
        held = {key: self._assets[key] for key in wanted & self._assets.keys()}
        missing = wanted - held.keys()
        if missing:
            held |= {asset.id: asset for asset in await self.session.assets(missing)}
            if len(self._assets) > _ASSETS:
                self._assets.clear()
            self._assets |= held
        return held

    async def intents(self, claims: Sequence[Claim]) -> list[Intent]:
        """What the rules of these claims want, of the pairs whose assets are present."""
        held = await self.load(key for claim in claims for key in claim.pair.key)
        return [self._intent(claim, held) for claim in claims if held.keys() >= set(claim.pair.key)]

    def _intent(self, claim: Claim, held: Held) -> Intent:
        verdict = self.verdicts.get(claim.pair.key)
        if verdict is not None and claim.swapped:
            verdict = swapped(verdict)
        a, b = (held[asset_id] for asset_id in claim.ordered)
        case = Case(a, b, claim.pair, verdict)
        return Intent(claim.rule, self.standings.rules[claim.rule], case)

    async def breathe(self) -> None:
        """Let others have their turn, and rest, where the pace says so."""
        if time.monotonic() - self._began < self.pace.work:
            return
        await asyncio.sleep(self.pace.rest)
        self._began = time.monotonic()

    async def _load_denials(self) -> None:
        numbers = {rule.name: number for number, rule in enumerate(self.rules)}
        self._denied = {}
        for each in await self.session.catalog.call(rulebook.denials, numbers.keys()):
            self._denied.setdefault(each.pair, set()).add(numbers[each.rule])


def _question(rule: Rule) -> object:
    """All of a rule that decides what it makes of a pair."""
    return rule.search, rule.comparison, rule.keep, rule.action.tells_sides_apart
