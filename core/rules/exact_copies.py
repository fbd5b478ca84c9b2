"""The built-in rule: of byte-identical files the oldest stays, the others go to the trash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.metadata.compare import not_kept
from core.model import Asset, Choice, RelationKind
from core.text import human_moment

NAME = "exact-copies"


def choose(copies: Sequence[Asset]) -> Iterator[Choice]:
    """One choice for each copy that is not the oldest.

    The order is total: modification time, then path. So the result is the same whatever order
    the copies come in.

    Args:
        copies: present assets with the same digest.
    """
    keeper, *others = sorted(copies, key=lambda asset: (asset.modified_ns, asset.path))
    for other in others:
        if other.digest != keeper.digest:
            continue
        if keeper.modified_ns == other.modified_ns:
            reason = "the same bytes and the same age; the first path stays"
        else:
            reason = (
                "the same bytes; the older stays "
                f"({human_moment(keeper.modified_ns)} before {human_moment(other.modified_ns)})"
            )
        leaving = not_kept(keeper, other)
        if leaving:
            reason += f"; what only its sidecar says goes with it: {', '.join(leaving)}"
        seen = keeper.digest, other.digest
        yield Choice(RelationKind.BETTER, keeper.id, other.id, reason, rule=NAME, seen=seen)
