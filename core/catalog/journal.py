"""The journal: decisions and their operations, written before they happen, and how far they got.

What it tells is read in `core.catalog.history`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from core.catalog.assets import PRESENT, TRASHED, in_chunks
from core.catalog.database import durable_later
from core.catalog.handing_on import hand_back, hand_on, new_digest
from core.catalog.prepared import Prepared, given
from core.catalog.recording import learn, record_beside
from core.catalog.schema import Asset, Leaving, Run, database
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.model import (
    LEAVING,
    Decision,
    DecisionState,
    FoundFile,
    Metadata,
    Operation,
    OperationKind,
    Plan,
    Reading,
)


class Beside(NamedTuple):
    """A picture and what lies beside it, as they are now."""

    found: FoundFile
    said: Metadata | None
    """By its sidecars."""
    digest: bytes | None = None
    """Of its bytes, where it is another file than it was."""
    reading: Reading | None = None
    """All of it, where the catalog has never met these bytes."""


IN_THE_CATALOG = frozenset({OperationKind.RECORD, OperationKind.DISSOLVE})
"""What touches no file, and is done with a decision's end."""

STANDING = (DecisionState.DONE, DecisionState.DISSOLVED)
"""States of decisions whose files are where they were put."""

TO_THE_TRASH = (OperationKind.TRASH, OperationKind.EMBED)
"""What moves a file there; the second puts another in its place."""

INTO_A_TRASH = (*TO_THE_TRASH, OperationKind.SERVER_TRASH)
"""The same, and what puts an asset into the trash of its server, which that empties itself."""

STANDS_AGAIN = frozenset({OperationKind.HARD_LINK, OperationKind.REFLINK})
"""What puts a file with the same bytes in the place of one that goes to the trash."""


def now() -> str:
    """This moment as the journal has it: ISO 8601, UTC, so fine that what was done by one person
    after the other is told apart."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def start_run() -> int:
    """A headless run's id."""
    return int(Run.insert(started_at=now()).execute())


def begin(plans: Sequence[Plan], run: int | None) -> list[Decision]:
    """Write decisions that are made as one, and their operations, ahead. State: applying."""
    decided_at = now()
    decisions: list[Decision] = []
    with database.atomic():
        for plan in plans:
            batch = decisions[0].id if decisions else None
            decision_id = _insert_decision(plan, run, batch, decided_at)
            for sequence, operation in enumerate(plan.operations):
                _INSERT_OPERATION.run(
                    decision=decision_id,
                    sequence=sequence,
                    kind=operation.kind,
                    source=operation.source,
                    target=operation.target,
                    before=operation.before,
                    after=operation.after,
                    emptied_at=None,
                )
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
                    freed=plan.freed,
                )
            )
        if len(decisions) > 1:
            first = decisions[0].id
            DecisionRow.update(batch=first).where(DecisionRow.id == first).execute()
            decisions[0] = replace(decisions[0], batch=first)
    return decisions


def _insert_decision(plan: Plan, run: int | None, batch: int | None, decided_at: str) -> int:
    choice = plan.choice
    ((decision_id,),) = _INSERT_DECISION.run(
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
        freed=plan.freed,
        batch=batch,
        fate=choice.fate,
        merge=choice.merge,
        settled=json.dumps(dict(choice.settled), sort_keys=True),
        leave_companions=choice.leave_companions,
        label=choice.label,
        set_name=choice.set_name,
        redo_of=choice.redo_of,
        undone_at=None,
    )
    return int(decision_id)


def _inserting(table: Any) -> Any:
    """A new row of `table`, of which all but the id is given."""
    return table.insert(
        {each: given(each) for each in table._meta.sorted_fields if each.name != "id"}
    )


_INSERT_DECISION = Prepared(lambda: _inserting(DecisionRow).returning(DecisionRow.id))
_INSERT_OPERATION = Prepared(lambda: _inserting(OperationRow))


def finish(decisions: Sequence[Decision], beside: Mapping[int, Beside]) -> list[Decision]:
    """All operations of `decisions`, made as one, have happened: they stand, what they moved is
    trashed, and what lies beside an asset is as `beside` says. Returns them as they are now.

    A power cut may forget this, but not the operations; then the repair says it again.
    """
    with durable_later(), database.atomic():
        for decision in decisions:
            set_decision_state(decision.id, DecisionState.DONE)
            if leaves(decision):
                _SET_ASSET.run(state=TRASHED, id=decision.choice.asset_b)
            for each in _of_kind(decision, OperationKind.RECORD):
                Asset.update(own_metadata=_text(each.after)).where(
                    Asset.path == each.source
                ).execute()
            for each in _of_kind(decision, OperationKind.DISSOLVE):
                _exchange_state(each, DecisionState.DONE, DecisionState.DISSOLVED)
        _record_beside(beside)
        for decision in decisions:
            for each in _of_kind(decision, OperationKind.EMBED):
                hand_on(each.source, each.before or b"", new_digest(each.after))
    return [replace(each, state=DecisionState.DONE) for each in decisions]


