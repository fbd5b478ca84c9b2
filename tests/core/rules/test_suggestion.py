"""Which side is suggested, and that nothing is where a person would hesitate."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from core.model import (
    Asset,
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
from core.rules.rule import Case
from core.rules.statements import Topic, statements
from core.rules.suggestion import suggest
from tests.core.rules import drawn
from tests.core.rules.drawn import NOW
from tests.core.rules.test_evaluate import asset

DAY = 86_400_000_000_000

SURE = Verdict(Judgement.VISUAL, Confidence.ALMOST_CERTAIN, None, (), (), 0.5)
PHOTO = asset(1, "/p/a.jpg", headers=("EXIF",), quality=92, subsampling="4:2:0")
COPY = asset(2, "/p/b.jpg", quality=92, subsampling="4:2:0")


def case(a: Asset, b: Asset, verdict: Verdict | None = SURE, kind: str = "similar") -> Case:
    return Case(a, b, PairRef(a.id, b.id, PairKind(kind), 0), verdict)


def directed(side: str, role: Role) -> Verdict:
    return replace(SURE, directions=(Direction(side, role),))


def sentence(topic: Topic, found: Case) -> str:
    (said,) = [each.says for each in statements(found) if each.topic is topic]
    return said


@given(drawn.cases())
def test_what_is_suggested_is_the_same_whichever_is_a(drawn_case: Case) -> None:
    one, other = suggest(drawn_case), suggest(drawn_case.exchanged())
    assert one.doubt == other.doubt
    assert one.score == -other.score
    assert {one.side, other.side} in ({None}, {"A", "B"})
    assert Counter(one.parts) == Counter((topic, -score) for topic, score in other.parts)


@given(drawn.cases())
def test_the_parts_are_the_whole(drawn_case: Case) -> None:
    found = suggest(drawn_case)
    assert sum(score for _, score in found.parts) == found.score


@pytest.mark.parametrize(
    ("found", "side"),
    [
        # The larger original, whichever side it is on.
        (case(PHOTO, replace(COPY, facts=replace(COPY.facts, width=200, height=150)),
              directed("a", Role.LARGER)), "A"),
        (case(replace(COPY, facts=replace(COPY.facts, width=200, height=150)), PHOTO,
              directed("b", Role.LARGER)), "B"),
        # What was enlarged has more pixels, more bytes, and loses.
        (case(asset(1, width=4000, height=3000, size=9_000_000), asset(2),
              directed("a", Role.UPSCALE)), "B"),
        # So does what was saved again at a higher quality.
        (case(asset(1, quality=98, subsampling="4:4:4", size=5_000_000),
              asset(2, quality=80, subsampling="4:2:0"), directed("a", Role.REENCODED)), "B"),
        # Where nobody can tell what came of what, the better coded one.
        (case(asset(1, quality=95, subsampling="4:4:4"), asset(2, quality=75, subsampling="4:2:0")),
         "A"),
        (case(asset(1, format="WEBP"), asset(2, format="WEBP", size=9)), None),
        (case(asset(1, format="AVIF"), asset(2, format="AVIF", size=9)), "A"),
        # A PNG of a JPEG's pixels, however large it is.
        (case(asset(1, format="PNG", size=9_000_000), COPY, None, "pixels"), "B"),
        # Stripped copies.
        (case(PHOTO, COPY, None, "pixels"), "A"),
        (case(COPY, replace(PHOTO, metadata=replace(PHOTO.metadata, taken="2019-07-14 16:02:00")),
              None, "pixels"), "B"),
        # Of byte-identical files the older one.
        (case(asset(1, modified_ns=NOW - DAY), asset(2), None, "exact"), "A"),
        # The one that has a RAW beside it.
        (case(asset(1), asset(2, companions=(Companion(CompanionKind.RAW, Path("/p/b.CR2")),)),
              None, "exact"), "B"),
    ],
)  # fmt: skip
def test_the_better_half_is_suggested(found: Case, side: str | None) -> None:
    assert suggest(found).side == side


@pytest.mark.parametrize(
    ("found", "doubt"),
    [
        (case(PHOTO, COPY, None), "there is no verdict"),
        (case(PHOTO, COPY, replace(SURE, confidence=Confidence.VERY_PROBABLE)), "not sure"),
        (case(PHOTO, COPY, replace(SURE, judgement=Judgement.ALTERNATE)), "changed picture"),
        (case(PHOTO, COPY, replace(SURE, judgement=Judgement.DIFFERENT)), "different pictures"),
        (case(PHOTO, asset(2, coding="raw", format="DNG"), None, "pixels"), "RAW"),
        (case(PHOTO, asset(2, format="GIF", frames=9), None, "pixels"), "several frames"),
        (case(COPY, COPY, None, "exact"), "little tells them apart"),
        # Larger and proven so, but only the small one says when and where.
        (
            case(
                asset(1, width=480, height=360),
                asset(2, headers=("EXIF", "GPS"), taken="2019-07-14 16:02:00"),
                directed("a", Role.LARGER),
            ),
            "something speaks for each",
        ),
    ],
)
def test_in_doubt_nothing_is_suggested_and_the_doubt_is_named(found: Case, doubt: str) -> None:
    suggestion = suggest(found)
    assert suggestion.side is None
    assert suggestion.doubt is not None
    assert doubt in suggestion.doubt


def test_more_pixels_count_only_where_they_are_proven_to_show_more() -> None:
    large, small = asset(1, width=4000, height=3000), asset(2)
    for verdict in (None, SURE, directed("a", Role.UPSCALE)):
        (pixels,) = [e for e in statements(case(large, small, verdict)) if e.topic is Topic.PIXELS]
        assert pixels.score == 0
        assert pixels.says == "A has 100.0 × the pixels"


def test_what_a_merge_carries_over_speaks_for_neither_side() -> None:
    rich = asset(2, tags=("beach",), rating=5, favorite=True, albums=("x",), description="…")
    assert statements(case(asset(1), rich)) == ()


@pytest.mark.parametrize(
    ("topic", "found", "says"),
    [
        (Topic.RATIO, case(asset(1), asset(2, width=397)), "A is 4:3, the other of an odd shape"),
        (Topic.RATIO, case(asset(1, width=391), asset(2, width=4032, height=2689)),
         "B is 3:2, the other of an odd shape"),
        (Topic.PROFILE, case(asset(1), asset(2, headers=("ICC",))), "only B has ICC"),
        (Topic.TRANSPARENCY, case(asset(1, transparent=True), asset(2)), "only A is transparent"),
        (Topic.AGE, case(asset(1, modified_ns=NOW - 2 * DAY), asset(2)),
         "A is older by 2 days"),
        (Topic.SIZE, case(asset(1, size=1_000_000), asset(2)), "B has 2.0 × the bytes"),
        (Topic.SIZE, case(asset(1, size=1_999_999), asset(2)), "B has slightly more bytes"),
        (Topic.QUALITY, case(asset(1, quality=90, subsampling="4:4:4"), COPY),
         "B is hardly the finer JPEG"),
        (Topic.QUALITY, case(asset(1, quality=75, subsampling="4:2:0"), COPY),
         "B is the finer JPEG"),
        (Topic.VERDICT, case(PHOTO, COPY, directed("b", Role.MARKED)),
         "B is the one with the mark"),
    ],
)  # fmt: skip
def test_each_statement_is_a_sentence(topic: Topic, found: Case, says: str) -> None:
    assert sentence(topic, found) == says
