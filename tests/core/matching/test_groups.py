"""Who stands for a group of duplicates."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.matching.groups import Group
from tests.core.matching.said import held


def group(decisions: str) -> Group:
    return held(decisions).group(ord("a"))


def tops(decisions: str) -> set[str]:
    return {"".join(map(chr, top)) for top in group(decisions).tops}


def best(decisions: str, present: str = "abcdefgh") -> str | None:
    found = group(decisions).best(set(map(ord, present)))
    return found and chr(found)


@pytest.mark.parametrize(
    ("decisions", "kings"),
    [
        ("a>b", {"a"}),
        ("a>b b>c c>d", {"a"}),
        ("a>b c>b", {"a", "c"}),
        ("a>b c>b a>c", {"a"}),
        # What beats another group's king beats all of that group.
        ("a>b c>d b>c", {"a"}),
        ("a>b c>d b>d", {"a", "c"}),
        ("a=b", {"ab"}),
        ("b=a a=c", {"bac"}),
        ("a>b b=c d>c", {"a", "d"}),
        ("a>b c=a d>c", {"d"}),
        # Later words count: as good as one another, though one was the better one.
        ("a>b a=b", {"ab"}),
        # As old catalogs may have it: none of them can be told to be the better one.
        ("a>b b>c c>a c>d", {"abc"}),
    ],
)
def test_whoever_nobody_beats_is_at_the_top(decisions: str, kings: set[str]) -> None:
    assert tops(decisions) == kings


@pytest.mark.parametrize(
    ("decisions", "present", "stands"),
    [
        ("a>b a>c", "abc", "a"),
        ("a>b a>c", "bc", "b"),
        ("a>b b>c", "c", "c"),
        ("a>b a>c", "", None),
        # Fewer beat c than d.
        ("a>b b>d a>c", "cd", "c"),
        ("a>d d>b a>c", "bc", "c"),
        # Of equals the better side of their earliest decision, then the lowest.
        ("c=a c=b a>d", "abcd", "c"),
        ("c=a c=b a>d", "abd", "a"),
        # Of rivals the lowest.
        ("c>b a>b", "abc", "a"),
        # What nobody was compared with is still beaten by as many.
        ("a>b b>c a>e e>f", "cf", "c"),
    ],
)
def test_a_group_is_stood_for_by_the_best_that_is_there(
    decisions: str, present: str, stands: str | None
) -> None:
    assert best(decisions, present) == stands


def test_rivals_are_told_as_long_as_both_are_there() -> None:
    rivals = group("a>b c>b d=c").rivals
    assert rivals(set(map(ord, "abcd"))) == [ord("a"), ord("d")]
    assert rivals(set(map(ord, "abc"))) == [ord("a"), ord("c")]
    assert rivals(set(map(ord, "bcd"))) == []
    assert group("a>b a>c").rivals(set(map(ord, "abc"))) == []


def test_a_long_chain_has_its_king_and_its_last() -> None:
    letters = [chr(each) for each in range(0x4E00, 0x4E00 + 3000)]
    chain = " ".join(f"{a}>{b}" for a, b in pairwise(letters))
    found = held(chain).group(ord(letters[1500]))
    assert found.tops == ((ord(letters[0]),),)
    assert found.best(set(map(ord, letters[2000:]))) == ord(letters[2000])
