"""A duplicate group: contents that were called better, worse or as good as one another.

*Better* orders them, though not all of them: where A beats B and C beats B, nobody has said which
of A and C is the better one. *Same quality* makes them equals. Whoever nobody beats is a top; one
top is the group's king, and several are rivals until somebody decides between them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from core.catalog.relations import Live
from core.model import RelationKind

JOINING = frozenset((RelationKind.BETTER, RelationKind.SAME_QUALITY))
"""What makes a duplicate group."""


class Group:
    """Contents joined by decisions, and what was decided between them and others."""

    def __init__(
        self, members: Iterable[int], inside: Sequence[Live] = (), outside: Sequence[Live] = ()
    ) -> None:
        """`inside` joins the members, in the order in which it was decided; `outside` are all
        other decisions that name one of them."""
        self.members = frozenset(members)
        self.inside = inside
        self.outside = outside

    @cached_property
    def linked(self) -> frozenset[int]:
        """Contents that a decision from outside names together with a member."""
        return frozenset(content for each in self.outside for content in (each.a, each.b))

    @cached_property
    def tops(self) -> tuple[tuple[int, ...], ...]:
        """The classes that nobody beats; equals in a class, the one that stands for it first."""
        return tuple(each.members for each in self._classes if not each.beaten_by)

    def best(self, present: Container[int]) -> int | None:
        """Who stands for the group: of those in `present` the one that the fewest beat, then that
        of the lowest id; None where there is nobody."""
        if not self.inside:
            (alone,) = self.members
            return alone if alone in present else None
        found: list[_Class] = []
        waiting = [each for each in self._classes if not each.beaten_by]
        met = set(map(id, waiting))
        for each in waiting:
            # Whom a present one beats, more do beat.
            if each.first_in(present) is not None:
                found.append(each)
                continue
            fresh = [below for below in each.beats if id(below) not in met]
            met.update(map(id, fresh))
            waiting += fresh
        standing = [(each.count_above(), each.first_in(present)) for each in found]
        return min(standing, key=lambda each: (each[0], each[1] or 0))[1] if standing else None

    def rivals(self, present: Container[int]) -> list[int]:
        """Of the tops those in `present`, one for each class, where there are several."""
        if len(self.inside) < 2 or len(self.tops) < 2:
            return []
        firsts = (next((each for each in top if each in present), None) for top in self.tops)
        found = sorted(each for each in firsts if each is not None)
        return found if len(found) > 1 else []

    def are_equals(self, a: int, b: int) -> bool:
        """Whether two members are of one class."""
        return self._class_of[a] is self._class_of[b]

    @cached_property
    def _class_of(self) -> Mapping[int, _Class]:
        return {member: each for each in self._classes for member in each.members}

    @cached_property
    def _classes(self) -> list[_Class]:
        if not self.inside:
            return [_Class(tuple(self.members))]
        beats: dict[int, list[int]] = {member: [] for member in self.members}
        beaten: dict[int, list[int]] = {member: [] for member in self.members}
        for each in self.inside:
            beats[each.a].append(each.b)
            beaten[each.b].append(each.a)
            if each.kind is RelationKind.SAME_QUALITY:
                beats[each.b].append(each.a)
                beaten[each.a].append(each.b)
        found: list[_Class] = []
        of: dict[int, _Class] = {}
        for members in _strongly_joined(beats, beaten):
            made = _Class(self._best_first(members))
            found.append(made)
            of.update((member, made) for member in members)
        for each in self.inside:
            better, worse = of[each.a], of[each.b]
            if better is not worse:
                better.beats.append(worse)
                worse.beaten_by.append(better)
        return found

    def _best_first(self, equals: Sequence[int]) -> tuple[int, ...]:
        if len(equals) == 1:
            return tuple(equals)
        within = set(equals)
        earliest = next(each for each in self.inside if each.a in within and each.b in within)
        return earliest.a, *sorted(within - {earliest.a})


class _Class:
    """Equals, the one that stands for them first, and whom they beat and are beaten by."""

    def __init__(self, members: tuple[int, ...]) -> None:
        self.members = members
        self.beats: list[_Class] = []
        self.beaten_by: list[_Class] = []

    def first_in(self, present: Container[int]) -> int | None:
        return next((each for each in self.members if each in present), None)

    def count_above(self) -> int:
        """How many contents beat these."""
        above = {id(each): each for each in self.beaten_by}
        waiting = list(above.values())
        for each in waiting:
            fresh = {id(over): over for over in each.beaten_by if id(over) not in above}
            above |= fresh
            waiting += fresh.values()
        return sum(len(each.members) for each in waiting)


def _strongly_joined(
    forward: Mapping[int, Sequence[int]], backward: Mapping[int, Sequence[int]]
) -> Iterator[list[int]]:
    """Nodes that can reach each other, after Kosaraju; of decisions that go round in a circle, as
    old catalogs may have, all are equals."""
    order: list[int] = []
    met: set[int] = set()
    for start in sorted(forward):
        order += _exhausted(start, forward, met)
    met.clear()
    for start in reversed(order):
        if found := _exhausted(start, backward, met):
            yield found


def _exhausted(start: int, edges: Mapping[int, Sequence[int]], met: set[int]) -> list[int]:
    """What can be reached from `start` and was not met before; each after all it leads to."""
    if start in met:
        return []
    met.add(start)
    done: list[int] = []
    path = [(start, iter(edges[start]))]
    while path:
        node, left = path[-1]
        step = next((each for each in left if each not in met), None)
        if step is None:
            done.append(node)
            path.pop()
        else:
            met.add(step)
            path.append((step, iter(edges[step])))
    return done
