"""Rules as they were saved, and what people denied them.

What a rule makes of a pair is kept nowhere: it follows from the rule, the pair and what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from peewee import fn

from core.catalog.assets import PRESENT, in_chunks
from core.catalog.prepared import Prepared, given
from core.catalog.rows import rows
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Decision, Denial, Rule, database
from core.errors import UsageError
from core.model import Asset, DecisionState, DeniedPair, Identity


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as text."""

    name: str
    definition: str
    """TOML, by `core.rules.toml_form`."""


def identity(a: Asset, b: Asset) -> Identity:
    """The pair of `a` and `b`, the same either way round."""
    return identity_of(a.content_id, b.content_id, a.id, b.id)


def identity_of(content_a: int, content_b: int, asset_a: int, asset_b: int) -> Identity:
    """As `identity`, by the numbers of contents and assets."""
    if content_a == content_b:
        return Identity(content_a, content_b, *sorted((asset_a, asset_b)))
    return Identity(*sorted((content_a, content_b)))


def stored_rules() -> list[StoredRule]:
    """All rules, the first to act first."""
    query = Rule.select(Rule.name, Rule.definition).order_by(Rule.position, Rule.id)
    return [StoredRule(*row) for row in rows(query)]


def save_rules(rules: Iterable[StoredRule]) -> None:
    """Replace the rules of these names where they stand; add the new ones at the end."""
    with database.atomic():
        last = Rule.select(fn.MAX(Rule.position)).scalar() or 0
        for rule in rules:
            known = _called(rule.name)
            if known is not None:
                Rule.update(**asdict(rule)).where(Rule.name == known).execute()
            else:
                last += 1
                Rule.insert(position=last, **asdict(rule)).execute()


def rename_rule(name: str, renamed: StoredRule) -> None:
    """Replace the rule `name` by `renamed`, which takes along all that it did and was denied.

    Raises:
        UsageError: the new name is another rule's, or was one's that is in the history.
    """
    subject = f"rule {renamed.name}"
    with database.atomic():
        if _called(renamed.name) not in (None, name):
            raise UsageError(subject, "there is one of this name", "choose another")
        if renamed.name != name:
            for model in (Decision, Denial):
                if model.select().where(model.rule == renamed.name).exists():
                    raise UsageError(
                        subject, "the history knows another rule of this name", "choose another"
                    )
                model.update(rule=renamed.name).where(model.rule == name).execute()
        Rule.update(**asdict(renamed)).where(Rule.name == name).execute()


def _called(name: str) -> str | None:
    """The name of the rule that is called so, whatever its case; None where there is none."""
    # Of what is not ASCII, databases know no case.
    names = (each for (each,) in rows(Rule.select(Rule.name)))
    return next((each for each in names if each.casefold() == name.casefold()), None)


def place_rule(name: str, place: int) -> None:
    """Put a rule at `place`, the first being 1, and let the others close up."""
    with database.atomic():
        query = Rule.select(Rule.name).order_by(Rule.position, Rule.id)
        order = [each for (each,) in rows(query)]
        if name not in order:
            return
        order.remove(name)
        order.insert(max(0, place - 1), name)
        for position, each in enumerate(order, start=1):
            Rule.update(position=position).where(Rule.name == each).execute()


def remove_rule(name: str) -> bool:
    """Forget a rule; whether there was one. What it did and was denied stays on record."""
    return bool(Rule.delete().where(Rule.name == name).execute())


def deny(rule: str, pairs: Iterable[Identity]) -> None:
    """A person says no to what `rule` wants with `pairs`."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with database.atomic():
        for pair in pairs:
            Denial.insert(rule=rule, denied_at=now, **pair._asdict()).on_conflict_ignore().execute()


def is_denied(rule: str, pair: Identity) -> bool:
    """Whether a person has said no to what `rule` wants with `pair`."""
    return next(iter(_DENIED.run(rule=rule, **pair._asdict())), None) is not None


_DENIED = Prepared(
    lambda: Denial.select(Denial.id).where(
        Denial.rule == given(Denial.rule),
        *(getattr(Denial, name) == given(getattr(Denial, name)) for name in Identity._fields),
    )
)


def withdraw_denial(denial_id: int) -> DeniedPair | None:
    """Take one denial back; None where there is no such one."""
    with database.atomic():
        found = with_paths(_denials(Denial.id == denial_id))
        Denial.delete().where(Denial.id == denial_id).execute()
    return found[0] if found else None


def withdraw_pairs(denied: Iterable[tuple[str, Identity]]) -> None:
    """Take back that these rules were denied these pairs."""
    with database.atomic():
        for rule, pair in denied:
            Denial.delete().where(
                Denial.rule == rule,
                *(getattr(Denial, name) == value for name, value in pair._asdict().items()),
            ).execute()


def withdraw_denials(rule: str) -> list[DeniedPair]:
    """Take back all that `rule` was denied."""
    with database.atomic():
        found = denials([rule])
        Denial.delete().where(Denial.rule == rule).execute()
    return found


def restore_denials(denied: Iterable[DeniedPair]) -> None:
    """Deny again what `withdraw_denial` or `withdraw_denials` gave back, as of when it was."""
    with database.atomic():
        for each in denied:
            Denial.insert(
                rule=each.rule, denied_at=each.denied_at, **each.pair._asdict()
            ).on_conflict_ignore().execute()


def denials(rules: Collection[str] | None = None) -> list[DeniedPair]:
    """What these rules, or all, were denied, without paths; the latest first."""
    return _denials(Denial.id.is_null(False) if rules is None else Denial.rule.in_(list(rules)))


def count_denials() -> int:
    """How many pairs rules were denied."""
    return int(Denial.select().count())


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
    """Pairs on which a decision of `rule` was undone or ended, or which it was denied."""
    query = Decision.select(
        Decision.content_a, Decision.content_b, Decision.asset_a, Decision.asset_b
    ).where(
        Decision.rule == rule,
        Decision.state.in_((DecisionState.UNDONE, DecisionState.DISSOLVED)),
    )
    undone = {identity_of(*row) for row in rows(query)}
    return undone | {each.pair for each in denials([rule])}
