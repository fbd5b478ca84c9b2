"""The whole program on a terminal of its own: started, used, closed, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import gallery
from tests.tui.terminal import BETTERHALF, ROOT, Terminal


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.fixture
def review(library: Path, tmp_path: Path, terminals: list[Terminal]) -> Terminal:
    """A review of two exact copies, at its first pair."""
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    gallery.exact_copy(gallery.photo("coffee"), library / "b.jpg", modified=2e9)
    command = [*BETTERHALF, "--database", tmp_path / "c.db", library]
    terminal = Terminal(command, tmp_path)
    terminals.append(terminal)
    terminal.skip_offers()
    terminal.until("byte for byte")
    return terminal


def test_a_decision_is_done_when_the_program_has_quit(review: Terminal, library: Path) -> None:
    review.press("lq")
    assert review.end() == 0
    assert not (library / "a.jpg").exists()
    assert (library / "b.jpg").exists()
    # The alternate screen is left and the cursor is back.
    assert b"\x1b[?1049l" in review.written
    assert review.written.rindex(b"\x1b[?25h") > review.written.rindex(b"\x1b[?25l")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_with_everything_decided_done(
    review: Terminal, library: Path, number: signal.Signals
) -> None:
    review.press("l")
    review.until("trash")
    review.process.send_signal(number)
    review.end()
    assert [path.name for path in library.glob("*.jpg")] == ["b.jpg"]
    assert b"Traceback" not in review.written


@pytest.mark.parametrize("key", ["v", "/", "g"])
def test_a_screen_that_opens_while_the_terminal_is_closed_says_nothing(
    review: Terminal, key: str
) -> None:
    review.press(key)
    review.process.send_signal(signal.SIGHUP)
    review.end()
    assert b"internal error" not in review.written


def test_a_closed_terminal_ends_it_with_everything_decided_done(
    review: Terminal, library: Path
) -> None:
    review.press("l")
    review.until("trash")
    os.close(review.controller)
    review.process.wait()
    review.controller = os.open(os.devnull, os.O_RDONLY)
    assert [path.name for path in library.glob("*.jpg")] == ["b.jpg"]


def test_a_redirected_stderr_does_not_swallow_the_screens(
    library: Path, tmp_path: Path, terminals: list[Terminal]
) -> None:
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    command = f'exec {sys.executable} -m tui.cli --database "{tmp_path}/c.db" "{library}" 2>err'
    terminal = Terminal(["sh", "-c", command], tmp_path)
    terminals.append(terminal)
    terminal.skip_offers()
    terminal.until("No pairs wait here")
    terminal.press("q")
    assert terminal.end() == 0
    (ROOT / "err").unlink()


def test_without_a_terminal_the_remedy_is_named(library: Path, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "tui.cli", "--database", tmp_path / "c.db", library],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert answer.stderr == (
        "betterhalf: the review needs a terminal; add --process to work without one\n"
    )
    assert answer.stdout == ""
