from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog import recording
from core.catalog.known import known_at, known_pages
from core.libraries.folder import list_folder
from core.model import Examined, FoundFile, Unreadable
from tests import gallery
from tests.core.desk import Desk


@pytest.mark.parametrize(
    "found",
    [
        FoundFile("/photos/a.jpg", 10, 20, 30),
        FoundFile("/photos/a.jpg", 10, -1, (1 << 64) - 1, "/photos/a.xmp", 5, 6),
        FoundFile("/photos/" + os.fsdecode(b"caf\xe9\n.jpg"), 1 << 40, 20, 30),
    ],
)
def test_a_file_comes_back_as_it_was_found(desk: Desk, found: FoundFile) -> None:
    desk.ask(recording.record, [Examined(found, None, Unreadable("no", "yes"))])
    (known,) = desk.ask(known_at, [found.path], [])
    assert known.found == found
    assert known.problem == Unreadable("no", "yes")
    assert not known.read


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ([], ["a/1.jpg", "a/b/2.jpg", "ab/3.jpg"]),
        (["a"], ["a/1.jpg", "a/b/2.jpg"]),
        (["a/b", "ab"], ["a/b/2.jpg", "ab/3.jpg"]),
        (["a/"], ["a/1.jpg", "a/b/2.jpg"]),
        (["none"], []),
    ],
)
def test_a_scope_is_a_folder_and_everything_below_it(
    desk: Desk, library: Path, scope: list[str], names: list[str]
) -> None:
    for name in ("a/1.jpg", "a/b/2.jpg", "ab/3.jpg"):
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        gallery.exact_copy(gallery.photo("clock"), library / name)
    desk.scan()
    roots = [library / each for each in scope]
    pages = desk.ask(lambda: list(known_pages(roots, {})))
    known = [each.found.path for page in pages for each in page.others]
    assert sorted(os.path.relpath(path, library) for path in known) == names


def test_what_is_as_listed_is_told_apart_in_pages_of_any_size(
    desk: Desk, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abcde":
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg")
    gallery.with_sidecar(library / "c.jpg")
    (library / "f.jpg").write_bytes(b"no picture")
    desk.scan()
    listed = {each.path: each for each in list_folder(library).files}
    other = library / "d.jpg"
    listed[str(other)] = replace(listed[str(other)], modified_ns=1)
    monkeypatch.setattr("core.catalog.known._PAGE", 2)
    pages = desk.ask(lambda: list(known_pages([library], listed)))
    same = [Path(path).name for page in pages for path in page.as_listed]
    others = [each for page in pages for each in page.others]
    assert same == ["a.jpg", "b.jpg", "c.jpg", "e.jpg"]
    assert [Path(each.found.path).name for each in others] == ["d.jpg", "f.jpg"]
    assert [each.problem is None for each in others] == [True, False]
