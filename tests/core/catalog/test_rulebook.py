from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import rulebook
from core.catalog.rulebook import StoredRule, identity
from core.errors import UsageError
from core.model import Identity
from tests.core.desk import Desk


def test_rules_keep_their_order_and_are_replaced_by_name(desk: Desk) -> None:
    desk.ask(rulebook.save_rules, [StoredRule("one", "1"), StoredRule("two", "2")])
    desk.ask(rulebook.save_rules, [StoredRule("three", "3"), StoredRule("One", "new")])
    assert desk.ask(rulebook.stored_rules) == [
        StoredRule("One", "new"),
        StoredRule("two", "2"),
        StoredRule("three", "3"),
    ]


def test_a_pair_is_the_same_either_way_round(desk: Desk, files: list[Path]) -> None:
    a, b, c, small = map(desk.asset, files)
    assert identity(a, small) == identity(small, a)
    assert identity(a, b) == identity(b, a)
    # Whichever copy stands for the picture.
    assert identity(a, small) == identity(c, small)
    assert identity(a, b) != identity(a, c)


def test_a_denial_is_kept_until_it_is_taken_back(desk: Desk, files: list[Path]) -> None:
    a, b, _, small = map(desk.asset, files)
    copies, near = identity(a, b), identity(a, small)
    desk.ask(rulebook.deny, "one", [copies, near, near])
    desk.ask(rulebook.deny, "two", [near])
    found = desk.ask(rulebook.with_paths, desk.ask(rulebook.denials, ["one"]))
    assert {each.pair for each in found} == {copies, near}
    assert {frozenset(each.paths) for each in found} == {
        frozenset((str(files[0]), str(files[1]))),
        frozenset((str(files[0]), str(files[3]))),
    }
    (of_near,) = [each.id for each in found if each.pair == near]
    assert desk.ask(rulebook.withdraw_denial, of_near) is not None
    assert desk.ask(rulebook.withdraw_denial, of_near) is None
    assert [each.rule for each in desk.ask(rulebook.denials)] == ["two", "one"]


def test_a_rescan_and_a_rename_keep_denials(desk: Desk, files: list[Path]) -> None:
    a, small = desk.asset(files[0]), desk.asset(files[3])
    desk.ask(rulebook.deny, "one", [identity(a, small)])
    moved = files[3].rename(files[3].with_name("renamed.jpg"))
    desk.scan()
    (denied,) = desk.ask(rulebook.denials)
    assert denied.pair == identity(desk.asset(files[0]), desk.asset(moved))


def test_what_was_undone_or_denied_is_refused(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, _ = files
    desk.decide(photo, copy, rule="one")
    desk.undo(desk.decide(photo, other, rule="one"))
    desk.ask(rulebook.deny, "one", [Identity(1, 1, 1, 2)])
    undone, denied = identity(desk.asset(photo), desk.asset(other)), Identity(1, 1, 1, 2)
    assert desk.ask(rulebook.refused, "one") == {undone, denied}


def test_a_rule_is_known_by_its_name_whatever_its_case(desk: Desk) -> None:
    desk.ask(rulebook.save_rules, [StoredRule("Über alles", "1")])
    desk.ask(rulebook.save_rules, [StoredRule("über alles", "2")])
    assert desk.ask(rulebook.stored_rules) == [StoredRule("über alles", "2")]


def test_a_renamed_rule_keeps_its_place_its_history_and_its_denials(
    desk: Desk, files: list[Path]
) -> None:
    desk.ask(rulebook.save_rules, [StoredRule("one", "1"), StoredRule("two", "2")])
    desk.decide(files[0], files[1], rule="one")
    desk.ask(rulebook.deny, "one", [identity(desk.asset(files[0]), desk.asset(files[3]))])
    desk.ask(rulebook.rename_rule, "one", StoredRule("first", "new"))
    assert desk.ask(rulebook.stored_rules) == [StoredRule("first", "new"), StoredRule("two", "2")]
    (decision,) = desk.history()
    assert decision.choice.rule == "first"
    assert [each.rule for each in desk.ask(rulebook.denials)] == ["first"]


def test_no_rule_takes_the_name_or_the_history_of_another(desk: Desk, files: list[Path]) -> None:
    desk.ask(rulebook.save_rules, [StoredRule("one", "1"), StoredRule("two", "2")])
    desk.decide(files[0], files[1], rule="three")
    before = desk.ask(rulebook.stored_rules)
    for name in ("TWO", "three"):
        with pytest.raises(UsageError, match="choose another"):
            desk.ask(rulebook.rename_rule, "one", StoredRule(name, "1"))
    assert desk.ask(rulebook.stored_rules) == before
    # Its own name in another case is no other's.
    desk.ask(rulebook.rename_rule, "one", StoredRule("ONE", "1"))
    assert desk.ask(rulebook.stored_rules)[0].name == "ONE"


def test_rules_are_put_in_another_order_and_removed(desk: Desk) -> None:
    desk.ask(rulebook.save_rules, [StoredRule(name, "") for name in "abcd"])
    desk.ask(rulebook.place_rule, "c", 1)
    desk.ask(rulebook.place_rule, "a", 99)
    assert [each.name for each in desk.ask(rulebook.stored_rules)] == ["c", "b", "d", "a"]
    assert desk.ask(rulebook.remove_rule, "d")
    assert not desk.ask(rulebook.remove_rule, "d")
    desk.ask(rulebook.save_rules, [StoredRule("e", "")])
    assert [each.name for each in desk.ask(rulebook.stored_rules)] == ["c", "b", "a", "e"]


def test_all_that_a_rule_was_denied_is_taken_back_and_given_again(
    desk: Desk, files: list[Path]
) -> None:
    a, b, _, small = map(desk.asset, files)
    desk.ask(rulebook.deny, "one", [identity(a, b), identity(a, small)])
    desk.ask(rulebook.deny, "two", [identity(a, b)])
    before = desk.ask(rulebook.denials, ["one"])
    taken = desk.ask(rulebook.withdraw_denials, "one")
    assert [each.rule for each in desk.ask(rulebook.denials)] == ["two"]
    desk.ask(rulebook.restore_denials, taken)
    after = desk.ask(rulebook.denials, ["one"])
    assert {(each.pair, each.denied_at) for each in after} == {
        (each.pair, each.denied_at) for each in before
    }
