"""Rows of the journal as dataclasses."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.catalog.assets import in_chunks
from core.catalog.prepared import Prepared, given
from core.catalog.rows import stored
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.model import (
    Choice,
    Decision,
    DecisionState,
    Fate,
    Operation,
    OperationKind,
    RelationKind,
)


def load(condition: Any, limit: int | None = None, skipped: int = 0) -> list[Decision]:
    """The decisions of a condition, oldest first; or, newest first, so many of them after the
    `skipped` latest."""
    query = DecisionRow.select(*_DECISION).where(condition)
    query = query.order_by(DecisionRow.id.desc() if limit else DecisionRow.id)
    if limit is not None:
        query = query.limit(limit).offset(skipped)
    return _decisions(list(stored(query)))


_DECISION = tuple(DecisionRow._meta.sorted_fields)
_NAMES = tuple(field.name for field in _DECISION)
_ID = _NAMES.index("id")

OPERATION = (
    OperationRow.kind,
    OperationRow.source,
    OperationRow.target,
    OperationRow.before,
    OperationRow.after,
    OperationRow.emptied_at,
)
"""What `to_operation` takes."""

_ONE = Prepared(
    lambda: DecisionRow.select(*_DECISION).where(DecisionRow.id == given(DecisionRow.id))
)
_OPERATIONS_OF_ONE = Prepared(
    lambda: (
        OperationRow.select(OperationRow.decision, *OPERATION)
        .where(OperationRow.decision == given(OperationRow.decision))
        .order_by(OperationRow.sequence)
    )
)


def load_one(decision_id: int) -> list[Decision]:
    """The decision of this number, if there is one."""
    return _decisions(list(_ONE.run(id=decision_id)))


def _decisions(found: Sequence[Sequence[Any]]) -> list[Decision]:
    operations = _operations([row[_ID] for row in found])
    return [_decision(dict(zip(_NAMES, row, strict=True)), operations) for row in found]


def _hashable(value: object) -> object:
    """A field's value from its JSON, which has no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _decision(row: Mapping[str, Any], operations: Mapping[int, Sequence[Operation]]) -> Decision:
    settled = json.loads(row["settled"])
    choice = Choice(
        RelationKind(row["kind"]),
        row["asset_a"],
        row["asset_b"],
        row["why"],
        rule=row["rule"],
        approved=bool(row["approved"]),
        fate=row["fate"] and Fate(row["fate"]),
        merge=row["merge"],
        settled=tuple(sorted((name, _hashable(each)) for name, each in settled.items())),
        leave_companions=bool(row["leave_companions"]),
        label=row["label"],
        set_name=row["set_name"],
        redo_of=row["redo_of"],
    )
    return Decision(
        id=row["id"],
        choice=choice,
        path_a=Path(os.fsdecode(row["path_a"])),
        path_b=Path(os.fsdecode(row["path_b"])),
        run=row["run"],
        state=DecisionState(row["state"]),
        decided_at=row["decided_at"],
        operations=tuple(operations.get(row["id"], ())),
        batch=row["batch"],
        undone_at=row["undone_at"],
        freed=row["freed"],
    )


def _operations(decision_ids: Sequence[int]) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = {}
    if len(decision_ids) == 1:
        pages = [_OPERATIONS_OF_ONE.run(decision=decision_ids[0])]
    else:
        pages = [_operation_rows(few) for few in in_chunks(decision_ids)]
    for page in pages:
        for decision, *row in page:
            found.setdefault(decision, []).append(to_operation(*row))
    return found


def _operation_rows(few: Sequence[int]) -> Iterable[Any]:
    query = OperationRow.select(OperationRow.decision, *OPERATION)
    query = query.where(OperationRow.decision.in_(few))
    return stored(query.order_by(OperationRow.decision, OperationRow.sequence))


def to_operation(
    kind: str,
    source: bytes,
    target: bytes,
    before: bytes | None,
    after: bytes | None,
    emptied_at: str | None,
) -> Operation:
    """Of a row of the journal."""
    return Operation(
        OperationKind(kind),
        Path(os.fsdecode(source)),
        Path(os.fsdecode(target)),
        None if before is None else bytes(before),
        None if after is None else bytes(after),
        emptied_at,
    )
