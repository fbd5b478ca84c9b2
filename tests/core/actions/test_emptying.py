"""What leaves the trash for good, and all that has to be true before it does."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.actions.betters import Betters
from core.actions.emptying import Emptying, plan_emptying, remove
from core.actions.recovery import recover
from core.actions.trashes import strangers
from core.catalog import held, journal, relations
from core.errors import ActionRefused
from core.model import Decision, DecisionState, Fate, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.mounts import mount


@pytest.fixture
def photos(desk: Desk, library: Path) -> list[Path]:
    """A photo and three copies of it, each smaller than the one before."""
    first = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    made = [
        first,
        *(
            gallery.resized(first, library / f"{name}.jpg", factor=factor)
            for name, factor in (("b", 0.9), ("c", 0.8), ("d", 0.7))
        ),
    ]
    gallery.with_sidecar(made[1], rating=3)
    desk.scan()
    return made


def plan(desk: Desk, before: str | None = None) -> Emptying:
    return plan_emptying(desk.catalog, desk.roots, before)


def empty(desk: Desk) -> list[ActionRefused]:
    """Remove all that can go; what stayed."""
    planned = plan(desk)
    _, refused = remove(desk.catalog, planned.removals, Betters(desk.catalog), journal.now())
    return [*planned.staying, *refused]


def causes(refused: Sequence[ActionRefused]) -> list[str]:
    return [each.cause for each in refused]


def test_what_lost_goes_with_its_sidecar_and_is_remembered(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    kept = {name: each for name, each in snapshot(library).items() if "trash" not in name}
    size = sum(each.target.stat().st_size for each in decision.operations[1:])
    planned = plan(desk)
    assert (planned.files, planned.size, planned.ended) == (2, size, 1)
    assert snapshot(library).keys() > kept.keys()
    assert empty(desk) == []
    assert snapshot(library) == kept
    assert not (library / ".betterhalf-trash").exists()
    (now,) = desk.history()
    assert (now.state, len(now.operations)) == (DecisionState.DONE, 3)
    today = datetime.now().astimezone().date().isoformat()
    with pytest.raises(ActionRefused, match=f"left the trash on {today}, when that was emptied"):
        desk.undo(decision)
    assert plan(desk).removals == []
    assert desk.scan().unreadable == []


def _gone(photos: list[Path]) -> None:
    photos[0].unlink()


def _edited(photos: list[Path]) -> None:
    status = photos[0].stat()
    data = bytearray(photos[0].read_bytes())
    data[-100] ^= 1
    photos[0].write_bytes(data)
    os.utime(photos[0], ns=(status.st_atime_ns, status.st_mtime_ns))


def _a_link(photos: list[Path]) -> None:
    photos[0].rename(photos[0].with_name("moved"))
    photos[0].symlink_to("moved")


@pytest.mark.parametrize("harm", [_gone, _edited, _a_link])
def test_nothing_goes_where_the_better_one_does_not_stand_as_it_was(
    desk: Desk, library: Path, photos: list[Path], harm: Callable[[list[Path]], None]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    harm(photos)
    (error,) = empty(desk)
    assert error.cause == f"its better one is not there, or not as it was: {photos[0]}"
    assert f"--undo {decision.id}" in error.remedy
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]
    desk.undo(decision)


def test_it_is_looked_at_again_after_the_plan(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide(photos[0], photos[1])
    desk.decide(photos[0], photos[2])
    planned = plan(desk)
    photos[0].unlink()
    betters = Betters(desk.catalog)
    removed, refused = remove(desk.catalog, planned.removals, betters, journal.now())
    assert (removed, len(refused)) == ([], 2)
    assert trashed(library) == ["b.jpg", "b.jpg.xmp", "c.jpg"]


def test_what_was_taken_back_after_the_plan_stays(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    planned = plan(desk)
    desk.undo(decision)
    before = snapshot(library)
    betters = Betters(desk.catalog)
    assert remove(desk.catalog, planned.removals, betters, journal.now()) == ([], [])
    assert snapshot(library) == before


def test_a_better_one_that_lost_since_leaves_it_to_the_one_above(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide(photos[1], photos[2])
    desk.decide(photos[0], photos[1])
    assert empty(desk) == []
    assert trashed(library) == []
    assert photos[0].exists()


def test_without_the_last_of_a_chain_all_of_it_stays(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide(photos[1], photos[2])
    desk.decide(photos[0], photos[1])
    photos[0].unlink()
    assert len(empty(desk)) == 2
    assert trashed(library) == ["b.jpg", "b.jpg.xmp", "c.jpg"]


def test_another_copy_of_the_better_one_will_do(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide(photos[0], photos[1])
    photos[0].rename(library / "renamed.jpg")
    assert len(empty(desk)) == 1
    desk.scan()
    assert empty(desk) == []
    assert trashed(library) == []


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (RelationKind.ALTERNATES, "what is kept is alternates, no better one"),
        (RelationKind.NOT_RELATED, "what is kept is not related, no better one"),
    ],
)
def test_what_nothing_better_is_kept_of_stays(
    desk: Desk, library: Path, photos: list[Path], kind: RelationKind, cause: str
) -> None:
    desk.decide(photos[0], photos[1], kind=kind, fate=Fate.TRASH)
    assert causes(empty(desk)) == [cause]
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]


def test_of_a_group_that_went_as_a_whole_the_best_one_stays(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide_group(trash=photos[:2])
    assert "nothing better is kept" in causes(empty(desk))
    assert "a.jpg" in trashed(library)


def test_what_was_let_go_with_nothing_better_kept_goes_where_that_is_asked_for(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.decide(photos[3], photos[2], kind=RelationKind.ALTERNATES, fate=Fate.TRASH)
    desk.decide_group(trash=photos[:2])
    planned = plan_emptying(desk.catalog, desk.roots, discarded=True)
    assert (planned.files, planned.last) == (3, 3)
    assert causes(planned.staying) == ["what is kept is alternates, no better one"]
    _, refused = remove(desk.catalog, planned.removals, Betters(desk.catalog), journal.now())
    assert refused == []
    assert trashed(library) == ["c.jpg"]
    with pytest.raises(ActionRefused, match="when that was emptied"):
        desk.undo(desk.history()[0])


def test_what_was_taken_back_meanwhile_is_not_discarded(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decisions = desk.decide_group(trash=photos[:2])
    planned = plan_emptying(desk.catalog, desk.roots, discarded=True)
    desk.undo(decisions[0])
    assert remove(desk.catalog, planned.removals, Betters(desk.catalog), journal.now()) == ([], [])
    assert photos[0].exists()
    desk.decide(photos[2], photos[0])
    edited = trashed(library)
    target = next((library / ".betterhalf-trash").rglob("a.jpg"))
    target.write_bytes(b"another picture")
    planned = plan_emptying(desk.catalog, desk.roots, discarded=True)
    assert (planned.files, trashed(library)) == (0, edited)


def test_a_file_does_not_stand_for_itself(
    desk: Desk, library: Path, tmp_path: Path, mounted: Callable[[Path], Path]
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    copy = gallery.exact_copy(photo, library / "b.jpg", modified=9)
    desk.scan()
    desk.decide(photo, copy)
    twice = tmp_path / "twice"
    twice.mkdir()
    mount(mounted(twice), "--bind", next((library / ".betterhalf-trash").iterdir()))
    desk.roots.append(twice)
    desk.scan()
    photo.unlink()
    desk.roots.remove(twice)
    (cause,) = causes(empty(desk))
    assert cause == f"{twice / 'b.jpg'} is this very file under another name"
    assert trashed(library) == ["b.jpg"]


def test_a_dissolved_relation_speaks_for_nothing(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    assert desk.ask(relations.dissolve, decision.id)
    assert causes(empty(desk)) == ["its relation holds no longer"]
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]


def test_a_raw_goes_only_while_its_equal_is_beside_the_better_one(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    for photo in photos[:2]:
        photo.with_suffix(".cr2").write_bytes(b"a raw picture")
    desk.decide(photos[0], photos[1])
    assert "b.cr2" in trashed(library)
    photos[0].with_suffix(".cr2").write_bytes(b"another raw  ")
    assert causes(empty(desk)) == [f"nothing beside {photos[0]} has its content any more"]
    assert "b.jpg" in trashed(library)
    photos[0].with_suffix(".cr2").write_bytes(b"a raw picture")
    assert empty(desk) == []
    assert trashed(library) == []


def _picture(decision: Decision) -> Path:
    return next(each.target for each in decision.operations if each.target.suffix == ".jpg")


def test_what_is_not_what_was_put_there_stays(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    target = _picture(desk.decide(photos[0], photos[1]))
    data = bytearray(target.read_bytes())
    data[-100] ^= 1
    target.write_bytes(data)
    assert causes(empty(desk)) == ["this is not what was put there"]
    assert target.read_bytes() == data


@pytest.mark.parametrize("level", ["the file", "a folder", "the trash"])
def test_no_link_leads_out_of_the_trash(
    desk: Desk, library: Path, photos: list[Path], tmp_path: Path, level: str
) -> None:
    (library / "sub").mkdir()
    inside = photos[2].rename(library / "sub" / "c.jpg")
    desk.scan()
    target = _picture(desk.decide(photos[0], inside))
    linked = {"the file": target, "a folder": target.parent, "the trash": target.parents[2]}[level]
    outside = tmp_path / "outside"
    outside.mkdir()
    linked.symlink_to(linked.rename(outside / "it"))
    kept = snapshot(outside)
    assert len(empty(desk)) == 1
    assert snapshot(outside) == kept
    assert linked.is_symlink()


def test_what_people_put_there_is_named_and_left(
    desk: Desk, library: Path, photos: list[Path], tmp_path: Path
) -> None:
    target = _picture(desk.decide(photos[0], photos[1]))
    by_hand = [target.with_name("mine.jpg"), target.parents[1] / "b.jpg"]
    for path in by_hand:
        path.write_bytes(b"mine")
    (elsewhere := target.parent / "link").symlink_to(tmp_path)
    assert strangers(desk.catalog, [library]) == sorted([*by_hand, elsewhere])
    assert empty(desk) == []
    assert all(os.path.lexists(path) for path in [*by_hand, elsewhere])
    assert not target.exists()


def test_what_somebody_has_removed_is_noted_as_gone(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    _picture(decision).unlink()
    planned = plan(desk)
    assert (planned.files, planned.ended) == (1, 1)
    assert empty(desk) == []
    with pytest.raises(ActionRefused, match="when that was emptied"):
        desk.undo(decision)


def test_the_youngest_can_be_left_alone(desk: Desk, library: Path, photos: list[Path]) -> None:
    desk.decide(photos[0], photos[1])
    now = datetime.now(UTC)
    day = timedelta(days=1)
    assert plan(desk, (now - day).isoformat()).removals == []
    assert len(plan(desk, (now + day).isoformat()).removals) == 1


def test_a_group_can_no_longer_be_taken_back_once_one_of_it_has_gone(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    made = desk.decide_group(keep=photos[:1], trash=photos[1:])
    _picture(made[2]).write_bytes(b"another")
    planned = plan(desk)
    assert (len(planned.removals), planned.ended) == (2, 3)
    empty(desk)
    with pytest.raises(ActionRefused, match="when that was emptied"):
        desk.undo(made[2])
    assert trashed(library) == ["d.jpg"]


def test_a_library_that_is_away_is_not_taken_for_emptied(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    away = library.rename(library.with_name("away"))
    library.mkdir()
    assert causes(empty(desk)) == ["this library is not there"]
    library.rmdir()
    away.rename(library)
    desk.undo(decision)


def _begin(desk: Desk, decision: Decision) -> held.Held:
    """As a crash leaves it: the journal says that all of it goes."""
    (each,) = desk.ask(held.of_decisions, [decision.id])
    desk.ask(journal.begin_emptying, [file.operation for file in each.files], journal.now())
    return each


@pytest.mark.parametrize("done", [0, 1, 2])
def test_half_an_emptying_is_completed(
    desk: Desk, library: Path, photos: list[Path], done: int
) -> None:
    decision = desk.decide(photos[0], photos[1])
    for file in _begin(desk, decision).files[:done]:
        file.target.unlink()
    (said,) = recover(desk.catalog)
    assert said.endswith("completed")
    assert trashed(library) == []
    assert recover(desk.catalog) == []


def test_half_an_emptying_stops_where_the_better_one_is_gone(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    _begin(desk, decision)
    photos[0].unlink()
    (said,) = recover(desk.catalog)
    assert "what was left stays" in said
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]
    desk.undo(decision)
    assert photos[1].exists()


def test_half_an_emptying_waits_for_its_disk(desk: Desk, library: Path, photos: list[Path]) -> None:
    _begin(desk, desk.decide(photos[0], photos[1]))
    away = library.rename(library.with_name("away"))
    library.mkdir()
    assert "mount its disk" in recover(desk.catalog)[0]
    library.rmdir()
    away.rename(library)
    recover(desk.catalog)
    assert trashed(library) == []


def test_a_file_that_has_got_the_name_since_is_left_alone(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    copy = gallery.exact_copy(photos[0], library / "copy.jpg", modified=9)
    desk.scan()
    first = desk.decide(photos[0], copy)
    (file,) = _begin(desk, first).files
    file.target.unlink()
    gallery.exact_copy(photos[0], copy, modified=9)
    desk.scan()
    second = desk.decide(photos[0], copy)
    assert second.operations[0].target == file.target
    recover(desk.catalog)
    assert trashed(library) == ["copy.jpg"]
    desk.undo(second)
    assert copy.exists()
