"""What a test answers: by hand where a person would ask, by chance where logic has to hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given

from core.model import (
    Asset,
    Confidence,
    Direction,
    Facts,
    Judgement,
    Metadata,
    PairKind,
    PairRef,
    Role,
    Verdict,
)
from core.rules.evaluate import Terms, one_test, pair_test
from core.rules.language import All, AnyOf, Level, Node, Not, VerdictAtLeast
from core.rules.parse import parse, parse_one
from core.rules.rule import Case
from core.rules.scoring import ranking_key
from tests.core.rules import drawn
from tests.core.rules.drawn import NOW

TERMS = Terms(NOW, ranking_key(()))


def asset(number: int = 1, path: str = "/photos/a.jpg", **more: object) -> Asset:
    """An asset of which nothing is known but what is given, of facts, metadata or itself."""
    facts = Facts(format="JPEG", size=2_000_000, width=400, height=300)
    found = Asset(number, Path(path), NOW, b"d", number, facts, Metadata())
    for name, value in more.items():
        part = next(part for part in (found, found.facts, found.metadata) if hasattr(part, name))
        changed = replace(part, **{name: value})
        if isinstance(changed, Facts):
            found = replace(found, facts=changed)
        elif isinstance(changed, Metadata):
            found = replace(found, metadata=changed)
        else:
            assert isinstance(changed, Asset)
            found = changed
    return found


def holds(text: str, one: Asset) -> bool:
    return one_test(parse_one(text), NOW)(one)


def fails_knowingly(text: str, one: Asset) -> bool:
    """Whether the negation of `text` holds."""
    return one_test(Not(parse_one(text)), NOW)(one)


def answer(text: str, a: Asset, b: Asset, verdict: Verdict | None = None) -> bool | None:
    case = Case(a, b, PairRef(a.id, b.id, PairKind.SIMILAR, 2), verdict)
    return pair_test(parse(text), TERMS, False)(case)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("type is RAW", {"format": "CR2", "coding": "raw"}),
        ("type is HEIC", {"format": "HEIF"}),
        ("size >= 2 MB", {}),
        ("pixels < 0.13 MP", {}),
        ("aspect between 1.3 and 1.4", {}),
        ("frame rate = 20", {"frames": 10, "duration": 500}),
        ("taken before 2010-01-02", {"taken": "2010-01-01 23:59:59"}),
        ("taken since 2010-01-01", {"taken": "2010-01-01 00:00:00+05:00"}),
        ("age > 7 days", {"modified_ns": NOW - 8 * drawn.DAY}),
        ("path is in /photos", {"path": Path("/photos/2024/x.jpg")}),
        ("path matches **/Export/*", {"path": Path("/p/Export/x.jpg")}),
        ("path matches /p/**", {"path": Path("/p/q/r/x.jpg")}),
        ("path is in ~/here", {"path": Path.home() / "here" / "x.jpg"}),
        ("folder is /photos", {}),
        ("name matches a.*", {}),
        ("stem is a", {}),
        ("camera matches Canon*", {"camera": "Canon EOS 5D"}),
        ("has tag cat", {"tags": ("cat",)}),
        ("has a tag of people", {"tags": ("people/Anna",)}),
        ("tag matches hol*", {"tags": ("cat", "holiday")}),
        ("is in album Summer", {"albums": ("Summer",)}),
        ("visibility is timeline", {}),
        ("rating = -1", {"rating": -1}),
        ("has EXIF", {"headers": ("EXIF",)}),
        ("is progressive", {"progressive": True}),
    ],
)
def test_a_test_of_one_file_holds_where_a_person_would_say_so(
    text: str, more: dict[str, object]
) -> None:
    assert holds(text, asset(**more))
    assert not fails_knowingly(text, asset(**more))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("path is in /photo", {}),
        ("path matches /photos/*", {"path": Path("/photos/2024/x.jpg")}),
        ("has a tag of people", {"tags": ("people",)}),
        ("is a favorite", {}),
        ("has a capture time", {"taken": "2024-02-31 10:00:00"}),
        ("type is JPEG", {"format": "JPEG", "coding": "raw"}),
    ],
)
def test_a_test_of_one_file_fails_where_a_person_would_say_so(
    text: str, more: dict[str, object]
) -> None:
    assert not holds(text, asset(**more))
    assert fails_knowingly(text, asset(**more))


@pytest.mark.parametrize(
    "text",
    [
        "rating >= 3",
        "taken before 2010-01-01",
        "duration > 1 s",
        "camera is Canon",
        "JPEG quality < 50",
        "has transparency",
        "is progressive",
        "library is /photos",
        "first seen since 2010-01-01",
        "EXIF count between 0 and 22",
    ],
)
def test_what_a_file_does_not_have_fails_the_test_and_its_negation(text: str) -> None:
    assert not holds(text, asset())
    assert not fails_knowingly(text, asset())


@pytest.mark.parametrize(
    "text",
    [
        "A rating > B rating",
        "same camera",
        "A taken within 2 s of B taken",
        "same capture second",
        "A has clearly better JPEG quality",
    ],
)
def test_what_one_side_does_not_have_fails_a_comparison_and_its_negation(text: str) -> None:
    a = asset(1, rating=3, camera="Canon", taken="2020-01-01 10:00:00", quality=90)
    b = asset(2)
    case = Case(a, b, PairRef(1, 2, PairKind.SIMILAR, 0))
    for flipped in (False, True):
        assert pair_test(parse(text), TERMS, flipped)(case) is False
        assert pair_test(Not(parse(text)), TERMS, flipped)(case) is False


def test_a_capture_time_with_its_zone_is_compared_by_utc() -> None:
    here = asset(1, taken="2020-01-01 10:00:00+02:00")
    there = asset(2, taken="2020-01-01 09:00:00+01:00")
    nowhere = asset(3, taken="2020-01-01 10:00:00")
    assert answer("same capture second", here, there)
    assert answer("same capture second", here, nowhere)
    assert not answer("same capture second", there, nowhere)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A size > B size", True),
        ("A size >= 2 x B size", True),
        ("A size > 2 x B size", False),
        ("A size > 2 x B size - 1 kB", True),
        ("A size within 49% of B size", False),
        ("A size within 50% of B size", True),
        ("A size within 2 MB of B size", True),
        ("A modified > B modified - 1 s", True),
        ("A comes before B in folders [/originals, /phone]", True),
        ("A comes before B in folders [/phone]", False),
        ("shares a tag", True),
        ("shares a tag of people", False),
        ("shares an album", False),
        ("same folder", False),
        ("different camera", True),
        ("either has tag two", True),
        ("either rating > 0", False),
    ],
)
def test_two_files_compare_as_a_person_would_say(text: str, wanted: bool) -> None:
    a = asset(1, "/originals/x.jpg", size=4_000_000, tags=("one", "people/A"), camera="Canon")
    b = asset(2, "/elsewhere/x.jpg", tags=("one", "two"), camera="Nikon")
    assert answer(text, a, b) is wanted


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ((95, "4:4:4"), (80, "4:2:0"), True),
        ((95, "4:2:0"), (80, "4:4:4"), False),
        ((92, "4:2:0"), (90, "4:2:0"), False),
        ((100, "4:2:0"), (98, "4:2:0"), False),
        ((95, "grey"), (80, "4:2:0"), True),
    ],
)
def test_clearly_better_quality_has_finer_steps_and_no_coarser_colours(
    one: tuple[int, str], other: tuple[int, str], wanted: bool
) -> None:
    a, b = (asset(quality=each[0], subsampling=each[1]) for each in (one, other))
    assert answer("A has clearly better JPEG quality", a, b) is wanted


# Verdicts.


def visual(confidence: Confidence, *directions: Direction) -> Verdict:
    return Verdict(Judgement.VISUAL, confidence, None, directions, ("so",), 0.5)


def test_a_verdict_that_nobody_asked_for_leaves_the_answer_open() -> None:
    for text in ("verdict at least almost certain", "B is the upscale", "the change is crop"):
        assert answer(text, asset(1), asset(2)) is None


def test_a_verdict_is_enough_or_it_is_not() -> None:
    verdict = visual(Confidence.ALMOST_CERTAIN)
    assert answer("verdict at least very probable", asset(1), asset(2), verdict)
    assert answer("verdict at least almost certain", asset(1), asset(2), verdict)
    assert answer("verdict at least near perfect", asset(1), asset(2), verdict) is False
    assert answer("verdict is visual duplicate", asset(1), asset(2), verdict)


def test_the_sides_of_a_verdict_are_those_of_the_case_whichever_is_tested_as_a() -> None:
    verdict = visual(Confidence.NEAR_PERFECT, Direction("b", Role.UPSCALE))
    case = Case(asset(1), asset(2), PairRef(1, 2, PairKind.SIMILAR, 0), verdict)
    for text, flipped in (("B is the upscale", False), ("A is the upscale", True)):
        assert pair_test(parse(text), TERMS, flipped)(case)
        assert not pair_test(parse(text), TERMS, not flipped)(case)


def test_what_a_verdict_cannot_tell_is_neither_so_nor_not_so() -> None:
    verdict = visual(Confidence.NEAR_PERFECT)
    case = Case(asset(1), asset(2), PairRef(1, 2, PairKind.SIMILAR, 0), verdict)
    for text in (
        "A is the upscale",
        "A is the larger original",
        "B is the re-encode of lower quality",
    ):
        assert pair_test(parse(text), TERMS, False)(case) is False
        assert pair_test(Not(parse(text)), TERMS, False)(case) is False
    assert pair_test(parse("the verdict names no side"), TERMS, False)(case)


def test_blur_and_noise_are_those_of_the_sides() -> None:
    verdict = replace(visual(Confidence.NEAR_PERFECT), blur=-0.5, noise=0.4)
    for text, wanted in (
        ("B is blurrier by 0.5 octaves", True),
        ("B is blurrier by 0.6 octaves", False),
        ("A is blurrier by 0.1 octaves", False),
        ("either is blurrier by 0.5 octaves", True),
        ("blur within 0.2 octaves", False),
        ("noise within 1 levels", True),
        ("A is noisier by 0.3 levels", True),
    ):
        assert answer(text, asset(1), asset(2), verdict) is wanted, text


def test_what_was_not_measured_is_neither_alike_nor_worse() -> None:
    case = Case(
        asset(1), asset(2), PairRef(1, 2, PairKind.SIMILAR, 0), visual(Confidence.NEAR_PERFECT)
    )
    for text in ("blur within 9 octaves", "B is noisier by 0.1 levels"):
        assert pair_test(parse(text), TERMS, False)(case) is False
        assert pair_test(Not(parse(text)), TERMS, False)(case) is False


@pytest.mark.parametrize("kind", [PairKind.EXACT, PairKind.PIXELS])
def test_equal_pixels_are_beyond_any_verdict_and_nobody_is_asked(kind: PairKind) -> None:
    case = Case(asset(1), asset(2), PairRef(1, 2, kind, 0))
    for text, wanted in (
        ("verdict at least pixel duplicate", True),
        ("verdict at least near perfect", True),
        ("the pixels are equal", True),
        ("B is the upscale", False),
        ("the change is crop", False),
        ("the bytes are equal", kind is PairKind.EXACT),
    ):
        assert pair_test(parse(text), TERMS, False)(case) is wanted


# Logic.


@given(drawn.trees(drawn.pair_leaves), drawn.cases(asked=True))
def test_what_is_settled_without_a_verdict_stays_whatever_the_verdict(
    node: Node, case: Case
) -> None:
    early = pair_test(node, TERMS, False)(replace(case, verdict=None))
    assume(early is not None)
    assert pair_test(node, TERMS, False)(case) is early


@given(drawn.trees(drawn.pair_leaves), drawn.cases(asked=True))
def test_with_a_verdict_every_test_has_an_answer(node: Node, case: Case) -> None:
    assert pair_test(node, TERMS, False)(case) is not None


@given(drawn.trees(drawn.pair_leaves), drawn.cases())
def test_a_test_and_its_negation_never_hold_both(node: Node, case: Case) -> None:
    test, negation = (pair_test(each, TERMS, False)(case) for each in (node, Not(node)))
    assert not (test and negation)


@given(drawn.trees(drawn.pair_leaves), drawn.trees(drawn.pair_leaves), drawn.cases())
def test_and_and_or_do_not_care_for_the_order_of_their_parts(
    one: Node, other: Node, case: Case
) -> None:
    for join in (All, AnyOf):
        there, back = join((one, other)), join((other, one))
        assert pair_test(there, TERMS, False)(case) is pair_test(back, TERMS, False)(case)


def _brute(node: Node, unknown: dict[str, bool]) -> bool:
    """Two-valued logic over leaves named by their text."""
    if isinstance(node, All):
        return all(_brute(part, unknown) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(_brute(part, unknown) for part in node.parts)
    if isinstance(node, Not):
        return not _brute(node.part, unknown)
    return unknown[str(node)]


_LEVELS = [VerdictAtLeast(level) for level in Level]


@given(drawn.trees(drawn.st.sampled_from([*_LEVELS, parse("distance = 0"), parse("distance > 0")])))
def test_open_answers_are_those_that_some_completion_could_still_turn(node: Node) -> None:
    case = Case(asset(1), asset(2), PairRef(1, 2, PairKind.SIMILAR, 0))
    found = pair_test(node, TERMS, False)(case)
    completions = []
    for number in range(1 << len(_LEVELS)):
        values = {str(leaf): bool(number >> place & 1) for place, leaf in enumerate(_LEVELS)}
        completions.append(_brute(node, values | {"distance = 0": True, "distance > 0": False}))
    if found is None:
        return
    assert set(completions) == {found}


@given(drawn.trees(drawn.pair_leaves), drawn.cases())
def test_flipping_a_test_is_exchanging_the_files(node: Node, case: Case) -> None:
    from core.sides import swapped

    other = Case(case.b, case.a, case.ref, case.verdict and swapped(case.verdict))
    assert pair_test(node, TERMS, True)(case) is pair_test(node, TERMS, False)(other)
