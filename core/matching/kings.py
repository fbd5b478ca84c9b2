"""How somebody else becomes the king of a group."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.catalog.relations import Live
from core.matching.contradictions import contradictions
from core.matching.relations import Relations
from core.model import RelationKind


@dataclass(frozen=True, slots=True)
class Step:
    """A content that the new king is to be called better than."""

    beaten: int
    overrules: tuple[int, ...]
    """Earlier decisions that say otherwise."""


def crown(relations: Relations, content: int, present: Collection[int]) -> Iterator[Step]:
    """What has to be said for `content`, one of `present`, to stand for its group with no rival
    among them; nothing where it does."""
    while True:
        group = relations.group(content)
        above = [group.best(present), *group.rivals(present)]
        beaten = next((each for each in above if each not in (None, content)), None)
        if beaten is None:
            return
        gone: list[int] = []
        while found := contradictions(relations, RelationKind.BETTER, content, beaten):
            # All ways to `content` end with what was said of itself; whoever says that it is the
            # best means these.
            last = {each.decisions[-1] for each in found}
            gone += sorted(last)
            relations = relations.changed(last, ())
        said = Live(_LATER, RelationKind.BETTER, content, beaten, (0, 0), False)
        yield Step(beaten, tuple(gone))
        relations = relations.changed((), [said._replace(id=_LATER + beaten)])


_LATER = 1 << 62
"""After every decision that has been carried out."""
