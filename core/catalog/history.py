"""What the journal tells of decisions: which there are, which stand, which were taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import Any

from peewee import fn

from core.catalog.assets import CHUNK
from core.catalog.reading import load, load_one
from core.catalog.rows import rows
from core.catalog.schema import Content, Leaving
from core.catalog.schema import Decision as DecisionRow
from core.catalog.schema import Operation as OperationRow
from core.catalog.scope import Scope, below
from core.model import (
    LEAVING,
    Decision,
    DecisionFilter,
    DecisionState,
    Operation,
    OperationKind,
)


def condition(which: DecisionFilter) -> Any:
    """For rows of decisions."""
    wanted = [DecisionRow.id.is_null(False)]
    if which.run is not None:
        wanted.append(DecisionRow.run == which.run)
    if which.runs:
        wanted.append(DecisionRow.run.is_null(False))
    if which.rules:
        wanted.append(DecisionRow.rule.in_(which.rules))
    if which.people:
        wanted.append(DecisionRow.rule.is_null(True))
    if which.since is not None:
        wanted.append(DecisionRow.decided_at >= which.since)
    if which.until is not None:
        wanted.append(DecisionRow.decided_at < which.until)
    if which.kinds:
        wanted.append(DecisionRow.kind.in_(which.kinds))
    if which.states:
        wanted.append(DecisionRow.state.in_(which.states))
    if which.text:
        wanted.append(reduce(or_, _with_text(which.text)))
    return reduce(and_, wanted)


def _with_text(text: str) -> Iterator[Any]:
    # Of what is not ASCII, databases know no case.
    for form in sorted({text, text.lower(), text.upper(), text.title()}):
        for path in (DecisionRow.path_a, DecisionRow.path_b):
            yield path.cast("TEXT").contains(form)


def decisions(decision_ids: Sequence[int]) -> list[Decision]:
    """The decisions of these ids, oldest first."""
    return load(DecisionRow.id.in_(list(decision_ids)))


def is_interrupted() -> bool:
    """Whether an earlier process has left anything half-way, or another is at work."""
    half = DecisionRow.select().where(_unfinished()).exists()
    return half or Leaving.select().exists()


def _unfinished() -> Any:
    return DecisionRow.state.in_((DecisionState.APPLYING, DecisionState.UNDOING))


def unfinished() -> list[Decision]:
    """Decisions that a crash left half-way, oldest first."""
    return load(_unfinished())


def latest(
    limit: int, which: DecisionFilter | None = None, before: int | None = None
) -> list[Decision]:
    """The latest decisions of those that are meant, newest first; of those before the one with
    the number `before`, if that is given."""
    meant = condition(which or DecisionFilter())
    if before is not None:
        meant &= DecisionRow.id < before
    return load(meant, limit)


def count(which: DecisionFilter, after: int = 0) -> int:
    """How many decisions are meant, of those with a number above `after`."""
    query = DecisionRow.select().where(condition(which))
    if after:
        query = query.where(DecisionRow.id > after)
    return int(query.count())


def page(which: DecisionFilter, place: int, size: int) -> list[Decision]:
    """Some of the decisions that are meant, the newest first, from a place on that is counted
    from 0."""
    return load(condition(which), size, place)


def as_one(decision: Decision) -> list[Decision]:
    """`decision` as it is now, with those that were made as one with it, oldest first."""
    if decision.batch is None:
        return load_one(decision.id)
    return load(DecisionRow.batch == decision.batch)


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
            OperationRow.kind.in_(list(LEAVING)), OperationRow.decision.in_(few)
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
    found = load(condition, limit=1)
    return found[0] if found else None


def _by_person(roots: Scope, runs: Collection[int]) -> Any:
    own = DecisionRow.run.is_null(True) | DecisionRow.run.in_(list(runs))
    return own & below(roots, DecisionRow.path_b)


def standing(which: DecisionFilter) -> list[int]:
    """Numbers of the decisions that are meant and can be taken back, newest first."""
    return _numbers(_standing() & condition(which))


def last_standing() -> list[int]:
    """The latest person's decision, or all of the latest headless run, newest first."""
    query = DecisionRow.select(DecisionRow.id, DecisionRow.run).where(_standing())
    for decision_id, run in rows(query.order_by(DecisionRow.id.desc()).limit(1)):
        return [decision_id] if run is None else standing(DecisionFilter(run=run))
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


def runs() -> dict[int, int]:
    """How many decisions each headless run made, the latest first."""
    query = DecisionRow.select(DecisionRow.run, fn.COUNT(DecisionRow.id)).where(
        DecisionRow.run.is_null(False)
    )
    return dict(rows(query.group_by(DecisionRow.run).order_by(DecisionRow.run.desc())))


# What was taken back, and can be made again


def again(decision_id: int) -> int | None:
    """The decision that makes this one again, which was taken back; None without one."""
    query = DecisionRow.select(DecisionRow.id).where(
        DecisionRow.redo_of == decision_id, DecisionRow.state != DecisionState.FAILED
    )
    found = [number for (number,) in rows(query)]
    return found[-1] if found else None


def made_again() -> Any:
    """Decisions that were taken back and that a later one makes again, as an IN takes them."""
    later = DecisionRow.alias()
    return later.select(later.redo_of).where(
        # Not "is not null", for which SQLite reads the whole table.
        later.redo_of > 0,
        later.state != DecisionState.FAILED,
    )


def _waiting() -> Any:
    return (DecisionRow.state == DecisionState.UNDONE) & DecisionRow.id.not_in(made_again())


def waiting(which: DecisionFilter) -> list[int]:
    """Numbers of the decisions that are meant and can be made again, oldest first."""
    return _numbers(_waiting() & condition(which))[::-1]


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


def _numbers(condition: Any) -> list[int]:
    query = DecisionRow.select(DecisionRow.id).where(condition).order_by(DecisionRow.id.desc())
    return [decision_id for (decision_id,) in rows(query)]
