from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import rulebook
from core.catalog.rulebook import Identity, Ledger, StoredRule, identity
from tests import gallery
from tests.core.desk import Desk


@pytest.fixture
def files(library: Path, desk: Desk) -> list[Path]:
    """A photo, two exact copies of it, and a smaller one."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    copies = [gallery.exact_copy(photo, library / name) for name in ("b.jpg", "c.jpg")]
    found = [photo, *copies, gallery.resized(photo, library / "small.jpg")]
    desk.scan()
    return found


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


def test_the_ledger_counts_what_a_rule_did(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, small = files
    desk.decide(photo, copy, rule="one")
    desk.undo(desk.decide(photo, other, rule="one"))
    desk.decide(photo, small, rule="one", approved=True)
    desk.ask(rulebook.deny, "one", [Identity(1, 1, 1, 2)])
    (ledger,) = desk.ask(rulebook.ledgers).values()
    size = desk.asset(photo).facts.size
    freed = size + small_size(desk, small)
    assert ledger == Ledger(acted=2, approved=1, undone=1, denied=1, freed=freed)
    assert ledger.precision == 0.5
    assert desk.ask(rulebook.acts_since, "one", "2000-01-01") == 2
    undone, denied = identity(desk.asset(photo), desk.asset(other)), Identity(1, 1, 1, 2)
    assert desk.ask(rulebook.refused, "one") == {undone, denied}


def small_size(desk: Desk, path: Path) -> int:
    return desk.known(path).found.size


def test_acts_are_counted_by_run_and_day(desk: Desk, files: list[Path]) -> None:
    decision = desk.decide(files[0], files[1], rule="one")
    assert desk.ask(rulebook.acts_by_run, "one") == []
    assert desk.ask(rulebook.acts_by_day, "one") == [(decision.decided_at[:10], 1)]
