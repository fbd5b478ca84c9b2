"""What the journal tells of decisions: which there are, which stand, which were taken back."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

from peewee import fn

from core.catalog.assets import CHUNK, in_chunks
from core.catalog.prepared import Prepared, given
from core.catalog.rows import rows, stored
from core.catalog.schema import Content, Leaving
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.catalog.scope import Scope, below
from core.model import (
    Choice,
    Decision,
    DecisionState,
    Fate,
    Operation,
    OperationKind,
    RelationKind,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which decisions are meant; what is None says nothing."""

    run: int | None = None
    rules: tuple[str, ...] = ()
    """One of these, as they are in the journal; see `rule_names`. None: whoever decided."""
    since: str | None = None
    """Decided then or later; as `core.catalog.journal.now` has it."""

    def condition(self) -> Any:
        """For rows of decisions."""
        wanted = [DecisionRow.id.is_null(False)]
        if self.run is not None:
            wanted.append(DecisionRow.run == self.run)
        if self.rules:
            wanted.append(DecisionRow.rule.in_(self.rules))
        if self.since is not None:
            wanted.append(DecisionRow.decided_at >= self.since)
        return reduce(and_, wanted)


def decisions(decision_ids: Sequence[int]) -> list[Decision]:
    """The decisions of these ids, oldest first."""
    return _load(DecisionRow.id.in_(list(decision_ids)))


def is_interrupted() -> bool:
    """Whether an earlier process has left anything half-way, or another is at work."""
    half = DecisionRow.select().where(_unfinished()).exists()
    return half or Leaving.select().exists()


def _unfinished() -> Any:
    return DecisionRow.state.in_((DecisionState.APPLYING, DecisionState.UNDOING))


def unfinished() -> list[Decision]:
    """Decisions that a crash left half-way, oldest first."""
    return _load(_unfinished())


def latest(limit: int, which: Filter | None = None, before: int | None = None) -> list[Decision]:
    """The latest decisions of those that are meant, newest first; of those before the one with
    the number `before`, if that is given."""
    condition = (which or Filter()).condition()
    if before is not None:
        condition &= DecisionRow.id < before
    return _load(condition, limit)


def count(which: Filter) -> int:
    """How many decisions are meant."""
    return int(DecisionRow.select().where(which.condition()).count())


def as_one(decision: Decision) -> list[Decision]:
    """`decision` as it is now, with those that were made as one with it, oldest first."""
    if decision.batch is None:
        return _decisions(list(_ONE.run(id=decision.id)))
    return _load(DecisionRow.batch == decision.batch)


def rule_names() -> list[str]:
    """Of the rules that ever decided anything, whether they are still there or not."""
    query = DecisionRow.select(DecisionRow.rule).where(DecisionRow.rule.is_null(False))
    return [name for (name,) in rows(query.distinct().order_by(DecisionRow.rule))]


def moved(decision_ids: Sequence[int]) -> Iterator[tuple[int, Path, int]]:
    """(decision, path, bytes) of the pictures that these decisions sent to the trash; of decisions
    that are newest first, these are, too."""
    for start in range(0, len(decision_ids), CHUNK):
        few = list(decision_ids[start : start + CHUNK])
        went = OperationRow.select(OperationRow.decision).where(
            OperationRow.kind == OperationKind.TRASH, OperationRow.decision.in_(few)
        )
        query = (
            DecisionRow.select(DecisionRow.id, DecisionRow.path_b, Content.size)
            .join(Content, on=(DecisionRow.content_b == Content.id))
            .where(DecisionRow.id.in_(went))
            .order_by(DecisionRow.id.desc())
        )
        for decision_id, path, size in rows(query):
            yield decision_id, Path(path), size


