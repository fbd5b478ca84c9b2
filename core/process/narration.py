"""What stderr says while a headless run works: one line a problem, a progress bar on a terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from core.errors import BetterhalfError
from core.text import counted, human_duration, printable
from core.workers.events import Event, Notice, Problem, Progress, RuleLeftOut

_THINGS = {"testing": "pair", "judging": "pair", "weighing": "group"}
"""What stages count that count no files."""
_BAR = 24
"""Cells of the progress bar."""


class Narrator:
    """Writes narration to `stream`, and redraws one progress line where that is a terminal."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._drawn = False

    def __call__(self, event: Event) -> None:
        """Tell of one event; a `core.workers.events.Listener`."""
        if isinstance(event, Progress):
            self._draw(event)
        elif isinstance(event, Problem | RuleLeftOut):
            self.error(event.error)
        elif isinstance(event, Notice):
            self.line(f"note: {event.error}")

    def error(self, error: BetterhalfError) -> None:
        """One line: file, cause, remedy."""
        self.line(str(error))

    def line(self, text: str) -> None:
        """One line of its own, with everything from files made harmless."""
        self.clear()
        self._write(printable(text) + "\n")

    def clear(self) -> None:
        """Take the progress line away."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _draw(self, progress: Progress) -> None:
        if not self._live:
            return
        width = shutil.get_terminal_size().columns
        self._write("\r" + progress_text(progress)[: width - 1] + "\x1b[K")
        self._drawn = True

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # A closed terminal or a full disk under a log must not stop the work.
            self._live = False


def progress_text(progress: Progress) -> str:
    """One line: stage, bar, numbers, rate and time left."""
    if not progress.total:
        return f"{progress.stage} ..."
    filled = _BAR * progress.done // progress.total
    text = (
        f"{progress.stage} {'█' * filled}{'░' * (_BAR - filled)} "
        f"{progress.done:,} of {counted(progress.total, _THINGS.get(progress.stage, 'file'))}"
    )
    if progress.seconds > 0.5 and progress.rate:
        text += f" · {progress.rate:.0f}/s"
        if progress.bytes:
            text += f" · {progress.megabytes_a_second:.0f} MB/s"
        left = progress.seconds_left
        if left is not None and progress.done < progress.total:
            text += f" · {human_duration(left)} left"
    if progress.unreadable:
        text += f" · {progress.unreadable:,} unreadable"
    if progress.pairs:
        text += f" · {counted(progress.pairs, 'pair')}"
    return text
