"""What the journal has put into trashes: which files, of which decisions, and in whose favour."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from peewee import JOIN, SQL, fn

from core.catalog.assets import PRESENT, TRASHED, in_chunks
from core.catalog.history import condition
from core.catalog.journal import INTO_A_TRASH, STANDING, STANDS_AGAIN, TO_THE_TRASH
from core.catalog.reading import load_one
from core.catalog.rows import listed, rows, stored
from core.catalog.schema import Asset, Content, Decision, Leaving, Operation
from core.catalog.scope import Scope, below
from core.model import DecisionFilter, DecisionState, OperationKind, RelationKind

HOLDING = (*STANDING, DecisionState.APPLYING, DecisionState.UNDOING)
"""States of decisions whose files are in the trash, or may be."""


class HeldFile(NamedTuple):
    """A file that a decision has moved to the trash."""

    operation: int
    source: Path
    target: Path
    digest: bytes | None
    """Of a picture, as it has to be; None of what lay beside one."""
    size: int | None
    """Bytes, just so."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that one decision has in the trash."""

    decision: int
    batch: int | None
    kind: RelationKind
    state: DecisionState
    path_a: Path
    content_a: int
    content_b: int
    files: tuple[HeldFile, ...]


class Sent(NamedTuple):
    """An asset that a decision has put into the trash of its server."""

    operation: int
    decision: int
    path: Path
    keeper: Path
    """Of what was kept in its stead."""


class Copy(NamedTuple):
    """A file that a content is in, as far as the last scan knows."""

    path: Path
    size: int
    modified_ns: int
    digest: bytes


class Said(NamedTuple):
    """What the catalog says of the picture that a decision is B of."""

    asset: int
    path: Path
    state: str
    size: int
    """Bytes, when it was decided."""
    target: Path
    """Where the decision has put it."""


def held(
    roots: Scope, states: Collection[DecisionState] = STANDING, before: str | None = None
) -> list[Held]:
    """What is in the trashes below `roots`, of decisions in these states that were made before a
    moment of the journal; the oldest first."""
    condition = below(roots, Operation.target) & Decision.state.in_(list(states))
    if before is not None:
        condition &= Decision.decided_at < before
    return list(_held(condition & Operation.emptied_at.is_null(True)))


def of_decisions(
    decisions: Collection[int], states: Collection[DecisionState] = STANDING
) -> list[Held]:
    """What these have in the trash, of those in these states; the oldest first."""
    return [
        each
        for some in in_chunks(decisions)
        for each in _held(
            Decision.id.in_(some)
            & Decision.state.in_(list(states))
            & Operation.emptied_at.is_null(True)
        )
    ]


def place_in_trash(asset: int, content: int) -> Path | None:
    """Where the latest decision has put the picture of an asset that had this content; None where
    it lies in no trash for any."""
    # The only condition, as beside another one the database might use that one's index.
    query = Decision.select(Decision.id, Decision.content_b, Decision.state).where(
        Decision.asset_b == asset
    )
    for number, its_content, state in rows(query.order_by(Decision.id.desc())):
        if its_content == content and state in HOLDING:
            for decision in load_one(number):
                for each in decision.operations:
                    if each.kind is OperationKind.TRASH and each.source == decision.path_b:
                        return each.target
    return None


def heap_page(roots: Scope, text: str, place: int, size: int) -> list[int]:
    """Numbers of the decisions that have something in the trashes below `roots` and `text` in a
    path, newest first, from a place on that is counted from 0."""
    query = Decision.select(Decision.id).where(_heaped(roots, text))
    page = query.order_by(Decision.id.desc()).limit(size).offset(place)
    return [number for (number,) in rows(page)]


def heap(roots: Scope, text: str = "") -> tuple[int, int]:
    """How many such decisions there are, and the bytes of their pictures."""
    query = Decision.select(fn.COUNT(Decision.id), fn.SUM(Decision.freed))
    ((count, size),) = rows(query.where(_heaped(roots, text)))
    return count, int(size or 0)


def _heaped(roots: Scope, text: str) -> Any:
    in_trash = Operation.select(SQL("1")).where(
        Operation.decision == Decision.id,
        Operation.kind.in_(list(INTO_A_TRASH)),
        Operation.emptied_at.is_null(True),
        below(roots, Operation.target),
    )
    # What was begun to be taken back, and is still there, can be.
    states = (*STANDING, DecisionState.UNDOING)
    return condition(DecisionFilter(states=states, text=text)) & fn.EXISTS(in_trash)


def sent(root: Path, after: int) -> list[Sent]:
    """What lies in the trash of the server `root`, as far as the journal knows, by operation, of
    those after the operation `after`; no more than a page."""
    query = (
        Operation.select(Operation.id, Decision.id, Operation.source, Decision.path_a)
        .join(Decision, on=(Operation.decision == Decision.id))
        .where(
            Operation.kind == OperationKind.SERVER_TRASH,
            Operation.emptied_at.is_null(True),
            Decision.state.in_(STANDING),
            Operation.id > after,
            below([root], Operation.target),
        )
        .order_by(Operation.id)
        .limit(_SENT_AT_ONCE)
    )
    return [
        Sent(operation, decision, Path(path), Path(keeper))
        for operation, decision, path, keeper in rows(query)
    ]


