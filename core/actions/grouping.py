"""What is wanted of a whole group, said pair by pair: so relations are kept, and undo goes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.errors import UsageError
from core.model import Choice, GroupChoice, RelationKind


def pairwise(group: GroupChoice) -> list[Choice]:
    """The choices that `group` comes to, to be made as one; the best asset is A in each.

    Where all go, the best of them (the first) goes as well, though nothing better stays.

    Raises:
        UsageError: an asset is named twice, or there are not two.
    """
    named = (*group.keep, *group.stack, *group.alternates, *group.trash, *group.unrelated)
    if len(set(named)) < len(named):
        raise UsageError("group", "an asset is named twice", "say one thing of each")
    if len(named) < 2:
        raise UsageError("group", "it takes two assets to decide", "name more of them")
    best = named[0]
    choices = [_choice(group, kind, best, other) for kind, other in _relations(group, best)]
    return [replace(choices[0], overrules=group.overrules), *choices[1:]]


def _relations(group: GroupChoice, best: int) -> Iterator[tuple[RelationKind, int]]:
    for kind, others in (
        (RelationKind.BETTER, group.trash),
        (RelationKind.SAME_QUALITY, group.keep),
        (RelationKind.STACKED, group.stack),
        (RelationKind.ALTERNATES, group.alternates),
        (RelationKind.NOT_RELATED, group.unrelated),
    ):
        yield from ((kind, other) for other in others if other != best)
    if best in group.trash:
        yield RelationKind.DISCARDED, best


def _choice(group: GroupChoice, kind: RelationKind, best: int, other: int) -> Choice:
    digests = dict(group.seen)
    return Choice(
        kind,
        best,
        other,
        group.why,
        merge=group.merge,
        settled=group.settled,
        leave_companions=group.leave_companions,
        set_name=group.set_name if kind is RelationKind.ALTERNATES else None,
        seen=(digests[best], digests[other]) if {best, other} <= digests.keys() else None,
    )
