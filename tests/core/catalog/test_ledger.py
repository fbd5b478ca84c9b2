"""What rules did, added up from the journal."""

from __future__ import annotations

from pathlib import Path

from core.catalog import ledger, rulebook
from core.catalog.schema import Decision
from core.model import Identity, Ledger, LedgerDay, RelationKind
from tests.core.desk import Desk


def size(path: Path) -> int:
    return path.stat().st_size


def test_a_ledger_counts_what_a_rule_did(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, small = files
    freed = size(copy) + size(small)
    desk.decide(photo, copy, rule="one")
    desk.undo(desk.decide(photo, other, rule="one"))
    desk.decide(photo, small, rule="one", approved=True)
    desk.ask(rulebook.deny, "one", [Identity(1, 1, 1, 2)])
    (found,) = desk.ask(ledger.ledgers).values()
    assert found == Ledger(acted=2, approved=1, undone=1, denied=1, freed=freed)
    assert found.precision == 0.5
    assert desk.ask(ledger.acts_since, "one", "2000-01-01") == 2


def test_what_people_do_without_a_rule_is_counted_apart(desk: Desk, files: list[Path]) -> None:
    photo, copy, _, small = files
    freed = size(copy)
    desk.decide(photo, copy)
    desk.decide(photo, small, rule="one", kind=RelationKind.ALTERNATES)
    assert desk.ask(ledger.ledgers) == {
        None: Ledger(acted=1, freed=freed),
        "one": Ledger(acted=1),
    }


def test_a_decision_whose_relation_was_dissolved_has_freed_what_it_freed(
    desk: Desk, files: list[Path]
) -> None:
    photo, copy, _, _ = files
    freed = size(copy)
    decision = desk.decide(photo, copy, rule="one")
    desk.ask(Decision.update(state="dissolved").where(Decision.id == decision.id).execute)
    assert desk.ask(ledger.ledgers) == {"one": Ledger(acted=1, freed=freed)}


def test_days_are_told_apart_and_may_be_cut_off(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, _ = files
    freed = size(copy), size(other)
    early, late = desk.decide(photo, copy, rule="one"), desk.decide(photo, other, rule="one")
    for decision, day in ((early, "2026-03-01"), (late, "2026-03-04")):
        moved = Decision.update(decided_at=f"{day}T23:59:59+00:00")
        desk.ask(moved.where(Decision.id == decision.id).execute)
    first = LedgerDay("one", "2026-03-01", Ledger(acted=1, freed=freed[0]))
    last = LedgerDay("one", "2026-03-04", Ledger(acted=1, freed=freed[1]))
    assert desk.ask(ledger.ledger_days) == [first, last]
    assert desk.ask(ledger.ledger_days, "2026-03-02") == [last]


def test_acts_are_counted_by_run(desk: Desk, files: list[Path]) -> None:
    desk.decide(files[0], files[1], rule="one")
    assert desk.ask(ledger.acts_by_run, "one") == []


def test_months_are_told_apart(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, _ = files
    freed = size(copy), size(other)
    early, late = desk.decide(photo, copy, rule="one"), desk.decide(photo, other, rule="one")
    for decision, day in ((early, "2026-03-31"), (late, "2026-04-01")):
        moved = Decision.update(decided_at=f"{day}T12:00:00+00:00")
        desk.ask(moved.where(Decision.id == decision.id).execute)
    assert desk.ask(ledger.ledger_days, "", True) == [
        LedgerDay("one", "2026-03", Ledger(acted=1, freed=freed[0])),
        LedgerDay("one", "2026-04", Ledger(acted=1, freed=freed[1])),
    ]


def test_standing_decisions_are_counted_by_what_they_say(desk: Desk, files: list[Path]) -> None:
    photo, copy, other, small = files
    desk.decide(photo, copy)
    desk.decide(photo, small, kind=RelationKind.ALTERNATES)
    desk.undo(desk.decide(photo, other))
    found = desk.ask(ledger.relations)
    assert found == {RelationKind.BETTER: 1, RelationKind.ALTERNATES: 1}