_SET_ASSET = Prepared(
    lambda: Asset.update({Asset.state: given(Asset.state)}).where(Asset.id == given(Asset.id))
)


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
                _BRING_BACK.run(
                    decision=decision.id, id=decision.choice.asset_b, path=decision.path_b
                )
            for each in _of_kind(decision, OperationKind.EMBED):
                hand_back(each.source, each.before or b"", new_digest(each.after))
        _record_beside(beside)


def _bringing_back() -> Any:
    content = DecisionRow.select(DecisionRow.content_b).where(
        DecisionRow.id == given(DecisionRow.id, "decision")
    )
    return Asset.update({Asset.state: PRESENT, Asset.content: content}).where(
        Asset.id == given(Asset.id), Asset.path == given(Asset.path)
    )


_BRING_BACK = Prepared(_bringing_back)


def leaves(decision: Decision) -> bool:
    """Whether its B has no file any more that a scan would find."""
    kinds = {each.kind for each in decision.operations}
    return not kinds.isdisjoint(LEAVING) and kinds.isdisjoint(STANDS_AGAIN)


def _record_beside(beside: Mapping[int, Beside]) -> None:
    for asset_id, each in beside.items():
        if each.reading is not None:
            learn(each.reading)
        record_beside(asset_id, each.found, each.said, each.digest)


def _of_kind(decision: Decision, kind: OperationKind) -> list[Operation]:
    return [each for each in decision.operations if each.kind is kind]


def _exchange_state(operation: Operation, old: DecisionState, new: DecisionState) -> None:
    """Give the decision that `operation` names the state `new`, if it has the state `old`."""
    DecisionRow.update(state=new).where(
        DecisionRow.id == int(operation.before or 0), DecisionRow.state == old
    ).execute()


def _text(own: bytes | None) -> str | None:
    return None if own is None else own.decode()


def set_decision_state(decision_id: int, state: DecisionState) -> None:
    """Move one decision to `state`."""
    _SET_STATE.run(state=state, id=decision_id)


_SET_STATE = Prepared(
    lambda: DecisionRow.update({DecisionRow.state: given(DecisionRow.state)}).where(
        DecisionRow.id == given(DecisionRow.id)
    )
)


def begin_undo(decisions: Iterable[Decision], moment: str) -> None:
    """Write ahead that `decisions`, made as one, are being taken back since `moment`."""
    with database.atomic():
        for each in decisions:
            _SET_UNDO.run(state=DecisionState.UNDOING, undone_at=moment, id=each.id)


def abandon_undo(decisions: Iterable[Decision]) -> None:
    """Nothing of `decisions`, made as one, was taken back: they are again what they were."""
    with database.atomic():
        for each in decisions:
            _SET_UNDO.run(state=each.state, undone_at=each.undone_at, id=each.id)


_SET_UNDO = Prepared(
    lambda: DecisionRow.update(
        {field: given(field) for field in (DecisionRow.state, DecisionRow.undone_at)}
    ).where(DecisionRow.id == given(DecisionRow.id))
)


def begin_emptying(operation_ids: Sequence[int], moment: str) -> None:
    """Write ahead that the files of these operations are leaving the trash for good."""
    with database.atomic():
        for some in in_chunks(operation_ids):
            OperationRow.update(emptied_at=moment).where(OperationRow.id.in_(some)).execute()
            Leaving.insert_many({"operation": each} for each in some).execute()


def abandon_emptying(operation_ids: Sequence[int]) -> None:
    """The files of these operations have not been removed: they are in the trash as before."""
    with database.atomic():
        for some in in_chunks(operation_ids):
            OperationRow.update(emptied_at=None).where(OperationRow.id.in_(some)).execute()
            Leaving.delete().where(Leaving.operation.in_(some)).execute()


def note_left(operation_ids: Sequence[int], moment: str) -> None:
    """What these operations put into a server's trash was seen to lie there no longer."""
    standing = DecisionRow.select(DecisionRow.id).where(DecisionRow.state.in_(STANDING))
    with database.atomic():
        for some in in_chunks(operation_ids):
            OperationRow.update(emptied_at=moment).where(
                OperationRow.id.in_(some), OperationRow.decision.in_(standing)
            ).execute()


def finish_emptying(operation_ids: Sequence[int]) -> None:
    """The files of these operations have left the trash, but for those of which that was abandoned.
    A power cut may forget this, as with `finish`."""
    with durable_later(), database.atomic():
        for some in in_chunks(operation_ids):
            Leaving.delete().where(Leaving.operation.in_(some)).execute()
