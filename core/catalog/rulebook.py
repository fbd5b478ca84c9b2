"""Rules as they were saved, what people denied them, and their ledger.

What a rule makes of a pair is kept nowhere: it follows from the rule, the pair and what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from peewee import fn

from core.catalog.assets import PRESENT, in_chunks
from core.catalog.rows import rows
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content, Decision, Denial, Rule, database
from core.catalog.schema import Operation as OperationRow
from core.model import Asset, DecisionState, OperationKind


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as text."""

    name: str
    definition: str
    """TOML, by `core.rules.toml_form`."""


class Identity(NamedTuple):
    """What a pair is, however its files are called and whichever copies stand for it."""

    content_a: int
    """The lower id."""
    content_b: int
    asset_a: int = 0
    """Of two copies of one content the lower asset id, else 0."""
    asset_b: int = 0


def identity(a: Asset, b: Asset) -> Identity:
    """The pair of `a` and `b`, the same either way round."""
    return _identity(a.content_id, b.content_id, a.id, b.id)


def _identity(content_a: int, content_b: int, asset_a: int, asset_b: int) -> Identity:
    if content_a == content_b:
        return Identity(content_a, content_b, *sorted((asset_a, asset_b)))
    return Identity(*sorted((content_a, content_b)))


@dataclass(frozen=True, slots=True)
class DeniedPair:
    """One denial."""

    id: int
    rule: str
    pair: Identity
    denied_at: str
    """ISO 8601, UTC."""
    paths: tuple[str | None, str | None] = (None, None)
    """Where the two are; None of one that is nowhere now."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a rule has done so far."""

    acted: int = 0
    """Decisions by itself."""
    approved: int = 0
    """Decisions that a person agreed to."""
    undone: int = 0
    """Of both, those that were taken back."""
    denied: int = 0
    freed: int = 0
    """Bytes that left the libraries by what still stands."""

    @property
    def precision(self) -> float | None:
        """Share of its choices that nobody objected to; None before the first."""
        judged = self.acted + self.approved + self.denied
        return (self.acted + self.approved - self.undone) / judged if judged else None


def stored_rules() -> list[StoredRule]:
    """All rules, the first to act first."""
    query = Rule.select(Rule.name, Rule.definition).order_by(Rule.position, Rule.id)
    return [StoredRule(*row) for row in rows(query)]


def save_rules(rules: Iterable[StoredRule]) -> None:
    """Replace the rules of these names where they stand; add the new ones at the end."""
    with database.atomic():
        last = Rule.select(fn.MAX(Rule.position)).scalar() or 0
        for rule in rules:
            changed = Rule.update(name=rule.name, definition=rule.definition).where(
                fn.LOWER(Rule.name) == rule.name.lower()
            )
            if not changed.execute():
                last += 1
                Rule.insert(name=rule.name, position=last, definition=rule.definition).execute()


def deny(rule: str, pairs: Iterable[Identity]) -> None:
    """A person says no to what `rule` wants with `pairs`."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with database.atomic():
        for pair in pairs:
            Denial.insert(rule=rule, denied_at=now, **pair._asdict()).on_conflict_ignore().execute()


def withdraw_denial(denial_id: int) -> DeniedPair | None:
    """Take one denial back; None where there is no such one."""
    with database.atomic():
        found = with_paths(_denials(Denial.id == denial_id))
        Denial.delete().where(Denial.id == denial_id).execute()
    return found[0] if found else None


def denials(rules: Collection[str] | None = None) -> list[DeniedPair]:
    """What these rules, or all, were denied, without paths; the latest first."""
    return _denials(Denial.id.is_null(False) if rules is None else Denial.rule.in_(list(rules)))


def _denials(condition: Any) -> list[DeniedPair]:
    query = (
        Denial.select(
            Denial.id,
            Denial.rule,
            Denial.content_a,
            Denial.content_b,
            Denial.asset_a,
            Denial.asset_b,
            Denial.denied_at,
        )
        .where(condition)
        .order_by(Denial.denied_at.desc(), Denial.id.desc())
    )
    return [
        DeniedPair(denial_id, rule, Identity(*pair), when)
        for denial_id, rule, *pair, when in rows(query)
    ]


def with_paths(denied: Sequence[DeniedPair]) -> list[DeniedPair]:
    """The same with where the files are."""
    contents = {content for each in denied for content in each.pair[:2]}
    by_content: dict[int, str] = {}
    by_asset: dict[int, str] = {}
    for few in in_chunks(contents):
        query = (
            AssetRow.select(AssetRow.id, AssetRow.content, AssetRow.path)
            .where(AssetRow.content.in_(few), AssetRow.state == PRESENT)
            .order_by(AssetRow.path)
        )
        for asset_id, content, path in rows(query):
            by_asset[asset_id] = path
            by_content.setdefault(content, path)
    found = []
    for each in denied:
        pair = each.pair
        paths = (
            (by_asset.get(pair.asset_a), by_asset.get(pair.asset_b))
            if pair.asset_a
            else (by_content.get(pair.content_a), by_content.get(pair.content_b))
        )
        found.append(replace(each, paths=paths))
    return found


def refused(rule: str) -> set[Identity]:
    """Pairs on which a decision of `rule` was undone, or which it was denied."""
    query = Decision.select(
        Decision.content_a, Decision.content_b, Decision.asset_a, Decision.asset_b
    ).where(Decision.rule == rule, Decision.state == DecisionState.UNDONE)
    undone = {_identity(*row) for row in rows(query)}
    return undone | {each.pair for each in denials([rule])}


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


def acts_by_day(rule: str) -> list[tuple[str, int]]:
    """(day, decisions of `rule`) of each day in UTC on which it had any, the oldest first."""
    day = fn.SUBSTR(Decision.decided_at, 1, 10)
    query = (
        Decision.select(day, fn.COUNT(Decision.id))
        .where(Decision.rule == rule, Decision.state != DecisionState.FAILED)
        .group_by(day)
        .order_by(day)
    )
    return [(when, count) for when, count in rows(query)]


def ledgers() -> dict[str, Ledger]:
    """The `Ledger` of every rule that ever chose anything or was denied, by its name."""
    found: dict[str, Ledger] = {}
    went = Decision.id.in_(_moving())
    query = (
        Decision.select(
            Decision.rule,
            Decision.approved,
            Decision.state,
            fn.COUNT(Decision.id),
            fn.SUM(Content.size * went.cast("integer")),
        )
        .join(Content, on=(Decision.content_b == Content.id))
        .where(
            Decision.rule.is_null(False),
            Decision.state.in_((DecisionState.DONE, DecisionState.UNDONE)),
        )
        .group_by(Decision.rule, Decision.approved, Decision.state)
    )
    for rule, approved, state, count, size in rows(query):
        was = found.get(rule, Ledger())
        undone = state == DecisionState.UNDONE
        found[rule] = replace(
            was,
            acted=was.acted + (0 if approved else count),
            approved=was.approved + (count if approved else 0),
            undone=was.undone + (count if undone else 0),
            freed=was.freed + (0 if undone else int(size or 0)),
        )
    counts = Denial.select(Denial.rule, fn.COUNT(Denial.id)).group_by(Denial.rule)
    for rule, count in rows(counts):
        found[rule] = replace(found.get(rule, Ledger()), denied=count)
    return found


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
    return OperationRow.select(OperationRow.decision).where(
        OperationRow.kind == OperationKind.TRASH
    )
