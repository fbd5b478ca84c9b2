"""What to do with a whole group: which one to keep, and of which others it is sure that they go.

The best one is nobody's worse half: no suggestion for a pair of the group prefers another one to
it. Which of several such is best is said by how many of the group it can be compared with, then by
*best original*. The ranking alone would not do: it knows no verdict, and so keeps an enlargement
for its pixels.

Only what has been compared with the best one itself can go, and only where the pair of the two is
free of doubt. All else is left undecided, so that nothing goes that was never compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from core.matching.potential import Bond, Bonds, PotentialGroup
from core.metadata.compare import unmatched
from core.model import Asset, Judgement, PairKind, PairRef, Verdict
from core.rules.fields import FIELDS
from core.rules.marks import Mark
from core.rules.rule import Case
from core.rules.scoring import BEST_ORIGINAL, rank
from core.rules.statements import Topic
from core.rules.suggestion import Doubt, Suggestion, suggest
from core.sides import swapped
from core.text import joined_reasons, printable

_UNLIKE = (Judgement.ALTERNATE, Judgement.DIFFERENT)

_SAID = 3
"""Reasons that are given for one picture."""

Verdicts = Mapping[tuple[int, int], Verdict | None]
"""By two contents, the lower id first, which is side A; None where there can be none."""


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A group with what is known of it so far."""

    group: PotentialGroup
    assets: Mapping[int, Asset]
    """Its members by id, with their companions."""
    verdicts: Verdicts
    """Those given so far."""
    sheltered: Mapping[int, str] = field(default_factory=dict)
    """By asset that must not go, why."""

    @property
    def members(self) -> tuple[Asset, ...]:
        """In the group's order."""
        return tuple(self.assets[each] for each in self.group.members)

    def contents(self, pair: PairRef) -> tuple[int, int]:
        """Of a pair of its members, the lower id first."""
        a, b = sorted(self.assets[each].content_id for each in pair.key)
        return a, b

    def verdict(self, pair: PairRef) -> Verdict | None:
        """From the side of the pair's first asset; None: not given yet, or there can be none."""
        verdict = self.verdicts.get(self.contents(pair))
        if verdict is None:
            return None
        a, b = (self.assets[each].content_id for each in pair.key)
        return verdict if a <= b else swapped(verdict)

    def judged(self, pair: PairRef, verdict: Verdict | None) -> KnownGroup:
        """The same once the verdict of a pair is given, its first asset being A, or, with None,
        cannot be given."""
        a, b = (self.assets[each].content_id for each in pair.key)
        told = verdict if verdict is None or a <= b else swapped(verdict)
        return replace(self, verdicts={**self.verdicts, self.contents(pair): told})


class GroupDoubt(StrEnum):
    """Why a picture is left undecided beside what is doubtful of its pair, in words."""

    NEVER_COMPARED = "never compared with the best one"
    NO_VERDICT = "no verdict can be given"
    CIRCLE = "each is worse than another one"
    BETTER = "it may be the better one"
    RAW = "it is a RAW"
    COMPANION = "a RAW or video of its own lies beside it"
    PROTECTED = "its folder is protected"


@dataclass(frozen=True, slots=True)
class Advice:
    """What is suggested for one picture of a group."""

    asset: int
    mark: Mark
    why: str
    """For people; ``A`` is the best one, ``B`` this one."""
    doubt: Doubt | GroupDoubt | None = None
    """Of what is left undecided."""
    bond: Bond | None = None
    """With the best one; None of itself."""
    suggestion: Suggestion | None = None
    """For its pair with the best one, which is A; None where they are no pair."""


@dataclass(frozen=True, slots=True)
class GroupSuggestion:
    """What is suggested for a whole group."""

    best: int
    advices: tuple[Advice, ...]
    """One a member, in the group's order."""
    wanted: tuple[PairRef, ...]
    """Pairs whose verdicts may change what is suggested."""

    @property
    def marks(self) -> dict[int, Mark]:
        """By asset."""
        return {each.asset: each.mark for each in self.advices}

    @property
    def parts(self) -> tuple[tuple[Topic, int], ...]:
        """What speaks for the best one against those that go, summed up by topic, the strongest
        first."""
        sums = Counter[Topic]()
        for each in self.advices:
            if each.mark is Mark.TRASH and each.suggestion is not None:
                sums.update(dict(each.suggestion.parts))
        return tuple(sorted(sums.items(), key=lambda part: -part[1]))


def suggest_group(
    known: KnownGroup, best: int | None = None, unwanted: Set[int] = frozenset()
) -> GroupSuggestion:
    """What to do with a group as far as facts and verdicts tell.

    With the verdicts of all pairs that it wants it is the same, whichever were known before.

    Args:
        known: the group.
        best: the member that a person wants kept; None: whichever is best.
        unwanted: members that are not to be the best one, but not all.
    """
    weighed = _Weighed(known, unwanted)
    circle = best is None and weighed.in_a_circle
    if best is None:
        best = weighed.best
    advices = tuple(
        _best_one(weighed, best) if each == best else _advice(weighed, best, each, circle)
        for each in weighed.members
    )
    return GroupSuggestion(best, advices, weighed.wanted(best))


