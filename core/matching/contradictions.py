"""What somebody said before that a decision would contradict: told and asked, never dropped.

Two pictures cannot be duplicates and something else, nor alternates and not related; and of better
ones there is no circle. What follows from several decisions counts as much as what was said at
once. To say the same again, either way round, contradicts nothing; nor does it to call two equally
good of which just one was called better: they stay duplicates, and the later word counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from core.catalog.relations import Live
from core.matching.groups import JOINING, Group
from core.matching.relations import Relations, Steps
from core.model import RelationKind


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Earlier decisions that together say otherwise."""

    decisions: tuple[int, ...]
    """In the order in which they lead from one of the two to the other."""
    sentence: str
    """For people."""


def contradictions(
    relations: Relations, kind: RelationKind, a: int, b: int
) -> tuple[Contradiction, ...]:
    """What a decision of this kind about the contents `a` and `b`, `a` the better one where it says
    so, would contradict.

    Without all the decisions that are named it contradicts nothing. Where several lead from `a` to
    `b`, the shortest way is named as a whole, as nobody can tell which of them is the wrong one.
    """
    found: list[Contradiction] = []
    while a != b and (more := list(_first_met(relations, kind, a, b))):
        found += more
        relations = relations.changed([each for one in more for each in one.decisions], ())
    return tuple(found)


def _first_met(relations: Relations, kind: RelationKind, a: int, b: int) -> Iterator[Contradiction]:
    """Some of the contradictions; none where there are none."""
    first, second = relations.group(a), relations.group(b)
    if kind in JOINING:
        if first is second:
            return _against_order(relations, kind, a, b, first)
        return _against_joining(relations, first, second)
    if first is second:
        words = "calls them duplicates", "they are duplicates"
        return _shortest(relations, (a,), (b,), _is_joining, *words)
    if kind is RelationKind.NOT_RELATED:
        words = "calls them alternates", "they are alternates"
        return _shortest(relations, first.members, second.members, _keeps_together, *words)
    if kind is RelationKind.ALTERNATES:
        return _strangers(relations, first, second)
    return iter(())


def _against_order(
    relations: Relations, kind: RelationKind, a: int, b: int, group: Group
) -> Iterator[Contradiction]:
    if kind is RelationKind.BETTER:
        words = "says that the other one is better", "the other one is better"
        if group.are_equals(a, b):
            words = "calls them equally good", "they are equally good"
        return _shortest(relations, (b,), (a,), _goes_down, *words)
    if group.are_equals(a, b):
        return iter(())

    def by_others(content: int, said: Live) -> bool:
        return _goes_down(content, said) and {said.a, said.b} != {a, b}

    words = "says that one of them is better", "one of them is better than the other"
    return chain(
        _shortest(relations, (a,), (b,), by_others, *words),
        _shortest(relations, (b,), (a,), by_others, *words),
    )


def _against_joining(relations: Relations, a: Group, b: Group) -> Iterator[Contradiction]:
    for kind in (RelationKind.ALTERNATES, RelationKind.STACKED):
        for said in a.outside:
            if said.kind is kind and _is_between(said, a.members, b.members):
                yield _one(said)
    yield from _strangers(relations, a, b)


def _strangers(relations: Relations, a: Group, b: Group) -> Iterator[Contradiction]:
    """Who said that the two, or any of their sets of alternates, are not related."""
    sides = a.members, b.members
    if not relations.are_in_one_set(a, b):
        sides = relations.alternates(a).members, relations.alternates(b).members
    met = set[int]()
    for content in sorted(sides[0]):
        for said in relations.named(content):
            is_foe = said.kind is RelationKind.NOT_RELATED and _is_between(said, *sides)
            if is_foe and said.id not in met:
                met.add(said.id)
                yield _one(said)


def _is_between(said: Live, some: Collection[int], others: Collection[int]) -> bool:
    return (said.a in some and said.b in others) or (said.b in some and said.a in others)


def _one(said: Live) -> Contradiction:
    return Contradiction(
        (said.id,), f"decision {said.id} calls them, or others of their groups, {said.kind}"
    )


def _shortest(
    relations: Relations,
    starts: Collection[int],
    ends: Collection[int],
    steps: Steps,
    one: str,
    together: str,
) -> Iterator[Contradiction]:
    found = relations.path(starts, ends, steps) or []
    # What joins the others of a group to those that were named is not in question.
    ids = [each.id for each in found if each.kind not in JOINING] or [each.id for each in found]
    if len(ids) == 1:
        yield Contradiction(tuple(ids), f"decision {ids[0]} {one}")
    elif ids:
        listed = f"{', '.join(map(str, ids[:-1]))} and {ids[-1]}"
        yield Contradiction(tuple(ids), f"by decisions {listed} together {together}")


def _is_joining(_: int, said: Live) -> bool:
    return said.kind in JOINING


def _keeps_together(_: int, said: Live) -> bool:
    return said.kind in JOINING or said.kind is RelationKind.ALTERNATES


def _goes_down(content: int, said: Live) -> bool:
    """From a better one to a worse one, or to an equal."""
    return said.kind is RelationKind.SAME_QUALITY or (
        said.kind is RelationKind.BETTER and said.a == content
    )
