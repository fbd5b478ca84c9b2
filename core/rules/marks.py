"""What is to become of each picture of a group, and the choice that this comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from core.model import Asset, GroupChoice


class Mark(StrEnum):
    """What is to become of one picture of a group."""

    KEEP = "keep"
    TRASH = "trash"
    STACK = "stack"
    """It stays, under the best one."""
    ALTERNATE = "alternate"
    """It stays: the best one with changed content."""
    UNRELATED = "not related"
    """It stays: no duplicate of the best one at all."""
    UNDECIDED = "undecided"
    """Nothing is said of it, and its pairs stay open."""


def group_choice(
    best: int, marks: Mapping[int, Mark], assets: Iterable[Asset], why: str
) -> GroupChoice | None:
    """What `marks`, by asset, come to; None where nothing is said of two of them.

    Args:
        best: the one that the others are compared with; it comes first among those of its mark.
        marks: of all of the group.
        assets: the same, as they are now.
        why: one sentence for people.
    """
    decided = [asset for asset, mark in marks.items() if mark is not Mark.UNDECIDED]
    if len(decided) < 2:
        return None
    ordered = sorted(decided, key=lambda asset: asset != best)

    def of(mark: Mark) -> tuple[int, ...]:
        return tuple(asset for asset in ordered if marks[asset] is mark)

    return GroupChoice(
        why,
        keep=of(Mark.KEEP),
        trash=of(Mark.TRASH),
        stack=of(Mark.STACK),
        alternates=of(Mark.ALTERNATE),
        unrelated=of(Mark.UNRELATED),
        seen=tuple((each.id, each.digest) for each in assets if each.id in set(decided)),
    )
