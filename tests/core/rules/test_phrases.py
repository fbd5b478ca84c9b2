"""What is offered while somebody writes a test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.metadata.policies import Policy
from core.rules.keys import Shape
from core.rules.parse import WordingError, parse_criterion, parse_one, parse_pair
from core.rules.phrases import completions
from tests.core.rules import drawn

READERS = {
    Shape.ONE: parse_one,
    Shape.PAIR: parse_pair,
    Shape.CRITERIA: parse_criterion,
    Shape.POLICY: Policy.parse,
}
_PIECES = 14
"""More than any phrase has."""


def is_finished(text: str, shape: Shape) -> bool:
    try:
        READERS[shape](text)
    except (WordingError, UsageError):
        return False
    return True


def shown(text: str, shape: Shape = Shape.PAIR) -> list[str]:
    return [each.shown for each in completions(text, shape)]


@given(st.sampled_from(list(READERS)), st.data())
def test_whoever_takes_what_is_offered_ends_with_a_test(shape: Shape, data: st.DataObject) -> None:
    text = ""
    for _ in range(_PIECES):
        offered = completions(text, shape)
        assert offered, text
        text = data.draw(st.sampled_from(offered)).text
        if is_finished(text, shape):
            return
    raise AssertionError(text)


@given(drawn.pair_leaves)
def test_every_test_can_be_begun_by_what_is_offered(leaf: object) -> None:
    first = str(leaf).split(" ")[0]
    assert any(each.split(" ")[0] == first for each in shown(""))


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("A si", "size"),
        ("A SIZE ", ">="),
        ("A size > ", "B size"),
        ("A size > 2 ", "MB"),
        ("A size > 2 x ", "B size"),
        ("A size > B size ", "+"),
        ("A type is JPEG or ", "PNG"),
        ("A taken ", "before"),
        ("A taken within ", "7 days"),
        ("B is the ", "upscale"),
        ("verdict at least almost", "almost certain"),
        ("same capt", "capture second"),
    ],
)
def test_the_next_piece_is_offered(text: str, offered: str) -> None:
    assert offered in shown(text)


def test_what_is_offered_says_what_it_means() -> None:
    (size,) = completions("A siz", Shape.PAIR)
    assert (size.text, size.means) == ("A size ", "bytes of the file")


def test_a_test_is_found_by_any_word_of_it() -> None:
    assert "A JPEG quality" in shown("quality")
    assert "has GPS" in shown("gps", Shape.ONE)
    # Also by what it means.
    assert "A rating" in shown("rejected")
    assert shown("nothing of the sort") == []


def test_a_search_is_offered_no_sides_and_a_policy_its_fields() -> None:
    assert "A" not in shown("", Shape.ONE)
    assert shown("immich-3, tags ", Shape.POLICY) == ["union", "copy if empty", "keep", "ask"]
