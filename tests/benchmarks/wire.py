"""What a review costs the wire, and what a person waits for: one line a promise, 95th percentiles.

Pairs of pictures of 12 megapixels, at 120 x 40. The terminal is on the same machine unless a line
says otherwise; its clock runs from the key to the moment when what is wanted has arrived. Lines
with a link show what a slow one does: a megabit a second, 100 ms to the answer.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.keys import NAME, linked, total_of
from tests.benchmarks.library import large_pairs
from tests.benchmarks.measure import Measure, worst
from tests.benchmarks.terminal import Burst, Link, Terminal, review
from tests.benchmarks.tree import BETTERHALF, cost_of
from tui.preview.protocol import Protocol

_PAIRS = 24
_TIMES = 12
_LOOK = 0.5
"""Seconds of silence before the next key."""
_REST = 2.0
"""Seconds of silence after which pictures have come in full over a slow link, too."""
_GLANCE = 0.9
"""Seconds that somebody looks who is in a hurry."""
_HELD = 30.0
"""Presses a second of a key that is held down."""
_LAPS, _MANY = 500, 2000
"""Pairs after which memory is looked at, and how many there are."""

_SLOW = Link(rate=125_000, round_trip=0.1)

_SENT = re.compile(rb"\x1b_Ga=T")
"""Begins the data of a kitty picture."""

PROTOCOLS = (Protocol.HALF, Protocol.KITTY, Protocol.SIXEL)


def run() -> list[Measure]:
    """Every promise for every way to draw."""
    lines = []
    for protocol in PROTOCOLS:
        with _opened(protocol) as (terminal, total):
            lines += _steps(terminal, total, protocol)
            lines += _unchanged(terminal, protocol)
            lines += _flicker(terminal, protocol)
            lines += _held(terminal, protocol)
            lines += _cold(terminal, protocol)
    for protocol in PROTOCOLS:
        with _opened(protocol, _SLOW) as (terminal, total):
            lines += _over_ssh(terminal, total, protocol)
    with _opened(Protocol.KITTY) as (terminal, _):
        lines += _memory(terminal)
    return lines


@contextmanager
def _opened(protocol: Protocol, link: Link | None = None) -> Iterator[tuple[Terminal, int]]:
    """A review that has come to rest, of a library that was scanned before, and its pairs."""
    library = large_pairs()
    with tempfile.TemporaryDirectory(dir=library.folder.parent) as folder:
        home = Path(folder)
        cost_of([*BETTERHALF, home / "catalog.db", "--process", "--json", linked(library, home)])
        with review(home / "library", home, protocol, link) as terminal:
            start = terminal.until("pair 1 of")
            yield terminal, total_of(start, terminal.settled(_REST if link is None else 6.0))


def _steps(terminal: Terminal, total: int, protocol: Protocol) -> list[Measure]:
    """One pair after the other, at a person's pace."""
    texts, letters, pictures, written = [], [], [], []
    for number in range(_PAIRS):
        terminal.press("s")
        burst = terminal.settled(_LOOK)
        text, picture = _text(burst, number + 2, total), burst.pictured
        if picture is None:
            raise RuntimeError(f"pair {number + 2} has no picture")
        texts.append(text * 1000)
        letters.append(burst.letters(text) / 1000)
        pictures.append(picture * 1000)
        written.append(len(burst.data) / 1000)
    target = {Protocol.HALF: "<= 100 kB", Protocol.SIXEL: "<= 320 kB"}.get(protocol, "")
    return [
        Measure(f"{protocol}: text of the next pair", "<= 16 ms", worst(texts, digits=1)),
        Measure("  bytes up to then", "<= 2 kB", worst(letters, "kB", 1)),
        Measure("  its pictures, prefetched", "<= 50 ms", worst(pictures)),
        Measure("  bytes of a new pair", target, worst(written, "kB")),
    ]


def _text(burst: Burst, position: int, total: int) -> float:
    when = burst.seen(f"pair {position} of {total}", NAME)
    if when is None:
        raise RuntimeError(f"pair {position} of {total} was not shown")
    return when


