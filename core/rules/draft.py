"""A rule that is being made: it may be unfinished or wrong, and every edit gives a new one.

It holds what a rules file would say, tests as the texts they are, so that what is wrong with it is
found by those who read files, and is told by key and by place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.model import Fate, RelationKind
from core.rules.keys import KEYS, SEARCHES, Shape
from core.rules.rule import Matching, Rule
from core.rules.table import At, Fault, nested, read_table, table_of


class Join(StrEnum):
    """What tests are joined by; NOT has one part."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Line:
    """What should be a test."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tests, joined."""

    join: Join
    parts: tuple[Branch, ...] = ()


Branch = Line | Group
Branches = tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule that is being made."""

    said: Mapping[str, Any]
    """By the names of keys, tests as `Branches`; what is not said is as in a file."""

    @classmethod
    def of(cls, rule: Rule) -> Draft:
        """A draft that says what `rule` does."""
        return cls(
            {
                name: tuple(map(_branch, value)) if _has_tests(name) else value
                for name, value in table_of(rule).items()
            }
        )

    @classmethod
    def blank(cls, name: str) -> Draft:
        """A draft that looks for nothing in particular and sends nothing away."""
        action = {"action": str(RelationKind.BETTER), "a": str(Fate.KEEP), "b": str(Fate.KEEP)}
        return cls({"name": name, "search.both": (), "comparison": (), **action})

    def read(self) -> tuple[Rule, tuple[Fault, ...]]:
        """The rule as far as it goes, and what is wrong with it; with a fault it is of no use."""
        table = {
            name: [_plain(branch) for branch in value] if _has_tests(name) else value
            for name, value in self.said.items()
            # Nothing asked of both files is nothing said; of one and the other it is a gap.
            if value != () or name not in SEARCHES[Matching.BOTH]
        }
        return read_table(nested(table))

    # Values

    def value(self, name: str) -> Any:
        """What is said under a key, or what holds where nothing is."""
        return self.said.get(name, KEYS[name].default)

    def with_value(self, name: str, value: Any) -> Draft:
        """The same with this said under a key; None: nothing."""
        said = {key: each for key, each in self.said.items() if key != name}
        return Draft(said if value is None else {**said, name: value})

    @property
    def matching(self) -> Matching:
        """How two files are searched for."""
        return next(
            (each for each, names in SEARCHES.items() if any(name in self.said for name in names)),
            Matching.BOTH,
        )

    def with_matching(self, matching: Matching) -> Draft:
        """The same with its tests asked in another way, as far as there is a place for them."""
        old = [self.tests(name) for name in SEARCHES[self.matching]]
        dropped = [name for names in SEARCHES.values() for name in names]
        said = {name: value for name, value in self.said.items() if name not in dropped}
        new = zip(SEARCHES[matching], [*old, ()], strict=False)
        return Draft({**said, **dict(new)})

    # Tests

    def tests(self, name: str) -> Branches:
        """The tests of a key."""
        found: Branches = self.said.get(name, ())
        return found

    def test(self, name: str, at: At) -> Branch:
        """The test at a place."""
        *outer, last = at
        return _parts(self.tests(name), tuple(outer))[last]

    def inserted(self, name: str, at: At, branch: Branch) -> Draft:
        """The same with one more at a place; what is there goes behind it."""
        *outer, last = at
        return self._edited(
            name, tuple(outer), lambda parts: (*parts[:last], branch, *parts[last:])
        )

    def replaced(self, name: str, at: At, *branches: Branch) -> Draft:
        """The same with others in place of the one at a place; none takes it away."""
        *outer, last = at
        edited = self._edited(
            name, tuple(outer), lambda parts: (*parts[:last], *branches, *parts[last + 1 :])
        )
        if not branches and self._is_part_of_not(name, at):
            # There is no not of nothing.
            return edited.replaced(name, tuple(outer))
        return edited

    def wrapped(self, name: str, at: At, join: Join) -> Draft:
        """The same with the one at a place in a group of its own; of a *not* its part alone."""
        branch = self.test(name, at)
        if join is Join.NOT and isinstance(branch, Group) and branch.join is Join.NOT:
            return self.replaced(name, at, *branch.parts)
        return self.replaced(name, at, Group(join, (branch,)))

    def unwrapped(self, name: str, at: At) -> Draft:
        """The same with the parts of the group at a place in its place, where there is room."""
        branch = self.test(name, at)
        if not isinstance(branch, Group) or (self._is_part_of_not(name, at) and branch.parts[1:]):
            return self
        return self.replaced(name, at, *branch.parts)

    def _is_part_of_not(self, name: str, at: At) -> bool:
        holder = self.test(name, at[:-1]) if at[:-1] else None
        return isinstance(holder, Group) and holder.join is Join.NOT

    def rejoined(self, name: str, at: At) -> Draft:
        """The same with *all* for *any* at a place, or the other way."""
        branch = self.test(name, at)
        if not isinstance(branch, Group) or branch.join is Join.NOT:
            return self
        join = Join.ANY if branch.join is Join.ALL else Join.ALL
        return self.replaced(name, at, replace(branch, join=join))

    def moved(self, name: str, at: At, step: int) -> tuple[Draft, At]:
        """The same with the one at a place a step up (-1) or down (1): over what is there, into a
        group that is there, or out of its own; and where it is then."""
        *rest, last = at
        outer = tuple(rest)
        branch, siblings = self.test(name, at), _parts(self.tests(name), outer)
        beside = last + step
        without = self.replaced(name, at)
        if 0 <= beside < len(siblings):
            neighbour = siblings[beside]
            # Taking it away has moved the ones behind it.
            seat = beside if step < 0 else last
            if isinstance(neighbour, Group) and neighbour.join is not Join.NOT:
                inside = (*outer, seat, len(neighbour.parts) if step < 0 else 0)
                return without.inserted(name, inside, branch), inside
            there = (*outer, beside)
            return without.inserted(name, there, branch), there
        if not outer:
            return self, at
        gone = self._is_part_of_not(name, at)
        # A *not* has no room for a second part.
        while self._is_part_of_not(name, outer):
            outer = outer[:-1]
        there = (*outer[:-1], outer[-1] + (0 if step < 0 or gone else 1))
        return without.inserted(name, there, branch), there

    def places(self, name: str) -> Iterator[tuple[At, Branch]]:
        """Every test of a key with its place, as they are written one below the other."""
        yield from _places(self.tests(name), ())

    def _edited(self, name: str, outer: At, edit: Callable[[Branches], Branches]) -> Draft:
        return self.with_value(name, _edit(self.tests(name), outer, edit))


def _has_tests(name: str) -> bool:
    return KEYS[name].shape in (Shape.ONE, Shape.PAIR)


def _parts(parts: Branches, at: At) -> Branches:
    """The parts of the group at a place, or all for no place."""
    for place in at:
        group = parts[place]
        assert isinstance(group, Group)
        parts = group.parts
    return parts


def _edit(parts: Branches, outer: At, edit: Callable[[Branches], Branches]) -> Branches:
    if not outer:
        return edit(parts)
    first, *rest = outer
    group = parts[first]
    assert isinstance(group, Group)
    edited = replace(group, parts=_edit(group.parts, tuple(rest), edit))
    return (*parts[:first], edited, *parts[first + 1 :])


def _places(parts: Branches, outer: At) -> Iterator[tuple[At, Branch]]:
    for place, branch in enumerate(parts):
        at = (*outer, place)
        yield at, branch
        if isinstance(branch, Group):
            yield from _places(branch.parts, at)


def _branch(plain: Any) -> Branch:
    if isinstance(plain, str):
        return Line(plain)
    ((word, inner),) = plain.items()
    parts = [inner] if word == Join.NOT else inner
    return Group(Join(word), tuple(map(_branch, parts)))


def _plain(branch: Branch) -> Any:
    if isinstance(branch, Line):
        return branch.text
    parts = [_plain(part) for part in branch.parts]
    if branch.join is not Join.NOT:
        return {str(branch.join): parts}
    # Of an unfinished one the gap is said as that of a test.
    return {"not": parts[0] if parts else ""}