def leaving() -> list[Held]:
    """What was being removed from the trash when a process ended."""
    wanted = [operation for (operation,) in rows(Leaving.select(Leaving.operation))]
    return [each for some in in_chunks(wanted) for each in _held(Operation.id.in_(listed(some)))]


def copies(content: int) -> list[Copy]:
    """Where a content is, as far as the last scan knows."""
    query = (
        Asset.select(Asset.path, Asset.size, Asset.modified_ns, Content.digest)
        .join(Content, on=(Asset.content == Content.id))
        .where(Asset.content == content, Asset.state == PRESENT)
        .order_by(Asset.id)
    )
    return _copies(query)


def _copies(query: Any) -> list[Copy]:
    return [
        Copy(Path(os.fsdecode(path)), size, modified, bytes(digest))
        for path, size, modified, digest in stored(query)
    ]


def said_present(roots: Scope) -> list[Said]:
    """Pictures below `roots` that a decision has put away, and that are said to be there."""
    again = Operation.select(Operation.decision).where(Operation.kind.in_(list(STANDS_AGAIN)))
    return _said(
        roots,
        Decision.state.in_(STANDING),
        Asset.state == PRESENT,
        Decision.id.not_in(again),
    )


def said_trashed(roots: Scope) -> list[Said]:
    """Pictures below `roots` that are said to be in the trash, and that no decision keeps there."""
    other = Decision.alias()
    moving = Operation.select(Operation.decision).where(Operation.kind == OperationKind.TRASH)
    keeping = other.select(other.asset_b).where(other.state.in_(HOLDING), other.id.in_(moving))
    found = _said(
        roots,
        Decision.state.not_in(HOLDING),
        Asset.state == TRASHED,
        Asset.id.not_in(keeping),
    )
    return list({each.asset: each for each in found}.values())


def _said(roots: Scope, *conditions: Any) -> list[Said]:
    query = (
        Operation.select(Asset.id, Asset.path, Asset.state, Content.size, Operation.target)
        .join(Decision, on=(Operation.decision == Decision.id))
        .join(Asset, on=(Decision.asset_b == Asset.id))
        .join(Content, on=(Decision.content_b == Content.id))
        .where(
            Operation.kind == OperationKind.TRASH,
            Operation.source == Decision.path_b,
            Asset.path == Decision.path_b,
            Asset.content == Decision.content_b,
            below(roots),
            *conditions,
        )
        .order_by(Decision.id)
    )
    return [
        Said(asset, Path(path), state, size, Path(target))
        for asset, path, state, size, target in rows(query)
    ]


_PAGE = 20_000
"""Copies that are loaded at once."""
_SENT_AT_ONCE = 2000
"""Assets in servers' trashes that are, while a person waits for other things."""


def present(roots: Scope, after: bytes) -> list[Copy]:
    """Every picture below `roots` that is said to be there and was read, by path, of those after
    the path `after`; no more than a page."""
    query = (
        Asset.select(Asset.path, Asset.size, Asset.modified_ns, Content.digest)
        .join(Content, on=(Asset.content == Content.id))
        .where(below(roots), Asset.path > after, Asset.state == PRESENT)
        .order_by(Asset.path)
        .limit(_PAGE)
    )
    return _copies(query)


def undoable_with(decisions: Collection[int]) -> int:
    """How many decisions can be taken back only together with these."""
    wanted: set[int] = set()
    for some in in_chunks(decisions):
        batches = Decision.select(Decision.batch).where(
            Decision.id.in_(some), Decision.batch.is_null(False)
        )
        query = Decision.select(Decision.id).where(
            Decision.id.in_(some) | Decision.batch.in_(batches)
        )
        wanted.update(number for (number,) in rows(query))
    return len(wanted)


def _held(condition: Any) -> Iterator[Held]:
    was = Content.alias()
    query = (
        Operation.select(
            Decision.id,
            Decision.batch,
            Decision.kind,
            Decision.state,
            Decision.path_a,
            Decision.content_a,
            Decision.content_b,
            Operation.id,
            Operation.source,
            Operation.target,
            Operation.source == Decision.path_b,
            Content.digest,
            Content.size,
            was.digest,
            was.size,
        )
        .join(Decision, on=(Operation.decision == Decision.id))
        .join(Content, on=(Decision.content_b == Content.id))
        .switch(Operation)
        # What was written into was told by the decision what it was before.
        .join(was, JOIN.LEFT_OUTER, on=(Operation.before == was.digest))
        .where(Operation.kind.in_(list(TO_THE_TRASH)), condition)
        .order_by(Decision.id, Operation.sequence)
    )
    for decision, of_one in groupby(rows(query), key=itemgetter(0)):
        found = [row[1:] for row in of_one]
        batch, kind, state, path_a, content_a, content_b, *_ = found[0]
        yield Held(
            decision,
            batch,
            RelationKind(kind),
            DecisionState(state),
            Path(path_a),
            content_a,
            content_b,
            tuple(_held_file(*row[6:]) for row in found),
        )


def _held_file(
    operation: int,
    source: str,
    target: str,
    is_b: bool,
    digest: bytes,
    size: int,
    digest_before: bytes | None,
    size_before: int | None,
) -> HeldFile:
    if digest_before is not None:
        digest, size = digest_before, size_before or 0
    is_picture = is_b or digest_before is not None
    bytes_of = (bytes(digest), size) if is_picture else (None, None)
    return HeldFile(operation, Path(source), Path(target), *bytes_of)
