"""A process that dies on command: it forks, and the fork is killed in the middle of an action.

Called as ``python -m tests.core.actions.crashing ACTION DATABASE ROOT KEEP LOSE ...``; to apply is
also said by what becomes of the loser, as ``hard link``, and several losers go as one. Each line on
stdin is one fork. A whole number is the number of a line of the core at which it ends itself by
SIGKILL (0: never; -1: never, and nobody counts). A fraction is after how many seconds this process
kills it, wherever it is, be it in the database or in the kernel. The answer is ``killed``, or how
many lines there were and how many seconds they took.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from core.actions import (
    carrying,
    effects,
    embedding,
    emptying,
    links,
    merging,
    planning,
    recovery,
    redo,
    trash,
)
from core.actions import undo as undoing
from core.actions.betters import Betters
from core.catalog import handing_on, history, journal
from core.libraries import moves, sidecars
from core.model import ByFolder, Fate, Writing
from tests.core.desk import Desk

_TRACED = {
    module.__file__
    for module in (
        *(carrying, effects, embedding, emptying, links, merging, planning, recovery, redo),
        *(trash, undoing),
        *(handing_on, history, journal, moves, sidecars),
    )
}


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


def _act(action: str, database: Path, root: Path, keep: Path, *lose: Path) -> None:
    with Desk(database, [root]) as desk:
        if action == "undo":
            desk.undo(desk.history()[0])
        elif action == "redo":
            desk.carry_out_group(redo.choices_again(desk.catalog, desk.history()[0]))
        elif action == "empty":
            plan = emptying.plan_emptying(desk.catalog, [root])
            betters = Betters(desk.catalog)
            emptying.remove(desk.catalog, plan.removals, betters, journal.now())
        elif action == "recover":
            recovery.recover(desk.catalog)
        elif len(lose) > 1:
            desk.decide_group(keep=[keep], trash=lose)
        else:
            if action == "embed":
                desk.writing = ByFolder(Writing.EMBEDDED)
            fate = None if action in ("apply", "embed") else Fate(action)
            desk.decide(keep, *lose, fate=fate)


def _to_its_end(action: str, paths: tuple[str, ...], fatal: int) -> None:
    """In the fork: act, say how much that was, and go."""
    executed = (lambda: 0) if fatal < 0 else _trace(fatal)
    started = time.perf_counter()
    _act(action, *map(Path, paths))
    took = time.perf_counter() - started
    sys.settrace(None)
    os.write(1, f"{executed()} {took}\n".encode())


def main(action: str, *paths: str) -> None:
    for line in sys.stdin:
        timed = "." in line
        child = os.fork()
        if child == 0:
            if timed:
                _act(action, *map(Path, paths))
                # To be killed: by now it has done all.
                signal.pause()
            _to_its_end(action, paths, int(line))
            os._exit(0)
        if timed:
            time.sleep(float(line))
            # Where it has ended meanwhile, nobody has waited for it yet: its number is still its.
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            os.write(1, b"killed\n")
        elif status:
            sys.exit("the action failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
