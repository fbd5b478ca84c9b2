"""A link to the better one in the place of a copy: what it is, what becomes of it, and that undo
gives back the very file that was there."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.actions.doctor.examine import Examination, examine
from core.actions.recovery import recover
from core.errors import ActionRefused
from core.libraries.folder import look_at
from core.model import (
    ByFolder,
    Decision,
    DecisionState,
    Fate,
    OperationKind,
    PairKind,
    RelationKind,
)
from tests import gallery
from tests.core.actions.arena import Arena
from tests.core.actions.test_crash import spread_over
from tests.core.desk import Desk, snapshot, trashed
from tests.core.mounts import mount

LINKS = [Fate.HARD_LINK, Fate.REFLINK, Fate.SYMLINK]
SECOND = 1_000_000_000


def make_reflinks(folder: Path) -> Path:
    """A file system on `folder` on which files can share blocks, or skip the test."""
    maker = shutil.which("mkfs.btrfs") or shutil.which("mkfs.xfs")
    if maker is None:
        pytest.skip("mkfs.btrfs (btrfs-progs) and mkfs.xfs (xfsprogs) are not installed")
    image = folder.with_name("disk.img")
    with image.open("wb") as file:
        file.truncate(320_000_000)
    subprocess.run([maker, "-q", image], check=True, capture_output=True)
    mount(folder, "-o", "loop", image)
    return folder


@pytest.fixture(params=LINKS, ids=str)
def fate(request: pytest.FixtureRequest) -> Fate:
    return Fate(request.param)


@pytest.fixture
def place(library: Path, fate: Fate, mounted: Callable[[Path], Path]) -> Path:
    """The library, on a file system that can do what `fate` wants."""
    return make_reflinks(mounted(library)) if fate is Fate.REFLINK else library


def make_pair(library: Path) -> tuple[Path, Path]:
    """A photo and its copy with a sidecar, each with times, a mode and an attribute of its own."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir()
    photo = gallery.exact_copy(gallery.photo("clock"), library / "kept" / "a.jpg")
    copy = gallery.exact_copy(photo, library / "copies" / "b.jpg")
    gallery.with_sidecar(copy, rating=3)
    for image, mode, second in ((photo, 0o644, 5), (copy, 0o640, 9)):
        image.chmod(mode)
        os.utime(image, ns=(second * SECOND + 1, second * SECOND + 2))
        try:
            os.setxattr(image, "user.colour", str(second).encode())
        except OSError:
            pytest.skip("the file system has no extended attributes")
    return photo, copy


@pytest.fixture
def pair(desk: Desk, place: Path) -> tuple[Path, Path]:
    """The same, scanned."""
    found = make_pair(place)
    desk.scan()
    return found


def identity(path: Path) -> tuple[object, ...]:
    """All that makes a file this file."""
    status = path.lstat()
    attributes = {
        name: os.getxattr(path, name, follow_symlinks=False)
        for name in os.listxattr(path, follow_symlinks=False)
    }
    return (
        *(status.st_ino, status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns),
        *(path.read_bytes(), attributes),
    )


