"""What the terminal can do, asked before Textual owns the keyboard.

The questions go in one batch, of which the last is one that every terminal answers (primary device
attributes), so the probe ends as soon as the terminal has spoken, however many of the others it
ignored. They are asked on the alternate screen: what a terminal prints of a question that it does
not know is gone with it.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import sys
import termios
import time
import tty
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tui import tmux
from tui.preview.protocol import Cell, Protocol

_SECONDS, _DISTANT_SECONDS = 1.0, 5.0
"""How long a silent terminal is waited for. What a distant one answers later than that would be
taken for keys, and some of those decide."""

_SCREEN, _BACK = "\x1b[?1049h", "\x1b[?1049l"
"""To the alternate screen and back."""

_QUESTION = (
    # kitty graphics: may I send one RGB pixel? (a=q only asks)
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
    # XTerm window operation 16: the size of a cell in pixels
    "\x1b[16t"
    # Truecolor: set a colour, ask which one is set (DECRQSS for SGR), reset.
    "\x1b[38;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
    # Primary device attributes
    "\x1b[c"
)

_SIXEL_TEST = "\x1b[H\x1bPq#0;2;0;0;0#0" + "~-" * 40 + "\x1b\\\x1b[6n"
"""A column of 240 pixels from the top of the screen, and where the cursor is after it: further
down, unless the terminal draws no sixels."""

_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]+)c")
_CELL = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_CURSOR = re.compile(rb"\x1b\[(\d+);\d+R")
_KITTY_OK = re.compile(rb"\x1b_G[^\x1b]*;OK\x1b\\")
_TRUECOLOR = re.compile(rb"\x1bP1\$r[^\x1b]*38[:;]2[:;][:;]?1[:;]2[:;]3")


_COMMON_CELL = Cell(10, 20)


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a probe found out."""

    protocol: Protocol = Protocol.HALF
    cell: Cell = _COMMON_CELL
    truecolor: bool = False
    distant: bool = False
    """A network may lie between."""
    round_trip: float = 0.0
    """Seconds to its answer; 0 where there was none."""
    answers: bool = False
    """Whether it answers what it is asked later, and not something in between."""
    in_tmux: bool = False
    """Pictures have to be let through tmux."""
    advice: str = ""
    """What keeps it from showing better pictures, where a person can do something about it."""


def read_answer(answer: bytes) -> Terminal:
    """What the bytes of an answer say.

    Sixel goes before kitty's protocol: terminals that know both (Konsole, WezTerm) lack the
    placeholders that keep kitty pictures in step with text.
    """
    attributes = _ATTRIBUTES.search(answer)
    cell = _CELL.search(answer)
    if attributes and b"4" in attributes.group(1).split(b";"):
        protocol = Protocol.SIXEL
    elif _KITTY_OK.search(answer):
        protocol = Protocol.KITTY
    else:
        protocol = Protocol.HALF
    size = Cell(int(cell.group(2)), int(cell.group(1))) if cell else Cell(0, 0)
    return Terminal(
        protocol,
        size if size.width and size.height else _COMMON_CELL,
        truecolor=bool(_TRUECOLOR.search(answer)),
        answers=attributes is not None,
    )


def in_browser(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser shows the screens: `textual serve` names the driver that speaks to it."""
    return "TEXTUAL_DRIVER" in environment


def probe(environment: Mapping[str, str] = os.environ) -> Terminal:
    """Ask the terminal on stdin and stdout; a default where there is none or it stays silent."""
    if in_browser(environment):
        return Terminal(truecolor=True)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Terminal()
    source = sys.stdin.fileno()
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source)
        distant = "SSH_CONNECTION" in environment
        found = _ask(source, _DISTANT_SECONDS if distant else _SECONDS)
    except OSError:
        return Terminal()
    finally:
        # With what was typed, or answered, too late.
        termios.tcsetattr(source, termios.TCSAFLUSH, before)
    return _within(replace(found, distant=distant), environment)


def cell_size() -> Cell | None:
    """The size of a cell as the terminal has told the system, and tells anew with each change.

    None where it does not.
    """
    try:
        answer = fcntl.ioctl(sys.__stdin__ or 0, termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", answer)
    if not (rows and columns and width >= columns and height >= rows):
        return None
    return Cell(width // columns, height // rows)


def _ask(source: int, seconds: float) -> Terminal:
    sink = sys.stdout.fileno()
    try:
        began = time.monotonic()
        os.write(sink, (_SCREEN + _QUESTION).encode())
        answer = _read_until(_ATTRIBUTES, source, seconds)
        found = read_answer(answer)
        if found.answers:
            found = replace(found, round_trip=time.monotonic() - began)
        if not _CELL.search(answer):
            found = replace(found, cell=cell_size() or found.cell)
        if found.protocol is Protocol.SIXEL:
            os.write(sink, _SIXEL_TEST.encode())
            cursor = _CURSOR.search(_read_until(_CURSOR, source, seconds))
            if cursor is not None and cursor.group(1) == b"1":
                advice = "the terminal says that it draws sixels, and draws none: half blocks"
                found = replace(found, protocol=Protocol.HALF, advice=advice)
        return found
    finally:
        os.write(sink, _BACK.encode())


def _read_until(wanted: re.Pattern[bytes], source: int, seconds: float) -> bytes:
    answer = b""
    end = time.monotonic() + seconds
    while not wanted.search(answer):
        left = end - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            break
        received = os.read(source, 1024)
        if not received:
            break
        answer += received
    return answer


def _within(found: Terminal, environment: Mapping[str, str]) -> Terminal:
    """`found` as it is behind a multiplexer, which answers for the terminal and speaks another
    language to it."""
    if "STY" in environment:
        advice = "GNU screen lets no pictures through: half blocks"
        return replace(found, protocol=Protocol.HALF, answers=False, advice=advice)
    if "TMUX" not in environment:
        # Behind ssh a multiplexer still shows by the name of its terminal.
        direct = not environment.get("TERM", "").startswith(("screen", "tmux"))
        return replace(found, answers=found.answers and direct)
    outside = tmux.ask()
    if outside is None:
        return replace(found, protocol=Protocol.HALF, answers=False)
    protocol, advice = through(outside, found.protocol)
    return replace(
        found,
        protocol=protocol,
        cell=outside.cell or found.cell,
        truecolor=outside.truecolor,
        answers=False,
        in_tmux=True,
        advice=advice,
    )


def through(outside: tmux.Outside, inside: Protocol) -> tuple[Protocol, str]:
    """What can be drawn through tmux on the terminal outside, and what stands in the way of more.

    Args:
        outside: the terminal, as tmux knows it.
        inside: what tmux says of itself; it takes sixels whether the terminal does or not.
    """
    if outside.draws_placeholders:
        if not outside.passthrough:
            return Protocol.HALF, (
                f"tmux keeps pictures from {outside.name}: half blocks, until tmux is told to"
                " `set -g allow-passthrough on`"
            )
        if not outside.truecolor:
            return Protocol.HALF, (
                f"tmux keeps colours from {outside.name}: half blocks, until tmux is told to"
                " `set -as terminal-features ',*:RGB'`"
            )
        return Protocol.KITTY, ""
    if inside is Protocol.SIXEL and outside.draws_sixels:
        return Protocol.SIXEL, ""
    return Protocol.HALF, ""
