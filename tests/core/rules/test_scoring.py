"""Which of a group is kept, and that it is always the same one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.parse import WordingError, parse_criterion
from core.rules.scoring import BEST_ORIGINAL, IMMICH, Criterion, rank
from tests.core.rules import drawn
from tests.core.rules.test_evaluate import asset

CRITERIA = """
larger size
smaller pixels
earlier taken
later first seen
has EXIF
is a favorite
in folders [~/Originals, ~/Phone]
type in order [RAW, HEIC, JPEG]
""".strip().splitlines()


@pytest.mark.parametrize("text", CRITERIA)
def test_what_the_manual_says_is_understood_as_it_stands(text: str) -> None:
    assert str(parse_criterion(text)) == text


@given(drawn.criteria)
def test_every_criterion_is_read_back_from_its_text(criteria: tuple[Criterion, ...]) -> None:
    assert tuple(parse_criterion(str(each)) for each in criteria) == criteria


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("largest size", "say as in larger size"),
        ("larger sise", 'did you mean "size"'),
        ("larger taken", "taken is earlier or later"),
        ("earlier size", "size is larger or smaller"),
        ("type in order [JPEG, BNP]", 'did you mean "BMP"'),
        ("in folders [Originals]", "from / or ~/ on"),
        ("in folders ~/Originals", "in brackets"),
    ],
)
def test_what_is_no_criterion_is_answered_by_what_to_write(text: str, said: str) -> None:
    with pytest.raises(WordingError) as caught:
        parse_criterion(text)
    assert said in str(caught.value)


def test_immich_keeps_the_largest_then_the_one_with_most_exif_then_ours_is_settled() -> None:
    small = asset(1, "/1.jpg", size=10, exif_count=20)
    large = asset(2, "/2.jpg", size=20, exif_count=3)
    rich = asset(3, "/3.jpg", size=20, exif_count=5)
    older = replace(asset(4, "/4.jpg", size=20, exif_count=5), modified_ns=1)
    assert rank([small, large], IMMICH).king is large
    assert rank([small, large, rich], IMMICH).king is rich
    tied = rank([small, large, rich, older], IMMICH)
    assert tied.king is older
    assert tied.settled_by == "the older file"


def test_files_alike_in_everything_are_settled_by_their_paths() -> None:
    for order in itertools.permutations(asset(n, f"/{n}.jpg") for n in (1, 2, 3)):
        ranking = rank(order, IMMICH)
        assert [each.asset.id for each in ranking.standings] == [1, 2, 3]
        assert ranking.settled_by == "the path"


def test_the_best_original_is_the_camera_s_file_before_what_was_made_from_it() -> None:
    heic = asset(1, "/1.heic", format="HEIF", size=1_000_000, headers=("EXIF",))
    export = asset(2, "/1.jpg", size=3_000_000, headers=("EXIF",))
    png = asset(3, "/1.png", format="PNG", size=9_000_000)
    small = asset(4, "/1s.jpg", width=200, height=150, headers=("EXIF",))
    ranking = rank([small, png, export, heic], BEST_ORIGINAL)
    assert [each.asset for each in ranking.standings] == [heic, export, png, small]


def test_each_choice_has_its_breakdown() -> None:
    criteria = tuple(
        map(parse_criterion, ("in folders [/a, /b]", "larger size", "has EXIF", "later taken"))
    )
    one = asset(1, "/b/1.jpg", size=2_000_000, headers=("EXIF",))
    other = asset(2, "/c/2.jpg", size=3_100_000, taken="2020-01-01 10:00:00")
    ranking = rank([other, one], criteria)
    assert ranking.settled_by == "in folders [/a, /b]"
    assert [each.scores for each in ranking.standings] == [
        ("in /b", "size 2.0 MB", "has EXIF", "taken: has no capture time"),
        (
            "in none of the folders",
            "size 3.1 MB, the largest",
            "not: has EXIF",
            "taken 2020-01-01 10:00:00, the latest",
        ),
    ]


@given(drawn.criteria, st.permutations(range(1, 5)), st.data())
def test_a_group_has_one_order_whatever_order_it_comes_in(
    criteria: tuple[Criterion, ...], order: list[int], data: st.DataObject
) -> None:
    group = [data.draw(drawn.assets(number)) for number in range(1, 5)]
    ids = [each.asset.id for each in rank(group, criteria).standings]
    shuffled = [group[number - 1] for number in order]
    assert [each.asset.id for each in rank(shuffled, criteria).standings] == ids


@given(drawn.criteria, st.data())
def test_who_leads_a_group_leads_each_pair_of_it(
    criteria: tuple[Criterion, ...], data: st.DataObject
) -> None:
    group = [data.draw(drawn.assets(number)) for number in range(1, 4)]
    first, *rest = (each.asset for each in rank(group, criteria).standings)
    assert all(rank([other, first], criteria).king is first for other in rest)


def test_a_path_that_is_no_text_has_its_place() -> None:
    odd = replace(asset(1), path=Path("/\udcff.jpg"))
    assert rank([odd, asset(2)], ()).settled_by == "the path"
