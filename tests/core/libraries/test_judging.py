from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ImageError
from core.imaging.verdict import METHOD
from core.imaging.verdict.packing import VERSION
from core.libraries.cache import Cache
from core.libraries.judging import Comparison, File, Memory, judge_files
from core.libraries.reader import file_digest
from core.model import Judgement
from tests import gallery


def judged(a: Path, b: Path) -> Comparison:
    found = judge_files(os.fspath(a), os.fspath(b), with_distance=True)
    assert isinstance(found, Comparison)
    return found


def refused(a: Path | str, b: Path | str) -> ImageError:
    found = judge_files(os.fspath(a), os.fspath(b), with_distance=True)
    assert isinstance(found, ImageError)
    return found


def test_a_verdict_says_of_which_bytes_it_is(tmp_path: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), tmp_path / "a.jpg")
    small = gallery.resized(photo, tmp_path / "b.jpg")
    other = gallery.photo("chelsea")
    near, far = judged(photo, small), judged(photo, other)
    assert near.verdict.judgement is Judgement.VISUAL
    assert far.verdict.judgement is Judgement.DIFFERENT
    assert near.distance is not None
    assert far.distance is not None
    assert near.distance < far.distance
    assert near.digests == (file_digest(photo), file_digest(small))


def test_equal_pixels_are_found_though_the_bytes_were_read_long_ago(tmp_path: Path) -> None:
    photo = gallery.described(gallery.photo("coffee"), tmp_path / "a.jpg")
    bare = gallery.stripped(photo, tmp_path / "b.jpg")
    for each in (photo, bare):
        judged(each, gallery.photo("chelsea"))
    assert judged(photo, bare).verdict.judgement is Judgement.PIXELS


def test_the_one_that_cannot_be_compared_is_named(tmp_path: Path) -> None:
    good = gallery.photo("coffee")
    cut = gallery.truncated(good, tmp_path / "cut.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    for bad, cause in (
        (cut, "the picture is cut off"),
        (tmp_path / "none.jpg", "there is no such file"),
        (tmp_path / "pipe.jpg", "it is no regular file"),
        (tmp_path, "it is no regular file"),
        ("with\0zero.jpg", "this is no path"),
    ):
        for error in (refused(bad, good), refused(good, bad)):
            assert error.subject == os.fspath(bad)
            assert cause in error.cause
            assert error.remedy


def test_a_file_that_has_changed_is_looked_at_anew(tmp_path: Path) -> None:
    photo = gallery.photo("coffee")
    path = gallery.exact_copy(photo, tmp_path / "a.jpg", modified=1)
    assert judged(photo, path).verdict.judgement is Judgement.PIXELS
    gallery.exact_copy(gallery.photo("chelsea"), path, modified=2)
    assert judged(photo, path).verdict.judgement is Judgement.DIFFERENT


def test_a_file_is_read_once_and_what_was_seen_longest_ago_is_forgotten_first() -> None:
    one, other = (os.fspath(gallery.photo(name)) for name in ("coffee", "chelsea"))
    memory = Memory(1 << 30)
    first = memory.look(one, None)
    assert first.data == Path(one).read_bytes()
    memory.look(other, None)
    assert memory.look(one, None) == File(first.seen, None)
    small = Memory(first.seen.size)
    small.look(one, None)
    small.look(other, None)
    assert small.look(other, None).data is None
    assert small.look(one, None).data is not None


def looks_in(folder: Path) -> Cache:
    return Cache(os.fspath(folder), VERSION, 1 << 30)


def compared_anew(a: Path, b: Path, folder: Path) -> tuple[Comparison, list[bool]]:
    """What a worker that has just started says, and whether it found each file in the folder."""
    memory = Memory(1 << 30)
    known = [memory.look(os.fspath(each), looks_in(folder)).seen.kept >= 0 for each in (a, b)]
    found = judge_files(
        os.fspath(a), os.fspath(b), os.fspath(folder), with_distance=True, memory=memory
    )
    assert isinstance(found, Comparison)
    return found, known


def without_seconds(found: Comparison) -> Comparison:
    return replace(found, seconds=0)


@pytest.mark.parametrize(
    "make", [gallery.recompressed, gallery.resized, gallery.png_of, gallery.stripped]
)
def test_what_was_seen_once_is_known_after_a_restart(
    make: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    photo, folder = gallery.photo("retina"), tmp_path / "looks"
    other = make(photo, tmp_path / "other.png")
    cold, before = compared_anew(photo, other, folder)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    known, after = compared_anew(photo, other, folder)
    assert (before, after) == ([False, False], [True, True])
    assert without_seconds(known) == without_seconds(cold)
    # Nothing had to be found out that was not kept, whatever the file is called now.
    moved = gallery.exact_copy(other, tmp_path / "moved.png")
    assert compared_anew(photo, moved, folder)[1] == [True, True]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept


def test_what_another_side_asks_for_is_kept_too(tmp_path: Path) -> None:
    photo, folder = gallery.photo("retina"), tmp_path / "looks"
    digest = file_digest(photo)
    entries = []
    for factor in (0.5, 0.4, 0.5):
        compared_anew(photo, gallery.resized(photo, tmp_path / "b.jpg", factor=factor), folder)
        entries.append(looks_in(folder).get(digest))
    first, more, same = entries
    assert first != more == same


def test_a_broken_look_is_made_again(tmp_path: Path) -> None:
    photo, folder = gallery.photo("coffee"), tmp_path / "looks"
    other = gallery.recompressed(photo, tmp_path / "b.jpg")
    cold, _ = compared_anew(photo, other, folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    again, known = compared_anew(photo, other, folder)
    assert known == [False, False]
    assert without_seconds(again) == without_seconds(cold)
    assert compared_anew(photo, other, folder)[1] == [True, True]


def test_an_entry_of_an_unknown_form_costs_no_verdict(tmp_path: Path) -> None:
    photo, folder = gallery.photo("coffee"), tmp_path / "looks"
    looks_in(folder).put(file_digest(photo), b"something else")
    found, known = compared_anew(photo, photo, folder)
    assert known == [False, False]
    assert found.verdict.judgement is Judgement.PIXELS


def test_the_method_is_part_of_what_a_look_is_kept_as(tmp_path: Path) -> None:
    photo, folder = gallery.photo("coffee"), tmp_path / "looks"
    compared_anew(photo, photo, folder)
    assert VERSION.startswith(b"%d." % METHOD)
    assert looks_in(folder).get(file_digest(photo)) is not None
    later = Cache(os.fspath(folder), b"%d.1" % (METHOD + 1), 1 << 30)
    assert later.get(file_digest(photo)) is None


@pytest.mark.parametrize("name", ["plain.jpg", "b\udcffd.jpg", "new\nline.jpg"])
def test_names_of_any_kind_are_compared(tmp_path: Path, name: str) -> None:
    path = gallery.exact_copy(gallery.photo("coffee"), tmp_path / name)
    assert judged(path, gallery.photo("coffee")).distance == 0
