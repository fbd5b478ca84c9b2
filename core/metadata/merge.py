"""What the kept ones of a group get from the others: pure, and shown before it happens.

`merge` says for each field what was there, what will be, why, and what of the others stays behind.
It settles nothing that is in doubt: where the others disagree about something that the keeper
lacks, nothing is taken, and where the policy says *ask* there is a conflict that a person settles
before anything is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from core.metadata.fields import MEANINGS, Value, settled_value
from core.metadata.policies import WAYS, Field, Policy, Reach, Way
from core.model import Metadata


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge does to one field of one kept asset."""

    field: Field
    before: Value
    after: Value
    reason: str
    """In words."""
    left: tuple[Value, ...] = ()
    """What those that go say and `after` does not hold: it goes with them."""

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept asset after the merge."""

    metadata: Metadata
    outcomes: tuple[Outcome, ...] = ()
    """Of each field that changes or leaves something behind, in the order of `Field`."""

    @property
    def changed(self) -> tuple[Field, ...]:
        """The fields to write."""
        return tuple(each.field for each in self.outcomes if each.changed)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that a person has to settle before the merge may be applied."""

    field: Field
    choices: tuple[Value, ...]
    """Without repeats: what all of them come to where that can be said, then what each says, the
    kept ones first."""
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge comes to."""

    kept: tuple[Kept, ...]
    """In the order in which they were given."""
    conflicts: tuple[Conflict, ...] = ()
    """Until these are settled, `kept` has their fields as they were."""


def merge(
    kept: Sequence[Metadata],
    others: Sequence[Metadata],
    policy: Policy,
    settled: Mapping[str, Value] = MappingProxyType({}),
) -> Merged:
    """What `kept` (the best one first) come to when `others` go.

    Lines come in the group's order for every one that receives, so that kept duplicates do not
    differ afterwards in nothing but that. Merging the result once more changes nothing.

    Args:
        kept: those that stay.
        others: those that go.
        policy: who receives what.
        settled: by the names of `Field`, what a person has chosen; it holds for all of `kept`.

    Raises:
        UsageError: `settled` names no field, or a value that the field cannot have.
    """
    choices = dict(settled_value(name, value) for name, value in settled.items())
    receives = _receivers(policy, len(kept), len(others))
    conflicts = tuple(
        conflict
        for field in Field
        if field not in choices and policy.way(field) is Way.ASK
        if (conflict := _conflict(field, kept, others, receives))
    )
    results = []
    for index, mine in enumerate(kept):
        outcomes = tuple(
            outcome
            for field in Field
            if field in choices or index < receives
            if (outcome := _outcome(field, policy.way(field), index, kept, others, choices))
        )
        after: dict[str, Any] = {each.field: each.after for each in outcomes}
        results.append(Kept(replace(mine, **after), outcomes))
    return Merged(tuple(results), conflicts)


def _receivers(policy: Policy, kept: int, others: int) -> int:
    """How many of the kept ones receive, counted from the first."""
    match policy.reach:
        case Reach.ONLY:
            return int(kept == 1 and others > 0)
        case Reach.FIRST:
            return min(kept, 1)
        case Reach.EVERY:
            return kept


def _outcome(
    field: Field,
    way: Way,
    index: int,
    kept: Sequence[Metadata],
    others: Sequence[Metadata],
    choices: Mapping[Field, Value],
) -> Outcome | None:
    """What becomes of `field` of one kept asset; None where nothing changes or is left."""
    group = [_value(field, each) for each in (*kept, *others)]
    before = group[index]
    together = MEANINGS[field].together
    if field in choices:
        after, reason = choices[field], "chosen by hand"
    elif way is Way.KEEP:
        after, reason = before, "kept as it is"
    elif way is Way.ASK:
        after, reason = before, "a person has to say"
    elif way is Way.COPY or together is None:
        after, reason = _copied(field, before, group)
    else:
        after, reason = together(before, group)
    left = _left(field, after, group[len(kept) :])
    if after == before and not left:
        return None
    return Outcome(field, before, after, reason, left)


def _copied(field: Field, mine: Value, group: Sequence[Value]) -> tuple[Value, str]:
    says, holds = MEANINGS[field].says, MEANINGS[field].holds
    if says(mine):
        return mine, "it has one of its own"
    said = [value for value in group if says(value)]
    if not said:
        return mine, "none has one"
    together = MEANINGS[field].together
    if together and Way.UNION in WAYS[field]:
        return together(mine, said)
    if all(holds(a, b) for a in said for b in said):
        return said[0], "it has none, and the others agree"
    return mine, "the others disagree"


def _conflict(
    field: Field, kept: Sequence[Metadata], others: Sequence[Metadata], receives: int
) -> Conflict | None:
    """What a person has to say of `field`; None where all who receive have all there is."""
    group = [_value(field, each) for each in (*kept, *others)]
    if not any(_left(field, mine, group) for mine in group[:receives]):
        return None
    together = MEANINGS[field].together
    all_of_it = [together(group[0], group)[0]] if together else []
    choices = tuple(dict.fromkeys(filter(MEANINGS[field].says, [*all_of_it, *group])))
    return Conflict(field, choices, f"they differ in {field}")


def _left(field: Field, held: Value, values: Iterable[Value]) -> tuple[Value, ...]:
    """Those of `values` that are lost where `held` stays, without repeats."""
    meaning = MEANINGS[field]
    return tuple(
        dict.fromkeys(
            value
            for value in values
            if meaning.says(value) and not (meaning.says(held) and meaning.holds(held, value))
        )
    )


def _value(field: Field, metadata: Metadata) -> Value:
    value: Value = getattr(metadata, field)
    return value
