"""What the terminal can do, asked once in one batch before Textual owns the keyboard.

The last question is one that every terminal answers (primary device attributes), so the probe
ends as soon as the terminal has spoken, however many of the others it ignored.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
import tty
from dataclasses import dataclass

from tui.preview.protocol import Cell, Protocol

_SECONDS = 1.0
"""How long a silent terminal is waited for; a distant one answers within a few hundred ms."""

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

_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]+)c")
_CELL = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_KITTY_OK = re.compile(rb"\x1b_G[^\x1b]*;OK\x1b\\")
_TRUECOLOR = re.compile(rb"\x1bP1\$r[^\x1b]*38[:;]2[:;][:;]?1[:;]2[:;]3")


_COMMON_CELL = Cell(10, 20)


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a probe found out."""

    protocol: Protocol = Protocol.HALF
    cell: Cell = _COMMON_CELL
    truecolor: bool = False


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
    size = Cell(int(cell.group(2)), int(cell.group(1))) if cell else _COMMON_CELL
    if not (size.width and size.height):
        size = _COMMON_CELL
    return Terminal(protocol, size, bool(_TRUECOLOR.search(answer)))


def probe() -> Terminal:
    """Ask the terminal on stdin and stdout; a default where there is none or it stays silent."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Terminal()
    source = sys.stdin.fileno()
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source)
        os.write(sys.stdout.fileno(), _QUESTION.encode())
        return read_answer(_read_until_attributes(source))
    except OSError:
        return Terminal()
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)


def _read_until_attributes(source: int) -> bytes:
    answer = b""
    end = time.monotonic() + _SECONDS
    while not _ATTRIBUTES.search(answer):
        left = end - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            break
        received = os.read(source, 1024)
        if not received:
            break
        answer += received
    return answer
