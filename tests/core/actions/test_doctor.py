"""What the doctor finds, what it mends, and what it leaves to a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.actions.doctor.examine import Examination, examine
from core.actions.doctor.findings import Check, Finding, Level
from core.actions.effects import perform
from core.catalog import assets, held, journal, recording, relations
from core.catalog.database import Catalog
from core.libraries.sidecars import temporary_beside
from core.model import (
    ByFolder,
    Decision,
    DecisionState,
    Fate,
    OperationKind,
    RelationKind,
    Writing,
)
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed


@pytest.fixture
def photos(desk: Desk, library: Path) -> list[Path]:
    """A photo and three copies of it, each smaller than the one before; two have sidecars."""
    first = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    made = [first]
    for name, factor in (("b", 0.9), ("c", 0.8), ("d", 0.7)):
        made.append(gallery.resized(first, library / f"{name}.jpg", factor=factor))
    gallery.with_sidecar(made[1], rating=3)
    gallery.with_sidecar(made[2], tags=["cup"])
    desk.scan()
    return made


def look(desk: Desk, thorough: bool = False, dry: bool = False) -> list[Finding]:
    return list(examine(desk.catalog, Examination(desk.roots, thorough, dry)))


def only(found: Sequence[Finding], level: Level = Level.PERSON) -> Finding:
    (finding,) = found
    assert finding.level is level
    return finding


def picture(decision: Decision) -> Path:
    return next(each.target for each in decision.operations if each.target.suffix == ".jpg")


def test_after_everything_that_can_be_done_all_is_well(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    linked = gallery.exact_copy(photos[0], library / "linked.jpg")
    desk.scan()
    desk.decide(photos[0], linked, fate=Fate.HARD_LINK)
    desk.undo(desk.decide(photos[0], photos[1]))
    desk.decide_group(keep=photos[:1], trash=photos[1:3])
    desk.decide(photos[0], photos[3], kind=RelationKind.ALTERNATES)
    assert look(desk) == []
    assert look(desk, thorough=True) == []
    gallery.with_sidecar(photos[0], rating=1)  # somebody edits it
    desk.scan()
    assert look(desk) == []


def test_what_was_written_into_pictures_is_well_there_and_back(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    desk.writing = ByFolder(Writing.EMBEDDED)
    decision = desk.decide(photos[0], photos[1])
    assert OperationKind.EMBED in {each.kind for each in decision.operations}
    assert look(desk) == look(desk, thorough=True) == []
    (library / ".betterhalf-trash").rename(kept := library / "kept")
    assert [each.decision for each in look(desk)] == [decision.id]
    kept.rename(library / ".betterhalf-trash")
    desk.undo(decision)
    assert look(desk, thorough=True) == []


def test_a_picture_that_was_written_into_and_is_gone_is_shouted(
    desk: Desk, photos: list[Path]
) -> None:
    desk.writing = ByFolder(Writing.EMBEDDED)
    decision = desk.decide(photos[0], photos[1])
    photos[0].unlink()
    loud, _ = look(desk)
    assert (loud.level, loud.decision) == (Level.PERSON, decision.id)
    desk.undo(decision)
    desk.scan()
    assert look(desk) == []


def test_a_catalog_with_dangling_rows_is_named(desk: Desk, photos: list[Path]) -> None:
    desk.decide(photos[0], photos[1])
    with closing(sqlite3.connect(desk.catalog.path)) as connection:
        connection.execute("DELETE FROM asset WHERE id = (SELECT asset_b_id FROM decision)")
        connection.commit()
    found = [each for each in look(desk) if each.check is Check.CATALOG]
    assert only(found).cause == "decision: 1 row without the asset it belongs to"


def test_a_damaged_catalog_is_named(desk: Desk, photos: list[Path]) -> None:
    with closing(sqlite3.connect(desk.catalog.path)) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'asset_path'")
        connection.commit()
    desk.catalog.close()
    desk.catalog = Catalog.open(desk.catalog.path)
    found = [each for each in look(desk) if each.check is Check.CATALOG]
    assert found
    assert {each.level for each in found} == {Level.PERSON}
    assert "restore the copy beside it" in found[0].remedy


def test_what_a_crash_left_half_way_is_repaired(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    before = snapshot(library)
    decision = desk.decide(photos[0], photos[1])
    desk.undo(decision)
    perform(decision.operations[0])
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)
    (told,) = look(desk, dry=True)
    assert (told.level, told.remedy) == (Level.REPAIRABLE, "--doctor without --dry-run")
    assert only(look(desk), Level.REPAIRED).cause == "interrupted; everything is back where it was"
    assert (snapshot(library), look(desk)) == (before, [])


def test_a_trashed_file_that_is_gone_is_named_with_its_decision(
    desk: Desk, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    picture(decision).unlink()
    found = only(look(desk))
    assert (found.subject, found.decision) == (str(picture(decision)), decision.id)
    assert "cannot be undone" in found.cause


def test_what_was_put_back_by_hand_is_only_noted(desk: Desk, photos: list[Path]) -> None:
    decision = desk.decide(photos[0], photos[3])
    picture(decision).rename(photos[3])
    note, empty = look(desk)
    assert (note.level, empty.level) == (Level.NOTE, Level.REPAIRED)
    assert note.subject == str(photos[3])
    assert "put it back by hand" in note.cause


def test_another_file_in_its_place_is_named(desk: Desk, photos: list[Path]) -> None:
    decision = desk.decide(photos[0], photos[3])
    target = picture(decision)
    data = bytearray(target.read_bytes())
    data[-100] ^= 1
    target.write_bytes(data)
    assert look(desk) == []  # of the same size
    assert only(look(desk, thorough=True)).cause == "this is not what was put there"
    target.write_bytes(data[:-1])
    assert only(look(desk)).cause == "this is not what was put there"


def _gone(path: Path) -> None:
    path.unlink()


def _changed(path: Path) -> None:
    path.write_bytes(gallery.photo("clock").read_bytes())


@pytest.mark.parametrize("harm", [_gone, _changed])
def test_a_better_one_that_is_gone_is_shouted(
    desk: Desk, photos: list[Path], harm: Callable[[Path], None]
) -> None:
    decision = desk.decide(photos[0], photos[3])
    harm(photos[0])
    loud, _ = look(desk)
    assert (loud.level, loud.subject) == (Level.PERSON, str(picture(decision)))
    assert loud.cause.startswith("THE BETTER ONE IS GONE")
    assert f"betterhalf --undo {decision.id}" in loud.remedy
    desk.undo(decision)
    desk.scan()
    assert look(desk) == []


def test_equal_size_and_time_deceive_all_but_the_thorough(desk: Desk, photos: list[Path]) -> None:
    desk.decide(photos[0], photos[3])
    status = photos[0].stat()
    data = bytearray(photos[0].read_bytes())
    data[-100] ^= 1
    photos[0].write_bytes(data)
    os.utime(photos[0], ns=(status.st_atime_ns, status.st_mtime_ns))
    assert look(desk) == []
    assert "BETTER ONE IS GONE" in only(look(desk, thorough=True)).cause


def test_of_a_chain_only_the_last_is_shouted(desk: Desk, photos: list[Path]) -> None:
    desk.decide(photos[1], photos[2])
    last = desk.decide(photos[0], photos[1])
    photos[0].unlink()
    loud = [each for each in look(desk) if each.level is Level.PERSON]
    assert [each.decision for each in loud] == [last.id]
    desk.undo(last)
    desk.scan()
    assert look(desk) == []


def test_a_king_further_up_speaks_for_all_below(desk: Desk, photos: list[Path]) -> None:
    desk.decide(photos[1], photos[2])
    second = desk.decide(photos[0], photos[1])
    picture(second).unlink()
    assert [each.decision for each in look(desk)] == [second.id]


def test_a_dissolved_relation_shouts_for_nobody(desk: Desk, photos: list[Path]) -> None:
    decision = desk.decide(photos[0], photos[3])
    desk.ask(relations.dissolve, decision.id)
    photos[0].unlink()
    assert only(look(desk), Level.NOTE).check is Check.FILES


def _sidecar(decision: Decision) -> Path:
    (found,) = [each for each in decision.operations if each.kind is OperationKind.WRITE]
    return found.source


@pytest.mark.parametrize("left", [b"", b"<?xpacket", b"<?xpacket\0\0\0"])
def test_a_sidecar_that_a_power_cut_tore_is_made_whole(
    desk: Desk, photos: list[Path], left: bytes
) -> None:
    decision = desk.decide(photos[0], photos[1])
    whole = _sidecar(decision).read_bytes()
    begins = whole[: len(left.rstrip(b"\0"))]
    _sidecar(decision).write_bytes(begins + b"\0" * left.count(b"\0"))
    assert look(desk, dry=True)[0].level is Level.REPAIRABLE
    assert only(look(desk), Level.REPAIRED).subject == str(_sidecar(decision))
    assert _sidecar(decision).read_bytes() == whole


def test_a_sidecar_that_is_gone_is_named_unless_its_picture_is_too(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    kept = _sidecar(decision).read_bytes()
    _sidecar(decision).unlink()
    found = [each for each in look(desk) if each.check is Check.JOURNAL]
    assert only(found).subject == str(_sidecar(decision))
    _sidecar(decision).write_bytes(kept)
    (library / "new").mkdir()
    for path in (photos[0], _sidecar(decision)):
        path.rename(library / "new" / path.name)
    desk.scan()
    assert look(desk) == []


def test_only_the_last_word_of_a_sidecar_has_to_stand(desk: Desk, photos: list[Path]) -> None:
    first, second = desk.decide(photos[0], photos[1]), desk.decide(photos[0], photos[2])
    assert _sidecar(first) == _sidecar(second)
    assert look(desk) == []
    desk.undo(second)
    assert look(desk) == []
    desk.decide(photos[3], photos[0])
    assert look(desk) == []


def test_links_are_looked_at(desk: Desk, library: Path, photos: list[Path]) -> None:
    copies = [gallery.exact_copy(photos[0], library / f"{n}.jpg", modified=n) for n in (7, 8, 9)]
    desk.scan()
    hard, soft, gone = (
        desk.decide(photos[0], copy, fate=fate)
        for copy, fate in zip(copies, (Fate.HARD_LINK, Fate.SYMLINK, Fate.HARD_LINK), strict=True)
    )
    assert look(desk) == []
    copies[0].unlink()
    copies[0].write_bytes(b"somebody else's")
    copies[2].unlink()
    found = {each.decision: each for each in look(desk) if each.check is Check.JOURNAL}
    assert found.keys() == {hard.id, gone.id}
    assert found[hard.id].level is Level.NOTE
    assert found[gone.id].remedy == f"--undo {gone.id} puts the copy back"
    photos[0].rename(library / "moved.jpg")
    desk.scan()
    dangling = [each for each in look(desk) if each.decision == soft.id]
    assert "leads nowhere" in only(dangling).cause


def test_strangers_in_the_trash_are_named_once(
    desk: Desk, library: Path, photos: list[Path], tmp_path: Path
) -> None:
    desk.decide(photos[0], photos[3])
    trash = library / ".betterhalf-trash"
    for name in ("x.jpg", "y.jpg", "z.jpg"):
        (trash / name).write_bytes(b"mine")
    found = only(look(desk))
    assert found.subject == str(trash / "x.jpg")
    assert f"and 2 files more in {trash}" in found.cause
    assert (trash / "z.jpg").exists()


def test_two_catalogs_for_one_library_are_told_of(
    desk: Desk, library: Path, photos: list[Path], tmp_path: Path
) -> None:
    desk.catalog.close()
    with Desk(tmp_path / "other.db", [library]) as other:
        other.scan()
        decision = other.decide(photos[0], photos[3])
    desk.catalog = Catalog.open(desk.catalog.path)
    found = [each for each in look(desk) if each.check is Check.TRASH]
    assert only(found).subject == str(picture(decision))
    assert "another catalog" in found[0].cause
    assert "--database" in found[0].remedy


def test_empty_folders_of_the_trash_and_leftovers_of_writes_are_removed(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    decision = desk.decide(photos[0], photos[1])
    (library / ".betterhalf-trash" / "2001-01-01" / "deep").mkdir(parents=True)
    leftover = temporary_beside(_sidecar(decision))
    leftover.write_bytes(b"half a sid")
    by_hand = library / ".betterhalf-notes"
    by_hand.write_bytes(b"mine")
    before = snapshot(library)
    assert {each.level for each in look(desk, dry=True)} == {Level.REPAIRABLE}
    assert snapshot(library) == before
    assert [each.level for each in look(desk)] == [Level.REPAIRED] * 2
    assert not leftover.exists()
    assert not (library / ".betterhalf-trash" / "2001-01-01").exists()
    assert by_hand.exists()
    assert look(desk) == []


def test_files_that_are_gone_or_changed_are_counted_for_the_scan(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    photos[3].unlink()
    photos[2].write_bytes(b"changed")
    found = only(look(desk), Level.NOTE)
    assert (found.check, found.subject) == (Check.FILES, str(library))
    assert found.cause.startswith("1 picture gone and 1 changed since the last scan, as ")
    assert found.remedy == f"scan again: betterhalf --process {library}"
    desk.scan()
    assert look(desk) == []


@pytest.mark.parametrize("state", [assets.PRESENT, assets.MISSING])
def test_states_that_disk_and_journal_know_better_are_set_right(
    desk: Desk, photos: list[Path], state: str
) -> None:
    decision = desk.decide(photos[0], photos[3])
    if state == assets.PRESENT:
        desk.ask(recording.set_state, [decision.choice.asset_b], assets.PRESENT)
        right = assets.TRASHED
    else:
        desk.undo(decision)
        desk.ask(recording.set_state, [decision.choice.asset_b], assets.TRASHED)
        photos[3].unlink()
        right = assets.MISSING
    assert look(desk, dry=True)[0].level is Level.REPAIRABLE
    assert look(desk)[0].cause.endswith(f"it is {right}, and now it says so")
    assert desk.known(photos[3]).state == right
    assert look(desk) == []


def test_what_was_taken_back_is_looked_for(desk: Desk, library: Path, photos: list[Path]) -> None:
    decision = desk.decide(photos[0], photos[3])
    desk.undo(decision)
    assert look(desk) == []
    target = picture(decision)
    target.parent.mkdir(parents=True)
    photos[3].rename(target)
    loud, _ = look(desk)
    assert (loud.subject, loud.remedy) == (str(target), f"move it to {photos[3]}")
    target.unlink()
    lost = [each for each in look(desk) if each.check is Check.JOURNAL]
    assert "this is not in its place" in only(lost).cause
    desk.scan()
    assert [each.check for each in look(desk) if each.level is Level.PERSON] == []


def test_what_was_taken_back_and_made_again_is_where_it_belongs(
    desk: Desk, photos: list[Path]
) -> None:
    first = desk.decide(photos[0], photos[3])
    desk.undo(first)
    second = desk.decide(photos[0], photos[3])
    assert picture(second) == picture(first)
    assert look(desk) == []


def test_what_was_emptied_is_not_missed(desk: Desk, photos: list[Path]) -> None:
    decision = desk.decide(photos[0], photos[1])
    (each,) = desk.ask(held.of_decisions, [decision.id])
    operations = [file.operation for file in each.files]
    desk.ask(journal.begin_emptying, operations, journal.now())
    assert [each.level for each in look(desk, dry=True)] == [Level.REPAIRABLE]
    assert [each.level for each in look(desk)] == [Level.REPAIRED]
    assert look(desk) == []


def test_a_library_that_is_away_is_one_line_and_nothing_is_done(
    desk: Desk, library: Path, photos: list[Path]
) -> None:
    for lost in photos[1:]:
        desk.decide(photos[0], lost)
    away = library.rename(library.with_name("away"))
    library.mkdir()
    assert only(look(desk)).cause.startswith("this library is not there")
    library.rmdir()
    away.rename(library)
    assert look(desk) == []
    assert len(trashed(library)) == 5
