"""Which picture of a group is kept, and that nothing goes that was never compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.matching.potential import potential_groups
from core.model import (
    Asset,
    Change,
    Companion,
    CompanionKind,
    Confidence,
    Direction,
    Judgement,
    PairKind,
    PairRef,
    Role,
    Verdict,
)
from core.rules.group_suggestion import Advice, GroupSuggestion, KnownGroup, Verdicts, suggest_group
from core.rules.marks import Mark, group_choice
from tests.core.rules.test_evaluate import asset

SURE = Verdict(Judgement.VISUAL, Confidence.ALMOST_CERTAIN, None, (), (), 0.5)
UNSURE = replace(SURE, confidence=Confidence.VERY_PROBABLE)
CROP = Verdict(Judgement.ALTERNATE, None, Change.CROP, (), (), 9.0)
OTHER = Verdict(Judgement.DIFFERENT, None, None, (), (), 99.0)
B_WORSE = replace(SURE, directions=(Direction("b", Role.REENCODED),))
A_WORSE = replace(SURE, directions=(Direction("a", Role.REENCODED),))
A_UPSCALE = replace(SURE, directions=(Direction("a", Role.UPSCALE),))


def pictures(**more: Mapping[int, object]) -> dict[int, Asset]:
    """Assets 1 to 4 with contents of their own; `more` says what is unlike, by number."""
    return {
        number: asset(
            number, f"/p/{number}.jpg", **{k: v[number] for k, v in more.items() if number in v}
        )
        for number in range(1, 5)
    }


def near(*pairs: tuple[int, int]) -> list[PairRef]:
    return [PairRef(a, b, PairKind.SIMILAR, 2) for a, b in pairs]


def suggested(
    pairs: list[PairRef],
    verdicts: Verdicts,
    assets: dict[int, Asset] | None = None,
    best: int | None = None,
    sheltered: Mapping[int, str] | None = None,
) -> GroupSuggestion:
    (group,) = potential_groups(pairs)
    return suggest_group(KnownGroup(group, assets or pictures(), verdicts, sheltered or {}), best)


def advice(found: GroupSuggestion, number: int) -> Advice:
    (one,) = [each for each in found.advices if each.asset == number]
    return one


def marks(found: GroupSuggestion) -> str:
    """``● ○ ?``, by number."""
    glyphs = {Mark.KEEP: "●", Mark.TRASH: "○", Mark.ALTERNATE: "≈", Mark.UNDECIDED: "?"}
    return "".join(glyphs[found.marks[number]] for number in sorted(found.marks))


THREE = near((1, 2), (1, 3), (2, 3))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({(1, 2): B_WORSE, (1, 3): B_WORSE, (2, 3): SURE}, "●○○"),
        ({(1, 2): A_WORSE, (1, 3): B_WORSE, (2, 3): B_WORSE}, "○●○"),
        ({(1, 2): B_WORSE, (1, 3): CROP, (2, 3): CROP}, "●○≈"),
        ({(1, 2): B_WORSE, (1, 3): UNSURE, (2, 3): SURE}, "●○?"),
        ({(1, 2): B_WORSE, (1, 3): OTHER, (2, 3): OTHER}, "●○?"),
        # Nobody could look at it.
        ({(1, 2): B_WORSE, (1, 3): None, (2, 3): None}, "●○?"),
        # Not yet.
        ({}, "●??"),
        # Little tells them apart.
        ({(1, 2): SURE, (1, 3): SURE, (2, 3): SURE}, "●??"),
        # Each is worse than another: nobody can tell.
        ({(1, 2): A_WORSE, (2, 3): A_WORSE, (1, 3): B_WORSE}, "●??"),
    ],
)
def test_the_worse_ones_go_and_whatever_is_in_doubt_is_left_undecided(
    verdicts: Verdicts, expected: str
) -> None:
    assert marks(suggested(THREE, verdicts)) == expected


def test_an_enlargement_is_not_the_best_though_it_has_the_most_pixels() -> None:
    assets = pictures(width={1: 4000}, height={1: 3000})
    verdicts = {(1, 2): A_UPSCALE, (1, 3): A_UPSCALE, (2, 3): B_WORSE}
    assert marks(suggested(THREE, verdicts, assets)) == "○●○"


def test_what_was_not_compared_with_the_best_one_stays_undecided_and_says_so() -> None:
    # 1 and 4 are no pair.
    pairs = near((2, 1), (2, 3), (2, 4), (1, 3), (3, 4))
    assets = pictures(width={1: 800}, height={1: 600})
    verdicts: Verdicts = {
        (1, 2): replace(B_WORSE, directions=(Direction("a", Role.LARGER),)),
        (1, 3): replace(B_WORSE, directions=(Direction("a", Role.LARGER),)),
        (2, 3): B_WORSE,
        (2, 4): B_WORSE,
        (3, 4): B_WORSE,
    }
    found = suggested(pairs, verdicts, assets)
    assert marks(found) == "●○○?"
    assert advice(found, 4).why == "only by way of 2.jpg"
    assert advice(found, 2).why == "A has 4.0 × the pixels"


def test_who_can_be_compared_with_more_of_them_is_kept_where_nothing_speaks_against_it() -> None:
    # 3 has more pixels, but only 1 is a picture of the others.
    pairs = near((1, 2), (1, 3), (1, 4), (2, 4), (3, 4))
    assets = pictures(width={3: 800}, height={3: 600})
    verdicts = {(1, 2): B_WORSE, (1, 3): CROP, (1, 4): B_WORSE, (2, 4): SURE, (3, 4): CROP}
    assert marks(suggested(pairs, verdicts, assets)) == "●○≈○"


def test_copies_of_one_content_share_what_is_known_of_it() -> None:
    pairs = [PairRef(1, 3, PairKind.EXACT, 0), PairRef(2, 4, PairKind.EXACT, 0), *near((1, 2))]
    assets = pictures(content_id={3: 1, 4: 2})
    found = suggested(pairs, {}, assets)
    assert marks(found) == "●?○?"
    assert found.wanted == tuple(near((1, 2)))
    assert marks(suggested(pairs, {(1, 2): B_WORSE}, assets)) == "●○○○"
    assert marks(suggested(pairs, {(1, 2): A_WORSE}, assets)) == "○●○○"


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"coding": {1: "raw"}, "format": {1: "DNG"}}, "one is a RAW"),
        ({"coding": {1: "raw", 2: "raw"}, "format": {1: "DNG", 2: "DNG"}}, "it is a RAW"),
        ({"frames": {2: 9}}, "one has several frames"),
        (
            {"companions": {2: (Companion(CompanionKind.RAW, Path("/p/2.CR2")),)}},
            "2.CR2 lies beside it",
        ),
    ],
)
def test_a_doubt_is_named_and_nothing_goes(more: dict[str, dict[int, object]], doubt: str) -> None:
    found = suggested(near((1, 2)), {(1, 2): B_WORSE}, pictures(**more))
    assert marks(found) == "●?"
    assert advice(found, 2).why == doubt


def test_what_lies_in_a_protected_folder_is_left_to_a_person() -> None:
    verdicts = {(1, 2): B_WORSE, (1, 3): B_WORSE, (2, 3): SURE}
    found = suggested(THREE, verdicts, sheltered={2: "/p is protected"})
    assert marks(found) == "●?○"
    assert advice(found, 2).why == "/p is protected"


def test_who_is_kept_can_be_chosen_and_a_better_one_does_not_go_for_it() -> None:
    verdicts = {(1, 2): B_WORSE, (1, 3): B_WORSE, (2, 3): B_WORSE}
    found = suggested(THREE, verdicts, best=2)
    assert marks(found) == "?●○"
    assert advice(found, 1).why == "it may be the better one"


def test_a_choice_says_of_each_what_is_marked_and_nothing_of_the_undecided() -> None:
    found = suggested(THREE, {(1, 2): A_WORSE, (1, 3): CROP, (2, 3): CROP})
    assets = pictures()
    choice = group_choice(found.best, found.marks, assets.values(), "it is so")
    assert choice is not None
    assert (choice.keep, choice.trash, choice.alternates) == ((2,), (1,), (3,))
    assert choice.seen == tuple((number, b"d") for number in (1, 2, 3))
    assert group_choice(1, {1: Mark.KEEP, 2: Mark.UNDECIDED}, assets.values(), "") is None


verdict = st.sampled_from((SURE, UNSURE, CROP, OTHER, B_WORSE, A_WORSE, A_UPSCALE, None))
edges = st.lists(
    st.sampled_from([(a, b) for a in range(1, 7) for b in range(a + 1, 7)]),
    min_size=1,
    unique=True,
)
everything = st.fixed_dictionaries({(a, b): verdict for a in range(1, 7) for b in range(a + 1, 7)})
libraries = st.lists(
    st.builds(
        lambda scale, exif: {"width": 400 * scale, "height": 300 * scale, "headers": exif},
        st.integers(1, 3),
        st.sampled_from(((), ("EXIF",))),
    ),
    min_size=6,
    max_size=6,
).map(lambda all_of: {n: asset(n, f"/p/{n}.jpg", **m) for n, m in enumerate(all_of, start=1)})


@given(edges, everything, libraries, st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_nothing_goes_without_a_sure_pair_of_its_own_and_the_end_hangs_on_no_order(
    pairs: list[tuple[int, int]],
    truth: dict[tuple[int, int], Verdict | None],
    assets: dict[int, Asset],
    told_before: set[tuple[int, int]],
) -> None:
    for group in potential_groups(near(*pairs)):
        ends = []
        for known in (truth, {pair: truth[pair] for pair in told_before if pair in truth}):
            told = KnownGroup(group, assets, known)
            found = suggest_group(told)
            while found.wanted:
                for ref in found.wanted:
                    told = told.judged(ref, truth[ref.key])
                found = suggest_group(told)
            ends.append(found)
        one, other = ends
        assert (one.best, one.marks) == (other.best, other.marks)
        for each in one.advices:
            if each.mark is Mark.TRASH:
                seen = truth[min(one.best, each.asset), max(one.best, each.asset)]
                assert seen is not None
                assert seen.judgement is Judgement.VISUAL
                assert seen.confidence is Confidence.ALMOST_CERTAIN
