"""What sidecars and file systems come with, and what merging makes of it. What refuses a decision
is in `test_merging`, what becomes of files that changed in `test_carrying`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ActionRefused, PersonNeeded
from core.metadata.read import read_sidecar
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Fate, Metadata
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.mounts import mount

NOWHERE = b"""\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
    exif:GPSLatitude="nanN" exif:GPSLongitude="9,0E"/>
 </rdf:RDF>
</x:xmpmeta>
"""


def make_pair(library: Path) -> tuple[Path, Path]:
    """A photo and its copy, in folders of their own."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir()
    photo = gallery.exact_copy(gallery.photo("clock"), library / "kept" / "a.jpg", modified=1)
    return photo, gallery.exact_copy(photo, library / "copies" / "b.jpg", modified=2)


def test_a_place_that_is_no_number_is_not_handed_on_and_stops_a_rule(
    desk: Desk, library: Path
) -> None:
    photo, copy = make_pair(library)
    copy.with_name("b.jpg.xmp").write_bytes(NOWHERE)
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match="its position is none on Earth"):
        desk.decide(photo, copy, rule="a rule")
    decision = desk.decide(photo, copy)
    told = read_sidecar(photo.with_name("a.jpg.xmp").read_bytes())
    assert (told.rating, told.location, told.problem) == (4, None, None)
    desk.undo(decision)
    assert snapshot(library) == before


def test_of_two_sidecars_that_disagree_the_believed_one_is_written_to(
    desk: Desk, library: Path
) -> None:
    photo, copy = make_pair(library)
    believed, other = photo.with_name("a.jpg.xmp"), photo.with_name("a.xmp")
    believed.write_bytes(sidecar_bytes(None, Metadata(rating=2, tags=("mine",)), WRITTEN))
    other.write_bytes(sidecar_bytes(None, Metadata(rating=5), WRITTEN))
    copy.with_name("b.jpg.xmp").write_bytes(sidecar_bytes(None, Metadata(rating=3), WRITTEN))
    desk.scan()
    before, disbelieved = snapshot(library), other.read_bytes()
    decision = desk.decide(photo, copy)
    assert desk.asset(photo).metadata.rating == 3
    assert read_sidecar(believed.read_bytes()) == Metadata(rating=3, tags=("mine",))
    assert other.read_bytes() == disbelieved
    desk.undo(decision)
    assert snapshot(library) == before


def test_a_library_that_is_away_is_named_instead_of_a_picture_that_is_gone(
    desk: Desk, library: Path
) -> None:
    photo, copy = make_pair(library)
    desk.scan()
    choice = desk.choice(photo, copy)
    away = library.rename(library.with_name("away"))
    library.mkdir()
    with pytest.raises(ActionRefused, match=rf"^{library}: this library is not there; mount"):
        desk.carry_out(choice)
    assert list(library.iterdir()) == []
    library.rmdir()
    away.rename(library)
    desk.carry_out(choice)


@pytest.fixture
def coarse(library: Path, tmp_path: Path, mounted: Callable[[Path], Path]) -> Path:
    """The library, on a file system that knows whole seconds only, as FAT does."""
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 (e2fsprogs) is not installed")
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(16_000_000)
    command = ["mkfs.ext4", "-q", "-I", "128", image]
    subprocess.run(command, check=True, capture_output=True)
    mount(mounted(library), "-o", "loop", image)
    (library / "lost+found").rmdir()
    return library


@pytest.mark.parametrize("fate", [Fate.TRASH, Fate.HARD_LINK, Fate.SYMLINK], ids=str)
def test_whole_seconds_are_enough_to_know_what_was_written_and_to_take_it_back(
    desk: Desk, coarse: Path, fate: Fate
) -> None:
    photo, copy = make_pair(coarse)
    photo.with_name("a.jpg.xmp").write_bytes(sidecar_bytes(None, Metadata(rating=1), WRITTEN))
    copy.with_name("b.jpg.xmp").write_bytes(sidecar_bytes(None, Metadata(rating=3), WRITTEN))
    assert copy.with_name("b.jpg.xmp").stat().st_mtime_ns % 1_000_000_000 == 0
    desk.scan()
    before = snapshot(coarse)
    decision = desk.decide(photo, copy, fate=fate)
    assert "copies/b.jpg" in trashed(coarse)
    assert desk.asset(photo).metadata.rating == 3
    assert desk.scan().read == 0
    assert desk.asset(photo).metadata.rating == 3
    desk.undo(decision)
    assert snapshot(coarse) == before
    assert desk.scan().read == 0
    assert desk.asset(photo).metadata.rating == 1
    assert len(desk.pairs()) == 1


def test_what_is_edited_within_the_second_of_a_merge_is_not_taken_back_unseen(
    desk: Desk, coarse: Path
) -> None:
    photo, copy = make_pair(coarse)
    copy.with_name("b.jpg.xmp").write_bytes(sidecar_bytes(None, Metadata(rating=3), WRITTEN))
    desk.scan()
    decision = desk.decide(photo, copy)
    told = photo.with_name("a.jpg.xmp")
    status = told.stat()
    edited = told.read_bytes().replace(b">3<", b">5<")
    assert edited != told.read_bytes()
    told.write_bytes(edited)
    os.utime(told, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ActionRefused, match="edited since"):
        desk.undo(decision)
    desk.undo(decision, leave_edited=True)
    assert told.read_bytes() == edited