def digests(decision_ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """By decision, what its A and its B were."""
    a, b = Content.alias(), Content.alias()
    query = (
        DecisionRow.select(DecisionRow.id, a.digest, b.digest)
        .join(a, on=(DecisionRow.content_a == a.id))
        .switch(DecisionRow)
        .join(b, on=(DecisionRow.content_b == b.id))
        .where(DecisionRow.id.in_(list(decision_ids)))
    )
    return {decision_id: (bytes(one), bytes(other)) for decision_id, one, other in rows(query)}


def contents(decision_id: int) -> tuple[int, int]:
    """Of the A and the B of a decision."""
    query = DecisionRow.select(DecisionRow.content_a, DecisionRow.content_b)
    ((a, b),) = rows(query.where(DecisionRow.id == decision_id))
    return a, b


# What stands, and can be taken back


def _standing() -> Any:
    """Decisions that can be taken back; one whose undo was begun has to be carried on."""
    return DecisionRow.state.in_((DecisionState.DONE, DecisionState.UNDOING))


def last_by_person(
    roots: Scope, without: Collection[int] = (), runs: Collection[int] = ()
) -> Decision | None:
    """The latest standing decision that a person made below `roots`, one by one or in one of
    `runs`, of those not in `without`."""
    condition = _standing() & _by_person(roots, runs) & DecisionRow.id.not_in(list(without))
    found = _load(condition, limit=1)
    return found[0] if found else None


def _by_person(roots: Scope, runs: Collection[int]) -> Any:
    own = DecisionRow.run.is_null(True) | DecisionRow.run.in_(list(runs))
    return own & below(roots, DecisionRow.path_b)


def standing(which: Filter) -> list[int]:
    """Numbers of the decisions that are meant and can be taken back, newest first."""
    return _numbers(_standing() & which.condition())


def last_standing() -> list[int]:
    """The latest person's decision, or all of the latest headless run, newest first."""
    query = DecisionRow.select(DecisionRow.id, DecisionRow.run).where(_standing())
    for decision_id, run in rows(query.order_by(DecisionRow.id.desc()).limit(1)):
        return [decision_id] if run is None else standing(Filter(run=run))
    return []


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


def overruler(decision: Decision) -> int | None:
    """The standing decision that dissolved `decision`; None where a person did so."""
    row = (
        OperationRow.select(OperationRow.decision)
        .join(DecisionRow, on=(OperationRow.decision == DecisionRow.id))
        .where(
            _standing(),
            OperationRow.kind == OperationKind.DISSOLVE,
            OperationRow.before == str(decision.id).encode(),
        )
        .tuples()
        .first()
    )
    return row[0] if row else None


# What was taken back, and can be made again


def made_again() -> Any:
    """Decisions that were taken back and that a later one makes again, as an IN takes them."""
    again = DecisionRow.alias()
    return again.select(again.redo_of).where(
        again.redo_of.is_null(False), again.state != DecisionState.FAILED
    )


def _waiting() -> Any:
    return (DecisionRow.state == DecisionState.UNDONE) & DecisionRow.id.not_in(made_again())


def waiting(which: Filter) -> list[int]:
    """Numbers of the decisions that are meant and can be made again, oldest first."""
    return _numbers(_waiting() & which.condition())[::-1]


def all_waiting(decision_ids: Sequence[int]) -> bool:
    """Whether each of these can be made again."""
    return len(_numbers(_waiting() & DecisionRow.id.in_(decision_ids))) == len(set(decision_ids))


def last_undone() -> list[int]:
    """What was taken back last, by one command, and can be made again, oldest first."""
    moment = DecisionRow.select(fn.MAX(DecisionRow.undone_at)).where(_waiting()).scalar()
    return _numbers(_waiting() & (DecisionRow.undone_at == moment))[::-1] if moment else []


def last_undone_by_person(
    roots: Scope, without: Collection[int] = (), runs: Collection[int] = ()
) -> Decision | None:
    """The latest that was taken back of what people decided below `roots`, but for `without`,
    unless somebody has decided anything new there since; `runs` as in `last_by_person`."""
    new = DecisionRow.select(fn.MAX(DecisionRow.decided_at)).where(
        _by_person(roots, runs),
        DecisionRow.redo_of.is_null(True),
        DecisionRow.state != DecisionState.FAILED,
    )
    query = (
        DecisionRow.select(DecisionRow.id)
        .where(
            _waiting(),
            _by_person(roots, runs),
            DecisionRow.undone_at > new,
            DecisionRow.id.not_in(list(without)),
        )
        .order_by(DecisionRow.undone_at.desc(), DecisionRow.id)
        .limit(1)
    )
    for (decision_id,) in rows(query):
        return decisions([decision_id])[0]
    return None


# Rows to dataclasses


def _numbers(condition: Any) -> list[int]:
    query = DecisionRow.select(DecisionRow.id).where(condition).order_by(DecisionRow.id.desc())
    return [decision_id for (decision_id,) in rows(query)]


def _load(condition: Any, limit: int | None = None) -> list[Decision]:
    query = DecisionRow.select(*_DECISION).where(condition)
    query = query.order_by(DecisionRow.id.desc() if limit else DecisionRow.id).limit(limit)
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