def _unchanged(terminal: Terminal, protocol: Protocol) -> list[Measure]:
    """Events that change nothing about the pictures."""
    target = "" if protocol is Protocol.SIXEL else "<= 14 kB"
    small = "" if protocol is Protocol.SIXEL else "<= 2 kB"

    def focus() -> None:
        terminal.press("\x1b[O\x1b[I")

    def close() -> None:
        terminal.press("?")
        terminal.settled(_LOOK)
        terminal.press("\x1b")

    return [
        Measure(f"{protocol}: focus lost and back", target, _written(terminal, focus)),
        Measure("  help closed, which covers pictures", target, _written(terminal, close)),
        Measure("  other fields shown", small, _written(terminal, lambda: terminal.press("m"))),
    ]


def _written(terminal: Terminal, act: Callable[[], None]) -> str:
    found = []
    for _ in range(_TIMES):
        act()
        found.append(len(terminal.settled(_LOOK).data) / 1000)
    return worst(found, "kB", 1)


def _flicker(terminal: Terminal, protocol: Protocol) -> list[Measure]:
    terminal.press("f")
    terminal.settled(_REST)
    times, written, sent = [], [], 0
    for _ in range(_TIMES):
        terminal.press("f")
        burst = terminal.settled(_LOOK)
        times.append((burst.pictured or 0) * 1000)
        written.append(len(burst.data) / 1000)
        sent += len(_SENT.findall(burst.data))
    terminal.press("\x1b")
    terminal.settled(_REST)
    lines = [
        Measure(f"{protocol}: flicker", "<= 30 ms", worst(times)),
        Measure("  bytes", "", worst(written, "kB", 1)),
    ]
    if protocol is Protocol.KITTY:
        lines.append(Measure("  pictures sent again", "0", str(sent)))
    return lines


def _held(terminal: Terminal, protocol: Protocol) -> list[Measure]:
    """A second of a key held down, some times."""
    settles, drawn = [], []
    for _ in range(_TIMES // 3):
        terminal.press("s")
        began, pressed = time.perf_counter(), [0.0]
        for number in range(1, int(_HELD)):
            while (left := began + number / _HELD - time.perf_counter()) > 0:
                terminal.receive(left)
            terminal.send("s")
            pressed.append(time.perf_counter() - began)
        pictures = terminal.settled(_LOOK).pictures
        settles.append((pictures[-1] - pressed[-1]) * 1000)
        ends = pairwise(pressed)
        drawn.append(sum(any(a <= when < b for when in pictures) for a, b in ends))
    return [
        Measure(f"{protocol}: key held at 30 Hz, settles in", "<= 300 ms", worst(settles)),
        Measure("  pairs drawn in that second", "<= 10", str(max(drawn))),
    ]


def _cold(terminal: Terminal, protocol: Protocol) -> list[Measure]:
    """Pictures that nobody could foresee: the terminal gets another size."""
    times = []
    for number in range(_TIMES):
        terminal.resize(118 - 2 * number, 40)
        burst = terminal.settled(_REST)
        times.append((burst.pictured or 0) * 1000)
    terminal.resize(120, 40)
    terminal.settled(_REST)
    return [Measure(f"{protocol}: pictures, cold, after a resize", "<= 250 ms", worst(times))]


def _over_ssh(terminal: Terminal, total: int, protocol: Protocol) -> list[Measure]:
    """A person who looks shortly, over a slow link, and then rests."""
    texts, pictures, written = [], [], []
    for number in range(_TIMES):
        terminal.press("s")
        burst = terminal.during(_GLANCE)
        texts.append(_text(burst, number + 2, total) * 1000)
        pictures.append((burst.pictured or _GLANCE) * 1000)
        written.append(len(burst.data) / 1000)
    target = "<= 100 kB" if protocol is Protocol.KITTY else ""
    whole = terminal.settled(_REST).pictured or 0
    return [
        Measure(f"{protocol} over 1 Mbit/s: text of the next pair", "", worst(texts)),
        Measure("  its pictures as drafts", "", worst(pictures)),
        Measure("  bytes of a new pair", target, worst(written, "kB")),
        Measure("  in full after a rest", "", f"{whole:.1f} s"),
    ]


def _memory(terminal: Terminal) -> list[Measure]:
    """Of the process that draws, as pairs go by."""
    lines = []
    for number in range(1, _MANY + 1):
        terminal.press("s")
        terminal.settled(0.06)
        if number % _LAPS == 0:
            target = "<= 300 MB" if number == _MANY else ""
            lines.append(Measure(f"memory after {number} pairs", target, _resident(terminal.pid)))
    return lines


def _resident(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return f"{int(found[1]) / 1000:.0f} MB" if found else "unknown"
