"""Decisions as relations: those that hold, in so few words that a hundred thousand are at hand."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from core.catalog.assets import PRESENT, in_chunks
from core.catalog.journal import STANDS_AGAIN
from core.catalog.prepared import Prepared, given
from core.catalog.rows import listed, stored
from core.catalog.schema import Asset, Decision, Operation, database
from core.catalog.scope import Scope, below
from core.model import LEAVING, DecisionState, OperationKind, Plan, RelationKind


class Live(NamedTuple):
    """A decision that holds. Nothing of it ever changes, but for whether it does, and for its
    contents where a picture is written into (`embedding_ids`)."""

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


def moment() -> tuple[int, int]:
    """Another one whenever anything in the catalog has changed, by whomever; of one connection."""
    opened = database.connection()  # type: ignore[no-untyped-call]
    return database.pragma("data_version"), opened.total_changes


def live_ids() -> set[int]:
    """The decisions that hold."""
    # Nothing but this column, which an index has: a hundred thousand take some milliseconds.
    query = Decision.select(Decision.id).where(Decision.state == DecisionState.DONE)
    return {decision_id for (decision_id,) in stored(query)}


def any_named(contents: Collection[int]) -> bool:
    """Whether a decision that holds names one of these contents."""
    return any(
        next(iter(query.run(content=content)), None) is not None
        for content in contents
        for query in _NAMING
    )


def _naming(side: Any) -> Prepared:
    return Prepared(
        lambda: (
            Decision.select(Decision.id)
            .where(side == given(side, "content"), Decision.state == DecisionState.DONE)
            .limit(1)
        )
    )


_NAMING = tuple(map(_naming, (Decision.content_a, Decision.content_b)))


def embedding_ids() -> frozenset[int]:
    """The decisions that hold and have written into pictures: what names those pictures' assets
    names other contents than before, for as long."""
    query = (
        Operation.select(Operation.decision)
        .join(Decision, on=(Operation.decision == Decision.id))
        .where(Operation.kind == OperationKind.EMBED, Decision.state == DecisionState.DONE)
    )
    return frozenset(decision_id for (decision_id,) in stored(query))


def naming_assets_of(decision_ids: Collection[int]) -> set[int]:
    """The decisions that hold and name an asset that one of these names, too."""
    sides = (Decision.asset_a, Decision.asset_b)
    assets = {
        asset
        for some in in_chunks(decision_ids)
        for row in stored(Decision.select(*sides).where(Decision.id.in_(some)))
        for asset in row
    }
    return {
        decision_id
        for some in in_chunks(assets)
        for side in sides
        for (decision_id,) in stored(
            Decision.select(Decision.id).where(side.in_(some), Decision.state == DecisionState.DONE)
        )
    }


def live(decision_ids: Collection[int] | None = None) -> Iterator[Live]:
    """The decisions that hold, of these ids or all, in no particular order."""
    if decision_ids is None:
        yield from _live(None)
    else:
        for some in in_chunks(decision_ids):
            yield from _live(some)


def dissolve(decision_id: int) -> bool:
    """End a relation: its decision holds no longer, and its files stay as they are. Whether it
    held."""
    return _exchange(decision_id, DecisionState.DONE, DecisionState.DISSOLVED)


def reinstate(decision_id: int) -> bool:
    """Take `dissolve` back. Whether it was dissolved."""
    return _exchange(decision_id, DecisionState.DISSOLVED, DecisionState.DONE)


def _exchange(decision_id: int, old: DecisionState, new: DecisionState) -> bool:
    changed = Decision.update(state=new).where(Decision.id == decision_id, Decision.state == old)
    return bool(changed.execute())


class Place(NamedTuple):
    """Where a content is, or was last."""

    path: str
    state: str
    """As `core.model.KnownFile.state`."""
    asset_id: int
    content: int


def is_known(path: Path) -> bool:
    """Whether the catalog has anything at `path` or below it."""
    query = Asset.select(Asset.id).where((Asset.path == path) | below([path])).limit(1)
    return next(stored(query), None) is not None


def places(files: Iterable[str], folders: Scope) -> list[Place]:
    """Everything with a content that the catalog has at one of `files` or below one of `folders`,
    by path."""
    found: dict[int, Place] = {}
    for few in in_chunks(files):
        found.update((each.asset_id, each) for each in _places(Asset.path.in_(few)))
    for folder in folders:
        found.update((each.asset_id, each) for each in _places(below([folder])))
    return sorted(found.values())


def places_of(contents: Iterable[int]) -> dict[int, Place]:
    """The best place of each of these contents: a present one, then that which was seen first."""
    found: dict[int, Place] = {}
    for each in _places(Asset.content.in_(listed(contents))):
        known = found.get(each.content)
        if known is None or _rank(each) < _rank(known):
            found[each.content] = each
    return found


def _rank(place: Place) -> tuple[bool, int]:
    return place.state != PRESENT, place.asset_id


def _places(condition: Any) -> Iterator[Place]:
    query = Asset.select(Asset.path, Asset.state, Asset.id, Asset.content).where(
        condition, Asset.content.is_null(False)
    )
    for path, *rest in stored(query):
        yield Place(os.fsdecode(path), *rest)


def of_copies(asset_ids: Collection[int] | None = None) -> dict[int, list[int]]:
    """By asset, of all or these, the decisions that hold between it and another copy of its
    content, or it alone; the oldest first."""
    query = Decision.select(Decision.id, Decision.asset_a, Decision.asset_b).where(
        Decision.state == DecisionState.DONE, Decision.content_a == Decision.content_b
    )
    if asset_ids is not None:
        some = listed(asset_ids)
        query = query.where(Decision.asset_a.in_(some) | Decision.asset_b.in_(some))
    found: dict[int, list[int]] = {}
    for decision_id, *sides in sorted(stored(query)):
        for asset_id in set(sides):
            found.setdefault(asset_id, []).append(decision_id)
    return found


def _live(some: list[int] | None) -> Iterator[Live]:
    left = _with_operations(LEAVING, some)
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
