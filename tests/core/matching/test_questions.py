"""Which pairs of the search wait for a decision, and between whom."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.catalog.pairs import NearRow
from core.catalog.relations import Live
from core.matching.questions import questions
from core.matching.relations import Relations
from tests.core.matching.drawn import content, decisions, here, rows
from tests.core.matching.said import asked, held, near


@pytest.mark.parametrize("decision", ["a>b", "a=b", "a~b", "a|b", "a+b"])
def test_what_was_decided_is_asked_no_more(decision: str) -> None:
    assert asked(decision, "ab") == []


def test_what_is_near_a_member_comes_up_against_the_one_that_stands_for_it() -> None:
    assert asked("a>b", "ab bx") == ["ax"]
    assert asked("a>b!", "ab bx", present="ax") == ["ax"]
    assert asked("a>b!", "ab bx", present="bx") == ["bx"]
    assert asked("a>b!", "ab bx", present="x") == []
    assert asked("a>b x>y", "by") == ["ax"]


def test_the_pair_s_own_evidence_goes_first_and_else_the_nearest_that_led_there() -> None:
    everything = set(range(200))
    rows = near("bx4 cx2 by4 ay8")
    found = questions(rows, held("a>b a>c"), everything)
    assert found == {(97, 120): rows[1], (97, 121): rows[3]}


def test_members_of_a_group_are_decided_among_themselves() -> None:
    assert asked("a>b a>c", "ab ac bc") == []
    assert asked("a=b b=c", "ab bc ac") == []
    assert asked("a>b b=c d=c", "ad bd ac") == []


def test_rivals_are_asked_about_until_somebody_decides_between_them() -> None:
    assert asked("a>b c>b", "ab bc ac") == ["ac"]
    # Also where the search has not met the two.
    assert asked("a>b c>b", "ab bc") == ["ac"]
    assert asked("a>b c>b a>c", "ab bc ac") == []
    assert asked("a>b c>b", "ab bc", present="ab") == []
    assert asked("a>b c>b a|c", "ab bc ac") == []
    # What is near one of them is asked about once.
    assert asked("a>b c>b", "ab bc bx") == ["ac", "ax"]


def test_what_went_and_is_there_again_is_asked_about_once_against_the_king() -> None:
    assert asked("a>b!", "ab", present="a") == []
    assert asked("a>b!", "ab") == ["ab"]
    assert asked("a>b! k>a", "ab ak") == ["bk"]
    assert asked("a>b! k>a!", "ab ak", present="bk") == ["bk"]
    assert asked("a>b! k>a! k>b", "ab ak", present="bk") == []
    # It went once more.
    assert asked("a>b! a>b!", "ab") == ["ab"]
    assert asked("a>b! a=b", "ab") == []
    # Now it stands for them itself.
    assert asked("a>b!", "ab bx", present="bx") == ["bx"]


def test_what_is_said_of_one_holds_for_its_group_as_it_is_and_will_be() -> None:
    for kind in "|~+":
        assert asked(f"a>b x>y b{kind}y", "ax by ay bx") == []
        assert asked(f"b{kind}y a>b x>y k>a", "kx ky") == []


def test_alternates_of_one_set_are_still_asked_about_once() -> None:
    assert asked("a~b b~c", "ac") == ["ac"]
    assert asked("a~b b~c a~c", "ac") == []


def test_not_related_holds_for_the_sets_of_both() -> None:
    assert asked("a|x a~b b~c x~y", "bx cx cy by") == []
    assert asked("a|x a~b x>y", "by") == []
    # Not for whoever shares no set.
    assert asked("a|x a+b", "bx") == ["bx"]


def test_in_a_stack_nothing_is_asked() -> None:
    assert asked("a+b b+c d>c", "ac ad bd") == []


def test_equal_pixels_that_nobody_decided_about_directly_are_asked_about() -> None:
    assert asked("a>b a>c", "bc=") == ["bc"]
    assert asked("a>b a>c", "bc=", present="ab") == []
    assert asked("a>b a>c b=c", "bc=") == []
    assert asked("a>b x>y a|x", "by=") == ["by"]
    assert asked("a>b x>y a|x b|y", "by=") == []


def test_a_pair_that_went_though_it_was_called_alternates_is_asked_about_once_more() -> None:
    assert asked("a~b!", "ab") == ["ab"]
    assert asked("a~b! k>a", "ab ak") == ["bk"]
    assert asked("a~b! a~b", "ab") == []


# Drawn at random


def all_asked(
    relations: Relations, found: list[NearRow], present: set[int]
) -> set[tuple[int, int]]:
    told = [row for row in found if not relations.contents.isdisjoint(row[:2])]
    return set(questions(told, relations, present))


@given(decisions, rows, here)
@settings(max_examples=300, deadline=None)
def test_only_what_is_there_is_asked_about_and_never_with_itself(
    live: list[Live], found: list[NearRow], present: set[int]
) -> None:
    for a, b in all_asked(Relations(live), found, present):
        assert a < b
        assert {a, b} <= present


@given(decisions, rows, here)
@settings(max_examples=300, deadline=None)
def test_what_was_decided_directly_never_comes_back_while_nothing_went(
    live: list[Live], found: list[NearRow], present: set[int]
) -> None:
    kept = [each._replace(moved=False) for each in live]
    decided = {tuple(sorted((each.a, each.b))) for each in kept}
    assert all_asked(Relations(kept), found, present).isdisjoint(decided)


@given(decisions, decisions, rows, here)
@settings(max_examples=300, deadline=None)
def test_what_comes_and_goes_leaves_the_questions_as_they_were(
    live: list[Live], later: list[Live], found: list[NearRow], present: set[int]
) -> None:
    come = [each._replace(id=each.id + 100) for each in later]
    before = Relations(live)
    asked_before = all_asked(before, found, present)
    during = before.changed((), come)
    assert all_asked(during, found, present) == all_asked(Relations([*come, *live]), found, present)
    after = during.changed([each.id for each in come], ())
    assert all_asked(after, found, present) == asked_before
    # Whatever was found out on the way, the first still says what it said.
    assert all_asked(before, found, present) == asked_before


@given(decisions, decisions, rows, here, content)
@settings(max_examples=300, deadline=None)
def test_only_questions_around_what_changed_become_others(
    live: list[Live], later: list[Live], found: list[NearRow], present: set[int], gone: int
) -> None:
    come = [each._replace(id=each.id + 100) for each in later[:1]]
    changed = {content for each in come for content in (each.a, each.b)} | {gone}
    without, with_it = Relations(live), Relations([*live, *come])
    here_then = present ^ {gone}
    difference = all_asked(without, found, present) ^ all_asked(with_it, found, here_then)
    # Whether it was said or taken back.
    for after, here_now in ((with_it, here_then), (without, present)):
        around = after.around(changed)
        assert all(not around.isdisjoint(pair) for pair in difference)
        # And these are found from the rows that touch them alone.
        few = [row for row in found if not around.isdisjoint(row[:2])]
        assert {
            pair for pair in all_asked(after, few, here_now) if not around.isdisjoint(pair)
        } == {pair for pair in all_asked(after, found, here_now) if not around.isdisjoint(pair)}
