"""What holds of one content, and from which decisions it follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.catalog.relations import Live
from core.matching.groups import JOINING
from core.matching.relations import Came, Relations, way
from core.model import RelationKind


@dataclass(frozen=True, slots=True)
class Implied:
    """What follows for a content and another one, though nobody said it of just these two."""

    relation: str
    """What the first is: ``better than`` the other, ``not related to`` it ..."""
    other: int
    decisions: tuple[int, ...]
    """Which lead from the first to the other, in their order."""


@dataclass(frozen=True, slots=True)
class Account:
    """What holds of one content."""

    content: int
    tops: tuple[int, ...]
    """The king of its group, or several rivals, as nobody has decided between them."""
    group: tuple[int, ...]
    """All members, it included; one, where it has no duplicate."""
    alternates: tuple[int, ...]
    """The others of its set."""
    set_name: str | None
    stack: tuple[int, ...]
    """The others of its stack."""
    direct: tuple[Live, ...]
    """The decisions that name it together with another content."""
    implied: tuple[Implied, ...]


def account(relations: Relations, content: int) -> Account:
    """All that holds of `content`."""
    group = relations.group(content)
    kin, stack = relations.alternates(group), relations.stack(group)
    return Account(
        content,
        tuple(sorted(top[0] for top in group.tops)),
        tuple(sorted(group.members)),
        tuple(sorted(kin.members - group.members)),
        kin.name,
        tuple(sorted(stack.members - group.members)),
        tuple(relations.named(content)),
        tuple(sorted(_implied(relations, content), key=lambda each: each.other)),
    )


def _implied(relations: Relations, content: int) -> Iterator[Implied]:
    met = {content, *(each.other(content) for each in relations.named(content))}
    for relation, came in _duplicates(relations, content):
        for other in came.keys() - met:
            yield Implied(relation, other, _ids(way(came, other)))
        met |= came.keys()
    for kind, further in _FURTHER.items():
        for implied in _others(relations, content, kind, JOINING | further):
            if implied.other not in met:
                met.add(implied.other)
                yield implied


def _duplicates(relations: Relations, content: int) -> Iterator[tuple[str, Came]]:
    """What the members of a group are to one, the most telling words first."""
    same = RelationKind.SAME_QUALITY
    ways = (
        ("as good as", lambda _, said: said.kind is same),
        (
            "better than",
            lambda at, said: said.kind in JOINING and (said.a == at or said.kind is same),
        ),
        (
            "worse than",
            lambda at, said: said.kind in JOINING and (said.b == at or said.kind is same),
        ),
        ("a duplicate of", lambda _, said: said.kind in JOINING),
    )
    for relation, steps in ways:
        yield relation, relations.reach((content,), steps)


def _others(
    relations: Relations, content: int, kind: RelationKind, within: frozenset[RelationKind]
) -> Iterator[Implied]:
    """Contents to which one decision of `kind` leads from `content`, and before and after it any
    of the kinds `within`."""
    here = relations.reach((content,), lambda _, said: said.kind in within)
    crossings: dict[int, Live] = {}
    for near in here:
        for said in relations.named(near):
            if said.kind is kind:
                crossings.setdefault(said.other(near), said)
    there = relations.reach(crossings, lambda _, said: said.kind in within)
    own = relations.group(content).members
    for other in there.keys() - own:
        after = way(there, other)
        first = after[0] if after else None
        at = other if first is None else _start(after, other)
        crossing = crossings[at]
        before = way(here, crossing.other(at))
        yield Implied(_WORDS[kind], other, _ids([*before, crossing, *after]))


def _start(steps: Iterable[Live], end: int) -> int:
    for said in reversed(list(steps)):
        end = said.other(end)
    return end


def _ids(decisions: Iterable[Live]) -> tuple[int, ...]:
    return tuple(each.id for each in decisions)


_FURTHER = {
    RelationKind.NOT_RELATED: frozenset((RelationKind.ALTERNATES,)),
    RelationKind.ALTERNATES: frozenset[RelationKind](),
    RelationKind.STACKED: frozenset((RelationKind.STACKED,)),
}
"""What else than duplicates a relation extends over."""

_WORDS = {
    RelationKind.NOT_RELATED: "not related to",
    RelationKind.ALTERNATES: "an alternate of",
    RelationKind.STACKED: "stacked with",
}
