"""What is merged goes into the picture itself where its owner wants that, and undo gives the very
picture back."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.actions.betters import Betters
from core.actions.effects import perform
from core.actions.emptying import plan_emptying, remove
from core.actions.recovery import recover
from core.actions.redo import choices_again
from core.catalog import journal, rulebook
from core.catalog.rulebook import identity as pair_of
from core.errors import ActionRefused
from core.imaging.pixels import pixel_digest
from core.libraries import moves
from core.libraries.folder import look_at
from core.libraries.sidecars import write_like
from core.metadata.policies import Merging
from core.metadata.read import read_embedded
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import (
    ByFolder,
    Decision,
    DecisionState,
    Fate,
    Metadata,
    OperationKind,
    PairKind,
    RelationKind,
    Writing,
)
from tests import gallery
from tests.core.actions.arena import LOSERS, Arena
from tests.core.actions.test_crash import spread_over
from tests.core.actions.test_links import edit, identity, save_anew
from tests.core.actions.test_merging import HEART_AND_ALBUM
from tests.core.desk import Desk, snapshot, trashed
from tests.core.mounts import mount

WORDS = Metadata(rating=4, description="theirs", tags=("dog",), location=(48.85, 2.29))


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Of an owner who wants metadata in the pictures."""
    desk.writing = ByFolder(Writing.EMBEDDED)
    return desk


def jpeg(path: Path) -> Path:
    return gallery.exact_copy(gallery.photo("clock"), path.with_suffix(".jpg"))


def described(path: Path) -> Path:
    return gallery.described(gallery.photo("clock"), path.with_suffix(".jpg"))


def png(path: Path) -> Path:
    return gallery.png_of(gallery.photo("clock"), path.with_suffix(".png"))


def saved_as(suffix: str, **options: object) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        with Image.open(gallery.photo("clock")) as image:
            image.save(path.with_suffix(suffix), **options)
        return path.with_suffix(suffix)

    return make


def commented(path: Path) -> Path:
    return saved_as(".jpg", comment="made with a program")(path)


def captioned(path: Path) -> Path:
    said = PngInfo()
    said.add_text("comment", "made with a program")
    return saved_as(".png", pnginfo=said)(path)