class _Weighed:
    """A group with what its pairs come to."""

    def __init__(self, known: KnownGroup, unwanted: Set[int]) -> None:
        self.known = known
        self._wanted = [each for each in known.members if each.id not in unwanted]
        self.members = known.group.members
        self.assets = known.assets
        self.bonds = Bonds(known.group)
        self._suggestions: dict[tuple[int, int], Suggestion] = {}

    @cached_property
    def best(self) -> int:
        ranking = rank(self._wanted, BEST_ORIGINAL)
        order = [each.asset.id for each in ranking.standings]
        reach = self._reach()
        order.sort(key=lambda each: -reach[each])
        return next((each for each in order if not self._is_beaten(each)), order[0])

    @cached_property
    def in_a_circle(self) -> bool:
        """Whether each is worse than another one."""
        return self._is_beaten(self.best)

    def _reach(self) -> dict[int, int]:
        """Of how many of the group each may be a duplicate."""
        copies = Counter(self.assets[each].content_id for each in self.members)
        partners: dict[int, set[int]] = {content: {content} for content in copies}
        for pair in self.known.group.pairs:
            a, b = self.known.contents(pair)
            verdict = self.known.verdict(pair) if pair.kind is PairKind.SIMILAR else None
            if verdict is None or verdict.judgement not in _UNLIKE:
                partners[a].add(b)
                partners[b].add(a)
        reach = {content: sum(copies[each] for each in near) for content, near in partners.items()}
        return {each: reach[self.assets[each].content_id] for each in self.members}

    def _is_beaten(self, member: int) -> bool:
        rivals = {each.id for each in self._wanted}
        return any(
            other in rivals and self.suggestion(member, other, pair).side == "B"
            for other, pair in self.bonds.pairs(member).items()
        )

    def suggestion(self, a: int, b: int, pair: PairRef) -> Suggestion:
        """For the pair of two members, whichever way round it is stored."""
        key = a, b
        if key not in self._suggestions:
            first, second = (self.assets[each] for each in pair.key)
            case = Case(first, second, pair, self.known.verdict(pair))
            if pair.asset_a != a:
                case = case.exchanged()
            self._suggestions[key] = suggest(case)
        return self._suggestions[key]

    def is_asked(self, pair: PairRef) -> bool:
        """Whether its verdict has been given, or cannot be."""
        return self.known.contents(pair) in self.known.verdicts

    def wanted(self, best: int) -> tuple[PairRef, ...]:
        """Similar pairs with the best one that nobody has asked about, one for two contents."""
        found: dict[tuple[int, int], PairRef] = {}
        for pair in self.bonds.pairs(best).values():
            if pair.kind is PairKind.SIMILAR and not self.is_asked(pair):
                found.setdefault(self.known.contents(pair), pair)
        return tuple(found.values())


def _best_one(weighed: _Weighed, best: int) -> Advice:
    pairs = weighed.bonds.pairs(best).items()
    beats = sum(weighed.suggestion(best, other, pair).side == "A" for other, pair in pairs)
    others = len(weighed.members) - 1
    if beats:
        why = "better than " + ("the other" if others == 1 else f"{beats} of {others}")
    else:
        why = "nothing speaks against it" if best == weighed.best else "chosen by hand"
    return Advice(best, Mark.KEEP, why)


def _advice(weighed: _Weighed, best: int, member: int, circle: bool) -> Advice:
    bond = weighed.bonds.between(best, member)
    if bond.pair is None:
        by_way = bond.by_way_of
        name = printable(weighed.assets[by_way].path.name) if by_way is not None else "others"
        why = f"only by way of {name}"
        return Advice(member, Mark.UNDECIDED, why, GroupDoubt.NEVER_COMPARED, bond)
    suggestion = weighed.suggestion(best, member, bond.pair)
    if suggestion.doubt is Doubt.CHANGED:
        verdict = weighed.known.verdict(bond.pair)
        change = f": {verdict.change}" if verdict is not None and verdict.change else ""
        why = f"the same picture, changed{change}"
        return Advice(member, Mark.ALTERNATE, why, None, bond, suggestion)
    doubt = GroupDoubt.CIRCLE if circle else _doubt(weighed, member, bond.pair, suggestion)
    found = _beside(weighed, best, member) if doubt is None else (doubt, str(doubt))
    if found is not None:
        return Advice(member, Mark.UNDECIDED, found[1], found[0], bond, suggestion)
    said = [each.says for each in suggestion.statements if each.score > 0]
    why = joined_reasons(said[:_SAID]) or "B is a copy of the same bytes"
    return Advice(member, Mark.TRASH, why, None, bond, suggestion)


def _doubt(
    weighed: _Weighed, member: int, pair: PairRef, suggestion: Suggestion
) -> Doubt | GroupDoubt | None:
    """Why it is not sure that `member` may go in favour of the best one; None where it is."""
    if suggestion.doubt is Doubt.NO_VERDICT and weighed.is_asked(pair):
        return GroupDoubt.NO_VERDICT
    # Of byte-identical files any will do.
    alike = pair.kind is PairKind.EXACT and suggestion.doubt is Doubt.LITTLE
    if suggestion.doubt is not None and not alike:
        return suggestion.doubt
    if suggestion.side == "B":
        return GroupDoubt.BETTER
    is_raw = FIELDS["type"].get(weighed.assets[member]) == "RAW"
    return GroupDoubt.RAW if is_raw and pair.kind is not PairKind.EXACT else None


def _beside(weighed: _Weighed, best: int, member: int) -> tuple[GroupDoubt, str] | None:
    """What else keeps `member` from going, and that in words."""
    names = unmatched(weighed.assets[member], weighed.assets[best])
    if names:
        return GroupDoubt.COMPANION, printable(f"{', '.join(names)} lies beside it")
    shelter = weighed.known.sheltered.get(member)
    return (GroupDoubt.PROTECTED, printable(shelter)) if shelter else None
