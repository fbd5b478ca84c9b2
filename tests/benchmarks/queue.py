"""The review of a hundred thousand pairs, at a real terminal: keys, the list of them, scrolling.

Their pictures are nowhere, so the program that is measured looks for none: it is this module, run
as a program of its own, with everything else as it is.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from core.catalog.database import Catalog
from core.model import Distances
from core.workers.events import ScanEnded
from core.workers.session import open_session
from tests.benchmarks.crowd import PAIRS, fill
from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.tree import REPOSITORY
from tui.launch import let_the_screen_go_first
from tui.preview.protocol import Protocol

_STEPS = 20
_FRAME = 1 / 60
_FRAMES = 180
_QUIET = 0.4
"""Seconds of silence before the next key."""
_LONG = 2.0
"""Seconds of silence after which nothing more comes."""
_PAGE_DOWN = "\x1b[6~"


def run() -> list[Measure]:
    """Skip, decide, open the list, scroll through it, find, choose what to see."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "photos")
        root.mkdir()
        catalog = Catalog.open(Path(folder, "catalog.db"))
        catalog.call_now(fill, root)
        catalog.close()
        command = [sys.executable, "-m", "tests.benchmarks.queue", folder]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "PYTHONPATH": str(REPOSITORY),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }
        with Terminal(command, Protocol.HALF, environment) as terminal:
            return _measure(terminal)


def _measure(terminal: Terminal) -> list[Measure]:
    terminal.until("pair 1 of 100,000", limit=60)
    terminal.settled(4.0)
    skips = [_text(terminal, "s", f"pair {n} of") for n in range(2, _STEPS + 2)]
    here = _STEPS + 1
    keeps = [_text(terminal, "b", f"pair {here} of {PAIRS - n - 1:,}") for n in range(_STEPS)]
    opened = [_opened(terminal) for _ in range(_STEPS)]
    terminal.press("/")
    terminal.settled(_QUIET)
    lags = _scroll(terminal, here)
    terminal.press("\x1b")
    terminal.settled(_QUIET)
    terminal.press("v")
    counted = f"of {PAIRS - _STEPS:,} pairs"
    seen = terminal.until(counted, limit=30).seen(counted)
    terminal.press("\x1b")
    return [
        Measure(f"{PAIRS:,} pairs: skip, text", "<= 16 ms", spread(skips, digits=1)),
        Measure("  keep both, text", "<= 16 ms", spread(keeps, digits=1)),
        Measure("  list opens", "<= 100 ms", spread(opened)),
        Measure("  a page of it, 60 times a second", "<= 17 ms", spread(lags, digits=1)),
        Measure("    95 of 100 of them within", "<= 17 ms", f"{quantiles(lags, n=20)[-1]:.1f} ms"),
        Measure("  all counted to choose from", "", f"{seen:.1f} s"),
    ]


def _text(terminal: Terminal, key: str, *texts: str) -> float:
    """Milliseconds from `key` until all `texts` are on the screen."""
    terminal.press(key)
    shown = terminal.until(*texts).seen(*texts)
    terminal.settled(_QUIET)
    assert shown is not None
    return shown * 1000


def _opened(terminal: Terminal) -> float:
    """Milliseconds until the list is there with the names of its first page."""
    opened = _text(terminal, "/", "frees", "IMG_")
    terminal.press("\x1b")
    terminal.settled(_QUIET)
    return opened


def _scroll(terminal: Terminal, place: int) -> list[float]:
    """For each of many pages, one a frame, the milliseconds until it or a later one is shown."""
    terminal.press(_PAGE_DOWN)
    first = terminal.settled(_QUIET)
    (found,) = re.findall(r"pair ([\d,]+) of", first.screens[-1][1])
    page = int(found.replace(",", "")) - place
    began = time.perf_counter()
    terminal.press(_PAGE_DOWN)
    pressed = [0.0]
    for number in range(1, _FRAMES):
        while (left := number * _FRAME - (time.perf_counter() - began)) > 0:
            terminal.receive(left)
        terminal.send(_PAGE_DOWN)
        pressed.append(time.perf_counter() - began)
    reached = [
        (when, int(re.findall(r"pair ([\d,]+) of", screen)[0].replace(",", "")))
        for when, screen in terminal.settled(_LONG).screens
    ]
    return [
        (next(seen for seen, at in reached if at >= place + page * (number + 2)) - when) * 1000
        for number, when in enumerate(pressed)
    ]


async def _review(folder: Path) -> None:
    from tui.app import BetterhalfApp
    from tui.terminal import Terminal as Shown

    class Still(BetterhalfApp):
        """Looks for no files."""

        async def _scan(self) -> None:
            self._pairs_dirty.set()
            self._hear(ScanEnded())

    root, database = folder / "photos", folder / "catalog.db"
    async with open_session(database, [root], Distances(4), 1) as (session, _):
        await Still(session, Shown(Protocol.OFF), "betterhalf-dark", {}).run_async()


if __name__ == "__main__":
    os.environ.setdefault("TEXTUAL_FPS", "120")
    let_the_screen_go_first()
    asyncio.run(_review(Path(sys.argv[1])))
