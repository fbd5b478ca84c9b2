"""The probe: what terminals answer, and what it does with one that does not."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tui import tmux
from tui.preview.protocol import Cell, Protocol
from tui.terminal import read_answer, through

KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;36;18t\x1bP1$r0;38:2::1:2:3m\x1b\\\x1b[?62;c"
FOOT = b"\x1b[6;20;10t\x1bP1$r0;38:2::1:2:3m\x1b\\\x1b[?62;4;22c"
WEZTERM = b"\x1b_Gi=31;OK\x1b\\\x1b[6;24;11t\x1b[?65;4;6;18;22c"
TMUX = b"\x1b[?1;2c"
REFUSING = b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?64;1;2c"


@pytest.mark.parametrize(
    ("answer", "protocol", "cell", "truecolor"),
    [
        (KITTY, Protocol.KITTY, Cell(18, 36), True),
        (FOOT, Protocol.SIXEL, Cell(10, 20), True),
        (WEZTERM, Protocol.SIXEL, Cell(11, 24), False),
        (TMUX, Protocol.HALF, Cell(10, 20), False),
        (REFUSING, Protocol.HALF, Cell(10, 20), False),
        (b"", Protocol.HALF, Cell(10, 20), False),
        (b"\x1b[6;0;0t\x1b[?62c", Protocol.HALF, Cell(10, 20), False),
        (b"qqq\x1b[6;", Protocol.HALF, Cell(10, 20), False),
    ],
    ids=["kitty", "foot", "wezterm", "tmux", "refusing", "mute", "no cell size", "noise"],
)
def test_an_answer_is_understood(
    answer: bytes, protocol: Protocol, cell: Cell, truecolor: bool
) -> None:
    terminal = read_answer(answer)
    assert (terminal.protocol, terminal.cell, terminal.truecolor) == (protocol, cell, truecolor)


KITTY_OUTSIDE = "1\txterm-kitty\tkitty(0.40.0)\tRGB,focus\t18\t36"


@pytest.mark.parametrize(
    ("answer", "inside", "drawn", "advice"),
    [
        (KITTY_OUTSIDE, Protocol.HALF, Protocol.KITTY, ""),
        (KITTY_OUTSIDE.replace("1\t", "on\t", 1), Protocol.HALF, Protocol.KITTY, ""),
        (KITTY_OUTSIDE.replace("1\t", "0\t", 1), Protocol.HALF, Protocol.HALF, "passthrough"),
        (KITTY_OUTSIDE.replace("1\t", "\t", 1), Protocol.HALF, Protocol.HALF, "passthrough"),
        (KITTY_OUTSIDE.replace("RGB,", ""), Protocol.HALF, Protocol.HALF, "terminal-features"),
        ("1\txterm-ghostty\t\tRGB\t\t", Protocol.HALF, Protocol.KITTY, ""),
        ("0\tfoot\tfoot(1.20)\tRGB,sixel\t9\t18", Protocol.SIXEL, Protocol.SIXEL, ""),
        ("0\txterm\t\tRGB\t9\t18", Protocol.SIXEL, Protocol.HALF, ""),
        ("0\tfoot\tfoot(1.20)\tRGB,sixel\t9\t18", Protocol.HALF, Protocol.HALF, ""),
    ],
    ids=[
        *("kitty", "of a later tmux", "without passthrough", "of an old tmux", "without colours"),
        *("ghostty", "sixels", "sixels of tmux alone", "sixels of the terminal alone"),
    ],
)
def test_behind_tmux_the_terminal_and_tmux_have_to_agree(
    answer: str, inside: Protocol, drawn: Protocol, advice: str
) -> None:
    outside = tmux.read(answer)
    assert outside is not None
    protocol, said = through(outside, inside)
    assert protocol is drawn
    assert advice in said
    assert bool(advice) == bool(said)


def test_what_tmux_does_not_say_is_not_guessed() -> None:
    assert tmux.read("no current client") is None
    silent = tmux.read("0\txterm\t\t\t\t")
    assert silent is not None
    assert silent.cell is None


_SCRIPT = "from tui.terminal import probe; import sys; sys.stderr.write(repr(probe()))"


def test_the_terminal_is_asked_once_and_left_as_it_was() -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT],
        cwd=Path(__file__).parent.parent.parent,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        text=True,
    )
    asked = b""
    while not asked.endswith(b"\x1b[c"):
        asked += os.read(controller, 1024)
    os.write(controller, KITTY)
    _, found = process.communicate()
    assert "KITTY" in found
    assert "Cell(width=18, height=36)" in found
    os.close(terminal)
    os.close(controller)


def test_without_a_terminal_nothing_is_asked() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        cwd=Path(__file__).parent.parent.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == ""
    assert "HALF" in answer.stderr
