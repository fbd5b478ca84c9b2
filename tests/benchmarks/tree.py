"""Processor time of a command with everything it starts, whoever starts it and whoever ends it.

Worker processes are forked from a fork server, so they are nobody's children but its own, and
what a shell's `time` says of the command leaves out nearly all the work. Here a wrapper adopts
every orphan of the tree and waits until none is left.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import AbsentError

REPOSITORY = Path(__file__).parents[2]
BETTERHALF = (sys.executable, "-m", "tui.cli", "--database")
"""The command, as far as the catalog that has to follow; to be run in the repository."""
_PR_SET_CHILD_SUBREAPER = 36
"""linux/prctl.h."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took."""

    wall: float
    """Seconds until the command itself ended."""
    processor: float
    """Seconds of processor time, user and system, of the whole tree."""
    parent: float
    """Those of the command's own process, without what it started."""
    code: int
    output: str


def cost_of(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Run `command` to its end in the repository, with more in its environment than we have.

    Raises:
        AbsentError: the system cannot hand orphans over.
    """
    if sys.platform != "linux":
        raise AbsentError("processor time of a process tree needs Linux")
    wrapper = [sys.executable, "-m", "tests.benchmarks.tree", *map(str, command)]
    done = subprocess.run(
        wrapper,
        cwd=REPOSITORY,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    output, _, figures = done.stdout.rstrip("\n").rpartition("\n")
    return Cost(**json.loads(figures), output=output)


def _adopt_orphans() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _own_seconds(pid: int) -> float:
    """Processor time of one process that has ended and is still to be waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _main(command: Sequence[str]) -> None:
    _adopt_orphans()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    # Seen, but left to be waited for below: until then the kernel keeps its own figures.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall, parent = time.perf_counter() - started, _own_seconds(process.pid)
    processor, code = 0.0, 0
    while True:
        try:
            pid, status, usage = os.wait3(0)
        except ChildProcessError:
            break
        processor += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            code = os.waitstatus_to_exitcode(status)
    figures = {"wall": wall, "processor": processor, "parent": parent, "code": code}
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1:])
