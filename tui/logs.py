"""The log: where a traceback goes, because a screen is for people."""

from __future__ import annotations

import logging
from pathlib import Path

from core.settings import APP

log = logging.getLogger(APP)


def log_beside(database: Path) -> Path:
    """Send the log to a file by the catalog, made when there is something to write; its path."""
    # A log that cannot be written must not complain on the screen in its turn.
    logging.raiseExceptions = False
    path = Path(f"{database}.log")
    handler = logging.FileHandler(path, delay=True, encoding="utf-8", errors="replace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.propagate = False
    return path
