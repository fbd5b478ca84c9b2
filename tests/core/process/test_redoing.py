"""``--redo`` and what it means by its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import journal
from core.model import DecisionState, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import Headless


@pytest.fixture
def copies(library: Path) -> list[Path]:
    """A photo and three copies of it, oldest first."""
    (library / "sub").mkdir()
    return [
        gallery.exact_copy(gallery.photo("clock"), library / "sub" / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcd", start=1)
    ]


def test_a_run_that_was_taken_back_is_one_run_again(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    run = betterhalf.process("--rule", "exact-copies", library).summary["run"]
    after = snapshot(library)
    assert betterhalf("--undo", "last").code == 0
    outcome = betterhalf("--redo", "last", "--json")
    assert outcome.code == 0
    assert [each["rule"] for each in outcome.of_type("decision")] == ["exact copies"] * 3
    assert snapshot(library) == after
    again = betterhalf("--redo", "last")
    assert (again.code, len(again.complaints)) == (2, 1)
    assert betterhalf("--redo", f"run:{run}").code == 2
    assert betterhalf("--undo", "last", "--json").of_type("undone")[2:]
    assert trashed(library) == []


def test_last_is_what_one_undo_took_back_and_no_more(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    betterhalf.process("--rule", "exact-copies", library)
    assert betterhalf("--undo", "1").code == 0
    assert betterhalf("--undo", "rule:exact-copies").code == 0
    assert betterhalf("--redo", "last").code == 0
    assert trashed(library) == ["sub/c.jpg", "sub/d.jpg"]
    assert betterhalf("--redo", "last").code == 0
    assert trashed(library) == ["sub/b.jpg", "sub/c.jpg", "sub/d.jpg"]


def test_what_undo_means_redo_means(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    betterhalf.process("--rule", "exact-copies", library)
    after = snapshot(library)
    for which in ("run:1", "rule:exact-copies", "since:2020-01-01"):
        assert betterhalf("--undo", which).code == 0
        assert trashed(library) == []
        assert betterhalf("--redo", which).code == 0
        assert snapshot(library) == after


def test_what_can_no_longer_be_done_is_named_and_the_rest_goes_on(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    betterhalf.process("--rule", "exact-copies", library)
    betterhalf("--undo", "last")
    copies[2].write_bytes(gallery.photo("coffee").read_bytes())
    outcome = betterhalf("--redo", "last")
    assert outcome.code == 1
    assert "it has changed since" in outcome.complaint_about(str(copies[2]))
    assert trashed(library) == ["sub/b.jpg", "sub/d.jpg"]


def test_a_dry_redo_prints_the_plan_and_changes_no_file(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    done = betterhalf.process("--rule", "exact-copies", library).of_type("decision")
    betterhalf("--undo", "last")
    before = snapshot(library)
    outcome = betterhalf("--redo", "last", "--dry-run", "--json")
    assert (outcome.code, snapshot(library)) == (0, before)
    planned = outcome.of_type("decision")
    assert [each["operations"] for each in planned] == [each["operations"] for each in done]


def test_a_dissolved_decision_holds_again_by_its_number(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    with Desk(betterhalf.database, [library]) as desk:
        desk.scan()
        said = desk.decide(copies[0], copies[1], kind=RelationKind.NOT_RELATED)
        desk.ask(journal.set_decision_state, said.id, DecisionState.DISSOLVED)
    assert betterhalf("--redo", "since:2020-01-01").code == 2
    assert b"would hold again #1: not related" in betterhalf("--redo", "1", "--dry-run").stdout
    (told,) = betterhalf("--redo", "1", "--json").of_type("reinstated")
    assert (told["id"], told["state"]) == (1, "done")
    with Desk(betterhalf.database, [library]) as desk:
        assert desk.decision(1).state is DecisionState.DONE


def test_two_kept_ones_are_related_again(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    with Desk(betterhalf.database, [library]) as desk:
        desk.scan()
        said = desk.decide(copies[0], copies[1], kind=RelationKind.NOT_RELATED)
        before = desk.pairs()
        desk.undo(said)
    assert betterhalf("--redo", "1").code == 0
    with Desk(betterhalf.database, [library]) as desk:
        assert desk.pairs() == before
