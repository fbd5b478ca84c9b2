"""A whole group is decided as one: all of it happens, or nothing, and one undo takes all back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.actions.effects import perform
from core.actions.grouping import pairwise
from core.actions.recovery import recover
from core.catalog import journal
from core.errors import ActionRefused, CompanionQuestion, ContentChanged, MergeQuestion, UsageError
from core.metadata.policies import Merging
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import DecisionState, GroupChoice, Metadata, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed

NAMES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg")


@pytest.fixture
def five(library: Path) -> list[Path]:
    """Five copies of one picture; the last four say something each."""
    first = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    paths = [first]
    for number, name in enumerate(NAMES[1:], start=2):
        path = gallery.recompressed(first, library / name, quality=95 - number)
        say(path, Metadata(tags=(name[0],), rating=number - 1, description=f"by {name[0]}"))
        paths.append(path)
    return paths


def say(image: Path, words: Metadata) -> None:
    path = image.with_name(image.name + ".xmp")
    path.write_bytes(sidecar_bytes(None, words, WRITTEN))


def names(paths: list[Path]) -> list[str]:
    return sorted(path.name for path in paths if path.exists())


def test_one_of_a_group_stays_and_is_told_what_all_the_others_said(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    desk.scan()
    before, pairs = snapshot(library), desk.pairs()
    decisions = desk.decide_group(keep=five[:1], trash=five[1:])
    assert names(five) == ["a.jpg"]
    said = desk.asset(five[0]).metadata
    assert (said.tags, said.rating) == (("b", "c", "d", "e"), 4)
    assert said.description == "by b\nby c\nby d\nby e"
    assert desk.pairs() == []
    assert {each.choice.kind for each in decisions} == {RelationKind.BETTER}
    # Whichever of them is named, all of it is taken back.
    desk.undo(decisions[2])
    assert snapshot(library) == before
    assert desk.pairs() == pairs
    assert {each.state for each in desk.history()} == {DecisionState.UNDONE}


def test_some_stay_some_go_one_is_stacked_and_one_is_an_alternate(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    decisions = desk.decide_group(
        keep=five[:2], trash=[five[2]], stack=[five[3]], alternates=[five[4]]
    )
    assert names(five) == ["a.jpg", "b.jpg", "d.jpg", "e.jpg"]
    assert trashed(library) == ["c.jpg", "c.jpg.xmp"]
    assert [each.choice.kind for each in decisions] == [
        RelationKind.BETTER,
        RelationKind.SAME_QUALITY,
        RelationKind.STACKED,
        RelationKind.ALTERNATES,
    ]
    # Where more than one is kept, Immich 3 leaves them as they are.
    assert desk.asset(five[0]).metadata.tags == ()
    desk.undo(decisions[0])
    assert snapshot(library) == before


def test_every_kept_one_is_told_where_the_policy_says_so(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    desk.merging = Merging.parse("immich-2.7", [])
    desk.scan()
    before = snapshot(library)
    decisions = desk.decide_group(keep=five[:2], trash=five[2:])
    for kept in five[:2]:
        assert desk.asset(kept).metadata.tags == ("b", "c", "d", "e")
        assert desk.asset(kept).metadata.rating == 4
    assert desk.scan().read == 0
    desk.undo(decisions[0])
    assert snapshot(library) == before


def test_two_that_are_equally_good_tell_each_other_where_the_policy_says_so(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(
        five[1], five[2], kind=RelationKind.SAME_QUALITY, merge="hydrus-same-quality"
    )
    assert names(five) == list(NAMES)
    said = [desk.asset(path).metadata for path in five[1:3]]
    assert said[0].tags == said[1].tags == ("b", "c")
    assert said[0].rating == said[1].rating == 2
    assert {
        each.path
        for each in desk.plan(
            desk.choice(*five[3:], kind=RelationKind.SAME_QUALITY, merge="immich-2.7")
        ).changes
    } == set(map(str, five[3:]))
    desk.undo(decision)
    assert snapshot(library) == before


def test_all_of_a_group_can_go_and_come_back(desk: Desk, library: Path, five: list[Path]) -> None:
    desk.scan()
    before, pairs = snapshot(library), desk.pairs()
    decisions = desk.decide_group(trash=five)
    assert names(five) == []
    assert decisions[-1].choice.kind is RelationKind.DISCARDED
    desk.undo(decisions[0])
    assert snapshot(library) == before
    assert desk.pairs() == pairs


def test_nothing_of_a_group_happens_where_one_part_cannot(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    desk.scan()
    five[3].write_bytes(five[2].read_bytes())
    before = snapshot(library)
    with pytest.raises(ContentChanged, match=r"d\.jpg"):
        desk.decide_group(keep=five[:1], trash=five[1:])
    desk.scan()
    desk.protected = [five[4]]
    with pytest.raises(ActionRefused, match="protected"):
        desk.decide_group(keep=five[:1], trash=five[1:])
    assert snapshot(library) == before
    assert desk.history() == []


def test_a_companion_without_an_equal_is_asked_about_before_anything_of_its_group_moves(
    desk: Desk, library: Path, five: list[Path]
) -> None:
    five[2].with_suffix(".CR2").write_bytes(b"a raw picture")
    five[3].with_suffix(".NEF").write_bytes(b"another one")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(CompanionQuestion, match=r"c\.CR2 and d\.NEF"):
        desk.decide_group(keep=five[:1], trash=five[1:])
    assert snapshot(library) == before
    decisions = desk.decide_group(keep=five[:1], trash=five[1:], leave_companions=True)
    assert five[2].with_suffix(".CR2").exists()
    assert five[3].with_suffix(".NEF").exists()
    desk.undo(decisions[0])
    assert snapshot(library) == before


def test_a_field_that_a_person_has_to_settle_is_asked_about_and_taken_as_settled(
    desk: Desk, five: list[Path]
) -> None:
    desk.scan()
    with pytest.raises(MergeQuestion) as raised:
        desk.decide_group(keep=five[:1], trash=five[1:3], merge="immich-3, rating ask")
    assert raised.value.fields == (("rating", (2, 1)),)
    decisions = desk.decide_group(
        keep=five[:1], trash=five[1:3], merge="immich-3, rating ask", settled=(("rating", 1),)
    )
    assert desk.asset(five[0]).metadata.rating == 1
    assert desk.history()[-1].choice.settled == (("rating", 1),)
    desk.undo(decisions[0])


@pytest.mark.parametrize("done", range(10))
def test_a_group_that_a_crash_left_half_way_stands_or_falls_as_one(
    desk: Desk, library: Path, five: list[Path], done: int
) -> None:
    desk.scan()
    before = snapshot(library)
    decisions = desk.decide_group(keep=five[:1], trash=five[1:])
    after = {name: bytes_ for name, (bytes_, _) in snapshot(library).items()}
    desk.undo(decisions[0])
    operations = [operation for each in decisions for operation in each.operations]
    for operation in operations[:done]:
        perform(operation)
    for each in decisions:
        desk.ask(journal.set_decision_state, each.id, DecisionState.APPLYING)
    recover(desk.catalog)
    states = {each.state for each in desk.history()}
    if done < len(operations):
        assert snapshot(library) == before
        assert states == {DecisionState.FAILED}
    else:
        assert {name: bytes_ for name, (bytes_, _) in snapshot(library).items()} == after
        assert states == {DecisionState.DONE}


def test_one_thing_is_said_of_each_asset() -> None:
    with pytest.raises(UsageError, match="twice"):
        pairwise(GroupChoice("it is", keep=(1, 2), trash=(2,)))
    with pytest.raises(UsageError, match="two"):
        pairwise(GroupChoice("it is", keep=(1,)))