def edit(path: Path) -> None:
    """As a program does that writes into the file itself; neither size nor time tell of it."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"!")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def save_anew(path: Path, content: bytes) -> None:
    """As a program does that puts another file in the place of the old one."""
    beside = path.with_name("saved")
    beside.write_bytes(content)
    beside.rename(path)


def blocks(path: Path) -> bytes:
    """Where on the disk a file of one piece lies (linux/fiemap.h)."""
    request = bytearray(32 + 56)
    request[8:16] = (1 << 62).to_bytes(8, "little")
    request[16:20] = (1).to_bytes(4, "little")
    request[24:28] = (1).to_bytes(4, "little")
    with path.open("rb") as file:
        fcntl.ioctl(file, 0xC020660B, request)
    return bytes(request[40:48])


def test_a_link_takes_the_place_of_the_copy_and_undo_gives_the_copy_back(
    desk: Desk, place: Path, pair: tuple[Path, Path], fate: Fate
) -> None:
    photo, copy = pair
    before, were = snapshot(place), [identity(each) for each in pair]
    decision = desk.decide(*pair, fate=fate)
    assert [each.kind for each in decision.operations] == [
        OperationKind.WRITE,
        OperationKind.TRASH,
        OperationKind(fate),
    ]
    assert trashed(place) == ["copies/b.jpg"]
    assert copy.with_name("b.jpg.xmp").exists()
    assert copy.read_bytes() == photo.read_bytes()
    assert identity(photo) == were[0]
    if fate is Fate.HARD_LINK:
        assert identity(copy) == were[0]
    elif fate is Fate.SYMLINK:
        assert os.readlink(copy) == "../kept/a.jpg"
    else:
        assert not os.path.samefile(photo, copy)
        assert identity(copy)[1:] == were[1][1:]
        assert blocks(copy) == blocks(photo)
    desk.undo(decision)
    assert snapshot(place) == before
    assert [identity(each) for each in pair] == were
    assert desk.scan().read == 0
    assert desk.pairs() == [("a.jpg", "b.jpg", PairKind.EXACT)]


def test_what_has_been_linked_is_not_asked_about_again_nor_read_again(
    desk: Desk, pair: tuple[Path, Path], fate: Fate
) -> None:
    desk.decide(*pair, fate=fate)
    for _ in range(2):
        assert desk.pairs() == []
        assert desk.scan().read == 0
    known = desk.known(pair[1])
    assert known.state == ("trashed" if fate is Fate.SYMLINK else "present")
    assert desk.asset(pair[0]).metadata.rating == 3


def test_copies_that_were_all_linked_to_one_are_no_pairs_of_one_another(
    desk: Desk, place: Path, fate: Fate
) -> None:
    # The keeper is the last by name, and the links get its age.
    photos = [
        gallery.exact_copy(gallery.photo("clock"), place / f"{name}.jpg", modified=age)
        for age, name in enumerate("dcba")
    ]
    desk.scan()
    for copy in photos[1:]:
        desk.decide(photos[0], copy, fate=fate)
    desk.scan()
    assert desk.pairs() == []


def test_a_link_can_lead_out_of_its_folder_and_its_library(
    desk: Desk, library: Path, tmp_path: Path
) -> None:
    other = tmp_path.resolve() / "other" / "deep"
    other.mkdir(parents=True)
    desk.roots.append(other.parent)
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    copy = gallery.exact_copy(photo, other / "b.jpg")
    desk.scan()
    desk.decide(photo, copy, fate=Fate.SYMLINK)
    assert copy.read_bytes() == photo.read_bytes()
    assert os.readlink(copy) == "../../library/a.jpg"


def test_two_names_of_one_file_have_nothing_to_gain(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    os.link(photo, library / "b.jpg")
    desk.scan()
    before = snapshot(library)
    for fate in (Fate.HARD_LINK, Fate.REFLINK):
        decision = desk.decide(photo, library / "b.jpg", fate=fate)
        assert decision.operations == ()
        assert (snapshot(library), desk.pairs()) == (before, [])
        desk.undo(decision)
        assert len(desk.pairs()) == 1


@pytest.mark.parametrize("fate", [Fate.HARD_LINK, Fate.REFLINK], ids=str, indirect=True)
def test_only_equal_bytes_become_one_file(desk: Desk, library: Path, fate: Fate) -> None:
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    worse = gallery.recompressed(photo, library / "b.jpg")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match=f"a {fate} would change its bytes") as raised:
        desk.plan(desk.choice(photo, worse, fate=fate))
    assert "symbolic link" in raised.value.remedy
    assert snapshot(library) == before
    desk.undo(desk.decide(photo, worse, fate=Fate.SYMLINK))
    assert snapshot(library) == before


def test_a_protected_keeper_gets_no_hard_link_through_which_it_could_be_written_to(
    desk: Desk, library: Path
) -> None:
    photo, copy = make_pair(library)
    desk.scan()
    desk.protected = [photo.parent]
    with pytest.raises(ActionRefused, match="is protected") as raised:
        desk.plan(desk.choice(photo, copy, fate=Fate.HARD_LINK))
    assert raised.value.subject == str(copy)
    desk.decide(photo, copy, fate=Fate.SYMLINK)
    assert copy.is_symlink()


def test_the_owner_may_want_links_for_exact_copies_of_what_a_person_keeps(
    desk: Desk, library: Path, fate: Fate
) -> None:
    photo, copy = make_pair(library)
    worse = gallery.recompressed(photo, library / "worse.jpg")
    desk.scan()
    desk.losers = ByFolder(Fate.TRASH, ((copy.parent, fate),))
    assert desk.plan(desk.choice(photo, copy)).choice.fate is fate
    # What is not equal, what a rule says, and what is the keeper elsewhere, goes as ever.
    assert desk.plan(desk.choice(photo, worse)).choice.outcome is Fate.TRASH
    by_rule = desk.choice(photo, copy, rule="a rule", approved=True)
    assert desk.plan(by_rule).choice.outcome is Fate.TRASH
    assert desk.plan(desk.choice(copy, photo)).choice.outcome is Fate.TRASH
    kept = desk.choice(photo, copy, kind=RelationKind.SAME_QUALITY)
    assert desk.plan(kept).operations == ()


def test_where_all_of_a_group_go_no_link_leads_into_the_trash(desk: Desk, library: Path) -> None:
    photo, copy = make_pair(library)
    desk.scan()
    desk.losers = ByFolder(Fate.HARD_LINK)
    desk.decide_group(trash=[photo, copy])
    assert not photo.exists()
    assert not copy.exists()


# What file systems cannot do.


def test_where_no_blocks_can_be_shared_nothing_moves_and_it_says_so(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    mount(mounted(library), "-t", "tmpfs", "tmpfs", "-o", "size=4m")
    photo, copy = make_pair(library)
    desk.scan()
    before = snapshot(library)
    cause = "lets no two files share blocks; let it go to the trash instead"
    with pytest.raises(ActionRefused, match=cause) as raised:
        desk.decide(photo, copy, fate=Fate.REFLINK)
    assert raised.value.subject == str(copy)
    assert snapshot(library) == before
    assert desk.history()[0].state is DecisionState.FAILED
    assert desk.scan().read == 0
    assert len(desk.pairs()) == 1


@pytest.fixture
def unlinkable(library: Path) -> Iterator[tuple[Path, Path]]:
    """A photo and its copy of which no hard links can be made: the system says of an immutable file
    what it says on FAT."""
    found = make_pair(library)
    done = subprocess.run(["chattr", "+i", found[0]], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no file can be made immutable here")
    yield found
    subprocess.run(["chattr", "-i", found[0]], check=True)


def test_where_there_are_no_hard_links_nothing_moves_and_it_says_so(
    desk: Desk, library: Path, unlinkable: tuple[Path, Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    cause = "this file system knows no hard links; let it go to the trash instead"
    with pytest.raises(ActionRefused, match=cause) as raised:
        desk.decide(*unlinkable, fate=Fate.HARD_LINK)
    assert raised.value.subject == str(unlinkable[1])
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()
    assert recover(desk.catalog) == []
    desk.decide(*unlinkable)
    assert "copies/b.jpg" in trashed(library)


def test_no_hard_link_leads_to_another_file_system(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=4m")
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    copy = gallery.exact_copy(photo, disk / "b.jpg")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="lies on another file system") as raised:
        desk.plan(desk.choice(photo, copy, fate=Fate.HARD_LINK))
    assert "symbolic link" in raised.value.remedy
    with pytest.raises(ActionRefused, match=r"another file system|share blocks"):
        desk.decide(photo, copy, fate=Fate.REFLINK)
    assert snapshot(library) == before
    desk.decide(photo, copy, fate=Fate.SYMLINK)
    assert copy.read_bytes() == photo.read_bytes()


@pytest.mark.parametrize("fate", [Fate.HARD_LINK, Fate.SYMLINK], ids=str, indirect=True)
def test_a_full_disk_gives_the_copy_back(
    desk: Desk, library: Path, mounted: Callable[[Path], Path], fate: Fate
) -> None:
    disk = library / "disk"
    # Room for the trash's folders, and not for one more name; the tmpfs counts a hard link, too.
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=4m,nr_inodes=5")
    photo = gallery.exact_copy(gallery.photo("clock"), disk / "a.jpg")
    copy = gallery.exact_copy(photo, disk / "b.jpg")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="the disk is full; free some space"):
        desk.decide(photo, copy, fate=fate)
    assert snapshot(library) == before
    assert sorted(each.name for each in disk.iterdir()) == ["a.jpg", "b.jpg"]
    assert desk.scan().read == 0


# What happens to links, and to what they lead to.


def linked(desk: Desk, pair: tuple[Path, Path], fate: Fate) -> Decision:
    return desk.decide(*pair, fate=fate, merge="nothing")


def test_a_link_that_somebody_replaced_is_left_alone(
    desk: Desk, place: Path, pair: tuple[Path, Path], fate: Fate
) -> None:
    before = snapshot(place)
    decision = linked(desk, pair, fate)
    save_anew(pair[1], b"somebody's own")
    left = snapshot(place)
    with pytest.raises(ActionRefused, match=f"not the {fate} any more") as raised:
        desk.undo(decision)
    assert raised.value.subject == str(pair[1])
    assert snapshot(place) == left
    assert desk.decision(decision.id).state is DecisionState.DONE
    pair[1].unlink()
    desk.undo(decision)
    assert snapshot(place) == before


def test_a_link_that_somebody_took_away_is_no_hindrance(
    desk: Desk, place: Path, pair: tuple[Path, Path], fate: Fate
) -> None:
    before, was = snapshot(place), identity(pair[1])
    decision = linked(desk, pair, fate)
    pair[1].unlink()
    desk.scan()
    desk.undo(decision)
    assert snapshot(place) == before
    assert identity(pair[1]) == was
    assert desk.known(pair[1]).state == "present"


def test_what_was_written_through_a_hard_link_stays_with_the_keeper(
    desk: Desk, library: Path
) -> None:
    pair = make_pair(library)
    desk.scan()
    was = identity(pair[1])
    decision = linked(desk, pair, Fate.HARD_LINK)
    edit(pair[1])
    edited = pair[0].read_bytes()
    desk.undo(decision)
    assert identity(pair[1]) == was
    assert pair[0].read_bytes() == edited != pair[1].read_bytes()


@pytest.mark.parametrize("fate", [Fate.HARD_LINK, Fate.REFLINK], ids=str, indirect=True)
def test_the_last_copy_of_what_was_written_since_is_not_taken_away(
    desk: Desk, place: Path, pair: tuple[Path, Path], fate: Fate
) -> None:
    decision = linked(desk, pair, fate)
    edit(pair[1])
    pair[0].unlink()
    left = snapshot(place)
    with pytest.raises(ActionRefused, match="not the"):
        desk.undo(decision)
    assert snapshot(place) == left


def test_a_name_that_leads_to_the_link_itself_is_no_second_copy(desk: Desk, library: Path) -> None:
    pair = make_pair(library)
    desk.scan()
    decision = linked(desk, pair, Fate.HARD_LINK)
    edit(pair[1])
    # Somebody saves room: now the one that was kept leads to what was linked to it.
    pair[0].unlink()
    pair[0].symlink_to(pair[1])
    left = snapshot(library)
    with pytest.raises(ActionRefused, match="not the hard link any more"):
        desk.undo(decision)
    assert snapshot(library) == left


@pytest.mark.parametrize("change", [Path.unlink, lambda path: save_anew(path, b"another picture")])
def test_undo_needs_no_keeper(
    desk: Desk, pair: tuple[Path, Path], fate: Fate, change: Callable[[Path], None]
) -> None:
    was = identity(pair[1])
    decision = linked(desk, pair, fate)
    change(pair[0])
    desk.undo(decision)
    assert identity(pair[1]) == was


def test_a_keeper_that_is_linked_in_its_turn_and_both_come_back(
    desk: Desk, place: Path, fate: Fate
) -> None:
    a, b, c = (
        gallery.exact_copy(gallery.photo("clock"), place / f"{name}.jpg", modified=age)
        for age, name in enumerate("abc")
    )
    desk.scan()
    before, were = snapshot(place), [identity(each) for each in (a, b, c)]
    first, second = desk.decide(b, a, fate=fate), desk.decide(c, b, fate=fate)
    assert a.read_bytes() == b.read_bytes() == c.read_bytes()
    for decision in (first, second):
        desk.undo(decision)
    assert snapshot(place) == before
    assert [identity(each) for each in (a, b, c)] == were


def test_what_a_symbolic_link_leads_to_goes_and_the_link_leads_on_to_what_is_kept(
    desk: Desk, library: Path
) -> None:
    better, copy = make_pair(library)
    best = gallery.exact_copy(better, library / "best.jpg", modified=2)
    desk.scan()
    first = desk.decide(better, copy, fate=Fate.SYMLINK)
    left = snapshot(library)
    plan = desk.plan(desk.choice(best, better))
    assert plan.notes == (
        f"{copy}, a symbolic link that decision {first.id} put there, leads to {best} from now on",
    )
    second = desk.decide(best, better)
    assert os.readlink(copy) == "../best.jpg"
    with pytest.raises(ActionRefused, match=f"decision {second.id} has led this symbolic link"):
        desk.undo(first)
    third = gallery.exact_copy(best, library / "third.jpg", modified=1)
    desk.scan()
    last = desk.decide(third, best)
    assert os.readlink(copy) == "../third.jpg"
    assert list(examine(desk.catalog, Examination(desk.roots))) == []
    desk.undo(last)
    desk.undo(second)
    assert os.readlink(copy) == "../kept/a.jpg"
    third.unlink()
    assert snapshot(library) == left
    desk.undo(first)
    assert not copy.is_symlink()


def test_a_link_that_was_led_on_and_then_changed_by_somebody_is_left_alone(
    desk: Desk, library: Path
) -> None:
    better, copy = make_pair(library)
    best = gallery.exact_copy(better, library / "best.jpg", modified=2)
    desk.scan()
    desk.decide(better, copy, fate=Fate.SYMLINK)
    second = desk.decide(best, better)
    copy.unlink()
    copy.symlink_to("elsewhere.jpg")
    with pytest.raises(ActionRefused, match="somebody has led this symbolic link elsewhere"):
        desk.undo(second)
    desk.undo(second, leave_edited=True)
    assert os.readlink(copy) == "elsewhere.jpg"
    assert better.exists()


def test_what_a_symbolic_link_leads_to_does_not_go_where_nothing_is_kept(
    desk: Desk, library: Path
) -> None:
    better, copy = make_pair(library)
    other = gallery.exact_copy(better, library / "other.jpg", modified=2)
    desk.scan()
    first = desk.decide(better, copy, fate=Fate.SYMLINK)
    before = snapshot(library)
    for best, worse in ((better, other), (other, better)):
        with pytest.raises(ActionRefused, match=f"--undo {first.id} puts the copy back there"):
            desk.decide_group(trash=[best, worse])
    assert snapshot(library) == before


def test_no_link_in_a_protected_folder_is_led_on(desk: Desk, library: Path) -> None:
    better, copy = make_pair(library)
    best = gallery.exact_copy(better, library / "best.jpg", modified=2)
    desk.scan()
    desk.decide(better, copy, fate=Fate.SYMLINK)
    desk.protected = [copy.parent]
    with pytest.raises(ActionRefused, match=r"b\.jpg leads to it, and .*copies is protected"):
        desk.decide(best, better)
    assert os.readlink(copy) == "../kept/a.jpg"


def test_an_emptied_trash_leaves_the_link(
    desk: Desk, place: Path, pair: tuple[Path, Path], fate: Fate
) -> None:
    decision = linked(desk, pair, fate)
    shutil.rmtree(place / ".betterhalf-trash")
    with pytest.raises(ActionRefused, match="the trash no longer holds it"):
        desk.undo(decision)
    assert pair[1].read_bytes() == pair[0].read_bytes()


def test_the_link_of_one_that_comes_back_out_of_turn_is_in_nobodys_way(
    desk: Desk, place: Path, pair: tuple[Path, Path]
) -> None:
    third = gallery.exact_copy(pair[0], place / "third.jpg", modified=99)
    desk.scan()
    linking = linked(desk, pair, Fate.HARD_LINK)
    was = pair[1].read_bytes()
    trashing = desk.decide(third, pair[1], merge="nothing")
    desk.undo(linking)
    assert pair[1].read_bytes() == was
    assert desk.known(pair[1]).state == "present"
    with pytest.raises(ActionRefused, match="another file has this name"):
        desk.undo(trashing)


def test_the_mode_and_owner_of_the_copy_stay_with_what_shares_its_blocks(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    photo, copy = make_pair(make_reflinks(mounted(library)))
    os.chown(copy, 12345, 23456)
    copy.chmod(0o604)
    desk.scan()
    desk.decide(photo, copy, fate=Fate.REFLINK)
    status = copy.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 23456, 0o604)


# Crashes.


class LinkArena(Arena):
    """The same library, in which a link takes the copy's place."""

    def decide_on(self, fate: Fate) -> None:
        with self.opened() as desk:
            desk.decide(*self.pair, fate=fate)

    def check_link(self, moment: int | float, fate: Fate) -> DecisionState | None:
        """As `Arena.check`, where a link may have taken the copy's place."""
        keep, lose = self.pair
        content = keep.read_bytes()
        with self.opened() as desk:
            self.repair(desk, moment)
            state = desk.history()[0].state if desk.history() else None
            stands = state is DecisionState.DONE
            assert lose.is_symlink() == (stands and fate is Fate.SYMLINK), moment
            assert trashed(self.library) == (["copies/a.jpg"] if stands else []), moment
            assert keep.read_bytes() == lose.read_bytes() == content, moment
            assert (desk.asset(keep).metadata.rating == 3) == stands, moment
            assert len(desk.pairs()) == (0 if stands else 1), moment
            # In a copy of the folder, with other inodes.
            for path in self.pair if fate is not Fate.SYMLINK else [keep]:
                (found,) = look_at([str(path)])
                assert replace(desk.known(path).found, inode=found.inode) == found, moment
            if stands:
                desk.undo(desk.history()[0])
            assert snapshot(self.library) == self.before, moment
            assert desk.asset(keep).metadata == self.said, moment
            assert desk.known(lose).state == "present", moment
            assert len(desk.pairs()) == 1, moment
        return state


