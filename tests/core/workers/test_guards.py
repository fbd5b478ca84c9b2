from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.catalog.rulebook import identity
from core.model import Asset, Facts, Metadata, RelationKind
from core.rules.rule import Action, Rule, Search
from core.workers.guards import Guard

RULE = Rule(
    "a rule",
    Search(),
    (),
    Action(RelationKind.BETTER),
    acts_at_most_per_run=None,
    acts_at_most_per_day=None,
    audit=0,
)


def asset(number: int) -> Asset:
    facts = Facts("JPEG", 1000, 100, 100)
    digest = number.to_bytes(32, "big")
    return Asset(number, Path(f"/{number}.jpg"), 0, digest, number, facts, Metadata())


def acts_until_stopped(guard: Guard, most: int = 1000) -> int:
    """How often it may act before something is held against it."""
    for count in range(most):
        if guard.objection(asset(1), asset(2)) is not None:
            return count
        guard.acted()
    return most


def test_a_rule_that_acts_far_more_than_it_used_to_is_stopped() -> None:
    assert acts_until_stopped(Guard(RULE, [10, 12, 9], 0, set())) == 120
    guard = Guard(RULE, [1, 0, 2], 0, set())
    # So few surprise nobody.
    assert acts_until_stopped(guard) == 50
    assert "far more than it used to" in str(guard.objection(asset(1), asset(2)))


def test_a_rule_that_is_new_has_no_habits_yet() -> None:
    assert acts_until_stopped(Guard(RULE, [1, 2], 0, set())) == 1000


def test_what_was_done_earlier_in_the_day_counts() -> None:
    rule = replace(RULE, acts_at_most_per_day=10)
    assert acts_until_stopped(Guard(rule, [], 7, set())) == 3


def test_a_pair_is_always_or_never_of_the_sample() -> None:
    rule = replace(RULE, audit=5)
    held = [
        number
        for number in range(2, 202)
        if Guard(rule, [], 0, set()).objection(asset(1), asset(number)) is not None
    ]
    assert 20 <= len(held) <= 60
    again = [
        number
        for number in range(2, 202)
        if Guard(rule, [], 0, set()).objection(asset(number), asset(1)) is not None
    ]
    assert again == held


def test_only_the_pair_that_was_taken_back_is_held() -> None:
    guard = Guard(RULE, [], 0, {identity(asset(1), asset(2))})
    assert guard.objection(asset(2), asset(1)) is not None
    assert guard.objection(asset(1), asset(3)) is None
