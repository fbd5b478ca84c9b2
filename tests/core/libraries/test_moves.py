from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.libraries.moves import move, remove_empty_folders, rename_exclusive


@pytest.fixture
def file(library: Path) -> Path:
    path = library / "a.jpg"
    path.write_bytes(b"a picture")
    return path


def test_a_move_keeps_bytes_and_time_and_makes_the_folders_above(file: Path) -> None:
    os.utime(file, ns=(1, 123_456_789))
    target = file.parent / "deep" / "er" / "b.jpg"
    move(file, target)
    assert not file.exists()
    assert target.read_bytes() == b"a picture"
    assert target.stat().st_mtime_ns == 123_456_789


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link"])
def test_a_taken_name_is_never_overwritten(file: Path, kind: str) -> None:
    target = file.parent / "taken"
    if kind == "file":
        target.write_bytes(b"another")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(file if kind == "link" else "nowhere")
    before = os.lstat(target)
    with pytest.raises(FileExistsError):
        move(file, target)
    assert file.read_bytes() == b"a picture"
    assert os.path.samestat(os.lstat(target), before)


def test_a_link_is_moved_and_not_what_it_points_to(file: Path) -> None:
    link = file.parent / "link.jpg"
    link.symlink_to("a.jpg")
    rename_exclusive(link, file.parent / "moved.jpg")
    assert os.readlink(file.parent / "moved.jpg") == "a.jpg"
    assert file.exists()


def test_names_that_are_no_text_move_as_they_are(library: Path) -> None:
    source = library / os.fsdecode(b"caf\xe9\n.jpg")
    source.write_bytes(b"x")
    move(source, library / "trash" / source.name)
    assert os.listdir(os.fsencode(library / "trash")) == [b"caf\xe9\n.jpg"]


def test_a_file_that_is_gone_is_an_error_with_its_name(library: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        move(library / "gone.jpg", library / "b.jpg")
    assert raised.value.filename == str(library / "gone.jpg")
    assert raised.value.errno == errno.ENOENT


def test_empty_folders_go_up_to_the_top_and_no_further(library: Path) -> None:
    top = library / "trash"
    (top / "day" / "sub").mkdir(parents=True)
    remove_empty_folders(top / "day" / "sub", top)
    assert not top.exists()
    assert library.exists()


def test_a_folder_with_something_in_it_stays(library: Path) -> None:
    top = library / "trash"
    (top / "day" / "sub").mkdir(parents=True)
    (top / "day" / "b.jpg").write_bytes(b"x")
    remove_empty_folders(top / "day" / "sub", top)
    assert os.listdir(top / "day") == ["b.jpg"]


def test_folders_outside_the_top_are_not_touched(library: Path) -> None:
    (library / "empty").mkdir()
    remove_empty_folders(library / "empty", library / "trash")
    assert (library / "empty").exists()
