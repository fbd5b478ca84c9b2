"""Decisions and their operations, written before they happen and read backwards by undo."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.catalog.assets import CHUNK, PRESENT, TRASHED, record_beside
from core.catalog.database import durable_later
from core.catalog.schema import Asset, Run, database
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.catalog.scope import Scope, below
from core.model import (
    Decision,
    DecisionState,
    FoundFile,
    Metadata,
    Operation,
    OperationKind,
    Plan,
    RelationKind,
)

Beside = tuple[FoundFile, Metadata | None]
"""A picture as it is listed now, and what its sidecars say."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def start_run() -> int:
    """A headless run's id."""
    return int(Run.insert(started_at=_now()).execute())


def begin(plan: Plan, run: int | None) -> Decision:
    """Write a decision and its operations ahead. State: applying."""
    choice, decided_at = plan.choice, _now()
    with database.atomic():
        decision_id = DecisionRow.insert(
            kind=choice.kind,
            asset_a=plan.keeper.id,
            asset_b=plan.other.id,
            content_a=plan.keeper.content_id,
            content_b=plan.other.content_id,
            path_a=plan.keeper.path,
            path_b=plan.other.path,
            why=choice.why,
            rule=choice.rule,
            approved=choice.approved,
            run=run,
            decided_at=decided_at,
            state=DecisionState.APPLYING,
        ).execute()
        if plan.operations:
            OperationRow.insert_many(
                {
                    "decision": decision_id,
                    "sequence": sequence,
                    "kind": operation.kind,
                    "source": operation.source,
                    "target": operation.target,
                    "before": operation.before,
                    "after": operation.after,
                }
                for sequence, operation in enumerate(plan.operations)
            ).execute()
    return Decision(
        id=int(decision_id),
        kind=choice.kind,
        asset_a=plan.keeper.id,
        asset_b=plan.other.id,
        path_a=plan.keeper.path,
        path_b=plan.other.path,
        why=choice.why,
        rule=choice.rule,
        approved=choice.approved,
        run=run,
        state=DecisionState.APPLYING,
        decided_at=decided_at,
        operations=plan.operations,
    )


def finish(decision: Decision, beside: Beside | None = None) -> Decision:
    """All operations of `decision` have happened: it stands, what it moved is trashed, and what
    lies beside the better one is as `beside` says. Returns it as it is now.

    A power cut may forget this, but not the operations; then the repair says it again.
    """
    with durable_later(), database.atomic():
        set_decision_state(decision.id, DecisionState.DONE)
        if _trashes(decision):
            Asset.update(state=TRASHED).where(Asset.id == decision.asset_b).execute()
        for each in _records(decision):
            Asset.update(own_metadata=_text(each.after)).where(
                Asset.id == decision.asset_a
            ).execute()
        if beside is not None:
            record_beside(decision.asset_a, *beside)
    return replace(decision, state=DecisionState.DONE)


def forget(decision: Decision, operations: Sequence[Operation]) -> None:
    """Strike from the journal moves of `decision` that have not happened."""
    targets = [each.target for each in operations]
    OperationRow.delete().where(
        OperationRow.decision == decision.id,
        OperationRow.kind == OperationKind.TRASH,
        OperationRow.target.in_(targets),
    ).execute()


def finish_undo(decision: Decision, beside: Beside | None = None) -> None:
    """All operations of `decision` have been taken back, its asset is what it was, and what lies
    beside the better one is as `beside` says.

    An asset that has gone on to stand for another file meanwhile is left alone: the next scan
    finds what came back. So is what the catalog keeps of the better one, where it is no longer
    what the decision recorded. A power cut may forget this, as with `finish`.
    """
    with durable_later(), database.atomic():
        set_decision_state(decision.id, DecisionState.UNDONE)
        for each in _records(decision):
            Asset.update(own_metadata=_text(each.before)).where(
                Asset.id == decision.asset_a, Asset.own_metadata == _text(each.after)
            ).execute()
        if beside is not None:
            record_beside(decision.asset_a, *beside)
        if _trashes(decision):
            content = DecisionRow.select(DecisionRow.content_b).where(DecisionRow.id == decision.id)
            Asset.update(state=PRESENT, content=content).where(
                Asset.id == decision.asset_b, Asset.path == decision.path_b
            ).execute()


