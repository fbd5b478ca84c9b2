from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Asset, Facts, Metadata, RelationKind
from core.rules.builtin import COPIES_RULES
from core.rules.exact_copies import NAME, choose


def copy(number: int, path: str, modified: int, digest: bytes = b"same") -> Asset:
    facts = Facts(format="JPEG", size=1, width=1, height=1)
    return Asset(number, Path(path), modified, digest, 1, facts, Metadata())


COPIES = (
    copy(1, "/b.jpg", 1_700_000_000_000_000_001),
    copy(2, "/a.jpg", 1_700_000_000_000_000_001),
    copy(3, "/c.jpg", 1_700_000_000_000_000_000),
    copy(4, "/0.jpg", 1_800_000_000_000_000_000),
)


@pytest.mark.parametrize("order", list(itertools.permutations(COPIES)))
def test_the_oldest_stays_whatever_the_order(order: tuple[Asset, ...]) -> None:
    choices = list(choose(order))
    assert {choice.asset_a for choice in choices} == {3}
    assert {choice.asset_b for choice in choices} == {1, 2, 4}
    assert {choice.kind for choice in choices} == {RelationKind.BETTER}


@pytest.mark.parametrize("order", list(itertools.permutations(COPIES[:2])))
def test_of_equal_age_the_first_path_stays(order: tuple[Asset, ...]) -> None:
    (choice,) = choose(order)
    assert (choice.asset_a, choice.asset_b) == (2, 1)
    assert "the same age" in choice.why


def test_the_reason_names_both_dates() -> None:
    (choice,) = choose(COPIES[2:])
    assert "2023-11-14" in choice.why
    assert "2027-01-15" in choice.why


def test_other_bytes_are_never_chosen() -> None:
    assert list(choose([copy(1, "/a.jpg", 1), copy(2, "/b.jpg", 2, b"other")])) == []


def test_a_choice_says_which_bytes_it_was_made_on() -> None:
    (choice,) = choose(COPIES[:2])
    assert choice.seen == (b"same", b"same")
    assert choice.rule == NAME


def test_the_rule_is_known_by_its_name() -> None:
    assert COPIES_RULES["exact-copies"] is choose


def test_what_leaves_with_a_sidecar_is_named() -> None:
    keeper, other = copy(1, "/a.jpg", 1), copy(2, "/b.jpg", 2)
    keeper = replace(keeper, metadata=Metadata(rating=3, tags=("cat",)))
    other = replace(other, metadata=Metadata(rating=5, tags=("cat",)))
    (choice,) = choose([other, keeper])
    assert choice.why.endswith("what only its sidecar says goes with it: rating")
