"""A rule in the making: what it says, what is wrong with it and where, and how it is edited."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.rules.check import errors
from core.rules.draft import Branch, Draft, Group, Join, Line
from core.rules.rule import Matching, Rule
from core.rules.table import Fault
from core.rules.templates import templates
from tests.core.rules import drawn

A, B, C, D = (Line(f"A {field} > B {field}") for field in ("size", "width", "height", "pixels"))


def draft(*tests: Branch) -> Draft:
    return Draft.blank("r").with_value("comparison", tests)


def faults(draft: Draft) -> tuple[Fault, ...]:
    return draft.read()[1]


def texts(draft: Draft) -> Counter[str]:
    return Counter(
        branch.text for _, branch in draft.places("comparison") if isinstance(branch, Line)
    )


@given(drawn.rules)
def test_a_draft_of_a_rule_says_what_the_rule_says(rule: Rule) -> None:
    assume(not errors(rule))
    assert Draft.of(rule).read() == (rule, ())


@pytest.mark.parametrize("rule", templates(), ids=lambda rule: rule.name)
def test_a_draft_of_a_template_is_that_template(rule: Rule) -> None:
    assert Draft.of(rule).read() == (rule, ())


def test_a_blank_draft_is_a_rule_that_sends_nothing_away() -> None:
    rule, wrong = Draft.blank("new").read()
    assert wrong == ()
    assert (rule.action.a, rule.action.b) == ("keep", "keep")
    assert rule.mode == "semi-automatic"


def test_what_is_wrong_is_told_by_key_and_place() -> None:
    wrong = draft(A, Group(Join.ANY, (B, Group(Join.NOT, (Line("A siez > 3"),)))), Line())
    wrong = wrong.with_value("search.distance", "far").with_value("b", "burn")
    found = {(each.key, each.at): each.reason for each in faults(wrong)}
    assert set(found) == {
        ("comparison", (1, 1, 0)),
        ("comparison", (2,)),
        ("search.distance", ()),
        ("b", ()),
    }
    assert 'did you mean "size ..."?' in found["comparison", (1, 1, 0)]
    assert "a test is empty" in found["comparison", (2,)]


def test_an_unfinished_group_is_no_rule() -> None:
    (fault,) = faults(draft(A, Group(Join.ANY)))
    assert (fault.key, "names no test" in fault.cause) == ("comparison", True)
    assert [each.at for each in faults(draft(Group(Join.NOT)))] == [(0, 0)]


def test_a_search_of_one_and_the_other_needs_both() -> None:
    one_each = Draft.blank("r").with_matching(Matching.ONE_EACH)
    one_each = one_each.with_value("search.one", (Line("type is JPEG"),))
    (fault,) = faults(one_each)
    assert (fault.key, fault.cause) == ("search.other", "it names no test")


def test_a_search_keeps_its_tests_when_it_is_asked_in_another_way() -> None:
    both = Draft.blank("r").with_value("search.both", (Line("type is JPEG"),))
    one_each = both.with_matching(Matching.ONE_EACH)
    assert one_each.matching is Matching.ONE_EACH
    assert (one_each.tests("search.one"), one_each.tests("search.other")) == (
        (Line("type is JPEG"),),
        (),
    )
    assert one_each.with_matching(Matching.BOTH) == both


def test_tests_are_put_in_and_taken_away() -> None:
    made = draft(A, B).inserted("comparison", (1,), C)
    assert made.tests("comparison") == (A, C, B)
    made = made.wrapped("comparison", (1,), Join.ANY).inserted("comparison", (1, 1), D)
    assert made.tests("comparison") == (A, Group(Join.ANY, (C, D)), B)
    assert [at for at, _ in made.places("comparison")] == [(0,), (1,), (1, 0), (1, 1), (2,)]
    assert made.replaced("comparison", (1, 0)).tests("comparison")[1] == Group(Join.ANY, (D,))


def test_not_is_put_around_a_test_and_taken_off_again() -> None:
    negated = draft(A).wrapped("comparison", (0,), Join.NOT)
    assert negated.tests("comparison") == (Group(Join.NOT, (A,)),)
    assert negated.wrapped("comparison", (0,), Join.NOT) == draft(A)
    # Without its test there is nothing to be negated.
    assert negated.replaced("comparison", (0, 0)).tests("comparison") == ()


def test_a_group_says_all_or_any_and_is_taken_apart() -> None:
    group = draft(A).wrapped("comparison", (0,), Join.ANY)
    assert group.rejoined("comparison", (0,)).tests("comparison") == (Group(Join.ALL, (A,)),)
    assert group.unwrapped("comparison", (0,)) == draft(A)
    in_not = draft(Group(Join.NOT, (Group(Join.ANY, (A, B)),)))
    assert in_not.unwrapped("comparison", (0, 0)) == in_not


def test_a_test_is_moved_over_others_into_groups_and_out_of_them() -> None:
    made = draft(A, B, Group(Join.ANY, (C, D)))
    walk = [made.tests("comparison")]
    at: tuple[int, ...] = (0,)
    for _ in range(5):
        made, at = made.moved("comparison", at, 1)
        walk.append(made.tests("comparison"))
    assert walk[1:] == [
        (B, A, Group(Join.ANY, (C, D))),
        (B, Group(Join.ANY, (A, C, D))),
        (B, Group(Join.ANY, (C, A, D))),
        (B, Group(Join.ANY, (C, D, A))),
        (B, Group(Join.ANY, (C, D)), A),
    ]
    assert made.moved("comparison", at, 1) == (made, at)
    for before in walk[-2::-1]:
        made, at = made.moved("comparison", at, -1)
        assert made.tests("comparison") == before
    assert at == (0,)


def test_a_test_that_leaves_a_not_takes_its_place() -> None:
    made, at = draft(A, Group(Join.NOT, (B,)), C).moved("comparison", (1, 0), -1)
    assert (made.tests("comparison"), at) == ((A, B, C), (1,))


@given(st.data())
def test_whatever_is_moved_nothing_is_lost(data: st.DataObject) -> None:
    comparison = data.draw(st.lists(drawn.trees(drawn.pair_leaves), min_size=1, max_size=3))
    (rule,) = [each for each in templates() if each.name == "exact copies"]
    made = Draft.of(replace(rule, comparison=tuple(comparison)))
    before = texts(made)
    for _ in range(5):
        at = data.draw(st.sampled_from([at for at, _ in made.places("comparison")]))
        made, there = made.moved("comparison", at, data.draw(st.sampled_from([-1, 1])))
        assert texts(made) == before
        made.test("comparison", there)
