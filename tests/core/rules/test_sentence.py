"""What a rule says in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from core.metadata.policies import Policy
from core.model import Fate, PairKind, RelationKind
from core.rules.language import Not, PairLeaf
from core.rules.parse import parse_one, parse_pair
from core.rules.rule import Action, Matching, Mode, Pixels, Rule, Search
from core.rules.sentence import sentence
from core.rules.templates import templates
from tests.core.rules import drawn

BETTER = Action(RelationKind.BETTER, b=Fate.TRASH, merge="nothing")


def rule(*tests: str, **more: object) -> Rule:
    return Rule(
        **{
            "name": "r",
            "search": Search(),
            "comparison": tuple(map(parse_pair, tests)),
            "action": BETTER,
            **more,
        }
    )


def test_a_sentence_says_search_comparison_action_and_mode() -> None:
    (template,) = [each for each in templates() if each.name == "pixel-perfect jpegs vs pngs"]
    assert sentence(template, usual=Policy.parse("nothing, tags union, rating best")) == (
        "Among pairs that show the same pixels, of which one file is a JPEG and more than 128 "
        "pixels wide and high and the other is a PNG and more than 128 pixels wide and high, A is "
        "better than B where A is a JPEG: B goes to the trash and A receives B's rating and tags. "
        "A person approves each pair."
    )


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (
            ("A type is JPEG", "A has EXIF", "B type is PNG"),
            "A is a JPEG and has EXIF and B is a PNG",
        ),
        (("A size > 2 x B size + 10 kB",), "A's size is more than 2 × B's + 10 kB"),
        (("A taken before B taken - 7 days",), "A's capture time is before B's - 7 days"),
        (("either rating >= 3",), "one of the two is rated at least 3"),
        (("same has EXIF",), "both have EXIF or neither"),
        (("verdict at least pixel duplicate",), "they are the same picture dot for dot"),
        (("distance <= 1",), "they are at most 1 bit apart"),
    ],
)
def test_tests_are_said_in_plain_words(tests: tuple[str, ...], said: str) -> None:
    assert f"A is better than B where {said}: " in sentence(rule(*tests))


def test_what_a_must_have_if_b_does_is_said_at_once() -> None:
    (template,) = [each for each in templates() if each.name == "pixel duplicates"]
    assert "A has EXIF, GPS, XMP, IPTC and ICC if B does" in sentence(template)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action(RelationKind.ALTERNATES), "the two are alternates: both stay."),
        (Action(RelationKind.SAME_QUALITY, a=Fate.TRASH, merge="nothing"), "A goes to the trash"),
        (
            Action(RelationKind.BETTER, b=Fate.HARD_LINK, merge="nothing"),
            "a hard link to A takes the place of B and metadata stay as they are",
        ),
        (Action(RelationKind.BETTER, b=Fate.TRASH), "metadata are merged as the library says"),
    ],
)
def test_what_becomes_of_the_two_is_said(action: Action, said: str) -> None:
    assert said in sentence(rule(action=action))


@pytest.mark.parametrize(
    ("search", "said"),
    [
        (Search(), "Among all pairs, A"),
        (Search(kinds=(PairKind.EXACT,)), "Among exact copies, A"),
        (Search(pixels=Pixels.EXCLUDED, distance=4), "the same pixels, at most 4 bits apart, A"),
        # No distance sets those apart that show the same pixels.
        (Search(pixels=Pixels.REQUIRED, distance=4), "Among pairs that show the same pixels, A"),
        (
            Search(parse_one("age > 7 days"), matching=Matching.AT_LEAST_ONE),
            "of which at least one file is more than 7 days old",
        ),
    ],
)
def test_which_pairs_are_looked_at_is_said(search: Search, said: str) -> None:
    assert said in sentence(rule(search=search))


def test_what_is_unfinished_shows_as_a_gap() -> None:
    assert "where A has EXIF and …:" in sentence(rule("A has EXIF"), {"comparison"})
    half = Search(parse_one("type is JPEG"), None, Matching.ONE_EACH)
    assert "one file is a JPEG and the other …" in sentence(rule(search=half))


def test_who_has_the_last_word_is_said() -> None:
    assert sentence(rule(mode=Mode.AUTOMATIC, paused=True)).endswith(
        "It acts by itself. It is paused."
    )


@given(drawn.pair_leaves)
def test_a_test_and_its_negation_are_never_said_alike(leaf: PairLeaf) -> None:
    one, other = rule(), rule()
    one, other = replace(one, comparison=(leaf,)), replace(other, comparison=(Not(leaf),))
    assert sentence(one) != sentence(other)


@given(drawn.rules)
def test_every_rule_can_be_said(drawn_rule: Rule) -> None:
    said = sentence(drawn_rule)
    assert said.startswith("Among ")
    assert said.isprintable()