def two_frames(suffix: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        with Image.open(gallery.photo("clock")) as image:
            more = [image.rotate(90)]
            image.save(path.with_suffix(suffix), save_all=True, append_images=more)
        return path.with_suffix(suffix)

    return make


def make_pair(library: Path, make: Callable[[Path], Path] = jpeg) -> tuple[Path, Path]:
    """A picture with a mode, times and an attribute of its own, and a copy that says more."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir(exist_ok=True)
    keeper = make(library / "kept" / "a")
    copy = gallery.exact_copy(keeper, library / "copies" / keeper.name, modified=9)
    keeper.chmod(0o640)
    os.utime(keeper, ns=(5_000_000_001, 5_000_000_002))
    try:
        os.setxattr(keeper, "user.colour", b"red")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    say(copy)
    return keeper, copy


def say(image: Path, words: Metadata = WORDS) -> None:
    beside = image.with_name(image.name + ".xmp")
    beside.write_bytes(sidecar_bytes(HEART_AND_ALBUM, words, WRITTEN))


def kinds(decision: Decision) -> list[OperationKind]:
    return [each.kind for each in decision.operations]


@pytest.mark.parametrize(
    "make",
    [
        *(jpeg, described, commented),
        *(png, captioned, saved_as(".webp"), saved_as(".webp", lossless=True), saved_as(".tif")),
    ],
    ids=[
        *("JPEG", "JPEG with EXIF", "JPEG with a comment"),
        *("PNG", "PNG with a comment", "WebP", "lossless WebP", "TIFF"),
    ],
)
def test_the_picture_says_it_and_undo_gives_the_very_picture_back(
    desk: Desk, library: Path, make: Callable[[Path], Path]
) -> None:
    keeper, copy = make_pair(library, make)
    desk.scan()
    before, was, said = snapshot(library), identity(keeper), desk.asset(keeper).metadata
    pixels = pixel_digest(keeper.read_bytes())
    decision = desk.decide(keeper, copy)
    assert kinds(decision)[:2] == [OperationKind.EMBED, OperationKind.RECORD]
    assert os.listdir(keeper.parent) == [keeper.name]
    told = read_embedded(keeper.read_bytes()).metadata
    assert (told.rating, set(told.tags) >= {"dog"}) == (4, True)
    assert "theirs" in (told.description or "")
    assert pixel_digest(keeper.read_bytes()) == pixels
    # Owner, mode, time and attributes are those of the picture as it was.
    assert identity(keeper)[1:5] == was[1:5]
    assert identity(keeper)[-1] == was[-1]
    name = keeper.name
    assert trashed(library) == [f"copies/{name}", f"copies/{name}.xmp", f"kept/{name}"]
    now = desk.asset(keeper).metadata
    assert (now.rating, now.albums, now.favorite) == (4, ("Trip",), True)
    for _ in range(2):
        assert desk.pairs() == []
        assert desk.asset(keeper).metadata == now
        assert desk.scan().read == 0
    desk.undo(decision)
    assert snapshot(library) == before
    assert identity(keeper) == was
    assert desk.asset(keeper).metadata == said
    assert [kind for *_, kind in desk.pairs()] == [PairKind.EXACT]
    assert desk.scan().read == 0


def test_a_film_that_follows_the_picture_in_its_file_stays(desk: Desk, library: Path) -> None:
    def motion_photo(path: Path) -> Path:
        keeper = jpeg(path)
        keeper.write_bytes(keeper.read_bytes() + b"....ftypmp42 a film")
        return keeper

    keeper, copy = make_pair(library, motion_photo)
    desk.scan()
    assert OperationKind.EMBED in kinds(desk.decide(keeper, copy))
    assert keeper.read_bytes().endswith(b"....ftypmp42 a film")


def _read_only(keeper: Path) -> None:
    keeper.chmod(0o444)


def _link(keeper: Path) -> None:
    os.link(keeper, keeper.with_name("b.jpg"))


def _sidecar(keeper: Path) -> None:
    gallery.with_sidecar(keeper, rating=1)


def _takeout(keeper: Path) -> None:
    keeper.with_name(keeper.name + ".json").write_text('{"description": "google"}')


def _trailer(keeper: Path) -> None:
    keeper.write_bytes(keeper.read_bytes() + b"a film follows")


def _nothing(keeper: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "spoil", "cause"),
    [
        (saved_as(".gif"), _nothing, "image/gif"),
        (two_frames(".webp"), _nothing, "more than one picture"),
        (two_frames(".tif"), _nothing, "more than one picture"),
        (two_frames(".mpo"), _nothing, "more than one picture"),
        (jpeg, _read_only, "it is read-only"),
        (jpeg, _link, "hard links"),
        (jpeg, _sidecar, "a.jpg.xmp is beside it, and is believed before it"),
        (jpeg, _takeout, "a.jpg.json is beside it"),
        (png, _trailer, "something else that it holds would be lost"),
    ],
    ids=[
        *("GIF", "animation", "pages", "MPO", "read-only", "hard link", "sidecar", "Takeout"),
        "trailer",
    ],
)
def test_what_cannot_be_written_into_safely_gets_a_sidecar_and_the_plan_says_so(
    desk: Desk,
    library: Path,
    make: Callable[[Path], Path],
    spoil: Callable[[Path], None],
    cause: str,
) -> None:
    def made(path: Path) -> Path:
        keeper = make(path)
        if keeper.suffix == ".mpo":
            keeper = keeper.rename(keeper.with_suffix(".jpg"))
        if spoil is _trailer:
            spoil(keeper)
        return keeper

    keeper, copy = make_pair(library, made)
    if spoil is not _trailer:
        spoil(keeper)
    desk.scan()
    before, content = snapshot(library), keeper.read_bytes()
    plan = desk.plan(desk.choice(keeper, copy))
    assert cause in " ".join(plan.notes)
    decision = desk.carry_out(plan.choice)
    assert OperationKind.WRITE in kinds(decision)
    assert OperationKind.EMBED not in kinds(decision)
    assert keeper.read_bytes() == content
    assert desk.asset(keeper).metadata.rating == 4
    desk.undo(decision)
    assert snapshot(library) == before


def test_a_raw_keeps_the_bytes_that_the_camera_wrote(desk: Desk, library: Path) -> None:
    keeper = gallery.dng_of(jpeg(library / "photo"), library / "raw.dng")
    copy = gallery.exact_copy(keeper, library / "copy.dng")
    say(copy)
    desk.scan()
    before = keeper.read_bytes()
    plan = desk.plan(desk.choice(keeper, copy))
    assert plan.notes
    assert OperationKind.EMBED not in kinds(desk.carry_out(plan.choice))
    assert keeper.read_bytes() == before


def test_what_a_hard_link_leads_to_is_not_written_into(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    decision = desk.decide(keeper, copy, fate=Fate.HARD_LINK)
    assert kinds(decision)[0] is OperationKind.WRITE
    assert os.path.samefile(keeper, copy)


def test_a_protected_picture_is_not_written_into(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    desk.protected = [keeper.parent]
    assert OperationKind.EMBED not in kinds(desk.decide(keeper, copy))


def test_a_library_has_a_way_of_its_own(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    desk.writing = ByFolder(Writing.EMBEDDED, ((keeper.parent, Writing.SIDECAR),))
    decision = desk.decide(keeper, copy)
    assert kinds(decision)[0] is OperationKind.WRITE


# What was said of it holds on.


def test_what_was_decided_of_the_picture_holds_for_it_there_and_back(
    desk: Desk, library: Path
) -> None:
    keeper, copy = make_pair(library)
    small = gallery.recompressed(keeper, library / "small.jpg")
    grey = gallery.recompressed(keeper, library / "other.jpg", quality=40)
    equal = gallery.png_of(keeper, library / "equal.png")
    desk.scan()
    desk.decide(keeper, small, kind=RelationKind.NOT_RELATED)
    desk.decide(keeper, grey, kind=RelationKind.ALTERNATES)
    desk.decide(keeper, equal, kind=RelationKind.SAME_QUALITY)
    before = desk.pairs()
    decision = desk.decide(keeper, copy)
    assert OperationKind.EMBED in kinds(decision)
    others = [pair for pair in before if pair[2] is not PairKind.EXACT]
    for _ in range(2):
        assert desk.pairs() == others
        desk.scan()
    desk.undo(decision)
    for _ in range(2):
        assert desk.pairs() == before
        desk.scan()


def test_a_picture_with_one_more_copy_is_not_written_into_and_all_that_was_said_holds(
    desk: Desk, library: Path
) -> None:
    keeper, copy = make_pair(library)
    small = gallery.resized(keeper, library / "small.jpg")
    third = gallery.exact_copy(keeper, library / "third.jpg", modified=99)
    desk.scan()
    desk.decide(keeper, small, kind=RelationKind.NOT_RELATED)
    plan = desk.plan(desk.choice(keeper, copy))
    (note,) = plan.notes
    assert (
        f"goes into a sidecar: another has the same bytes, and would not say the same: {third}"
        in note
    )
    desk.decide(keeper, copy)
    assert desk.pairs() == [(keeper.name, third.name, PairKind.EXACT)]
    # Of all at once nobody is left who would say something else.
    desk.undo(desk.history()[0])
    decisions = desk.decide_group(keep=[keeper], trash=[copy, third])
    assert OperationKind.EMBED in kinds(decisions[0])
    assert desk.pairs() == []


def test_an_open_pair_of_the_picture_stays_open_before_any_scan(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    gallery.exif_rotated(keeper, library / "turned.jpg")
    desk.scan()
    known = {frozenset(pair[:2]) for pair in desk.pairs()}
    assert frozenset({"turned.jpg", "a.jpg"}) in known
    # In a folder of their own, which tells the two of one name apart.
    decision = desk.decide(keeper, copy)
    assert OperationKind.EMBED in kinds(decision)
    assert any("turned.jpg" in pair for pair in desk.pairs())
    found = desk.pairs()
    assert desk.scan().read == 0
    assert sorted(desk.pairs()) == sorted(found)
    desk.undo(decision)
    assert {frozenset(pair[:2]) for pair in desk.pairs()} == known


def test_a_rule_that_was_told_no_is_told_so_for_ever(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    small = gallery.recompressed(keeper, library / "small.jpg")
    desk.scan()
    desk.ask(rulebook.deny, "a rule", [pair_of(desk.asset(keeper), desk.asset(small))])
    undone = desk.decide(keeper, small, rule="another", approved=True)
    desk.undo(undone)
    desk.decide(keeper, copy)
    now = pair_of(desk.asset(keeper), desk.asset(small))
    assert now in desk.ask(rulebook.refused, "a rule")
    assert now in desk.ask(rulebook.refused, "another")


# Undo.


def test_what_two_decisions_wrote_is_taken_back_one_after_the_other(
    desk: Desk, library: Path
) -> None:
    keeper, copy = make_pair(library)
    worse = gallery.recompressed(keeper, library / "worse.jpg")
    say(worse, Metadata(tags=("late",)))
    desk.scan()
    before, was = snapshot(library), identity(keeper)
    first, second = desk.decide(keeper, copy), desk.decide(keeper, worse)
    assert desk.asset(keeper).metadata.tags == ("dog", "late")
    left = snapshot(library)
    with pytest.raises(ActionRefused, match=f"decision {second.id} has added"):
        desk.undo(first)
    assert snapshot(library) == left
    desk.undo(second)
    assert desk.asset(keeper).metadata.tags == ("dog",)
    desk.undo(first)
    assert snapshot(library) == before
    assert identity(keeper) == was
    assert desk.scan().read == 0
    assert len(desk.pairs()) == 2


@pytest.mark.parametrize("change", [edit, lambda path: save_anew(path, b"another picture")])
def test_a_picture_that_was_edited_since_is_left_to_a_person(
    desk: Desk, library: Path, change: Callable[[Path], None]
) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    decision = desk.decide(keeper, copy)
    change(keeper)
    left, edited = snapshot(library), keeper.read_bytes()
    with pytest.raises(ActionRefused, match="edited since; --leave-edited") as raised:
        desk.undo(decision)
    assert raised.value.subject == str(keeper)
    assert snapshot(library) == left
    desk.undo(decision, leave_edited=True)
    assert keeper.read_bytes() == edited
    assert copy.exists()
    # What it was is where a person can find it.
    assert trashed(library) == ["kept/a.jpg"]


def test_a_picture_that_was_deleted_since_comes_back_as_it_was(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    before, was = snapshot(library), identity(keeper)
    decision = desk.decide(keeper, copy)
    keeper.unlink()
    desk.undo(decision)
    assert snapshot(library) == before
    assert identity(keeper) == was


def test_a_picture_that_lost_later_comes_back_first(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    better = gallery.png_of(keeper, library / "better.png")
    desk.scan()
    before = snapshot(library)
    first, second = desk.decide(keeper, copy), desk.decide(better, keeper)
    left = snapshot(library)
    with pytest.raises(ActionRefused, match=f"decision {second.id} has sent it away"):
        desk.undo(first)
    assert snapshot(library) == left
    desk.undo(second)
    desk.undo(first)
    assert snapshot(library) == before
    assert desk.scan().read == 0


def test_every_kept_one_of_a_group_is_written_into(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    other = gallery.recompressed(keeper, library / "other.jpg")
    desk.scan()
    before = snapshot(library)
    desk.merging = Merging.parse("immich-2.7", [])
    decisions = desk.decide_group(keep=[keeper, other], trash=[copy])
    embedded = [each for made in decisions for each in kinds(made) if each is OperationKind.EMBED]
    assert len(embedded) == 2
    assert [read_embedded(each.read_bytes()).metadata.rating for each in (keeper, other)] == [4, 4]
    assert desk.scan().read == 0
    desk.undo(decisions[0])
    assert snapshot(library) == before
    assert desk.scan().read == 0


def test_the_trash_can_be_emptied_of_what_it_was_while_the_new_one_stands(
    desk: Desk, library: Path
) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    decision = desk.decide(keeper, copy)
    away = keeper.rename(library / "elsewhere")
    emptying = plan_emptying(desk.catalog, desk.roots)
    assert (emptying.files, len(emptying.staying)) == (0, 1)
    away.rename(keeper)
    emptying = plan_emptying(desk.catalog, desk.roots)
    assert emptying.files == 3
    remove(desk.catalog, emptying.removals, Betters(desk.catalog), "2026-01-01T00:00:00+00:00")
    assert trashed(library) == []
    with pytest.raises(ActionRefused, match="when that was emptied"):
        desk.undo(desk.decision(decision.id))
    assert read_embedded(keeper.read_bytes()).metadata.rating == 4


def test_what_was_taken_back_can_be_made_again(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    before = snapshot(library)
    first = desk.decide(keeper, copy)
    after = snapshot(library)
    desk.undo(first)
    (again,) = desk.carry_out_group(choices_again(desk.catalog, desk.decision(first.id)))
    assert snapshot(library) == after
    desk.undo(again)
    assert snapshot(library) == before


# What goes wrong.


def test_a_full_disk_leaves_all_as_it_was(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    mount(mounted(library), "-t", "tmpfs", "tmpfs", "-o", "size=300k")
    keeper, copy = make_pair(library)
    room = os.statvfs(library)
    (library / "filling").write_bytes(bytes(room.f_bavail * room.f_bsize - 8192))
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="the disk is full"):
        desk.decide(keeper, copy)
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()
    assert desk.history()[0].state is DecisionState.FAILED
    assert desk.scan().read == 0


def test_where_two_files_cannot_be_exchanged_in_one_step_nothing_is_done(
    desk: Desk, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    before = snapshot(library)
    # As on network mounts; no file system that a test can mount says so.
    rename = moves._system_rename(False)
    monkeypatch.setattr(moves, "_system_rename", lambda exchanges: None if exchanges else rename)
    with pytest.raises(ActionRefused, match="cannot exchange two files in one step") as raised:
        desk.decide(keeper, copy)
    assert 'write = "sidecar"' in raised.value.remedy
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()


def test_a_copy_that_cannot_go_takes_back_what_was_written(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    keeper, copy = make_pair(library)
    (library / "elsewhere.xmp").write_bytes(copy.with_name("a.jpg.xmp").read_bytes())
    mount(mounted(copy.with_name("a.jpg.xmp")), "--bind", library / "elsewhere.xmp")
    desk.scan()
    before, was = snapshot(library), identity(keeper)
    with pytest.raises(ActionRefused):
        desk.decide(keeper, copy)
    assert snapshot(library) == before
    assert identity(keeper) == was
    assert desk.scan().read == 0


def test_a_picture_that_became_another_is_not_written_into(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    choice = desk.choice(keeper, copy, kind=RelationKind.SAME_QUALITY)
    desk.merging = Merging.parse("immich-2.7", [])
    edit(keeper)
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="changed since it was scanned"):
        desk.carry_out(choice)
    assert snapshot(library) == before


@pytest.mark.skipif(
    subprocess.run(["which", "exiftool"], capture_output=True).returncode != 0,
    reason="exiftool (libimage-exiftool-perl) is not installed",
)
def test_exiftool_reads_what_the_picture_was_told(desk: Desk, library: Path) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    desk.decide(keeper, copy)
    command = ["exiftool", "-n", "-s3", "-Rating", "-Subject", "-GPSLatitude", str(keeper)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["4", "dog", "48.85"]


def test_repair_leaves_a_picture_alone_that_was_edited_after_the_crash(
    desk: Desk, library: Path
) -> None:
    keeper, copy = make_pair(library)
    desk.scan()
    decision = desk.decide(keeper, copy)
    desk.undo(decision)
    perform(decision.operations[0])
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)
    edit(keeper)
    edited = keeper.read_bytes()
    (said,) = recover(desk.catalog)
    assert f"{keeper} was edited meanwhile and left alone" in said
    assert keeper.read_bytes() == edited
    assert copy.exists()
    assert trashed(library) == ["kept/a.jpg"]


# Crashes.


class EmbedArena(Arena):
    """The same library, in which the picture itself is told what its copy says."""

    def decide(self) -> None:
        with self.opened() as desk:
            desk.writing = ByFolder(Writing.EMBEDDED)
            assert OperationKind.EMBED in kinds(desk.decide(*self.pair))

    def check(self, moment: int | float) -> DecisionState | None:
        keep, lose = self.pair
        old = self.before["kept/a.jpg"][0]
        # Before anybody repairs anything there is a whole picture under the name, and what it was
        # is there or in the trash.
        stands = hashlib.sha256(keep.read_bytes()).hexdigest()
        Image.open(keep).load()
        assert old in {digest for digest, _ in snapshot(self.library).values()}, moment
        with self.opened() as desk:
            self.repair(desk, moment)
            state = desk.history()[0].state if desk.history() else None
            done = state is DecisionState.DONE
            stands = hashlib.sha256(keep.read_bytes()).hexdigest()
            assert (stands != old) == done, moment
            names = sorted(path.name for path in keep.parent.iterdir())
            assert names == ["a.CR2", "a.jpg", "a.mov"], moment
            assert trashed(self.library) == ([*LOSERS, "kept/a.jpg"] if done else []), moment
            now, before = snapshot(self.library), dict(self.before)
            if done:
                now.pop("kept/a.jpg")
            # All that was there is there, with its bytes and its time, and nothing twice.
            assert sorted(now.values()) == sorted(before.values()), moment
            assert (desk.asset(keep).metadata.rating == 3) == done, moment
            assert (read_embedded(keep.read_bytes()).metadata.rating == 3) == done, moment
            (found,) = look_at([str(keep)])
            known = desk.known(keep).found
            assert replace(known, inode=found.inode) == found, moment
            assert len(desk.pairs()) == (0 if done else 1), moment
            if done:
                desk.undo(desk.history()[0])
            assert snapshot(self.library) == self.before, moment
            assert desk.asset(keep).metadata == self.said, moment
            assert desk.asset(keep).digest == desk.asset(lose).digest, moment
            assert len(desk.pairs()) == 1, moment
        return state


@pytest.fixture
def arena(tmp_path: Path) -> EmbedArena:
    return EmbedArena.make(tmp_path.resolve() / "arena", has_sidecar=False)


def test_a_crash_anywhere_while_a_picture_is_written_into_loses_nothing(arena: EmbedArena) -> None:
    states = {arena.check(line) for line in arena.each("embed", spread_over(40))}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_picture_is_given_back_loses_nothing(arena: EmbedArena) -> None:
    arena.decide()
    states = {arena.check(line) for line in arena.each("undo", spread_over(30))}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}


@pytest.mark.parametrize("done", [0, 1, 3])
def test_a_crash_in_the_repair_of_a_crash_loses_nothing(arena: EmbedArena, done: int) -> None:
    arena.decide()
    with arena.opened() as desk:
        (decision,) = desk.history()
        desk.undo(decision)
        for operation in decision.operations[:done]:
            perform(operation)
        desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)
    states = {arena.check(line) for line in arena.each("recover", spread_over(10))}
    assert states == {DecisionState.FAILED}


@pytest.mark.parametrize("change", [edit, lambda path: save_anew(path, b"somebody's own")])
def test_what_somebody_saves_in_the_very_moment_is_theirs(
    desk: Desk, library: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    keeper, copy = make_pair(library)
    desk.scan()

    def saved_just_before(path: Path, data: bytes, model: Path) -> None:
        write_like(path, data, model)
        change(keeper)
        os.utime(keeper, ns=(7, 7))

    monkeypatch.setattr("core.actions.embedding.write_like", saved_just_before)
    with pytest.raises(ActionRefused, match="it has just been changed"):
        desk.decide(keeper, copy)
    assert keeper.stat().st_mtime_ns == 7
    assert copy.exists()
    assert not (library / ".betterhalf-trash").exists()
