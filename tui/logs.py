"""The log: where a traceback goes, because a screen is for people."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from core.settings import APP

log = logging.getLogger(APP)


class _Quiet(logging.FileHandler):
    """A log that cannot be written must not complain on the screen in its turn."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Nobody is told."""


def log_beside(database: Path) -> Path:
    """Send the log to a file by the catalog, made when there is something to write; its path."""
    path = Path(f"{database}.log")
    handler = _Quiet(path, delay=True, encoding="utf-8", errors="replace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    # What asyncio has to say would else stand in the terminal.
    for each in (log, logging.getLogger("asyncio")):
        each.addHandler(handler)
        each.propagate = False
    return path
