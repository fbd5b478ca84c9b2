"""How long betterhalf keeps a person waiting before there is something to look at."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.library import mixed
from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.terminal import review
from tests.benchmarks.tree import REPOSITORY
from tui.preview.protocol import Protocol

_HELPS = 10
_STARTS = 5

_FRAME = " betterhalf "
"""The header: text of the first frame, and of nothing before it."""
_PAIR = "pair 1 of"
_NAME = "IMG_"
"""In every file's name: below a picture once its pair can be judged."""


def run() -> list[Measure]:
    """Help, first frame, first pair."""
    library = mixed().folder
    starts = [_start(library) for _ in range(_STARTS)]
    frames, pairs, pictures = zip(*starts, strict=True)
    return [
        Measure("--process --help, wall", "<= 250 ms", spread(_help() for _ in range(_HELPS))),
        Measure("review, exec to first frame", "< 1000 ms", spread(frames)),
        Measure("  to the first pair of a fresh library", "< 3000 ms", spread(pairs)),
        Measure("  to its pictures (half blocks)", "", spread(pictures)),
    ]


def _help() -> float:
    command = [sys.executable, "-m", "tui.cli", "--process", "--help"]
    started = time.perf_counter()
    subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def _start(library: Path) -> tuple[float, float, float]:
    """Milliseconds to the first frame, to the first pair's text and to its pictures."""
    with (
        tempfile.TemporaryDirectory() as home,
        review(library, Path(home), Protocol.HALF) as terminal,
    ):
        frame = terminal.until(_FRAME).seen(_FRAME) or 0.0
        terminal.send("q")
        shown = terminal.until(_PAIR, _NAME, "▀")
        pair = max(shown.seen(_PAIR) or 0.0, shown.seen(_NAME) or 0.0)
        return frame * 1000, pair * 1000, (shown.pictured or 0.0) * 1000
