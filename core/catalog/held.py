"""What the journal has put into trashes: which files, of which decisions, and in whose favour."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from core.catalog.assets import PRESENT, in_chunks
from core.catalog.rows import listed, rows, stored
from core.catalog.schema import Asset, Content, Decision, Leaving, Operation
from core.catalog.scope import Scope, below
from core.model import DecisionState, OperationKind, RelationKind

HOLDING = (
    DecisionState.DONE,
    DecisionState.DISSOLVED,
    DecisionState.APPLYING,
    DecisionState.UNDOING,
)
"""States of decisions whose files are in the trash, or may be."""


_TO_THE_TRASH = (OperationKind.TRASH, OperationKind.EMBED)
"""What moves a file there; the second puts another in its place."""


class HeldFile(NamedTuple):
    """A file that a decision has moved to the trash."""

    operation: int
    source: Path
    target: Path
    digest: bytes | None
    """Of a picture, as it has to be; None of what lay beside one."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that one decision has in the trash."""

    decision: int
    batch: int | None
    kind: RelationKind
    state: DecisionState
    path_a: Path
    content_a: int
    files: tuple[HeldFile, ...]


class Copy(NamedTuple):
    """A file that a content is in, as far as the last scan knows."""

    path: Path
    size: int
    modified_ns: int
    digest: bytes


def held(
    roots: Scope, states: Collection[DecisionState] = HOLDING, before: str | None = None
) -> list[Held]:
    """What is in the trashes below `roots`, of decisions in these states that were made before a
    moment of the journal; the oldest first."""
    condition = below(roots, Operation.target) & Decision.state.in_(list(states))
    if before is not None:
        condition &= Decision.decided_at < before
    return list(_held(condition & Operation.emptied_at.is_null(True)))


def of_decisions(decisions: Collection[int]) -> list[Held]:
    """What these have in the trash, of those that stand; the oldest first."""
    return [
        each
        for some in in_chunks(decisions)
        for each in _held(
            Decision.id.in_(some)
            & (Decision.state == DecisionState.DONE)
            & Operation.emptied_at.is_null(True)
        )
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
    return [
        Copy(Path(path), size, modified, bytes(digest))
        for path, size, modified, digest in rows(query)
    ]


def owned(roots: Scope = ()) -> set[bytes]:
    """Where in the trashes below `roots` there is, or may be, a file of a decision; paths as the
    system has them. What is leaving is not among them."""
    query = (
        Operation.select(Operation.target)
        .join(Decision, on=(Operation.decision == Decision.id))
        .where(
            Operation.kind.in_(list(_TO_THE_TRASH)),
            Operation.emptied_at.is_null(True),
            Decision.state.in_(HOLDING),
            below(roots, Operation.target),
        )
    )
    return {bytes(target) for (target,) in stored(query)}


def targets(roots: Scope = ()) -> Iterator[Path]:
    """Wherever in the trashes below `roots` there ever was a file of a decision."""
    query = Operation.select(Operation.target).where(
        Operation.kind.in_(list(_TO_THE_TRASH)), below(roots, Operation.target)
    )
    for (target,) in stored(query):
        yield Path(os.fsdecode(target))


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
    query = (
        Operation.select(
            Decision.id,
            Decision.batch,
            Decision.kind,
            Decision.state,
            Decision.path_a,
            Decision.content_a,
            Content.digest,
            Decision.path_b,
            Operation.id,
            Operation.source,
            Operation.target,
            Operation.before,
        )
        .join(Decision, on=(Operation.decision == Decision.id))
        .join(Content, on=(Decision.content_b == Content.id))
        .where(Operation.kind.in_(list(_TO_THE_TRASH)), condition)
        .order_by(Decision.id, Operation.sequence)
    )
    for decision, of_one in groupby(rows(query), key=itemgetter(0)):
        found = list(of_one)
        _, batch, kind, state, path_a, content_a, digest, path_b, *_ = found[0]
        yield Held(
            decision,
            batch,
            RelationKind(kind),
            DecisionState(state),
            Path(path_a),
            content_a,
            tuple(
                HeldFile(
                    operation,
                    Path(source),
                    Path(target),
                    # What was written into was told by the decision what it was before.
                    bytes(before or digest) if before or source == path_b else None,
                )
                for *_, operation, source, target, before in found
            ),
        )
