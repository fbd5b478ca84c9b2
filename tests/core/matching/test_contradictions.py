"""What a decision would contradict, and that nothing is left of it once that is dissolved."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from core.catalog.relations import Live
from core.matching.contradictions import Contradiction, contradictions
from core.matching.kings import crown
from core.model import RelationKind
from tests.core.matching.drawn import KINDS, content, decisions, here, pairs
from tests.core.matching.said import held, said, without_contradictions


def against(decisions: str, wanted: str) -> tuple[Contradiction, ...]:
    (choice,) = said(wanted)
    return contradictions(held(decisions), choice.kind, choice.a, choice.b)


@pytest.mark.parametrize(
    ("decisions", "wanted", "numbers"),
    [
        # Not related, alternates or stacked, and yet duplicates: at once or by what follows.
        ("a>b", "a|b", [(1,)]),
        ("a>b", "b~a", [(1,)]),
        ("a=b", "a+b", [(1,)]),
        ("x>y a>b b>c", "a|c", [(2, 3)]),
        # By two ways.
        ("a>b b>c a>c", "c|a", [(3,), (2, 1)]),
        # Better or as good, which would join what was called something else.
        ("a|b", "a>b", [(1,)]),
        ("a~b", "b=a", [(1,)]),
        ("a+b", "a>b", [(1,)]),
        ("a>b x>y b|y", "a>x", [(3,)]),
        ("a>b x>y b~y a|x", "x=b", [(3,), (4,)]),
        ("a~b b|x", "a>x", [(2,)]),
        # Better, round in a circle.
        ("a>b", "b>a", [(1,)]),
        ("a>b b>c", "c>a", [(1, 2)]),
        ("a>b b=c", "c>a", [(1, 2)]),
        ("a=b", "b>a", [(1,)]),
        ("a>b b>c", "a=c", [(1, 2)]),
        ("a>b b>c a>c", "c=a", [(1, 2)]),
        ("a=b b>c", "a=c", [(1, 2)]),
        # Not related, and yet in one set of alternates.
        ("a~b", "a|b", [(1,)]),
        ("a~b b~c", "a|c", [(1, 2)]),
        ("a>b b~x x>y", "a|y", [(2,)]),
        ("a|b", "a~b", [(1,)]),
        ("a~b b|x", "a~x", [(2,)]),
    ],
)
def test_a_contradiction_names_what_was_said(
    decisions: str, wanted: str, numbers: list[tuple[int, ...]]
) -> None:
    found = against(decisions, wanted)
    assert [each.decisions for each in found] == numbers
    for each in found:
        assert all(str(number) in each.sentence for number in each.decisions)


@pytest.mark.parametrize(
    ("decisions", "wanted"),
    [
        ("a>b", "a>b"),
        ("a=b", "b=a"),
        ("a~b", "b~a"),
        ("a|b", "b|a"),
        ("a+b", "b+a"),
        ("a>b b>c", "a>c"),
        ("a>b c>b", "c>a"),
        ("a>b c>b", "a=c"),
        # A later word: as good as the other, though once the better one.
        ("a>b", "a=b"),
        ("a~b b~c", "a>c"),
        ("a~b b~c", "a~c"),
        ("a|b", "a+b"),
        ("a|b b|c", "a>c"),
        ("a+b b+c", "a>c"),
        ("", "a>b"),
    ],
)
def test_to_say_the_same_or_more_contradicts_nothing(decisions: str, wanted: str) -> None:
    assert against(decisions, wanted) == ()


def test_the_words_tell_what_was_said() -> None:
    assert against("a>b", "a|b")[0].sentence == "decision 1 calls them duplicates"
    assert (
        against("a>b b>c", "a~c")[0].sentence == "by decisions 1 and 2 together they are duplicates"
    )
    assert against("a|b", "a>b")[0].sentence == (
        "decision 1 calls them, or others of their groups, not related"
    )
    assert against("a>b", "b>a")[0].sentence == "decision 1 says that the other one is better"


@given(decisions, draw.sampled_from(KINDS), pairs)
@settings(max_examples=300, deadline=None)
def test_without_what_it_contradicts_a_decision_contradicts_nothing(
    live: list[Live], kind: RelationKind, pair: tuple[int, int]
) -> None:
    relations = without_contradictions(live)
    numbers = [
        number for each in contradictions(relations, kind, *pair) for number in each.decisions
    ]
    assert len(set(numbers)) == len(numbers)
    assert contradictions(relations.changed(numbers, ()), kind, *pair) == ()


@given(decisions)
@settings(max_examples=300, deadline=None)
def test_whoever_never_contradicts_himself_can_say_everything_again(live: list[Live]) -> None:
    relations = without_contradictions(live)
    said_so = [relations[number] for number in relations.ids]
    softened = {
        frozenset((each.a, each.b)) for each in said_so if each.kind is RelationKind.SAME_QUALITY
    }
    for each in said_so:
        if each.kind is RelationKind.BETTER and frozenset((each.a, each.b)) in softened:
            continue
        assert contradictions(relations, each.kind, each.a, each.b) == ()


@given(decisions, content, here)
@settings(max_examples=300, deadline=None)
def test_whoever_is_made_king_stands_for_the_group_without_a_rival(
    live: list[Live], king: int, present: set[int]
) -> None:
    relations, present = without_contradictions(live), present | {king}
    steps = list(crown(relations, king, present))
    gone = [number for step in steps for number in step.overrules]
    come = [
        Live(100 + number, RelationKind.BETTER, king, step.beaten, (0, 0), False)
        for number, step in enumerate(steps)
    ]
    after = relations.changed(gone, come).group(king)
    assert after.best(present) == king
    assert after.rivals(present) == []
    # What others said of others still holds.
    assert all(king in (relations[number].a, relations[number].b) for number in gone)
