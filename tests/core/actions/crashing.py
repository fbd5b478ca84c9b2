"""A process that dies on command: it forks, and the fork kills itself at a given line of the core.

Called as ``python -m tests.core.actions.crashing ACTION DATABASE ROOT KEEP LOSE``. Each line on
stdin is the number of a line executed below, at which the next fork ends itself by SIGKILL; the
answer is ``killed``, or how many lines there were.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from core.actions import carrying, planning, trash
from core.actions import undo as undoing
from core.catalog import journal
from core.libraries import moves
from tests.core.desk import Desk

_TRACED = {module.__file__ for module in (carrying, planning, trash, undoing, journal, moves)}


def _trace(fatal: int) -> Callable[[], int]:
    """Die at the `fatal`-th line executed in the traced modules; returns what counts them."""
    executed = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal executed
        if event == "line":
            executed += 1
            if executed == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        return count if frame.f_code.co_filename in _TRACED else None

    threading.settrace(enter)
    sys.settrace(enter)
    return lambda: executed


def _act(action: str, database: Path, root: Path, keep: Path, lose: Path) -> None:
    with Desk(database, [root]) as desk:
        if action == "apply":
            desk.decide(keep, lose)
        elif action == "undo":
            desk.undo(desk.history()[0])
        else:
            undoing.recover(desk.catalog)


def main(action: str, *paths: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            executed = _trace(int(line))
            _act(action, *map(Path, paths))
            sys.settrace(None)
            os.write(1, f"{executed()}\n".encode())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            os.write(1, b"killed\n")
        elif status:
            sys.exit("the action failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
