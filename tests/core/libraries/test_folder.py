from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import UnavailableError, UsageError
from core.libraries.folder import library_root, list_folder, look_at, outermost, with_raws


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def listed(root: Path) -> list[str]:
    return [os.path.relpath(found.path, root) for found in list_folder(root).files]


def test_images_are_listed_in_path_order(library: Path) -> None:
    for name in ("b.jpg", "a.PNG", "z/c.heic", "m/n/d.Tiff", "a.txt", "movie.mov"):
        touch(library / name)
    assert listed(library) == ["a.PNG", "b.jpg", "m/n/d.Tiff", "z/c.heic"]


def test_a_raw_is_listed_where_no_image_of_its_stem_is(library: Path) -> None:
    for name in ("a.cr2", "b.jpg", "b.cr2", "B.NEF", "z/a.jpg", "c.dng", "c.cr2", "c.mov"):
        touch(library / name)
    assert listed(library) == ["a.cr2", "b.jpg", "c.cr2", "c.dng", "z/a.jpg"]


def test_an_image_that_comes_or_goes_concerns_the_raw_of_its_stem(library: Path) -> None:
    for name in ("a.jpg", "A.CR2", "a.xmp", "b.cr2", "c.cr2"):
        touch(library / name)
    asked = {str(library / name) for name in ("a.jpg", "b.png", "c.xmp", "nowhere/d.jpg")}
    assert with_raws(asked) - asked == {str(library / "A.CR2"), str(library / "b.cr2")}


@pytest.mark.parametrize(
    "name",
    [".hidden.jpg", ".hidden/a.jpg", ".betterhalf-trash/2024-01-01/a.jpg", "jpg", "a.jpg.xmp"],
)
def test_hidden_names_and_the_trash_are_left_out(library: Path, name: str) -> None:
    touch(library / name)
    assert listed(library) == []


def test_links_are_no_copies(library: Path, tmp_path: Path) -> None:
    touch(library / "a.jpg")
    touch(tmp_path / "outside" / "b.jpg")
    (library / "link.jpg").symlink_to("a.jpg")
    (library / "dangling.jpg").symlink_to("nowhere.jpg")
    (library / "loop").symlink_to(library)
    (library / "outside").symlink_to(tmp_path / "outside")
    listing = list_folder(library)
    assert [Path(found.path).name for found in listing.files] == ["a.jpg"]
    assert listing.problems == []


def test_what_is_named_like_an_image_and_is_none_is_left_out(library: Path) -> None:
    os.mkfifo(library / "pipe.jpg")
    (library / "folder.jpg").mkdir()
    assert listed(library) == []


@pytest.mark.parametrize(
    ("names", "sidecars"),
    [
        (("a.jpg", "a.jpg.xmp"), ["a.jpg.xmp"]),
        (("a.jpg", "a.xmp"), ["a.xmp"]),
        (("a.jpg", "A.JPG.XMP"), ["A.JPG.XMP"]),
        (("a.jpg", "a.xmp", "a.jpg.xmp"), ["a.jpg.xmp", "a.xmp"]),
        (("a.jpg", "b.xmp"), []),
        (("a.jpg", "a.jpg.json", "a.xmp"), ["a.xmp", "a.jpg.json"]),
        (("a.jpg", "a.jpg.supplemental-me.json"), ["a.jpg.supplemental-me.json"]),
        (("a.jpg", "a.cr2", "a.xmp"), ["a.xmp"]),
        (("a.jpg", "a.cr2", "a.xmp", "a.jpg.xmp"), ["a.jpg.xmp"]),
    ],
)
def test_the_sidecars_to_read_are_found(
    library: Path, names: tuple[str, ...], sidecars: list[str]
) -> None:
    for name in names:
        touch(library / name)
    (found,) = list_folder(library).files
    assert list(found.sidecars) == [str(library / name) for name in sidecars]


def test_a_change_of_any_sidecar_is_seen(library: Path) -> None:
    for name in ("a.jpg", "a.jpg.xmp", "a.xmp", "a.jpg.json"):
        touch(library / name)
    seen = set(list_folder(library).files)
    for name in ("a.jpg.xmp", "a.xmp", "a.jpg.json"):
        (library / name).write_bytes(b"now it is longer, " + name.encode())
        seen.add(*list_folder(library).files)
    (library / "a.jpg.json").unlink()
    seen.add(*list_folder(library).files)
    assert len(seen) == 5


def test_a_takeout_json_that_comes_concerns_its_image(library: Path) -> None:
    touch(library / "a.jpg")
    touch(library / "b.jpg")
    (found,) = look_at([str(library / "a.jpg.supplemental-metadata.json")])
    assert found.path == str(library / "a.jpg")


def test_a_date_beyond_what_the_catalog_can_hold_is_no_obstacle(library: Path) -> None:
    os.utime(touch(library / "future.jpg"), (10_000_000_000, 10_000_000_000))
    (found,) = list_folder(library).files
    assert found.modified_ns == (1 << 63) - 1


def test_a_walk_can_be_stopped(library: Path) -> None:
    touch(library / "a" / "a.jpg")
    assert list_folder(library, lambda: True).files == []


def test_a_folder_that_vanishes_is_a_problem_of_its_own(library: Path) -> None:
    listing = list_folder(library / "gone")
    assert [problem.subject for problem in listing.problems] == [str(library / "gone")]


def test_a_library_is_known_by_its_real_path(library: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(library)
    assert library_root(tmp_path / "link") == library
    assert library_root(library / ".." / "library") == library


def test_a_library_has_to_be_a_folder_that_is_there(library: Path) -> None:
    with pytest.raises(UsageError, match="this is a file"):
        library_root(touch(library / "a.jpg"))
    with pytest.raises(UnavailableError, match="there is no such folder"):
        library_root(library / "gone")
    with pytest.raises(UnavailableError, match="not a folder"):
        library_root(library / "a.jpg" / "below")


def test_a_library_behind_a_loop_of_links_is_not_entered(library: Path) -> None:
    (library / "one").symlink_to("two")
    (library / "two").symlink_to("one")
    with pytest.raises(UnavailableError):
        library_root(library / "one")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["/a", "/a/b"], ["/a"]),
        (["/a/b", "/a"], ["/a"]),
        (["/a", "/ab"], ["/a", "/ab"]),
        (["/b", "/a", "/b"], ["/b", "/a"]),
        (["/", "/a"], ["/"]),
    ],
)
def test_libraries_inside_others_are_scanned_once(given: list[str], kept: list[str]) -> None:
    assert outermost([Path(each) for each in given]) == [Path(each) for each in kept]
