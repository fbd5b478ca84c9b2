"""A headless run that goes on with what arrives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import gallery
from tests.core.desk import trashed
from tests.core.headless import Headless
from tests.core.process.test_signals import STOPPED

_FEW_WATCHES = 'echo 1 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"'


class Run:
    """A watching run that has scanned, and has its summary behind it."""

    def __init__(self, betterhalf: Headless, *arguments: str | Path) -> None:
        self.process = betterhalf.popen("--process", "--json", "--watch", *arguments)
        while self.next()["type"] != "summary":
            pass

    def next(self) -> dict[str, Any]:
        """The next object it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self, number: int) -> tuple[int, list[str]]:
        """Exit code and complaints."""
        self.process.send_signal(number)
        stdout, stderr = self.process.communicate()
        assert stdout == b""
        return self.process.returncode, stderr.decode().splitlines()


def new(path: Path) -> dict[str, Any]:
    """What is said of a picture that no rule has to do with."""
    return {"type": "new", "path": os.fspath(path), "result": "new", "rule": None}


@pytest.fixture
def photo(library: Path) -> Path:
    return gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_rule_is_applied_to_a_copy_that_arrives_until_a_signal_ends_it(
    betterhalf: Headless, library: Path, photo: Path, number: int
) -> None:
    run = Run(betterhalf, "--rule", "exact-copies", library)
    for name in ("b.jpg", "c.jpg"):
        copy = gallery.exact_copy(photo, library / name)
        decision = run.next()
        assert (decision["type"], decision["state"]) == ("decision", "done")
        assert (decision["a"], decision["b"]) == (os.fspath(photo), os.fspath(copy))
        assert run.next() == {
            "type": "new",
            "path": os.fspath(copy),
            "result": "duplicate discarded",
            "rule": "exact copies",
            "keeper": os.fspath(photo),
        }
    assert run.end(number) == (128 + number, [STOPPED])
    assert trashed(library) == ["b.jpg", "c.jpg"]
    assert betterhalf("--undo", "last").code == 0
    assert trashed(library) == []
    # Nothing of the watch was left for the next run.
    assert betterhalf.process(library).summary["read"] == 0


def test_what_a_rule_left_alone_is_not_tried_again_for_another_arrival(
    betterhalf: Headless, library: Path, photo: Path
) -> None:
    raw = gallery.exact_copy(photo, library / "b.jpg", modified=2).with_suffix(".cr2")
    raw.write_bytes(b"not the same as nothing")
    run = Run(betterhalf, "--rule", "exact-copies", library)
    other = gallery.exact_copy(gallery.photo("coffee"), library / "other.jpg", modified=1)
    assert run.next()["path"] == os.fspath(other)
    copy = gallery.exact_copy(other, library / "other copy.jpg", modified=2)
    assert run.next()["b"] == os.fspath(copy)
    assert run.next()["path"] == os.fspath(copy)
    assert run.end(signal.SIGTERM)[0] == 143


def test_what_a_semi_automatic_rule_proposes_is_said_at_once(
    betterhalf: Headless, library: Path, photo: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    assert betterhalf("--rules-export", rules, "--rule", "exact-copies").code == 0
    assert betterhalf("--rules-import", rules).code == 0
    run = Run(betterhalf, library)
    copy = gallery.exact_copy(photo, library / "b.jpg")
    waits = {"result": "waiting for approval", "rule": "exact copies"}
    assert run.next() == new(copy) | waits
    assert run.end(signal.SIGTERM)[0] == 143
    assert trashed(library) == []


def test_a_dry_run_moves_nothing(betterhalf: Headless, library: Path, photo: Path) -> None:
    run = Run(betterhalf, "--dry-run", "--rule", "exact-copies", library)
    gallery.exact_copy(photo, library / "b.jpg")
    assert run.next()["state"] == "planned"
    assert run.next()["type"] == "new"
    assert run.end(signal.SIGTERM)[0] == 143
    assert trashed(library) == []


_RULE = """\
format = 1

[[rule]]
name = "copies"
mode = "automatic"
paused = {paused}
audit = 0
search.kinds = ["exact"]
comparison = ["A modified < B modified"]
action = "better"
b = "trash"
"""


def test_a_rule_that_is_edited_meanwhile_holds_as_it_is_from_then_on(
    betterhalf: Headless, library: Path, photo: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(_RULE.format(paused="false"))
    assert betterhalf("--rules-import", rules).code == 0
    run = Run(betterhalf, library)
    copy = gallery.exact_copy(photo, library / "b.jpg", modified=2)
    assert run.next()["b"] == os.fspath(copy)
    assert run.next()["result"] == "duplicate discarded"
    rules.write_text(_RULE.format(paused="true"))
    assert betterhalf("--rules-import", rules).code == 0
    later = gallery.exact_copy(photo, library / "c.jpg", modified=3)
    assert run.next() == new(later)
    rules.write_text(_RULE.format(paused="false"))
    assert betterhalf("--rules-import", rules).code == 0
    other = gallery.exact_copy(gallery.photo("coffee"), library / "other.jpg", modified=1)
    # What a rest has left over is made up for.
    assert run.next()["b"] == os.fspath(later)
    assert run.next() == new(other)
    code, complaints = run.end(signal.SIGTERM)
    assert code == 143
    assert sum("the rules were edited" in each for each in complaints) == 2
    # All of it is one run.
    assert betterhalf("--undo", "last").code == 0
    assert trashed(library) == []


@pytest.fixture
def few_watches(betterhalf: Headless) -> Headless:
    """The command line where the system lets it watch one folder and no more."""
    prefix = ("unshare", "--user", "--map-root-user", "sh", "-c", _FEW_WATCHES)
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"limits cannot be lowered here: {error}")
    return replace(betterhalf, prefix=prefix)


@pytest.mark.parametrize("before", [True, False], ids=["at the start", "later"])
def test_where_no_watches_are_left_it_looks_and_says_so(
    few_watches: Headless, library: Path, photo: Path, before: bool
) -> None:
    folder = library / "folder"
    if before:
        folder.mkdir()
    run = Run(few_watches, library)
    folder.mkdir(exist_ok=True)
    copy = gallery.exact_copy(photo, folder / "b.jpg")
    assert run.next() == new(copy)
    later = gallery.exact_copy(photo, folder / "c.jpg")
    assert run.next() == new(later)
    code, (note, stopped) = run.end(signal.SIGTERM)
    assert (code, stopped) == (143, STOPPED)
    assert note.startswith(f"note: {library}: ")
    assert "it is looked through again and again instead; fs.inotify.max_user_watches" in note
    assert "the system watches no more folders" in note


@pytest.mark.parametrize("other", [["--list", "pairs"], ["--undo", "last"]])
def test_what_ends_by_itself_cannot_watch(
    betterhalf: Headless, library: Path, other: list[str]
) -> None:
    outcome = betterhalf("--watch", *other, library)
    assert outcome.code == 2
    assert "--watch" in outcome.complaints[0]


def test_a_folder_that_is_closed_to_us_does_not_end_the_watch(
    betterhalf: Headless, library: Path, photo: Path
) -> None:
    closed = library / "closed"
    closed.mkdir(mode=0)
    run = Run(betterhalf.held_back(), library)
    copy = gallery.exact_copy(photo, library / "b.jpg")
    assert run.next() == new(copy)
    code, complaints = run.end(signal.SIGTERM)
    assert code == 143
    assert any("a folder in it cannot be entered" in line for line in complaints)
