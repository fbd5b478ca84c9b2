from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import BetterhalfError
from core.libraries.watch import Place, changes, places


class Ear:
    """Listens to one place in a thread, until the test ends."""

    def __init__(self, place: Place) -> None:
        self.heard: set[str] = set()
        self.notices: list[BetterhalfError] = []
        self._stop = threading.Event()
        told = changes(place, self._stop, self.notices.append)
        self.heard |= next(told)
        self._thread = threading.Thread(target=self._listen, args=[told])
        self._thread.start()

    def _listen(self, told: Iterator[set[str]]) -> None:
        for paths in told:
            self.heard |= paths

    def hears(self, *paths: Path) -> None:
        """Wait until all `paths` have been named."""
        while not {os.fspath(path) for path in paths} <= self.heard:
            pass

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


Listen = Callable[..., Ear]


@pytest.fixture
def listen(library: Path) -> Iterator[Listen]:
    ears: list[Ear] = []

    def start(polled: bool) -> Ear:
        ears.append(Ear(Place(library, polled)))
        return ears[-1]

    yield start
    for ear in ears:
        ear.close()


both_ways = pytest.mark.parametrize("polled", [False, True], ids=["told", "looked for"])


@both_ways
def test_what_comes_changes_and_goes_is_named(listen: Listen, library: Path, polled: bool) -> None:
    changed, gone, new = library / "changed.jpg", library / "gone.jpg", library / "new.jpg"
    changed.write_bytes(b"1")
    gone.write_bytes(b"1")
    ear = listen(polled)
    changed.write_bytes(b"22")
    gone.unlink()
    new.write_bytes(b"1")
    ear.hears(changed, gone, new)
    assert ear.notices == []


@both_ways
def test_a_folder_is_named_with_what_was_in_it_when_it_came(
    listen: Listen, library: Path, tmp_path: Path, polled: bool
) -> None:
    (tmp_path / "away" / "deep").mkdir(parents=True)
    (tmp_path / "away" / "deep" / "a.jpg").write_bytes(b"1")
    ear = listen(polled)
    (tmp_path / "away").rename(library / "here")
    ear.hears(library / "here" / "deep" / "a.jpg")
    (library / "here" / "deep" / "b.jpg").write_bytes(b"1")
    ear.hears(library / "here" / "deep" / "b.jpg")


@both_ways
def test_hidden_names_the_trash_links_and_strangers_are_not_named(
    listen: Listen, library: Path, tmp_path: Path, polled: bool
) -> None:
    outside = tmp_path / "outside"
    for folder in (library / ".betterhalf-trash", library / ".hidden", outside):
        folder.mkdir()
    (library / "link").symlink_to(outside)
    (library / "loop").symlink_to(library)
    ear = listen(polled)
    (library / ".betterhalf-trash" / "a.jpg").write_bytes(b"1")
    (library / ".hidden" / "a.jpg").write_bytes(b"1")
    (library / ".a.jpg").write_bytes(b"1")
    (library / "notes.txt").write_bytes(b"1")
    (outside / "a.jpg").write_bytes(b"1")
    (library / "z.jpg").write_bytes(b"1")
    ear.hears(library / "z.jpg")
    assert ear.heard == {os.fspath(library / "z.jpg")}


@both_ways
def test_a_name_that_is_no_text_is_heard_of(listen: Listen, library: Path, polled: bool) -> None:
    ear = listen(polled)
    strange = Path(os.fsdecode(os.fsencode(library) + b"/\xff.jpg"))
    strange.write_bytes(b"1")
    ear.hears(strange)
    # From now on it looks, and says so.
    assert len(ear.notices) == (0 if polled else 1)
    (library / "later.jpg").write_bytes(b"1")
    ear.hears(library / "later.jpg")


def test_a_library_that_went_away_is_heard_of_when_it_returns(
    listen: Listen, library: Path
) -> None:
    ear = listen(False)
    library.rename(library.with_name("elsewhere"))
    ear.hears(library)
    library.mkdir()
    (library / "a.jpg").write_bytes(b"1")
    ear.hears(library / "a.jpg")
    (notice,) = ear.notices
    assert str(notice) == f"{library}: it is gone; it is looked through again and again instead"


def test_a_library_whose_name_is_no_text_is_looked_through(library: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(library) + b"/\xff"))
    strange.mkdir()
    ear = Ear(Place(strange, False))
    try:
        (strange / "a.jpg").write_bytes(b"1")
        ear.hears(strange / "a.jpg")
        assert len(ear.notices) == 1
    finally:
        ear.close()


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    table = tmp_path / "mounts"
    table.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/photos /mnt/nas nfs4 rw 0 0\n"
        "//server/c /home/me/Pictures/the\\040share cifs rw 0 0\n"
        "me@host: /home/me/Pictures/ssh fuse.sshfs rw 0 0\n"
        "/dev/sdb1 /home/me/Pictures/disk fuseblk rw 0 0\n"
        "me@host: /home/me/Pictures/.cache/x fuse.sshfs rw 0 0\n"
        "server:/old /mnt/over nfs rw 0 0\n"
        "/dev/sdc1 /mnt/over ext4 rw 0 0\n"
    )
    return table


def test_network_folders_are_looked_through_wherever_they_are_mounted(mounts: Path) -> None:
    pictures = Path("/home/me/Pictures")
    assert places([pictures, Path("/mnt/nas/2024"), Path("/mnt/over")], mounts) == [
        Place(pictures, False),
        Place(pictures / "the share", True),
        Place(pictures / "ssh", True),
        Place(Path("/mnt/nas/2024"), True),
        Place(Path("/mnt/over"), False),
    ]


def test_a_system_without_a_table_of_mounts_is_asked_to_tell(tmp_path: Path) -> None:
    assert places([tmp_path], tmp_path / "none") == [Place(tmp_path, False)]
