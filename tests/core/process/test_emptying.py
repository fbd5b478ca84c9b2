"""``--empty-trash``: what it says, when it asks, and what it leaves."""

from __future__ import annotations

import json
import os
import pty
from collections.abc import Callable
from pathlib import Path

import pytest

from core.text import human_size
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless
from tests.core.mounts import mount

EMPTY = "--empty-trash"


@pytest.fixture
def decided(betterhalf: Headless, library: Path) -> list[Path]:
    """A photo, and two copies of it that a rule has sent to the trash."""
    (library / "sub").mkdir()
    made = [
        gallery.exact_copy(gallery.photo("clock"), library / name, modified=age)
        for age, name in enumerate(("a.jpg", "b.jpg", "sub/c.jpg"), start=1)
    ]
    betterhalf.process("--rule", "exact-copies", library)
    return made


def test_it_says_what_goes_and_what_ends_and_then_does_it(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    outcome = betterhalf(EMPTY, "--yes", library)
    assert outcome.code == 0
    size = human_size(2 * decided[0].stat().st_size)
    assert outcome.complaints == [
        f"2 files, {size}, will leave the trash for good; 2 decisions can then no longer be undone",
        f"2 files, {size}, removed for good",
    ]
    assert sorted(path.name for path in library.iterdir()) == ["a.jpg", "sub"]
    refused = betterhalf("--undo", "last")
    assert refused.code == 1
    assert "when that was emptied" in refused.complaint_about("b.jpg")
    assert betterhalf(EMPTY, "--yes", library).complaints == ["nothing can go"]


def test_without_a_terminal_and_without_yes_nothing_is_done(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    before = snapshot(library)
    outcome = betterhalf(EMPTY, library)
    assert (outcome.code, snapshot(library)) == (2, before)
    assert outcome.complaints == [
        "betterhalf: --empty-trash: nobody is there to agree to it; add --yes"
    ]


@pytest.mark.parametrize(("answer", "goes"), [("yes\n", True), ("\n", False)])
def test_a_person_is_asked_and_silence_is_no(
    betterhalf: Headless, library: Path, decided: list[Path], answer: str, goes: bool
) -> None:
    outer, inner = pty.openpty()
    os.write(outer, answer.encode())
    outcome = betterhalf(EMPTY, library, stdin=inner)
    os.close(outer)
    os.close(inner)
    assert outcome.code == (0 if goes else 1)
    assert "Remove them? [y/N]" in outcome.stderr.decode()
    assert trashed(library) == ([] if goes else ["b.jpg", "sub/c.jpg"])


def test_a_dry_run_lists_what_would_go_and_removes_nothing(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    before = snapshot(library)
    outcome = betterhalf(EMPTY, "--dry-run", "--json", library)
    assert (outcome.code, snapshot(library)) == (0, before)
    listed = outcome.of_type("emptied")
    assert {each["state"] for each in listed} == {"planned"}
    assert sorted(Path(path).name for each in listed for path in each["files"]) == [
        "b.jpg",
        "c.jpg",
    ]
    assert "would leave the trash" in outcome.complaints[0]


def test_only_what_is_old_enough_goes(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    assert betterhalf(EMPTY, "--yes", "--older-than", "1", library).complaints == ["nothing can go"]
    assert len(trashed(library)) == 2
    assert betterhalf(EMPTY, "--yes", "--older-than", "0", library).code == 0
    assert trashed(library) == []
    for wrong in ("-1", "soon", "nan", "1e9"):
        assert betterhalf(EMPTY, f"--older-than={wrong}", library).code == 2


def test_what_stays_is_named_with_the_reason(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    (day,) = (library / ".betterhalf-trash").iterdir()
    (day / "mine.jpg").write_bytes(b"mine")
    (day / "b.jpg").write_bytes(b"another")
    outcome = betterhalf(EMPTY, "--yes", "--json", library)
    assert outcome.code == 0
    stays = {each["path"]: each["cause"] for each in outcome.of_type("stays")}
    assert stays == {
        str(day / "b.jpg"): "this is not what was put there",
        str(
            day / "mine.jpg"
        ): "this catalog knows nothing of it: put there by hand, or by another catalog",
    }
    assert trashed(library) == ["b.jpg", "mine.jpg"]


def test_other_libraries_are_left_alone(
    betterhalf: Headless, library: Path, decided: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert betterhalf(EMPTY, "--yes", other).complaints == ["nothing can go"]
    assert len(trashed(library)) == 2


def test_what_may_not_be_removed_stays_and_can_be_taken_back(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    (day,) = (library / ".betterhalf-trash").iterdir()
    day.chmod(0o555)
    outcome = betterhalf.held_back()(EMPTY, "--yes", "--json", library)
    day.chmod(0o755)
    assert outcome.code == 1
    assert "permission denied" in outcome.complaint_about("b.jpg")
    removed = [path for each in outcome.of_type("emptied") for path in each["files"]]
    assert removed == [str(day / "sub" / "c.jpg")]
    assert trashed(library) == ["b.jpg"]
    assert betterhalf("--undo", "1").code == 0
    assert decided[1].exists()


def test_a_read_only_library_loses_nothing(
    betterhalf: Headless, library: Path, decided: list[Path], mounted: Callable[[Path], Path]
) -> None:
    mount(mounted(library), "--bind", library)
    mount(library, "-o", "remount,ro,bind")
    outcome = betterhalf(EMPTY, "--yes", library)
    assert outcome.code == 1
    assert "the file system is read-only; remount it writable" in outcome.complaint_about("b.jpg")
    assert len(trashed(library)) == 2


@pytest.mark.parametrize("option", [("--yes",), ("--older-than", "3")])
def test_its_options_belong_to_it(
    betterhalf: Headless, library: Path, option: tuple[str, ...]
) -> None:
    outcome = betterhalf("--process", *option, library)
    assert outcome.code == 2
    assert "add --empty-trash" in outcome.complaints[0]


def test_it_says_of_what_nothing_better_is_kept(betterhalf: Headless, library: Path) -> None:
    for name in "ab":
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg")
    betterhalf.process(library)
    lines = library.with_name("lines.jsonl")
    lines.write_text(json.dumps({"trash": [str(library / "a.jpg"), str(library / "b.jpg")]}))
    betterhalf("--decide", lines, library)
    stays = betterhalf(EMPTY, "--yes", library)
    assert b"--discarded lets it go, too" in stays.stdout
    assert trashed(library) == ["a.jpg", "b.jpg"]
    goes = betterhalf(EMPTY, "--yes", "--discarded", library)
    assert "of 2 files NOTHING BETTER IS KEPT" in goes.complaints[0]
    assert trashed(library) == []
    assert betterhalf("--doctor", library).stdout == b"all is well\n"
