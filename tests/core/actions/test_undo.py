from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.actions.effects import perform, take_back
from core.actions.recovery import recover
from core.catalog import history, journal
from core.catalog.database import Catalog
from core.errors import ActionRefused
from core.model import Decision, DecisionState, Operation, OperationKind, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed

RAW = b"a raw picture"
TRASH = OperationKind.TRASH


@pytest.fixture(params=["a new sidecar", "a sidecar that was there"])
def decided(
    desk: Desk, library: Path, request: pytest.FixtureRequest
) -> tuple[Decision, dict[str, tuple[str, int]]]:
    """A decision that trashed an image with its sidecar and RAW, and told the keeper its rating;
    and the library before it."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "kept" / "a.jpg", modified=1)
    copy = gallery.exact_copy(photo, library / "copies" / "a.jpg", modified=2)
    gallery.with_sidecar(copy, rating=3)
    if request.param == "a sidecar that was there":
        os.utime(gallery.with_sidecar(photo, rating=1, tags=["cat"]), (3, 3))
    for image in (photo, copy):
        image.with_suffix(".cr2").write_bytes(RAW)
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(photo, copy)
    assert [each.kind for each in decision.operations] == [OperationKind.WRITE, *[TRASH] * 3]
    assert desk.asset(photo).metadata.rating == 3
    return decision, before


Decided = tuple[Decision, dict[str, tuple[str, int]]]


def _moves(decision: Decision) -> list[Operation]:
    return [each for each in decision.operations if each.kind is TRASH]


def test_undo_brings_everything_back(desk: Desk, library: Path, decided: Decided) -> None:
    decision, before = decided
    desk.undo(decision)
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()
    assert desk.decision(decision.id).state is DecisionState.UNDONE
    assert desk.asset(decision.path_b).digest == desk.asset(decision.path_a).digest
    assert len(desk.pairs()) == 1
    assert desk.scan().read == 0


def test_undo_makes_a_removed_folder_anew(desk: Desk, library: Path, decided: Decided) -> None:
    decision, before = decided
    (library / "copies").rmdir()
    desk.undo(decision)
    assert snapshot(library) == before


def test_undo_works_in_a_later_session(library: Path, desk: Desk, decided: Decided) -> None:
    decision, before = decided
    desk.catalog.close()
    desk.catalog = Catalog.open(desk.catalog.path)
    desk.scan()
    desk.undo(desk.decision(decision.id))
    assert snapshot(library) == before
    assert desk.known(decision.path_b).state == "present"


def test_a_trashed_file_is_not_taken_for_missing(desk: Desk, decided: Decided) -> None:
    result = desk.scan()
    assert result.unreadable == []
    assert desk.known(decided[0].path_b).state == "trashed"


@pytest.mark.parametrize("taken", ["copies/a.jpg", "copies/a.jpg.xmp", "copies/a.cr2"])
@pytest.mark.parametrize("kind", ["file", "dangling link", "folder"])
def test_a_name_that_is_taken_is_never_overwritten(
    desk: Desk, library: Path, decided: Decided, taken: str, kind: str
) -> None:
    path = library / taken
    if kind == "file":
        path.write_bytes(b"another")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="another file has this name") as raised:
        desk.undo(decided[0])
    assert raised.value.subject == str(path)
    assert snapshot(library) == before
    assert desk.decision(decided[0].id).state is DecisionState.DONE
    path.rmdir() if kind == "folder" else path.unlink()
    desk.undo(decided[0])
    assert snapshot(library) == decided[1]


@pytest.mark.parametrize("missing", range(3))
def test_an_emptied_trash_is_reported(
    desk: Desk, library: Path, decided: Decided, missing: int
) -> None:
    _moves(decided[0])[missing].target.unlink()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="the trash no longer holds it"):
        desk.undo(decided[0])
    assert snapshot(library) == before


def test_a_decision_is_undone_once(desk: Desk, library: Path, decided: Decided) -> None:
    desk.undo(decided[0])
    with pytest.raises(ActionRefused, match="not standing"):
        desk.undo(decided[0])
    assert snapshot(library) == decided[1]


def test_decisions_can_be_undone_in_any_order(desk: Desk, library: Path) -> None:
    paths = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcd")
    ]
    desk.scan()
    before = snapshot(library)
    decisions = [desk.decide(paths[0], lost) for lost in paths[1:]]
    for decision in (decisions[1], decisions[2], decisions[0]):
        desk.undo(decision)
    assert snapshot(library) == before
    assert len(desk.pairs()) == 3


def test_a_keeper_may_lose_later_and_both_come_back(desk: Desk, library: Path) -> None:
    a, b, c = (
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abc")
    )
    desk.scan()
    before = snapshot(library)
    first, second = desk.decide(b, a), desk.decide(c, b)
    assert trashed(library) == ["a.jpg", "b.jpg"]
    desk.undo(first)
    desk.undo(second)
    assert snapshot(library) == before


def test_a_new_copy_of_a_trashed_file_is_a_new_question(
    desk: Desk, library: Path, decided: Decided
) -> None:
    assert desk.pairs() == []
    gallery.exact_copy(decided[0].path_a, decided[0].path_b, modified=9)
    desk.scan()
    assert [pair[:2] for pair in desk.pairs()] == [("a.jpg", "a.jpg")]
    desk.decide(decided[0].path_a, decided[0].path_b)
    assert trashed(library).count("copies/a.jpg") == 2


def test_undo_leaves_a_stranger_alone_that_has_taken_the_name_and_gone_on(
    desk: Desk, library: Path, decided: Decided
) -> None:
    decision, before = decided
    stranger = gallery.exact_copy(gallery.photo("coffee"), decision.path_b)
    desk.scan()
    stranger.rename(library / "stranger.jpg")
    desk.scan()
    desk.undo(decision)
    assert desk.asset(library / "stranger.jpg").digest != desk.asset(decision.path_a).digest
    desk.scan()
    assert desk.asset(decision.path_b).digest == desk.asset(decision.path_a).digest
    assert desk.asset(library / "stranger.jpg").facts.width == 600
    (library / "stranger.jpg").unlink()
    assert snapshot(library) == before


def _half_apply(desk: Desk, decision: Decision, done: int) -> None:
    """As a crash leaves it: the first `done` operations have happened, the journal is ahead."""
    desk.undo(decision)
    for operation in decision.operations[:done]:
        perform(operation)
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)


def _half_undo(desk: Desk, decision: Decision, done: int) -> None:
    """As a crash leaves it: all but the first `done` operations are taken back, the journal is
    ahead."""
    for operation in decision.operations[done:][::-1]:
        take_back(operation)
    desk.ask(journal.set_decision_state, decision.id, DecisionState.UNDOING)


Halve = Callable[[Desk, Decision, int], None]


@pytest.mark.parametrize("halve", [_half_apply, _half_undo])
@pytest.mark.parametrize("done", range(5))
def test_half_a_decision_is_repaired(
    desk: Desk, library: Path, decided: Decided, halve: Halve, done: int
) -> None:
    halve(desk, decided[0], done)
    (said,) = recover(desk.catalog)
    assert str(decided[0].path_b) in said
    if halve is _half_apply and done == 4:
        assert desk.decision(decided[0].id).state is DecisionState.DONE
        desk.undo(decided[0])
    assert snapshot(library) == decided[1]
    assert desk.scan().read == 0
    assert len(desk.pairs()) == 1
    assert recover(desk.catalog) == []


@pytest.mark.parametrize("halve", [_half_apply, _half_undo])
@pytest.mark.parametrize("done", range(5))
def test_a_disk_that_is_away_is_not_taken_for_the_truth(
    desk: Desk, library: Path, decided: Decided, halve: Halve, done: int
) -> None:
    halve(desk, decided[0], done)
    away = library.rename(library.with_name("away"))
    library.mkdir()
    (said,) = recover(desk.catalog)
    assert "mount its disk" in said
    library.rmdir()
    away.rename(library)
    recover(desk.catalog)
    if desk.decision(decided[0].id).state is DecisionState.DONE:
        desk.undo(decided[0])
    assert snapshot(library) == decided[1]


@pytest.mark.parametrize("halve", [_half_apply, _half_undo])
@pytest.mark.parametrize("done", [2, 3])
def test_a_name_taken_after_a_crash_is_kept_and_undo_stays_possible(
    desk: Desk, library: Path, decided: Decided, halve: Halve, done: int
) -> None:
    halve(desk, decided[0], done)
    image = _moves(decided[0])[0].source
    image.write_bytes(b"another")
    (said,) = recover(desk.catalog)
    assert "its name is taken" in said
    assert image.read_bytes() == b"another"
    assert "copies/a.jpg" in trashed(library)
    assert desk.decision(decided[0].id).state is DecisionState.DONE
    image.unlink()
    desk.undo(desk.decision(decided[0].id))
    assert snapshot(library) == decided[1]


def test_a_keeper_that_vanished_in_the_crash_brings_its_copy_back(
    desk: Desk, library: Path, decided: Decided
) -> None:
    _half_apply(desk, decided[0], 4)
    decided[0].path_a.unlink()
    recover(desk.catalog)
    assert decided[0].path_b.exists()
    assert desk.decision(decided[0].id).state is DecisionState.FAILED


@pytest.mark.parametrize("kind", [RelationKind.NOT_RELATED, RelationKind.ALTERNATES])
def test_what_moves_no_file_holds_once_it_was_decided_whatever_crashes(
    desk: Desk, library: Path, kind: RelationKind
) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "a.jpg")
    other = gallery.resized(photo, library / "b.jpg")
    desk.scan()
    decision = desk.decide(photo, other, kind=kind)
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)
    (said,) = recover(desk.catalog)
    assert "interrupted after it was decided; completed" in said
    assert desk.pairs() == []


@pytest.mark.parametrize("halve", [_half_apply, _half_undo])
@pytest.mark.parametrize("done", [2, 3])
def test_a_file_that_somebody_removed_after_a_crash_is_told_and_all_else_goes_back(
    desk: Desk, library: Path, decided: Decided, halve: Halve, done: int
) -> None:
    halve(desk, decided[0], done)
    image = _moves(decided[0])[0]
    (image.target if image.target.exists() else image.source).unlink()
    (said,) = recover(desk.catalog)
    assert f"{image.source} is gone" in said
    left = dict(decided[1])
    del left["copies/a.jpg"]
    assert snapshot(library) == left
    assert recover(desk.catalog) == []


def test_the_last_to_undo_is_the_latest_decision_or_its_whole_run(
    desk: Desk, library: Path
) -> None:
    paths = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcd")
    ]
    desk.scan()
    by_person = desk.decide(paths[0], paths[1])
    assert desk.ask(history.last_standing) == [by_person.id]
    run = desk.ask(journal.start_run)
    by_run = [desk.carry_out(desk.choice(paths[0], lost), run) for lost in paths[2:]]
    assert desk.ask(history.last_standing) == [each.id for each in reversed(by_run)]
    assert desk.ask(history.last_by_person, desk.roots) == by_person
    for decision in by_run:
        desk.undo(decision)
    assert desk.ask(history.last_standing) == [by_person.id]
    shutil.rmtree(library / ".betterhalf-trash")
    with pytest.raises(ActionRefused, match="no longer holds"):
        desk.undo(by_person)
