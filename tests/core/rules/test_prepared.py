"""Which one is A is proven: both orders are tested, and nothing is ever left to chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from core.model import (
    Asset,
    Confidence,
    Direction,
    PairKind,
    PairRef,
    RelationKind,
    Role,
)
from core.rules.language import AnyOf, Level, Node, Not
from core.rules.parse import parse_criterion, parse_one, parse_pair
from core.rules.prepared import Prepared
from core.rules.rule import Action, Case, Fate, Matching, Outcome, Pixels, Rule, Search, Stage
from tests.core.rules import drawn
from tests.core.rules.drawn import NOW
from tests.core.rules.test_evaluate import asset, visual

BETTER = Action(RelationKind.BETTER, b=Fate.TRASH)


def rule(*comparison: str, action: Action = BETTER, search: Search | None = None) -> Rule:
    nodes: tuple[Node, ...] = tuple(map(parse_pair, comparison))
    return Rule("a rule", search or Search(), nodes, action)


def case(a: Asset, b: Asset, kind: PairKind = PairKind.SIMILAR, distance: int = 2) -> Case:
    return Case(a, b, PairRef(a.id, b.id, kind, distance))


SMALL, LARGE = asset(1, "/s.jpg", size=1000), asset(2, "/l.jpg", size=2000)


def outcome(of: Rule, on: Case) -> Outcome:
    return Prepared(of, NOW).test(on)


def test_the_order_that_fits_is_found_whichever_is_given() -> None:
    larger = rule("A size > B size")
    assert outcome(larger, case(LARGE, SMALL)) == Outcome(Stage.FITS)
    assert outcome(larger, case(SMALL, LARGE)) == Outcome(Stage.FITS, swapped=True)


def test_a_better_rule_that_fits_either_way_round_does_nothing() -> None:
    assert outcome(rule("same type"), case(SMALL, LARGE)) == Outcome(Stage.EITHER_WAY)


def test_which_one_is_a_does_not_matter_where_both_are_kept_alike() -> None:
    for kind in (RelationKind.SAME_QUALITY, RelationKind.ALTERNATES, RelationKind.NOT_RELATED):
        assert outcome(rule("same type", action=Action(kind)), case(SMALL, LARGE)) == Outcome(
            Stage.FITS
        )
    uneven = Action(RelationKind.SAME_QUALITY, b=Fate.TRASH)
    assert outcome(rule("same type", action=uneven), case(SMALL, LARGE)).stage is Stage.EITHER_WAY


def test_the_comparator_that_failed_is_that_of_the_order_that_got_farther() -> None:
    several = rule("A size > B size", "B rating > 3", "same type")
    rated = replace(SMALL, metadata=replace(SMALL.metadata, rating=2))
    assert outcome(several, case(rated, LARGE)) == Outcome(Stage.FAILED, failed=1)
    assert outcome(several, case(LARGE, rated)) == Outcome(Stage.FAILED, failed=1)


def test_a_verdict_is_asked_for_only_where_all_else_holds() -> None:
    dear = rule("verdict at least almost certain", "A size > B size")
    assert outcome(dear, case(LARGE, SMALL)) == Outcome(Stage.UNKNOWN)
    assert outcome(dear, case(SMALL, replace(SMALL, id=3))) == Outcome(Stage.FAILED, failed=1)


def test_pictures_with_equal_pixels_need_no_verdict() -> None:
    dear = rule("verdict at least almost certain", "A size > B size")
    assert outcome(dear, case(LARGE, SMALL, PairKind.PIXELS)) == Outcome(Stage.FITS)


@pytest.mark.parametrize(
    ("search", "on", "found"),
    [
        (Search(parse_one("size > 1500 B")), case(SMALL, LARGE), False),
        (Search(parse_one("size >= 1000 B")), case(SMALL, LARGE), True),
        (
            Search(parse_one("size > 1500 B"), matching=Matching.AT_LEAST_ONE),
            case(SMALL, LARGE),
            True,
        ),
        (
            Search(
                parse_one("size > 1500 B"),
                parse_one("size < 1500 B"),
                matching=Matching.ONE_EACH,
            ),
            case(SMALL, LARGE),
            True,
        ),
        (
            Search(parse_one("size > 1500 B"), parse_one("has EXIF"), matching=Matching.ONE_EACH),
            case(SMALL, LARGE),
            False,
        ),
        (Search(pixels=Pixels.REQUIRED), case(SMALL, LARGE), False),
        (Search(pixels=Pixels.REQUIRED, distance=0), case(SMALL, LARGE, PairKind.PIXELS, 4), True),
        (Search(pixels=Pixels.EXCLUDED), case(SMALL, LARGE, PairKind.EXACT, 0), False),
        (Search(kinds=(PairKind.EXACT,)), case(SMALL, LARGE, PairKind.PIXELS, 0), False),
        (Search(distance=1), case(SMALL, LARGE), False),
        (Search(distance=2), case(SMALL, LARGE), True),
    ],
)
def test_a_search_finds_a_pair_whichever_is_given_first(
    search: Search, on: Case, found: bool
) -> None:
    for each in (on, on.exchanged()):
        stage = outcome(rule("A size > B size", search=search), each).stage
        assert stage is (Stage.FITS if found else Stage.NO_MATCH)


def test_a_verdict_of_the_search_is_asked_for_last() -> None:
    dear = rule("A size > B size", search=Search(verdict=Level.ALMOST_CERTAIN))
    on = case(LARGE, SMALL)
    assert outcome(dear, on) == Outcome(Stage.UNKNOWN)
    probable = replace(on, verdict=visual(Confidence.VERY_PROBABLE))
    assert outcome(dear, probable) == Outcome(Stage.NO_MATCH)
    certain = replace(on, verdict=visual(Confidence.ALMOST_CERTAIN))
    assert outcome(dear, certain) == Outcome(Stage.FITS)


@given(drawn.rules, drawn.cases())
def test_both_orders_of_a_pair_say_the_same_of_the_same_files(of: Rule, on: Case) -> None:
    there, back = outcome(of, on), outcome(of, on.exchanged())
    assert there.stage is back.stage
    assert there.failed == back.failed
    if there.stage is Stage.FITS and of.action.tells_sides_apart:
        assert there.swapped is not back.swapped


@given(drawn.rules, drawn.cases())
def test_a_rule_says_the_same_every_time(of: Rule, on: Case) -> None:
    prepared = Prepared(of, NOW)
    assert prepared.test(on) == prepared.test(on) == outcome(of, on)


@given(drawn.rules, drawn.cases(asked=True))
def test_an_outcome_does_not_hang_on_when_the_verdict_came(of: Rule, on: Case) -> None:
    early, late = outcome(of, replace(on, verdict=None)), outcome(of, on)
    assert late.stage is not Stage.UNKNOWN
    if early.stage is not Stage.UNKNOWN:
        assert early == late


# Explanations.


def sentences(of: Rule, on: Case) -> str:
    return "; ".join(Prepared(of, NOW).explain(on))


def test_what_fits_is_explained_by_its_values_from_the_side_of_the_better_one() -> None:
    larger = rule("A size > B size", "same type")
    for on in (case(LARGE, SMALL), case(SMALL, LARGE)):
        assert sentences(larger, on) == (
            "they are similar; both have type JPEG; size 2.0 KB against 1.0 KB"
        )


def test_of_what_stays_it_is_said_that_it_is_a() -> None:
    smaller_goes = rule(
        "A size < B size",
        "A has EXIF",
        action=Action(RelationKind.SAME_QUALITY, a=Fate.TRASH),
    )
    described = replace(SMALL, facts=replace(SMALL.facts, headers=("EXIF",)))
    assert sentences(smaller_goes, case(described, LARGE)) == (
        "they are similar; size 2.0 KB against 1.0 KB; B has EXIF"
    )


def test_tests_of_one_thing_come_to_one_sentence() -> None:
    lacking = [
        AnyOf((Not(parse_pair(f"B has {name}")), parse_pair(f"A has {name}")))
        for name in ("EXIF", "GPS", "XMP")
    ]
    several = rule("A width >= B width", "A height >= B height", "A has tag cat")
    several = replace(several, comparison=(*several.comparison, *lacking))
    large = replace(
        LARGE,
        metadata=replace(LARGE.metadata, tags=("cat",)),
        facts=replace(LARGE.facts, width=900, headers=("GPS",)),
    )
    assert sentences(
        several, case(large, replace(SMALL, facts=replace(SMALL.facts, headers=())))
    ) == ("they are similar; 900 × 300 against 400 × 300; A has tag cat; B has no EXIF, GPS or XMP")


def test_a_verdict_is_said_once_with_all_that_was_asked_of_it() -> None:
    dear = rule(
        "A size > B size",
        "B is the re-encode of lower quality",
        "verdict at least almost certain",
        "blur within 0.2 octaves",
        "noise within 1.0 levels",
    )
    verdict = visual(Confidence.NEAR_PERFECT, Direction("b", Role.REENCODED))
    on = replace(case(LARGE, SMALL), verdict=replace(verdict, blur=-0.018, noise=0.3))
    assert sentences(dear, on) == (
        "visual duplicate, near perfect, B is the re-encode of lower quality,"
        " blur 0.02 octaves and noise 0.30 levels apart; size 2.0 KB against 1.0 KB"
    )


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        ("larger size", "A ranks first by larger size: 2.0 KB against 1.0 KB"),
        ("type in order [JPEG, PNG]", "A ranks first by type: JPEG against PNG"),
        ("has EXIF", "A ranks first, as only it has EXIF"),
        ("in folders [/new]", "A ranks first by folder: /new against /old"),
        ("larger rating", "A ranks first by larger rating: 3 against none"),
        ("larger width", "A is the older file: modified 20"),
    ],
)
def test_what_ranks_first_is_said_with_what_settled_it(keep: str, said: str) -> None:
    one = asset(1, "/new/1.jpg", size=2000, headers=("EXIF",), modified_ns=NOW - drawn.DAY)
    one = replace(one, metadata=replace(one.metadata, rating=3))
    other = asset(2, "/old/2.jpg", size=1000, format="PNG", headers=())
    ranking = replace(rule("A ranks above B"), keep=(parse_criterion(keep),))
    assert said in sentences(ranking, case(other, one))


def test_sizes_that_look_alike_are_told_to_the_byte() -> None:
    almost = replace(LARGE, id=7, facts=replace(LARGE.facts, size=2001))
    assert "size 2,001 bytes against 2,000 bytes" in sentences(
        rule("A size > B size"), case(LARGE, almost)
    )


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("has EXIF", "has no EXIF"),
        ("has a sidecar", "has no sidecar"),
        ("has a tag of people", "has no tag of people"),
        ("is a favorite", "is no favorite"),
        ("is in an album", "is in no album"),
        ("is in album Summer", "is not in album Summer"),
        ("is progressive", "is not progressive"),
    ],
)
def test_what_a_file_lacks_is_said_in_words_of_its_own(test: str, said: str) -> None:
    nodes = (Not(parse_pair(f"B {test}")), parse_pair("A size > B size"))
    small = replace(SMALL, facts=replace(SMALL.facts, headers=(), progressive=False))
    assert f"B {said}" in sentences(replace(rule(), comparison=nodes), case(LARGE, small))
    wanting = replace(rule(), comparison=(parse_pair(f"B {test}"), *nodes[1:]))
    assert f'"B {test}" fails: B {said}' in sentences(wanting, case(LARGE, small))


def test_what_failed_names_the_test_and_what_is_missing() -> None:
    timed = rule("A taken < B taken")
    taken = replace(SMALL, metadata=replace(SMALL.metadata, taken="2020-01-01 10:00:00"))
    assert sentences(timed, case(taken, LARGE)) == (
        'with s.jpg as A:; "A taken < B taken" fails: B has no capture time'
    )


def test_of_alternatives_the_one_that_holds_is_the_reason() -> None:
    nodes = (AnyOf((parse_pair("A rating > 3"), Not(parse_pair("B has EXIF")))),)
    either = replace(rule(), comparison=(*nodes, parse_pair("A size > B size")))
    assert sentences(either, case(LARGE, SMALL)).endswith("against 1.0 KB; B has no EXIF")
    none = replace(
        rule(), comparison=(AnyOf(tuple(map(parse_pair, ("A rating > 3", "A is seen")))),)
    )
    assert '"A rating > 3" fails: A has no rating; "A is seen" fails: A is not seen' in sentences(
        none, case(LARGE, SMALL)
    )


@pytest.mark.parametrize(
    ("search", "said"),
    [
        (Search(parse_one("size > 1500 B")), 's.jpg: "size > 1.5 kB" fails: 1.0 KB'),
        (Search(kinds=(PairKind.EXACT,)), "the kind similar"),
        (Search(distance=0), "2 bits apart, and the search wants 0"),
    ],
)
def test_what_the_search_leaves_out_is_explained(search: Search, said: str) -> None:
    text = sentences(rule("A size > B size", search=search), case(LARGE, SMALL))
    assert said in text


@given(drawn.rules, drawn.cases())
def test_every_outcome_has_its_explanation(of: Rule, on: Case) -> None:
    prepared = Prepared(of, NOW)
    found = prepared.explain(on)
    stage = prepared.test(on).stage
    assert found
    assert all(sentence.isprintable() and sentence for sentence in found)
    if stage is Stage.FITS:
        assert len(found) <= 6
