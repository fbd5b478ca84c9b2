"""The whole program on a terminal of its own: started, used, closed, killed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import gallery

ROOT = Path(__file__).parent.parent.parent


class Terminal:
    """The outer side of a pty with betterhalf inside; it answers what terminals are asked."""

    def __init__(self, arguments: list[str], home: Path, size: tuple[int, int] = (120, 40)) -> None:
        self.controller, inner = pty.openpty()
        window = struct.pack("HHHH", size[1], size[0], size[0] * 10, size[1] * 20)
        fcntl.ioctl(inner, termios.TIOCSWINSZ, window)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui.cli", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inner)
        self.written = b""

    def until(self, text: str) -> bytes:
        """Read until `text` has been written since the last call; returns what was."""
        wanted, fresh = text.encode(), b""
        while wanted not in fresh:
            piece = self._read()
            assert piece, f"the program ended before it wrote {text!r}: {self.written[-500:]!r}"
            fresh += piece
        return fresh

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait()

    def press(self, keys: str) -> None:
        os.write(self.controller, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.controller)

    def _read(self) -> bytes:
        select.select([self.controller], [], [])
        try:
            piece = os.read(self.controller, 65536)
        except OSError:
            return b""
        self.written += piece
        if b"\x1b[c" in piece:
            os.write(self.controller, b"\x1b[?62;22c")
        return piece


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
    terminal = Terminal(["--database", str(tmp_path / "c.db"), str(library)], tmp_path)
    terminals.append(terminal)
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
    controller, inner = pty.openpty()
    process = subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, stdin=inner, stdout=inner, stderr=inner
    )
    terminal = Terminal.__new__(Terminal)
    terminal.controller, terminal.process, terminal.written = controller, process, b""
    terminals.append(terminal)
    os.close(inner)
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
