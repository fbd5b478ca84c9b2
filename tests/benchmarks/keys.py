"""From a key to the next pair: its text, its pictures, and the bytes that a slow link has to carry.

The pictures are of 12 megapixels, as a phone's, and between two keys there is time to prepare the
next pair: a person looks before deciding.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.library import Library, large_pairs
from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.terminal import Burst, Terminal, review
from tests.benchmarks.tree import BETTERHALF, cost_of
from tui.preview.protocol import Protocol

_SKIPS, _KEEPS = 20, 10
_LOOK = 0.5
"""Seconds of silence before the next key."""
_SCANNED = 1.5
"""Seconds of silence after which a start is over."""
NAME = " again.jpg"
"""Each pair has a file of this name: it stands below its picture, as the last of a pair's text."""


@dataclass(frozen=True, slots=True)
class _Reaction:
    """What one key brought, in milliseconds and bytes."""

    first: float
    text: float
    picture: float
    bytes: int


def run() -> list[Measure]:
    """Skip and keep, with every way to draw."""
    library = large_pairs()
    lines = []
    for protocol in (Protocol.HALF, Protocol.SIXEL, Protocol.KITTY):
        with tempfile.TemporaryDirectory(dir=library.folder.parent) as folder:
            skips, keeps = _walk(linked(library, Path(folder)), Path(folder), protocol)
        lines += [
            *_lines(f"{protocol}: skip to the next pair", skips),
            *_lines(f"{protocol}: keep B, the next pair", keeps),
        ]
    return lines


def _lines(name: str, reactions: list[_Reaction]) -> list[Measure]:
    return [
        Measure(f"{name}, text", "<= 16 ms", spread([each.text for each in reactions], digits=1)),
        Measure("  first byte", "", spread([each.first for each in reactions], digits=1)),
        Measure("  pictures", "<= 100 ms", spread([each.picture for each in reactions])),
        Measure("  written", "", spread([each.bytes / 1000 for each in reactions], "kB")),
    ]


def linked(library: Library, folder: Path) -> Path:
    """The library under a second name for each file: what is kept here stays whole there."""
    linked = folder / "library"
    linked.mkdir()
    for path in library.files:
        os.link(path, linked / path.name)
    return linked


def _walk(library: Path, home: Path, protocol: Protocol) -> tuple[list[_Reaction], list[_Reaction]]:
    """Reactions to skips and to keeps in a library that has been scanned before."""
    cost_of([*BETTERHALF, home / "catalog.db", "--process", "--json", library])
    with review(library, home, protocol) as terminal:
        total = total_of(terminal.until("pair 1 of"), terminal.settled(_SCANNED))
        skips = [_press(terminal, "s", number + 2, total) for number in range(_SKIPS)]
        keeps = [_press(terminal, "l", _SKIPS + 1, total - 1 - number) for number in range(_KEEPS)]
    return skips, keeps


def total_of(*start: Burst) -> int:
    """How many pairs the header spoke of in the end."""
    screens = [screen for burst in start for _, screen in burst.screens]
    return int(re.findall(r"pair 1 of (\d+)", screens[-1])[0])


def _press(terminal: Terminal, key: str, position: int, total: int) -> _Reaction:
    """Press `key`, which leads to the pair at `position` of `total`."""
    terminal.press(key)
    burst = terminal.settled(_LOOK)
    text = burst.seen(f"pair {position} of {total}", NAME)
    picture = burst.pictured
    if text is None or picture is None:
        raise RuntimeError(f"pair {position} of {total} was not shown after {key}")
    return _Reaction(burst.first * 1000, text * 1000, picture * 1000, len(burst.data))
