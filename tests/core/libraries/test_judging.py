from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import ImageError
from core.libraries.judging import Judged, Memory, judge_files
from core.libraries.reader import file_digest
from core.model import Judgement
from tests import gallery


def judged(a: Path, b: Path) -> Judged:
    found = judge_files(os.fspath(a), os.fspath(b))
    assert isinstance(found, Judged)
    return found


def refused(a: Path | str, b: Path | str) -> ImageError:
    found = judge_files(os.fspath(a), os.fspath(b))
    assert isinstance(found, ImageError)
    return found


def test_a_verdict_says_of_which_bytes_it_is(tmp_path: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), tmp_path / "a.jpg")
    small = gallery.resized(photo, tmp_path / "b.jpg")
    other = gallery.photo("chelsea")
    near, far = judged(photo, small), judged(photo, other)
    assert near.verdict.judgement is Judgement.VISUAL
    assert far.verdict.judgement is Judgement.DIFFERENT
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
    seen, data = memory.look(one)
    assert data == Path(one).read_bytes()
    memory.look(other)
    assert memory.look(one) == (seen, None)
    small = Memory(seen.size)
    small.look(one)
    small.look(other)
    assert small.look(other)[1] is None
    assert small.look(one)[1] is not None


@pytest.mark.parametrize("name", ["plain.jpg", "b\udcffd.jpg", "new\nline.jpg"])
def test_names_of_any_kind_are_compared(tmp_path: Path, name: str) -> None:
    path = gallery.exact_copy(gallery.photo("coffee"), tmp_path / name)
    assert judged(path, gallery.photo("coffee")).distance == 0
