"""What rules and people have done, as the journal tells it: in all, by run and by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from peewee import fn

from core.catalog.history import made_again
from core.catalog.rows import rows
from core.catalog.schema import Decision, Denial
from core.catalog.schema import Operation as OperationRow
from core.model import LEAVING, DecisionState, Ledger, LedgerDay, RelationKind

_DAY, _MONTH = 10, 7
"""Characters of a moment in ISO 8601 that are its day, or its month."""
_NOT_COUNTED = (DecisionState.APPLYING, DecisionState.FAILED, DecisionState.UNDOING)
"""Said so, as over the others SQLite would not use the index that has all it takes."""


def ledgers() -> dict[str | None, Ledger]:
    """What every rule that ever chose anything or was denied has done, by its name; what people
    did without one is under None."""
    found: dict[str | None, Ledger] = defaultdict(Ledger)
    for rule, _, ledger in _added_up(None, None):
        found[rule] += ledger
    return dict(found)


def ledger_days(since: str = "", months: bool = False) -> list[LedgerDay]:
    """What each rule, and people without one, did on each day from `since` (ISO 8601) on on which
    they did anything, or in each of the `months`; the oldest first. What was taken back counts on
    the day of the act."""
    found: dict[tuple[str, str | None], Ledger] = defaultdict(Ledger)
    length = _MONTH if months else _DAY
    decided, denied = (
        fn.SUBSTR(moment, 1, length) for moment in (Decision.decided_at, Denial.denied_at)
    )
    for rule, day, ledger in _added_up(decided, denied, since):
        found[day, rule] += ledger
    ordered = sorted(found, key=lambda each: (each[0], each[1] or ""))
    return [LedgerDay(rule, day, found[day, rule]) for day, rule in ordered]


def _added_up(
    decided: Any, denied: Any, since: str = ""
) -> Iterator[tuple[str | None, str, Ledger]]:
    """Rule, day and what it did; days as `decided` and `denied` say, or all of them as one."""
    groups = (Decision.rule, Decision.approved, Decision.state, *_given(decided))
    query = (
        Decision.select(*groups, fn.COUNT(Decision.id), fn.SUM(Decision.freed))
        .where(
            Decision.state.not_in(_NOT_COUNTED),
            Decision.decided_at >= since,
            # What was taken back and made again counts as what was made again.
            Decision.id.not_in(made_again()),
        )
        .group_by(*groups)
    )
    for rule, approved, state, *day, count, freed in rows(query):
        taken_back = state == DecisionState.UNDONE
        ledger = Ledger(
            acted=0 if approved else count,
            approved=count if approved else 0,
            undone=count if taken_back else 0,
            freed=0 if taken_back else int(freed or 0),
        )
        yield rule, "".join(day), ledger
    of_denials = (Denial.rule, *_given(denied))
    denials = Denial.select(*of_denials, fn.COUNT(Denial.id)).where(Denial.denied_at >= since)
    for rule, *day, count in rows(denials.group_by(*of_denials)):
        yield rule, "".join(day), Ledger(denied=count)


def _given(day: Any) -> tuple[Any, ...]:
    return () if day is None else (day,)


def relations() -> dict[RelationKind, int]:
    """How many standing decisions say what."""
    query = Decision.select(Decision.kind, fn.COUNT(Decision.id)).where(
        Decision.state == DecisionState.DONE
    )
    return {RelationKind(kind): count for kind, count in rows(query.group_by(Decision.kind))}


def acts_since(rule: str, moment: str) -> int:
    """How often `rule` has acted by itself since `moment` (ISO 8601, UTC)."""
    return int(
        Decision.select()
        .where(
            Decision.rule == rule,
            Decision.approved == False,  # noqa: E712
            Decision.decided_at >= moment,
            Decision.state != DecisionState.FAILED,
        )
        .count()
    )


def acts_by_run(rule: str) -> list[int]:
    """How often `rule` acted by itself in each run in which it did, the oldest first."""
    query = (
        Decision.select(fn.COUNT(Decision.id))
        .where(
            Decision.rule == rule,
            Decision.run.is_null(False),
            Decision.approved == False,  # noqa: E712
            Decision.state != DecisionState.FAILED,
        )
        .group_by(Decision.run)
        .order_by(Decision.run)
    )
    return [count for (count,) in rows(query)]


def stands_for(asset_id: int) -> set[int]:
    """Contents of the trashed files that this asset was kept in place of, but for its own."""
    query = Decision.select(Decision.content_b).where(
        Decision.asset_a == asset_id,
        Decision.state == DecisionState.DONE,
        Decision.id.in_(_moving()),
        Decision.content_a != Decision.content_b,
    )
    return {content for (content,) in rows(query)}


def _moving() -> Any:
    """Decisions that sent a file to the trash."""
    return OperationRow.select(OperationRow.decision).where(OperationRow.kind.in_(list(LEAVING)))
