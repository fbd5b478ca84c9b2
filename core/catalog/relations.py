"""Decisions as relations: those that hold, in so few words that a hundred thousand are at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from core.catalog.assets import in_chunks
from core.catalog.journal import STANDS_AGAIN
from core.catalog.rows import stored
from core.catalog.schema import Decision, Operation, database
from core.model import DecisionState, OperationKind, Plan, RelationKind


class Live(NamedTuple):
    """A decision that holds. But for whether it does, nothing of it ever changes."""

    id: int
    kind: RelationKind
    a: int
    """The content of the better one, where `kind` says so."""
    b: int
    assets: tuple[int, int]
    moved: bool
    """B's file went, and nothing with its bytes came in its place."""
    set_name: str | None = None

    def other(self, content: int) -> int:
        """The one of the two that `content` is not."""
        return self.b if content == self.a else self.a


def supposed(plan: Plan, number: int) -> Live:
    """What `plan` would be once it is carried out, the first one having the number 0."""
    choice, a, b = plan.choice, plan.keeper, plan.other
    moved = plan.moves and STANDS_AGAIN.isdisjoint(each.kind for each in plan.operations)
    return Live(
        _FAR + number, choice.kind, a.content_id, b.content_id, (a.id, b.id), moved, choice.set_name
    )


def connection() -> object:
    """What tells this catalog from one that was open before."""
    return database.connection()  # type: ignore[no-untyped-call]


def live_ids() -> set[int]:
    """The decisions that hold."""
    # Nothing but this column, which an index has: a hundred thousand take some milliseconds.
    query = Decision.select(Decision.id).where(Decision.state == DecisionState.DONE)
    return {decision_id for (decision_id,) in stored(query)}


def live(decision_ids: Collection[int] | None = None) -> Iterator[Live]:
    """The decisions that hold, of these ids or all, in no particular order."""
    if decision_ids is None:
        yield from _live(None)
    else:
        for some in in_chunks(decision_ids):
            yield from _live(some)


def _live(some: list[int] | None) -> Iterator[Live]:
    left = _with_operations([OperationKind.TRASH], some)
    left -= _with_operations(STANDS_AGAIN, some)
    query = Decision.select(
        Decision.id,
        Decision.kind,
        Decision.content_a,
        Decision.content_b,
        Decision.asset_a,
        Decision.asset_b,
        Decision.set_name,
    ).where(Decision.state == DecisionState.DONE)
    if some is not None:
        query = query.where(Decision.id.in_(some))
    for decision_id, kind, a, b, asset_a, asset_b, name in stored(query):
        moved = decision_id in left
        yield Live(decision_id, _KINDS[kind], a, b, (asset_a, asset_b), moved, name)


def _with_operations(kinds: Iterable[OperationKind], some: list[int] | None) -> set[int]:
    query = Operation.select(Operation.decision).where(Operation.kind.in_(list(kinds)))
    if some is not None:
        query = query.where(Operation.decision.in_(some))
    return {decision_id for (decision_id,) in stored(query)}


_FAR = 1 << 62
"""After every decision that has been carried out."""

_KINDS = {str(kind): kind for kind in RelationKind}