def _trashes(decision: Decision) -> bool:
    return any(each.kind is OperationKind.TRASH for each in decision.operations)


def _records(decision: Decision) -> list[Operation]:
    return [each for each in decision.operations if each.kind is OperationKind.RECORD]


def _text(own: bytes | None) -> str | None:
    return None if own is None else own.decode()


def told_since(decision: Decision, operation: Operation) -> int | None:
    """The latest standing decision after `decision` with an operation of this kind on the same
    file; None without one."""
    row = (
        OperationRow.select(OperationRow.decision)
        .join(DecisionRow, on=(OperationRow.decision == DecisionRow.id))
        .where(
            _standing(),
            OperationRow.decision > decision.id,
            OperationRow.kind == operation.kind,
            OperationRow.source == operation.source,
        )
        .order_by(OperationRow.decision.desc())
        .tuples()
        .first()
    )
    return row[0] if row else None


def set_decision_state(decision_id: int, state: DecisionState) -> None:
    """Move one decision to `state`."""
    DecisionRow.update(state=state).where(DecisionRow.id == decision_id).execute()


def decisions(decision_ids: Sequence[int]) -> list[Decision]:
    """The decisions of these ids, oldest first."""
    return _load(DecisionRow.id.in_(list(decision_ids)))


def unfinished() -> list[Decision]:
    """Decisions that a crash left half-way, oldest first."""
    return _load(DecisionRow.state.in_((DecisionState.APPLYING, DecisionState.UNDOING)))


def history(limit: int = 1000) -> list[Decision]:
    """The latest decisions, newest first."""
    return _load(DecisionRow.id.is_null(False), limit)


def last_by_person(roots: Scope, without: Collection[int] = ()) -> Decision | None:
    """The latest standing decision that a person made below `roots`, of those not in `without`."""
    by_person = _standing() & DecisionRow.run.is_null(True) & DecisionRow.id.not_in(list(without))
    found = _load(by_person & below(roots, DecisionRow.path_b), limit=1)
    return found[0] if found else None


def _standing() -> Any:
    """Decisions that can be taken back; one whose undo was begun has to be carried on."""
    return DecisionRow.state.in_((DecisionState.DONE, DecisionState.UNDOING))


def last_to_undo() -> list[Decision]:
    """What ``--undo last`` means: the latest person's decision or headless run, newest first."""
    latest = _load(_standing(), limit=1)
    if not latest or latest[0].run is None:
        return latest
    return _load(_standing() & (DecisionRow.run == latest[0].run))[::-1]


def _load(condition: Any, limit: int | None = None) -> list[Decision]:
    query = DecisionRow.select().where(condition)
    query = query.order_by(DecisionRow.id.desc() if limit else DecisionRow.id).limit(limit)
    found: list[Any] = list(query)
    operations = _operations(row.id for row in found)
    return [
        Decision(
            id=row.id,
            kind=RelationKind(row.kind),
            asset_a=row.asset_a,
            asset_b=row.asset_b,
            path_a=Path(row.path_a),
            path_b=Path(row.path_b),
            why=row.why,
            rule=row.rule,
            approved=row.approved,
            run=row.run,
            state=DecisionState(row.state),
            decided_at=row.decided_at,
            operations=tuple(operations.get(row.id, ())),
        )
        for row in found
    ]


def _operations(decision_ids: Iterable[int]) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = {}
    wanted = list(decision_ids)
    for start in range(0, len(wanted), CHUNK):
        query: Any = (
            OperationRow.select()
            .where(OperationRow.decision.in_(wanted[start : start + CHUNK]))
            .order_by(OperationRow.decision, OperationRow.sequence)
        )
        for row in query:
            operation = Operation(
                OperationKind(row.kind),
                Path(row.source),
                Path(row.target),
                row.before and bytes(row.before),
                row.after and bytes(row.after),
            )
            found.setdefault(row.decision, []).append(operation)
    return found
