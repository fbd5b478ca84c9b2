"""Pictures of the whole program on a terminal: drawn, taken away, brought back."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import gallery
from tests.emulator import Emulator
from tests.tui.terminal import BETTERHALF, Terminal
from tui.preview.protocol import Cell, Protocol

COLUMNS, ROWS = 80, 24
CELL = Cell(6, 12)

DRAWING = [Protocol.HALF, Protocol.SIXEL, Protocol.KITTY]


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.fixture
def command(library: Path, tmp_path: Path) -> list[str | Path]:
    """A review of two pairs."""
    for name in ("coffee", "chelsea"):
        gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=1e9)
        gallery.exact_copy(gallery.photo(name), library / f"{name} again.jpg", modified=2e9)
    return [*BETTERHALF, "--database", tmp_path / "c.db", library]


def opened(
    command: list[str | Path],
    tmp_path: Path,
    terminals: list[Terminal],
    emulator: Emulator,
    **environment: str,
) -> Terminal:
    terminal = Terminal(command, tmp_path, emulator, environment)
    terminals.append(terminal)
    terminal.skip_offers()
    terminal.until("1 of 2")
    terminal.until_quiet()
    return terminal


def distance(terminal: Terminal) -> float:
    """How far the pictures that the terminal shows are from the photo that its text names: the mean
    difference in levels of 255, of what a small copy tells."""
    name = next(name for name in ("coffee", "chelsea") if name in terminal.emulator.text)
    shown = terminal.emulator.pictures()
    assert len(shown) == 2
    with Image.open(gallery.photo(name)) as photo:
        small = [_small(each) for each in (photo.convert("RGB"), *shown)]
    return float(max(np.abs(each - small[0]).mean() for each in small[1:]))


def _small(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.resize((16, 12), Image.Resampling.BOX)).astype(int)


@pytest.mark.parametrize("protocol", DRAWING)
def test_each_protocol_draws_the_photo(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], protocol: Protocol
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, protocol)
    terminal = opened(command, tmp_path, terminals, emulator)
    assert distance(terminal) < 8
    terminal.press("s")
    terminal.until("2 of 2")
    terminal.until_quiet()
    assert distance(terminal) < 8


@pytest.mark.parametrize("end", ["q", signal.SIGTERM, signal.SIGHUP], ids=str)
def test_nothing_of_a_picture_stays_in_the_terminal(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], end: str | signal.Signals
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.KITTY)
    terminal = opened(command, tmp_path, terminals, emulator)
    assert len(emulator.kitty) >= 2
    if isinstance(end, str):
        terminal.press(end)
    else:
        terminal.process.send_signal(end)
    terminal.end()
    assert emulator.left_behind == set()
    assert 1049 not in emulator.modes


@pytest.mark.parametrize(
    ("protocol", "key"), [*((each, "") for each in DRAWING), (Protocol.KITTY, "\x1a")]
)
def test_a_stopped_program_comes_back_with_its_pictures(
    command: list[str | Path],
    tmp_path: Path,
    terminals: list[Terminal],
    protocol: Protocol,
    key: str,
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, protocol)
    terminal = opened(command, tmp_path, terminals, emulator)
    if key:
        terminal.press(key)
    else:
        terminal.process.send_signal(signal.SIGTSTP)
    terminal.until_holds(lambda: 1049 not in emulator.modes)
    assert emulator.left_behind == set()
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("1 of 2")
    terminal.until_quiet()
    assert distance(terminal) < 8


@pytest.mark.parametrize("keys", ["/", "v", ":", "D", "gc"])
def test_whatever_is_open_can_be_stopped(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], keys: str
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.HALF)
    terminal = opened(command, tmp_path, terminals, emulator)
    for key in keys:
        terminal.press(key)
        terminal.until_quiet(0.2)
    before = emulator.line(0)
    terminal.press("\x1a")
    terminal.until_holds(lambda: 1049 not in emulator.modes)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until_holds(lambda: emulator.line(0) == before)


@pytest.mark.parametrize("protocol", DRAWING)
def test_a_page_s_small_pictures_go_with_it(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], protocol: Protocol
) -> None:
    emulator = Emulator(120, 40, CELL, protocol)
    terminal = opened(command, tmp_path, terminals, emulator)
    gone = "coffee" if "coffee" in emulator.line(1) else "chelsea"
    terminal.press("\x1b[D")
    terminal.until("1 of 1")
    terminal.until_quiet()
    for key, page in (("H", "History"), ("w", "Decided by"), ("\x1b", "stands")):
        terminal.press(key)
        terminal.until(page)
        terminal.until_quiet()
    # On the right half of the screen, both beside each other.
    (both,) = emulator.pictures()
    middle = both.width // 2
    with Image.open(gallery.photo(gone)) as photo:
        wanted = _small(photo.convert("RGB"))
    for box in ((0, 0, middle - CELL.width, both.height), (middle, 0, both.width, both.height)):
        assert np.abs(_small(both.crop(box)) - wanted).mean() < 16
    terminal.press("q")
    terminal.until("1 of 1")
    terminal.until_quiet()
    assert distance(terminal) < 8


_CURSOR = re.compile(rb"\x1b\[\d+;\d+R")


@dataclass
class Slow(Emulator):
    """Keeps where its cursor is to itself for a while."""

    held: list[bytes] | None = None

    def feed(self, data: bytes) -> bytes:
        answer = super().feed(data)
        if self.held is None:
            return answer
        self.held += _CURSOR.findall(answer)
        return _CURSOR.sub(b"", answer)


@pytest.mark.parametrize("key", ["q", "\x1a"])
def test_a_slow_terminal_answers_us_and_not_the_shell(
    command: list[str | Path],
    library: Path,
    tmp_path: Path,
    terminals: list[Terminal],
    key: str,
) -> None:
    emulator = Slow(COLUMNS, ROWS, CELL, Protocol.KITTY)
    terminal = opened(command, tmp_path, terminals, emulator)
    emulator.held = []
    terminal.press(f"z{key}")
    terminal.until_holds(lambda: emulator.held)
    # What is typed ahead is meant for the shell, and decides nothing.
    terminal.press("\x1b[C" + b"".join(emulator.held).decode())
    emulator.held = None
    terminal.until_holds(lambda: 1049 not in emulator.modes)
    terminal.until_quiet(0.2)
    assert b"^[[" not in terminal.written
    assert len(list(library.glob("*.jpg"))) == 4


@pytest.mark.parametrize("protocol", [Protocol.SIXEL, Protocol.KITTY])
def test_another_font_draws_pictures_of_its_size(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], protocol: Protocol
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, protocol)
    terminal = opened(command, tmp_path, terminals, emulator)
    before = emulator.pictures()[0].size
    terminal.zoom(Cell(12, 24))
    terminal.until_quiet()
    assert distance(terminal) < 8
    assert emulator.pictures()[0].size == (before[0] * 2, before[1] * 2)


def test_sixels_that_are_only_promised_become_half_blocks(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal]
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.SIXEL, lies=True)
    opened(command, tmp_path, terminals, emulator)
    assert "draws none" in " ".join(emulator.text.split())
    assert "▀" in emulator.text


def test_gnu_screen_is_told_of(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal]
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.KITTY)
    opened(command, tmp_path, terminals, emulator, STY="1.pts-0.here", TERM="screen")
    assert "GNU screen" in emulator.text
    assert "▀" in emulator.text


def test_the_screen_is_drawn_anew_by_a_key(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal]
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.KITTY)
    terminal = opened(command, tmp_path, terminals, emulator)
    emulator.clear()
    emulator.kitty.clear()
    terminal.press("\x0c")
    terminal.until("1 of 2")
    terminal.until_quiet()
    assert distance(terminal) < 8


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux")
    server = Tmux(tmp_path / "tmux.socket")
    yield server
    server.ask("kill-server")


class Tmux:
    """A server of its own."""

    def __init__(self, socket: Path) -> None:
        self._command = ["tmux", "-S", str(socket), "-f", os.devnull]

    def ask(self, *command: str) -> None:
        subprocess.run([*self._command, *command], check=False, capture_output=True)

    def running(self, command: list[str | Path], *options: str) -> list[str | Path]:
        """`command` in a session, with these lines of a settings file."""
        before = [part for line in options for part in (*line.split(" ", 3), ";")]
        return [*self._command, *before, "new-session", *command]


_COLOURS = "set -as terminal-features ,*:RGB"


def test_tmux_lets_the_pictures_of_kitty_through(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], tmux: Tmux
) -> None:
    inside = tmux.running(command, _COLOURS, "set -g allow-passthrough on")
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.KITTY, name="kitty(0.40.0)")
    terminal = opened(inside, tmp_path, terminals, emulator)
    terminal.until_holds(lambda: len(emulator.kitty) >= 2)
    terminal.until_quiet()
    assert distance(terminal) < 8
    terminal.press("q")
    terminal.until_holds(lambda: not emulator.kitty)


def test_tmux_that_lets_nothing_through_is_named(
    command: list[str | Path], tmp_path: Path, terminals: list[Terminal], tmux: Tmux
) -> None:
    emulator = Emulator(COLUMNS, ROWS, CELL, Protocol.KITTY, name="kitty(0.40.0)")
    terminal = opened(tmux.running(command, _COLOURS), tmp_path, terminals, emulator)
    terminal.until("allow-passthrough")
    assert "▀" in emulator.text
    assert not emulator.kitty
