"""What follows for a content is explained by decisions that lead there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.catalog.relations import Live
from core.matching.account import account
from tests.core.matching.drawn import content, decisions
from tests.core.matching.said import held, without_contradictions


@pytest.mark.parametrize(
    ("said", "follows"),
    [
        ("a>b b>c", ["better than c by 1 2"]),
        ("b>a c>b", ["worse than c by 1 2"]),
        ("a=b b=c", ["as good as c by 1 2"]),
        ("a=b b>c", ["better than c by 1 2"]),
        ("b>a b>c", ["a duplicate of c by 1 2"]),
        ("a>b b|x", ["not related to x by 1 2"]),
        ("a~b b|x x>y", ["not related to x by 1 2", "not related to y by 1 2 3"]),
        ("a~b b~c", []),
        ("a>b b~x", ["an alternate of x by 1 2"]),
        ("a+b b+c", ["stacked with c by 1 2"]),
        ("a>b", []),
    ],
)
def test_what_follows_names_the_decisions_on_the_way(said: str, follows: list[str]) -> None:
    told = account(held(said), ord("a"))
    assert [
        f"{each.relation} {chr(each.other)} by {' '.join(map(str, each.decisions))}"
        for each in told.implied
    ] == follows


def test_a_set_has_the_name_that_was_said_last() -> None:
    told = account(held("a~b:Spring b~c:Summer c~d"), ord("a"))
    assert (told.set_name, told.alternates) == ("Summer", tuple(map(ord, "bcd")))
    assert account(held("a~b"), ord("a")).set_name is None


@given(decisions, content)
@settings(max_examples=300, deadline=None)
def test_what_is_asked_no_more_and_nobody_said_follows_from_what_was_said(
    live: list[Live], about: int
) -> None:
    relations = without_contradictions(live)
    told = account(relations, about)
    direct = {each.other(about) for each in told.direct}
    assert {each.other for each in told.implied} == {
        other
        for other in relations.contents
        if other != about and other not in direct and relations.settles(about, other)
    }
    for each in told.implied:
        at = about
        for number in each.decisions:
            at = relations[number].other(at)
        assert at == each.other
