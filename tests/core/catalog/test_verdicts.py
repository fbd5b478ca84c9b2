from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.catalog.verdicts import Told, fetch_verdict, store_verdict, told_verdicts
from core.model import (
    Change,
    Confidence,
    Direction,
    Judgement,
    Region,
    Role,
    Verdict,
)
from core.sides import swapped
from tests import gallery
from tests.core.desk import Desk

ALTERNATE = Verdict(
    judgement=Judgement.ALTERNATE,
    confidence=None,
    change=Change.MARK,
    directions=(Direction("b", Role.MARKED),),
    reasons=("B has a mark that A lacks; „groß“.",),
    score=3.25,
    regions=(Region(0.5, 0.25, 0.125, 0.0625),),
    measurements=(("luma 5", 3.25), ("tone", 0.0)),
)
VISUAL = Verdict(
    Judgement.VISUAL, Confidence.ALMOST_CERTAIN, None, (), ("What differs is coding noise.",), 0.5
)
UPSCALE = replace(VISUAL, blur=-0.75, noise=2.5, real_size=(400, 300))


@pytest.fixture
def contents(desk: Desk, library: Path) -> tuple[int, int]:
    """The ids of two contents, the lower first."""
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    gallery.exact_copy(gallery.photo("clock"), library / "b.jpg")
    desk.scan()
    a, b = sorted(desk.asset(library / name).content_id for name in ("a.jpg", "b.jpg"))
    return a, b


@pytest.mark.parametrize("verdict", [ALTERNATE, VISUAL, UPSCALE])
def test_a_verdict_is_given_out_as_it_was_stored_from_either_side(
    desk: Desk, contents: tuple[int, int], verdict: Verdict
) -> None:
    a, b = contents
    assert desk.ask(fetch_verdict, a, b, 1) is None
    desk.ask(store_verdict, a, b, 1, verdict)
    assert desk.ask(fetch_verdict, a, b, 1) == verdict
    assert desk.ask(fetch_verdict, b, a, 1) == swapped(verdict)
    desk.ask(store_verdict, b, a, 1, verdict)
    assert desk.ask(fetch_verdict, b, a, 1) == verdict
    assert desk.ask(fetch_verdict, a, b, 1) == swapped(verdict)


def test_a_new_method_replaces_what_the_old_one_said(desk: Desk, contents: tuple[int, int]) -> None:
    desk.ask(store_verdict, *contents, 1, ALTERNATE)
    assert desk.ask(fetch_verdict, *contents, 2) is None
    assert desk.ask(told_verdicts, 2) == {}
    desk.ask(store_verdict, *contents, 2, VISUAL)
    assert desk.ask(fetch_verdict, *contents, 1) is None
    assert desk.ask(told_verdicts, 2) == {
        contents: Told(Judgement.VISUAL, Confidence.ALMOST_CERTAIN, 0.5)
    }


def test_numbers_of_numpy_are_stored_to_a_few_digits(desk: Desk, contents: tuple[int, int]) -> None:
    third = np.float32(1) / np.float32(3)
    exact = replace(VISUAL, score=third, measurements=(("far", third * 1e9),))
    desk.ask(store_verdict, *contents, 1, exact)
    found = desk.ask(fetch_verdict, *contents, 1)
    assert found.score == 0.33333
    assert found.measurements == (("far", 333330000.0),)
