"""Open pairs laid together into potential groups: what a person looks at as one.

Near and near again is no longer near, so a group is no chain. Pairs that hang together make one
group where nearly all of its pictures are pairs of one another, and else are cut into stars: one
picture that stands in the middle, and those that form a pair with it. Every pair is in a group;
a picture is in two of them where it has a pair that the first does not hold. Copies of one content
go together, as what is known of one holds for all.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from core.model import PairKind, PairRef

Near = dict[int, dict[int, int]]
"""By content, its partners, each with the place of their pair; a content is named by one asset."""


@dataclass(frozen=True, slots=True)
class PotentialGroup:
    """Assets that are looked at as one."""

    members: tuple[int, ...]
    """Who has the most pairs here, with its copies; then the others, the strongest pair first."""
    pairs: tuple[PairRef, ...]
    """The open pairs between members, the strongest first."""

    def among(self, present: Container[int]) -> PotentialGroup | None:
        """What is left of it where only the assets `present` are there; None where that is no
        pair any more."""
        pairs = tuple(
            ref for ref in self.pairs if ref.asset_a in present and ref.asset_b in present
        )
        paired = {side for ref in pairs for side in ref.key}
        members = tuple(each for each in self.members if each in paired)
        return PotentialGroup(members, pairs) if pairs else None


@dataclass(frozen=True, slots=True)
class Bond:
    """What connects a member with another one."""

    pair: PairRef | None
    """Their own evidence; None where nobody has compared them."""
    by_way_of: int | None = None
    """Where there is none: an asset that both form a pair with, if there is such a one."""


def potential_groups(pairs: Sequence[PairRef]) -> list[PotentialGroup]:
    """The groups that `pairs`, the strongest first, come to, in the order of their strongest pairs.

    The same pairs make the same groups, in whatever order they come.
    """
    alone, tied = _apart(pairs)
    found = [(place, _alone(pairs[place])) for place in alone]
    first = _first_copies(pairs[place] for place in tied)
    web = _Web(pairs, tied, first)
    found += [web.group([each]) for each in web.copies if each not in web.near]
    for component in _components(web.near):
        found += map(web.group, _clusters(component, web.near))
    found.sort(key=itemgetter(0))
    return [group for _, group in found]


class Bonds:
    """What connects the members of one group."""

    def __init__(self, group: PotentialGroup) -> None:
        first = _first_copies(group.pairs)
        self.members = group.members
        self._stands = {member: first.get(member, member) for member in group.members}
        self._between: dict[tuple[int, int], PairRef] = {}
        """By two that stand for their copies, as the pair has them."""
        self._partners: dict[int, set[int]] = {}
        for ref in group.pairs:
            a, b = self._stands[ref.asset_a], self._stands[ref.asset_b]
            if a != b:
                self._between.setdefault((a, b), ref)
                self._partners.setdefault(a, set()).add(b)
                self._partners.setdefault(b, set()).add(a)

    def pair(self, one: int, other: int) -> PairRef | None:
        """What is known of two members themselves, in the order in which it is stored; None where
        nobody has compared them."""
        a, b = self._stands[one], self._stands[other]
        if a == b:
            return PairRef(one, other, PairKind.EXACT, 0)
        if (a, b) in self._between:
            return replace(self._between[a, b], asset_a=one, asset_b=other)
        if (b, a) in self._between:
            return replace(self._between[b, a], asset_a=other, asset_b=one)
        return None

    def pairs(self, asset: int) -> dict[int, PairRef]:
        """The pairs of the member `asset`, by the other one."""
        found = ((other, self.pair(asset, other)) for other in self.members if other != asset)
        return {other: pair for other, pair in found if pair is not None}

    def between(self, one: int, other: int) -> Bond:
        """What connects two members."""
        pair = self.pair(one, other)
        if pair is not None:
            return Bond(pair)
        a, b = (self._partners.get(self._stands[each], set()) for each in (one, other))
        return Bond(None, min(a & b, key=self.members.index, default=None))


def _first_copies(pairs: Iterable[PairRef]) -> dict[int, int]:
    """By asset, the one that stands for all copies of its content; without those of which no copy
    is known."""
    first: dict[int, int] = {}

    def find(asset: int) -> int:
        while (above := first.setdefault(asset, asset)) != asset:
            first[asset] = asset = first[above]
        return asset

    for ref in pairs:
        if ref.kind is PairKind.EXACT:
            a, b = find(ref.asset_a), find(ref.asset_b)
            first[max(a, b)] = min(a, b)
    return {asset: find(asset) for asset in first}


class _Web:
    """Pairs by the contents that they connect, each named by the asset that stands for it."""

    def __init__(
        self, pairs: Sequence[PairRef], places: Iterable[int], first: Mapping[int, int]
    ) -> None:
        self._pairs = pairs
        self.near: Near = {}
        self.copies: dict[int, list[int]] = {}
        """The others of a content."""
        self._exact: dict[int, list[int]] = {}
        """Places of the pairs of copies."""
        for asset, stands in first.items():
            if asset != stands:
                self.copies.setdefault(stands, []).append(asset)
        for place in places:
            ref = pairs[place]
            a, b = first.get(ref.asset_a, ref.asset_a), first.get(ref.asset_b, ref.asset_b)
            if a == b:
                self._exact.setdefault(a, []).append(place)
            else:
                self.near.setdefault(a, {}).setdefault(b, place)
                self.near.setdefault(b, {}).setdefault(a, place)

    def group(self, cluster: Sequence[int]) -> tuple[int, PotentialGroup]:
        """The group of some contents, the middle one first, and the place of its first pair."""
        middle = cluster[0]
        partners, inside = self.near.get(middle, {}), set(cluster)
        # Who has no pair with the middle comes last.
        others = sorted((partners.get(each, len(self._pairs)), each) for each in cluster[1:])
        members: list[int] = []
        places: set[int] = set()
        for each in (middle, *(other for _, other in others)):
            members += (each, *sorted(self.copies.get(each, ())))
            places.update(self._exact.get(each, ()))
            around = self.near.get(each, {})
            places.update(around[other] for other in around.keys() & inside)
        in_turn = sorted(places)
        return in_turn[0], PotentialGroup(tuple(members), tuple(self._pairs[at] for at in in_turn))


def _apart(pairs: Sequence[PairRef]) -> tuple[list[int], list[int]]:
    """Places of the pairs whose assets stand in no other, which most do, and of the rest."""
    uses = Counter(ref.asset_a for ref in pairs)
    uses.update(ref.asset_b for ref in pairs)
    alone: list[int] = []
    tied: list[int] = []
    for place, ref in enumerate(pairs):
        is_alone = uses[ref.asset_a] == 1 == uses[ref.asset_b]
        (alone if is_alone else tied).append(place)
    return alone, tied


def _alone(ref: PairRef) -> PotentialGroup:
    return PotentialGroup((min(ref.key), max(ref.key)), (ref,))


def _components(near: Near) -> Iterator[list[int]]:
    met: set[int] = set()
    for start in near:
        if start in met:
            continue
        met.add(start)
        component = [start]
        for each in component:
            fresh = near[each].keys() - met
            met |= fresh
            component += fresh
        yield component


def _clusters(component: Sequence[int], near: Near) -> Iterator[list[int]]:
    """`component` whole where each has a pair with at least half of the others, so that any two
    that have none share a partner; else stars."""
    if not all(2 * len(near[each]) >= len(component) - 1 for each in component):
        yield from _stars(component, near)
        return
    middle = min(component, key=lambda each: (-len(near[each]), each))
    yield [middle, *(each for each in component if each != middle)]


def _stars(component: Sequence[int], near: Near) -> Iterator[list[int]]:
    """Clusters that hold every pair of `component`: the one with the most pairs left goes first,
    of equals the lowest id, and takes its partners along."""
    left = {each: set(near[each]) for each in component}
    waiting = [(-len(partners), each) for each, partners in left.items()]
    heapq.heapify(waiting)
    while waiting:
        count, middle = heapq.heappop(waiting)
        if -count != len(left[middle]):
            if left[middle]:
                heapq.heappush(waiting, (-len(left[middle]), middle))
            continue
        if not count:
            return
        cluster = {middle, *left[middle]}
        for each in cluster:
            left[each] -= cluster
        yield [middle, *(cluster - {middle})]
