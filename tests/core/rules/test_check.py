"""What a person is told of a rule before it meets a pair."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.model import PairKind, RelationKind, Role
from core.rules.check import errors, warnings, warnings_between
from core.rules.evaluate import Terms, pair_test
from core.rules.language import All, AnyOf, Node, Not
from core.rules.logic import is_possible
from core.rules.parse import parse_one, parse_pair
from core.rules.prepared import Prepared
from core.rules.rule import Action, Case, Fate, Matching, Pixels, Rule, Search, Stage
from core.rules.scoring import IMMICH, ranking_key
from tests.core.rules import drawn
from tests.core.rules.drawn import NOW

BETTER = Action(RelationKind.BETTER, b=Fate.TRASH)
TERMS = Terms(NOW, ranking_key(()))
CERTAIN = parse_pair("verdict at least almost certain")


def found(*texts: str, **more: object) -> Search:
    nodes: tuple[Node, ...] = tuple(map(parse_one, texts))
    first = None if not nodes else nodes[0] if len(nodes) == 1 else All(nodes)
    return replace(Search(first), **more)  # type: ignore[arg-type]


def rule(*comparison: str | Node, search: Search | None = None, action: Action = BETTER) -> Rule:
    nodes = tuple(parse_pair(each) if isinstance(each, str) else each for each in comparison)
    return Rule("a rule", search or found("frames = 1"), nodes, action)


# Errors.


@pytest.mark.parametrize(
    ("search", "key", "said"),
    [
        (found("width > 5", "width < 3"), "search.both", '"width > 5" together with "width < 3"'),
        (found("type is PNG", "type is JPEG"), "search.both", "together"),
        (found("type is PNG", "JPEG quality > 80"), "search.both", '"JPEG quality > 80"'),
        (found("duration < 0 s"), "search.both", '"duration < 0 s"'),
        (Search(Not(All((parse_one("width >= 1"),)))), "search.both", "no picture can pass"),
        (found(pixels=Pixels.EXCLUDED, kinds=(PairKind.EXACT,)), "search.pixels", "excluded"),
        (found(pixels=Pixels.REQUIRED, kinds=(PairKind.SIMILAR,)), "search.pixels", "required"),
        (Search(AnyOf(())), "search.both", "names no test"),
        (Search(kinds=()), "search.kinds", "names no kind"),
        (
            Search(parse_one("is seen"), matching=Matching.ONE_EACH),
            "search.other",
            "names no test",
        ),
    ],
)
def test_a_search_that_finds_nothing_is_an_error(search: Search, key: str, said: str) -> None:
    (problem,) = errors(rule("A size > B size", search=search))
    assert problem.key == key
    assert said in problem.message


@pytest.mark.parametrize(
    ("comparison", "search", "said"),
    [
        (("A size > B size", "the bytes are equal"), None, '"the bytes are equal"'),
        (("A size > B size", "A size < B size", "same type"), None, '"A size < B size"'),
        (("A size > 2 x B size", "A size < 1.5 x B size"), None, "together"),
        (("A type is JPEG", "B type is PNG", "same type"), None, '"same type"'),
        (("A JPEG quality > 80",), found("type is PNG"), "of what the search finds"),
        (("B is the upscale",), found(pixels=Pixels.REQUIRED), "of what the search finds"),
        (("B is the upscale", "A pixels >= B pixels"), None, '"B is the upscale"'),
        (("B is the upscale", "A is the larger original"), None, "together"),
        (("the change is crop", CERTAIN), None, '"the change is crop"'),
        (("A has EXIF", Not(parse_pair("A has EXIF"))), None, "together"),
        (("same has EXIF", "A has EXIF", Not(parse_pair("B has EXIF"))), None, "together"),
        (("A taken > B taken", "same capture second"), None, "together"),
        (("A taken within 2 s of B taken", "A taken > B taken + 3 s"), None, "together"),
    ],
)
def test_a_comparison_that_no_pair_can_pass_is_an_error(
    comparison: tuple[str | Node, ...], search: Search | None, said: str
) -> None:
    (problem,) = errors(rule(*comparison, search=search))
    assert problem.key == "comparison"
    assert said in problem.message


@pytest.mark.parametrize(
    "action",
    [
        Action(RelationKind.BETTER, a=Fate.TRASH),
        Action(RelationKind.SAME_QUALITY, a=Fate.TRASH, b=Fate.TRASH),
        Action(RelationKind.ALTERNATES, b=Fate.TRASH),
        Action(RelationKind.NOT_RELATED, a=Fate.TRASH),
        Action(RelationKind.BETTER, a=Fate.SYMLINK),
        Action(RelationKind.SAME_QUALITY, a=Fate.HARD_LINK, b=Fate.TRASH),
        Action(RelationKind.ALTERNATES, b=Fate.SYMLINK),
    ],
)
def test_an_action_that_contradicts_itself_is_an_error(action: Action) -> None:
    assert errors(rule("A size > B size", action=action))


@pytest.mark.parametrize("fate", [Fate.HARD_LINK, Fate.REFLINK], ids=str)
def test_files_become_one_only_where_their_bytes_are_equal(fate: Fate) -> None:
    def of(*kinds: PairKind) -> Rule:
        search = found("frames = 1", kinds=kinds)
        return rule("A ranks above B", search=search, action=Action(RelationKind.BETTER, b=fate))

    assert errors(of(PairKind.EXACT)) == []
    assert warnings(of(PairKind.EXACT)) == ()
    (problem,) = errors(of(PairKind.PIXELS, PairKind.SIMILAR))
    assert problem.key == "search.kinds"
    assert f'a {fate} needs equal bytes; say kinds = ["exact"]' in problem.message
    assert errors(of(*PairKind)) == []
    (warning,) = warnings(of(*PairKind))
    assert 'add search.kinds = ["exact"]' in warning


def test_of_several_tests_only_those_that_exclude_each_other_are_named() -> None:
    (problem,) = errors(
        rule("same type", "A width > B width", "A height > B height", "A width <= B width")
    )
    assert problem.message == (
        'no pair can pass "A width > B width" together with "A width <= B width"'
    )


# Warnings.

EXIF_KEPT = AnyOf((Not(parse_pair("B has EXIF")), parse_pair("same has EXIF")))


@pytest.mark.parametrize(
    ("comparison", "search"),
    [
        (("A size > B size",), None),
        (("A size > 1.25 x B size", "same type"), None),
        (("A size >= B size + 1 kB",), None),
        (
            ("A type is JPEG",),
            Search(parse_one("type is JPEG"), parse_one("type is PNG"), Matching.ONE_EACH),
        ),
        (("A type is JPEG", "B type is PNG"), None),
        (("A ranks above B",), None),
        (("A has clearly better JPEG quality",), None),
        (("A comes before B in folders [/a, /b]",), None),
        (("B is the upscale",), None),
        (("A has EXIF", Not(parse_pair("B has EXIF"))), None),
        (
            (
                AnyOf(
                    (
                        parse_pair("A size > B size"),
                        All(tuple(map(parse_pair, ("A size = B size", "A rating > B rating")))),
                    )
                ),
            ),
            None,
        ),
    ],
)
def test_a_rule_that_tells_a_from_b_is_not_warned_of(
    comparison: tuple[str | Node, ...], search: Search | None
) -> None:
    kept = Action(RelationKind.BETTER)
    assert warnings(rule(*comparison, search=search, action=kept)) == ()


@pytest.mark.parametrize(
    ("comparison", "named"),
    [
        (("same type",), ['"same type"']),
        (("A size >= B size", "same type"), ['"A size >= B size"', '"same type"']),
        (("A width >= B width", EXIF_KEPT), ['"A width >= B width"']),
        (("A modified < B modified + 7 days",), ['"A modified < B modified + 7 days"']),
        (("A size > 0.5 x B size",), ['"A size > 0.5 x B size"']),
        ((), ["no comparators"]),
    ],
)
def test_a_rule_that_may_fit_either_way_round_is_warned_of(
    comparison: tuple[str | Node, ...], named: list[str]
) -> None:
    (warning,) = warnings(rule(*comparison, action=Action(RelationKind.BETTER)))
    assert "either way round" in warning
    assert all(each in warning for each in named)
    assert not warnings(rule(*comparison, action=Action(RelationKind.ALTERNATES)))


@pytest.mark.parametrize(
    ("comparison", "search", "said"),
    [
        (("A size > B size",), None, "without knowing that both are one picture"),
        (("A size > B size", "verdict is alternate"), None, "alternates"),
        (("A size > B size", "verdict at least very probable"), None, "only very probable"),
        (("A size > B size", CERTAIN), None, "trash the larger picture"),
        (("A size > B size", CERTAIN, "A width >= B width"), None, "trash the larger picture"),
        (("A size > B size", CERTAIN, "A pixels >= B pixels"), None, None),
        (("A size > B size", CERTAIN, "A width >= B width", "A height = B height"), None, None),
        (("B is the upscale", CERTAIN), None, None),
        (("A is the larger original", CERTAIN), None, None),
        (("A size > B size",), found(pixels=Pixels.REQUIRED), None),
        (("A ranks above B",), found(kinds=(PairKind.EXACT,)), None),
    ],
)
def test_what_may_be_trashed_wrongly_is_warned_of(
    comparison: tuple[str | Node, ...], search: Search | None, said: str | None
) -> None:
    of = rule(*comparison, search=search)
    if said is None:
        assert warnings(of) == ()
    else:
        assert any(said in warning for warning in warnings(of))


def test_a_symbolic_link_is_warned_of_like_the_trash() -> None:
    action = Action(RelationKind.BETTER, b=Fate.SYMLINK)
    (warning,) = warnings(rule("A size > B size", action=action))
    assert "it replaces without knowing that both are one picture" in warning


def test_a_search_for_everything_is_warned_of() -> None:
    (warning,) = warnings(rule("A size > B size", search=Search(), action=Action(BETTER.kind)))
    assert "matches every pair" in warning


def test_two_rules_that_call_opposite_sides_better_are_named() -> None:
    larger = replace(rule("A size > B size"), name="larger")
    smaller = replace(rule("A size < B size"), name="smaller")
    taller = replace(rule("A height > B height"), name="taller")
    (warning,) = warnings_between((larger, taller, smaller))
    assert '"larger" and "smaller"' in warning
    jpegs = replace(smaller, search=found("type is PNG"))
    assert warnings_between((replace(larger, search=found("type is JPEG")), jpegs)) == ()
    first, second = replace(larger, keep=IMMICH), replace(taller, keep=IMMICH)
    assert warnings_between((first, second)) == ()


# What is proven is so.


def _truthful(case: Case) -> Case:
    """`case` with what equal bytes or pixels, and directions, say of the facts."""
    a, b = case.a, case.b
    if case.ref.kind is PairKind.EXACT:
        return replace(case, b=replace(b, facts=a.facts))
    if case.ref.kind is PairKind.PIXELS:
        facts = replace(b.facts, width=a.facts.width, height=a.facts.height)
        return replace(case, b=replace(b, facts=facts))
    for each in case.verdict.directions if case.verdict else ():
        larger, other = (a, b) if each.side == "a" else (b, a)
        if each.role in (Role.LARGER, Role.UPSCALE):
            assume(larger.facts.pixels > other.facts.pixels)
    return case


_OFTEN = st.sampled_from(
    [
        parse_pair(text)
        for text in (
            "A size > B size",
            "A size >= 2 x B size - 1 MB",
            "A width within 100 of B width",
            "A width > 200",
            "B width between 200 and 300",
            "A type is JPEG",
            "B type is PNG or HEIC",
            "A JPEG quality >= 80",
            "same type",
            "different type",
            "either has EXIF",
            "same has EXIF",
            "the pixels are equal",
            "verdict at least almost certain",
            "verdict is alternate",
            "B is the upscale",
            "A ranks above B",
            "A taken before 2020-01-01 09:30:00",
            "A taken > B taken",
        )
    ]
)
"""Tests that often exclude each other."""

_narrow = st.builds(
    lambda nodes, action: Rule("narrow", Search(), tuple(nodes), action),
    st.lists(drawn.trees(_OFTEN), min_size=1, max_size=4),
    st.just(BETTER),
)


@settings(max_examples=150)
@given(_narrow, drawn.cases(asked=True))
def test_a_rule_in_error_fits_no_pair(of: Rule, case: Case) -> None:
    if errors(of):
        assert Prepared(of, NOW).test(_truthful(case)).stage is Stage.FAILED


@settings(max_examples=150)
@given(_narrow, drawn.cases(asked=True))
def test_a_rule_without_a_warning_never_fits_either_way_round(of: Rule, case: Case) -> None:
    stage = Prepared(of, NOW).test(_truthful(case)).stage
    if stage is Stage.EITHER_WAY:
        assert any("either way round" in warning for warning in warnings(of))


@given(drawn.trees(drawn.pair_leaves), drawn.trees(drawn.pair_leaves), drawn.cases(asked=True))
def test_tests_that_hold_together_are_possible_together(one: Node, other: Node, case: Case) -> None:
    case = _truthful(case)
    if pair_test(one, TERMS, False)(case) and pair_test(other, TERMS, True)(case):
        assert is_possible([one], [other])
