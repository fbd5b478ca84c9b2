from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.actions.carrying import carry_out
from core.actions.redo import choices_again, reinstate
from core.catalog import history, journal, ledger, relations
from core.errors import ActionRefused, AssetGone, ContentChanged, Contradiction
from core.metadata.policies import Merging
from core.model import Decision, DecisionState, Fate, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed


@pytest.fixture
def photos(desk: Desk, library: Path) -> list[Path]:
    """A photo and three copies of it; two have sidecars."""
    made = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcd", start=1)
    ]
    gallery.with_sidecar(made[1], rating=3)
    gallery.with_sidecar(made[2], tags=["clock"])
    desk.scan()
    return made


def contents(folder: Path) -> dict[str, str]:
    """Of every file what it holds: a new sidecar has a time of its own."""
    return {name: digest for name, (digest, _) in snapshot(folder).items()}


def again(desk: Desk, decision: Decision) -> list[Decision]:
    choices = choices_again(desk.catalog, decision)
    return [made for _, made in carry_out(desk.catalog, choices, desk.holdings)]


def test_what_is_made_again_is_as_it_was_before_it_was_taken_back(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[1], label="a crop", leave_companions=True)
    after = contents(library)
    desk.undo(first)
    (second,) = again(desk, first)
    assert contents(library) == after
    assert second.id != first.id
    assert desk.decision(second.id).choice.redo_of == first.id
    assert desk.decision(first.id).state is DecisionState.UNDONE
    assert desk.asset(photos[0]).metadata.rating == 3


def test_all_that_was_said_is_said_again(desk: Desk, photos: Sequence[Path]) -> None:
    desk.merging = Merging.parse("hydrus-same-quality", ())
    first = desk.decide(
        photos[0],
        photos[1],
        kind=RelationKind.ALTERNATES,
        label="darker",
        set_name="clocks",
        merge="nothing",
        why="by hand",
    )
    desk.undo(first)
    (second,) = again(desk, first)
    wanted = {"label": "darker", "set_name": "clocks", "merge": "nothing", "why": "by hand"}
    assert {name: getattr(second.choice, name) for name in wanted} == wanted
    assert second.choice.kind is RelationKind.ALTERNATES


def test_a_group_is_made_again_as_one(desk: Desk, library: Path, photos: Sequence[Path]) -> None:
    made = desk.decide_group(keep=photos[:1], trash=photos[1:])
    after = contents(library)
    desk.undo(made[1])
    second = again(desk, made[2])
    assert contents(library) == after
    assert [each.choice.redo_of for each in second] == [each.id for each in made]
    assert {each.batch for each in second} == {second[0].id}
    before = trashed(library)
    desk.undo(second[0])
    assert (trashed(library), len(before)) == ([], 5)


def test_it_is_made_again_once(desk: Desk, library: Path, photos: Sequence[Path]) -> None:
    first = desk.decide(photos[0], photos[1])
    for _ in range(2):
        with pytest.raises(ActionRefused, match="not undone, or was made again"):
            again(desk, first)
        if desk.decision(first.id).state is DecisionState.DONE:
            desk.undo(first)
            again(desk, first)
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]


def test_what_was_made_again_can_be_taken_back_and_made_again(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    before = snapshot(library)
    decision = desk.decide(photos[0], photos[1])
    for _ in range(3):
        desk.undo(decision)
        assert snapshot(library) == before
        (decision,) = again(desk, decision)
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]


def test_a_failed_attempt_leaves_it_to_be_made_again(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[1])
    desk.undo(first)
    (second,) = again(desk, first)
    desk.undo(second)
    desk.ask(journal.set_decision_state, second.id, DecisionState.FAILED)
    assert desk.ask(history.last_undone) == [first.id]


def test_other_bytes_are_never_decided_by_old_words(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[1])
    desk.undo(first)
    gallery.exact_copy(gallery.photo("coffee"), photos[1])
    before = snapshot(library)
    with pytest.raises(ContentChanged):
        again(desk, first)
    desk.scan()
    with pytest.raises(ContentChanged, match="since this was chosen"):
        again(desk, first)
    assert snapshot(library) == before


def test_a_keeper_that_has_lost_since_keeps_nothing(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[1])
    desk.undo(first)
    desk.decide(photos[3], photos[0])
    with pytest.raises(AssetGone):
        again(desk, first)
    assert photos[1].exists()


def test_a_folder_that_is_protected_by_now_loses_nothing(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[1])
    desk.undo(first)
    desk.protected = [library]
    with pytest.raises(ActionRefused, match="is protected"):
        again(desk, first)


def test_a_link_is_put_in_its_place_again(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    first = desk.decide(photos[0], photos[3], fate=Fate.HARD_LINK)
    assert photos[0].samefile(photos[3])
    desk.undo(first)
    assert not photos[0].samefile(photos[3])
    again(desk, first)
    assert photos[0].samefile(photos[3])


def test_a_decision_that_overruled_another_overrules_it_again(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    said = desk.decide(photos[0], photos[1], kind=RelationKind.NOT_RELATED)
    first = desk.decide(photos[0], photos[1], overrules=(said.id,))
    assert desk.decision(said.id).state is DecisionState.DISSOLVED
    desk.undo(first)
    assert desk.decision(said.id).state is DecisionState.DONE
    again(desk, first)
    assert desk.decision(said.id).state is DecisionState.DISSOLVED


def test_a_dissolved_relation_holds_again_unless_another_decision_ended_it(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    said = desk.decide(photos[0], photos[1], kind=RelationKind.NOT_RELATED)
    desk.ask(journal.set_decision_state, said.id, DecisionState.DISSOLVED)
    assert reinstate(desk.catalog, said).state is DecisionState.DONE
    assert desk.decision(said.id).state is DecisionState.DONE
    with pytest.raises(ActionRefused, match="it is not dissolved"):
        reinstate(desk.catalog, said)
    other = desk.decide(photos[0], photos[1], overrules=(said.id,))
    with pytest.raises(ActionRefused, match=f"decision {other.id} says otherwise"):
        reinstate(desk.catalog, said)
    desk.undo(other)
    assert desk.decision(said.id).state is DecisionState.DONE


def test_a_dissolved_relation_does_not_hold_against_what_was_said_since(
    desk: Desk, library: Path, photos: Sequence[Path]
) -> None:
    small = gallery.resized(photos[0], library / "small.jpg")
    desk.scan()
    said = desk.decide(photos[0], small, kind=RelationKind.NOT_RELATED)
    assert desk.ask(relations.dissolve, said.id)
    other = desk.decide(photos[0], small, kind=RelationKind.SAME_QUALITY)
    with pytest.raises(Contradiction, match=f"--dissolve {other.id}"):
        reinstate(desk.catalog, said)
    assert desk.decision(said.id).state is DecisionState.DISSOLVED
    desk.undo(other)
    reinstate(desk.catalog, said)
    assert desk.decision(said.id).state is DecisionState.DONE


def test_a_rule_is_not_blamed_for_what_was_made_again(desk: Desk, photos: Sequence[Path]) -> None:
    first = desk.decide(photos[0], photos[1], rule="one", approved=True)
    desk.undo(first)
    assert desk.ask(ledger.ledgers)["one"].undone == 1
    again(desk, first)
    told = desk.ask(ledger.ledgers)["one"]
    assert (told.approved, told.undone, told.freed) == (1, 0, photos[0].stat().st_size)