@pytest.fixture
def arena(tmp_path: Path, fate: Fate, mounted: Callable[[Path], Path]) -> LinkArena:
    folder = tmp_path.resolve() / "disk"
    folder.mkdir()
    if fate is Fate.REFLINK:
        make_reflinks(mounted(folder))
    return LinkArena.make(folder / "arena", has_sidecar=False)


def test_a_crash_anywhere_while_a_link_is_put_loses_nothing(arena: LinkArena, fate: Fate) -> None:
    states = {arena.check_link(line, fate) for line in arena.each(str(fate), spread_over(25))}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_link_is_taken_back_loses_nothing(
    arena: LinkArena, fate: Fate
) -> None:
    arena.decide_on(fate)
    states = {arena.check_link(line, fate) for line in arena.each("undo", spread_over(15))}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}


class LedOnArena(Arena):
    """The same library, in which a symbolic link leads to the copy that goes."""

    @staticmethod
    def furnish(library: Path) -> None:
        gallery.exact_copy(library / "kept" / "a.jpg", library / "linked.jpg", modified=3)

    def link(self) -> None:
        """Have the third copy be a link to the one that may go."""
        with self.opened() as desk:
            desk.decide(self.pair[1], self.library / "linked.jpg", fate=Fate.SYMLINK)

    def link_and_decide(self) -> None:
        """And let that one go."""
        self.link()
        with self.opened() as desk:
            desk.decide(*self.pair)

    def check_led_on(self, moment: int | float) -> DecisionState | None:
        """The link leads to what stands, and all of it can be taken back."""
        link = self.library / "linked.jpg"
        with self.opened() as desk:
            self.repair(desk, moment)
            *later, first = desk.history()
            state = later[0].state if later else None
            stands = state is DecisionState.DONE
            assert os.readlink(link) == ("kept/a.jpg" if stands else "copies/a.jpg"), moment
            assert link.read_bytes() == self.pair[0].read_bytes(), moment
            for each in [*later[:stands], first]:
                desk.undo(each)
            assert snapshot(self.library) == self.before, moment
        return state


@pytest.fixture
def led_on(tmp_path: Path) -> LedOnArena:
    return LedOnArena.make(tmp_path.resolve() / "arena", has_sidecar=False)


def test_a_crash_anywhere_while_a_link_is_led_on_loses_nothing(led_on: LedOnArena) -> None:
    led_on.link()
    states = {led_on.check_led_on(line) for line in led_on.each("apply", spread_over(25))}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_link_is_led_back_loses_nothing(led_on: LedOnArena) -> None:
    led_on.link_and_decide()
    states = {led_on.check_led_on(line) for line in led_on.each("undo", spread_over(15))}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}
