"""Decisions and their operations, written before they happen and read backwards by undo."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    Choice,
    Decision,
    DecisionState,
    Fate,
    FoundFile,
    Metadata,
    Operation,
    OperationKind,
    Plan,
    RelationKind,
)

Beside = tuple[FoundFile, Metadata | None, bytes | None]
"""A picture as it is listed now, what its sidecars say, and the digest of its bytes where it is
another file than it was."""

STANDS_AGAIN = frozenset({OperationKind.HARD_LINK, OperationKind.REFLINK})
"""What puts a file with the same bytes in the place of one that goes to the trash."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def start_run() -> int:
    """A headless run's id."""
    return int(Run.insert(started_at=_now()).execute())


def begin(plans: Sequence[Plan], run: int | None) -> list[Decision]:
    """Write decisions that are made as one, and their operations, ahead. State: applying."""
    decided_at = _now()
    decisions: list[Decision] = []
    with database.atomic():
        for plan in plans:
            batch = decisions[0].id if decisions else None
            decision_id = int(_insert_decision(plan, run, batch, decided_at))
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
            decisions.append(
                Decision(
                    id=decision_id,
                    choice=replace(plan.choice, seen=None, overrules=()),
                    path_a=plan.keeper.path,
                    path_b=plan.other.path,
                    run=run,
                    state=DecisionState.APPLYING,
                    decided_at=decided_at,
                    operations=plan.operations,
                    batch=batch,
                )
            )
        if len(decisions) > 1:
            first = decisions[0].id
            DecisionRow.update(batch=first).where(DecisionRow.id == first).execute()
            decisions[0] = replace(decisions[0], batch=first)
    return decisions


def _insert_decision(plan: Plan, run: int | None, batch: int | None, decided_at: str) -> Any:
    choice = plan.choice
    return DecisionRow.insert(
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
        batch=batch,
        fate=choice.fate,
        merge=choice.merge,
        settled=json.dumps(dict(choice.settled), sort_keys=True),
        leave_companions=choice.leave_companions,
        label=choice.label,
        set_name=choice.set_name,
    ).execute()


def finish(decisions: Sequence[Decision], beside: Mapping[int, Beside]) -> list[Decision]:
    """All operations of `decisions`, made as one, have happened: they stand, what they moved is
    trashed, and what lies beside an asset is as `beside` says. Returns them as they are now.

    A power cut may forget this, but not the operations; then the repair says it again.
    """
    with durable_later(), database.atomic():
        for decision in decisions:
            set_decision_state(decision.id, DecisionState.DONE)
            if leaves(decision):
                Asset.update(state=TRASHED).where(Asset.id == decision.choice.asset_b).execute()
            for each in _of_kind(decision, OperationKind.RECORD):
                Asset.update(own_metadata=_text(each.after)).where(
                    Asset.path == each.source
                ).execute()
            for each in _of_kind(decision, OperationKind.DISSOLVE):
                _exchange_state(each, DecisionState.DONE, DecisionState.DISSOLVED)
        _record_beside(beside)
    return [replace(each, state=DecisionState.DONE) for each in decisions]


def forget(decision: Decision, operations: Sequence[Operation]) -> None:
    """Strike from the journal those of `operations` that are of `decision`: they have not
    happened."""
    for each in operations:
        OperationRow.delete().where(
            OperationRow.decision == decision.id,
            OperationRow.kind == each.kind,
            OperationRow.source == each.source,
        ).execute()


def finish_undo(decisions: Sequence[Decision], beside: Mapping[int, Beside]) -> None:
    """All operations of `decisions`, made as one, have been taken back, their assets are what they
    were, and what lies beside one is as `beside` says.

    An asset that has gone on to stand for another file meanwhile is left alone: the next scan
    finds what came back. So is what the catalog keeps of the better one, where it is no longer
    what the decision recorded. A power cut may forget this, as with `finish`.
    """
    with durable_later(), database.atomic():
        for decision in decisions:
            set_decision_state(decision.id, DecisionState.UNDONE)
            for each in _of_kind(decision, OperationKind.RECORD):
                Asset.update(own_metadata=_text(each.before)).where(
                    Asset.path == each.source, Asset.own_metadata == _text(each.after)
                ).execute()
            for each in _of_kind(decision, OperationKind.DISSOLVE):
                _exchange_state(each, DecisionState.DISSOLVED, DecisionState.DONE)
            if decision.moves:
                content = DecisionRow.select(DecisionRow.content_b).where(
                    DecisionRow.id == decision.id
                )
                Asset.update(state=PRESENT, content=content).where(
                    Asset.id == decision.choice.asset_b, Asset.path == decision.path_b
                ).execute()
        _record_beside(beside)


def leaves(decision: Decision) -> bool:
    """Whether its B has no file any more that a scan would find."""
    kinds = {each.kind for each in decision.operations}
    return OperationKind.TRASH in kinds and kinds.isdisjoint(STANDS_AGAIN)


def _record_beside(beside: Mapping[int, Beside]) -> None:
    for asset_id, words in beside.items():
        record_beside(asset_id, *words)


def _of_kind(decision: Decision, kind: OperationKind) -> list[Operation]:
    return [each for each in decision.operations if each.kind is kind]


def _exchange_state(operation: Operation, old: DecisionState, new: DecisionState) -> None:
    """Give the decision that `operation` names the state `new`, if it has the state `old`."""
    DecisionRow.update(state=new).where(
        DecisionRow.id == int(operation.before or 0), DecisionRow.state == old
    ).execute()


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


def as_one(decision: Decision) -> list[Decision]:
    """`decision` as it is now, with those that were made as one with it, oldest first."""
    if decision.batch is None:
        return decisions([decision.id])
    return _load(DecisionRow.batch == decision.batch)


def _load(condition: Any, limit: int | None = None) -> list[Decision]:
    query = DecisionRow.select().where(condition)
    query = query.order_by(DecisionRow.id.desc() if limit else DecisionRow.id).limit(limit)
    found: list[Any] = list(query)
    operations = _operations(row.id for row in found)
    return [_decision(row, tuple(operations.get(row.id, ()))) for row in found]


def _hashable(value: object) -> object:
    """A field's value from its JSON, which has no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _decision(row: Any, operations: tuple[Operation, ...]) -> Decision:
    settled = json.loads(row.settled)
    choice = Choice(
        RelationKind(row.kind),
        row.asset_a,
        row.asset_b,
        row.why,
        rule=row.rule,
        approved=row.approved,
        fate=row.fate and Fate(row.fate),
        merge=row.merge,
        settled=tuple(sorted((name, _hashable(each)) for name, each in settled.items())),
        leave_companions=row.leave_companions,
        label=row.label,
        set_name=row.set_name,
    )
    return Decision(
        id=row.id,
        choice=choice,
        path_a=Path(row.path_a),
        path_b=Path(row.path_b),
        run=row.run,
        state=DecisionState(row.state),
        decided_at=row.decided_at,
        operations=operations,
        batch=row.batch,
    )


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
