from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.libraries.companions import FolderNames, companions_of, folder_names


def beside(folder: Path, image: str, *names: str) -> list[tuple[str, str]]:
    """The companions of `image`: name, and its kind or that it is shared."""
    for name in (image, *names):
        (folder / name).write_bytes(b"x")
    return [
        (each.path.name, "shared" if each.shared else str(each.kind))
        for each in companions_of(folder / image)
    ]


@pytest.mark.parametrize(
    ("names", "companions"),
    [
        ([], []),
        (["a.jpg.xmp"], [("a.jpg.xmp", "sidecar")]),
        (["a.xmp"], [("a.xmp", "sidecar")]),
        (["A.XMP", "A.CR2"], [("A.XMP", "shared"), ("A.CR2", "RAW")]),
        (["a.mov", "a.dng"], [("a.dng", "RAW"), ("a.mov", "video")]),
        (["a.png", "a.xmp", "a.dng"], [("a.xmp", "shared"), ("a.dng", "shared")]),
        (["a.png", "a.jpg.xmp"], [("a.jpg.xmp", "sidecar")]),
        (["b.xmp", "b.cr2", "a.txt", "a (1).cr2"], []),
        (["a.jpg.json"], [("a.jpg.json", "sidecar")]),
        (
            ["a.jpg.xmp", "A.JPG.suppl.json"],
            [("a.jpg.xmp", "sidecar"), ("A.JPG.suppl.json", "sidecar")],
        ),
        (["a.json", "a.png.json", "metadata.json", "a.jpg(1).json"], []),
        (
            ["a.AAE", "a.jpg.pp3", "a.mov", "b.aae", "a.png.pp3"],
            [("a.AAE", "edit"), ("a.jpg.pp3", "edit"), ("a.mov", "video")],
        ),
        (["a.png", "a.aae", "a.jpg.dop"], [("a.aae", "shared"), ("a.jpg.dop", "edit")]),
    ],
)
def test_what_lies_beside_an_image_is_told_apart(
    library: Path, names: list[str], companions: list[tuple[str, str]]
) -> None:
    assert beside(library, "a.jpg", *names) == companions


@pytest.mark.parametrize(
    ("names", "companions"),
    [
        ([], []),
        (["a.xmp"], [("a.xmp", "sidecar")]),
        (["a.cr2.xmp", "a.mov"], [("a.cr2.xmp", "sidecar"), ("a.mov", "video")]),
        (["a.dng", "a.xmp", "a.mov"], [("a.xmp", "shared"), ("a.mov", "shared")]),
    ],
)
def test_a_raw_that_stands_alone_has_companions_as_an_image_has(
    library: Path, names: list[str], companions: list[tuple[str, str]]
) -> None:
    assert beside(library, "a.cr2", *names) == companions


def test_an_image_named_after_a_raw_does_not_claim_its_sidecar(library: Path) -> None:
    assert beside(library, "a.cr2.jpg", "a.cr2", "a.cr2.xmp") == [("a.cr2.xmp", "shared")]
    assert beside(library, "a.cr2") == [("a.cr2.xmp", "sidecar")]


def test_a_converted_image_does_not_claim_its_originals_sidecar(library: Path) -> None:
    assert beside(library, "a.tif.jpg", "a.tif", "a.tif.xmp") == [("a.tif.xmp", "shared")]
    assert beside(library, "a.tif") == [("a.tif.xmp", "sidecar")]


def test_names_that_differ_in_case_only_keep_to_their_own_sidecars(library: Path) -> None:
    found = beside(library, "a.jpg", "A.JPG", "a.jpg.xmp", "A.JPG.xmp")
    if len(list(library.iterdir())) < 4:
        pytest.skip("this file system takes the two names for one")
    assert found == [("a.jpg.xmp", "sidecar"), ("A.JPG.xmp", "shared")]


def test_a_numbered_image_has_its_own_takeout_json(library: Path) -> None:
    names = ("a.jpg", "a.jpg.supplemental-metadata.json", "a.jpg.supplemental-metadata(1).json")
    assert beside(library, "a(1).jpg", *names) == [
        ("a.jpg.supplemental-metadata(1).json", "sidecar")
    ]
    assert beside(library, "a.jpg") == [("a.jpg.supplemental-metadata.json", "sidecar")]


def test_a_takeout_json_that_two_long_names_are_cut_to_is_shared(library: Path) -> None:
    long = "x" * 46
    assert beside(library, f"{long}a.jpg", f"{long}b.jpg", f"{long}.json") == [
        (f"{long}.json", "shared")
    ]


def test_links_and_folders_are_no_companions(library: Path) -> None:
    (library / "a.xmp").mkdir()
    (library / "real.cr2").write_bytes(b"x")
    (library / "a.cr2").symlink_to("real.cr2")
    assert beside(library, "a.jpg") == []


def test_a_folder_that_cannot_be_listed_is_no_folder_without_companions(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        companions_of(tmp_path / "gone" / "a.jpg")


NAMES = st.sampled_from(
    ["a", "A", "a(1)", "a.jpg", "ab", "b", "x" * 45, "x" * 50, "x" * 50 + "(1)"]
)
SUFFIXES = st.sampled_from(
    ".jpg .JPG .png .cr2 .mov .xmp .XMP .jpg.xmp .json .jpg.json .jpg.suppl.json "
    ".jpg(1).json .jpg.supplemental-metadata(1).json".split()
)


@settings(max_examples=300)
@given(st.sets(st.builds(str.__add__, NAMES, SUFFIXES), min_size=1, max_size=12))
def test_what_is_left_out_of_a_large_folder_has_nothing_to_do_with_the_picture(
    names: set[str],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            Path(folder, name).touch()
        whole = FolderNames(folder, os.listdir(folder))
        for name in names:
            near = folder_names(Path(folder), name)
            assert near.companions(name) == whole.companions(name)
            assert near.sidecars(name) == whole.sidecars(name)
            assert near.is_picture(name) == whole.is_picture(name)
