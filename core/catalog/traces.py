"""Where the journal has left its traces on disks: what stands of them, and what may."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from core.catalog.held import HOLDING
from core.catalog.journal import IN_THE_CATALOG, STANDING, TO_THE_TRASH
from core.catalog.prepared import Prepared, given
from core.catalog.reading import OPERATION, to_operation
from core.catalog.rows import listed, stored
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.catalog.scope import Scope, below
from core.model import Operation, OperationKind


def standing_operations(
    kinds: Collection[OperationKind],
    roots: Scope,
    after: int,
    limit: int,
    only: Collection[int] | None = None,
) -> list[tuple[int, int, Operation]]:
    """(number, decision, operation) of those of these kinds on files below `roots` whose work
    stands, of those with a number above `after`; of all decisions, or `only` these."""
    condition = (
        (OperationRow.id > after)
        & OperationRow.kind.in_(list(kinds))
        & DecisionRow.state.in_(STANDING)
        & below(roots, OperationRow.source)
    )
    if only is not None:
        condition &= OperationRow.decision.in_(listed(only))
    query = (
        OperationRow.select(OperationRow.id, OperationRow.decision, *OPERATION)
        .join(DecisionRow, on=(OperationRow.decision == DecisionRow.id))
        .where(condition)
        .order_by(OperationRow.id)
        .limit(limit)
    )
    return [(number, decision, to_operation(*row)) for number, decision, *row in stored(query)]


def folders_written_to(roots: Scope) -> list[Path]:
    """Where below `roots` anything was ever written, or put in the place of a picture. What goes
    into a picture is written in the trash."""
    query = OperationRow.select(OperationRow.source, OperationRow.target).where(
        OperationRow.kind.not_in([*IN_THE_CATALOG, OperationKind.TRASH]),
        below(roots, OperationRow.source),
    )
    return sorted({Path(os.fsdecode(path)).parent for row in stored(query) for path in row})


def last_touched(roots: Scope) -> dict[bytes, int]:
    """By path below `roots`, as the system has it: the latest decision whose work stands that has
    written, moved or replaced the file there."""
    query = (
        OperationRow.select(OperationRow.source, OperationRow.decision)
        .join(DecisionRow, on=(OperationRow.decision == DecisionRow.id))
        .where(
            DecisionRow.state.in_(STANDING),
            OperationRow.kind.not_in(list(IN_THE_CATALOG)),
            below(roots, OperationRow.source),
        )
        .order_by(OperationRow.decision)
    )
    return {bytes(source): decision for source, decision in stored(query)}


def owned(roots: Scope = ()) -> set[bytes]:
    """Where in the trashes below `roots` there is, or may be, a file of a decision; paths as the
    system has them. What is leaving is not among them."""
    query = (
        OperationRow.select(OperationRow.target)
        .join(DecisionRow, on=(OperationRow.decision == DecisionRow.id))
        .where(
            OperationRow.kind.in_(list(TO_THE_TRASH)),
            OperationRow.emptied_at.is_null(True),
            DecisionRow.state.in_(HOLDING),
            below(roots, OperationRow.target),
        )
    )
    return {bytes(target) for (target,) in stored(query)}


def links_to(asset_id: int, path: Path) -> list[tuple[int, Path]]:
    """(decision, where) of the symbolic links that decisions in favour of an asset, whose work
    stands, have put or led to `path`; the latest decision of each."""
    found = _LINKS_TO.run(asset=asset_id, target=path)
    by_link = {Path(os.fsdecode(source)): decision for decision, source in found}
    return [(decision, link) for link, decision in by_link.items()]


_LINKS_TO = Prepared(
    lambda: (
        DecisionRow.select(DecisionRow.id, OperationRow.source)
        .join(OperationRow, on=(OperationRow.decision == DecisionRow.id))
        .where(
            DecisionRow.asset_a == given(DecisionRow.asset_a, "asset"),
            DecisionRow.state.in_(STANDING),
            OperationRow.kind.in_([OperationKind.SYMLINK, OperationKind.RELINK]),
            OperationRow.target == given(OperationRow.target, "target"),
        )
        .order_by(DecisionRow.id)
    )
)


def targets(roots: Scope = ()) -> Iterator[Path]:
    """Wherever in the trashes below `roots` there ever was a file of a decision."""
    query = OperationRow.select(OperationRow.target).where(
        OperationRow.kind.in_(list(TO_THE_TRASH)), below(roots, OperationRow.target)
    )
    for (target,) in stored(query):
        yield Path(os.fsdecode(target))
