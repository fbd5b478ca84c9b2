"""An Immich server over a line of 20 ms: its groups listed, decided by a rule, and looked at.

The server is the tests' own, in a process of its own; what it takes to answer is in the figures.
BETTERHALF_GROUPS says how many groups are listed (10,000); a tenth of them are decided.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Measure, spread
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.tree import BETTERHALF, REPOSITORY
from tests.core.process.test_servers import IMMICH
from tui.preview.protocol import Protocol

GROUPS = int(os.environ.get("BETTERHALF_GROUPS", "10000"))
_LATENCY = 0.02
_FAIL_EVERY = 40
_KILLS, _KILLED_AFTER = 2, 8.0
_RUNS_AT_MOST = 10
_KEY = "secret"
_LOOKS = 20
_LOOK = 1.0
"""Seconds of silence before the next key."""


@dataclass
class _Server:
    """One that runs; what has become of it is `told` in the end."""

    address: str
    told: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run of betterhalf took, and said at its end."""

    seconds: float
    megabytes: float
    """Of its own process, at most."""
    code: int
    summary: dict[str, Any]
    complaint: str


def run() -> list[Measure]:
    """Listing, deciding, deciding with faults in the middle, and reviewing."""
    return [*_listing(), *_deciding(), *_with_faults(), *_reviewing()]


def _listing() -> list[Measure]:
    # Who may not see pictures has nothing to do but to list.
    permissions = ("duplicate.read", "asset.read", "album.read")
    options = [word for each in permissions for word in ("--permission", each)]
    with _serving(GROUPS, *options) as server, tempfile.TemporaryDirectory() as home:
        ran = _process(home, server)
        again = _process(home, server)
    name = f"{GROUPS:,} groups listed and ready"
    assert ran.summary["open_pairs"]["similar"] == GROUPS, ran.complaint
    return [
        Measure(name, "<= 10 s", f"{ran.seconds:.1f} s"),
        Measure("  memory", "<= 300 MB", f"{ran.megabytes:.0f} MB"),
        Measure("  listed once more", "", f"{again.seconds:.1f} s"),
    ]


def _deciding() -> list[Measure]:
    groups = GROUPS // 10
    with _serving(groups) as server, tempfile.TemporaryDirectory() as home:
        looked = _process(home, server)
        ran = _process(home, server, rules=True)
    assert ran.summary["decided"] == server.told["trashed"] == groups, ran.complaint
    rate = 2 * groups / looked.seconds
    return [
        Measure(f"{groups:,} groups settled by a rule", "<= 60 s", f"{ran.seconds:.1f} s"),
        Measure("  requests", "", f"{server.told['requests']}"),
        Measure("  and before, small pictures looked at", "", f"{rate:.0f} a second"),
    ]


def _with_faults() -> list[Measure]:
    groups = GROUPS // 10
    with (
        _serving(groups, "--fail-every", str(_FAIL_EVERY)) as server,
        tempfile.TemporaryDirectory() as home,
    ):
        _process(home, server)
        decided = runs = 0
        while decided < groups and runs < _RUNS_AT_MOST:
            _process(home, server, rules=True, killed=_KILLED_AFTER if runs < _KILLS else None)
            runs += 1
            decided = _standing(home)
    told = server.told
    missing = groups - told["trashed"]
    return [
        Measure(
            f"{groups:,} groups, every {_FAIL_EVERY}th request failing, {_KILLS} kills",
            "",
            f"{runs} runs",
        ),
        Measure("  requests that failed", "", f"{told['failed']} of {told['requests']}"),
        Measure("  groups forgotten", "0", f"{missing}"),
        Measure("  groups lost whole", "0", f"{told['whole groups']}"),
        Measure("  decisions more than groups", "0", f"{decided - groups}"),
    ]


def _reviewing() -> list[Measure]:
    with _serving(100) as server, tempfile.TemporaryDirectory() as home:
        _process(home, server)
        command = [*BETTERHALF, Path(home, "catalog.db"), server.address]
        environment = {**_environment(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        with Terminal(command, Protocol.HALF, environment) as terminal:
            terminal.until("pair 1 of", "▀")
            terminal.settled(3.0)
            pictures, texts = [], []
            for number in range(_LOOKS):
                terminal.press("s")
                burst = terminal.settled(_LOOK)
                pictures.append((burst.pictured or 0.0) * 1000)
                texts.append((burst.seen(f"pair {number + 2} of") or 0.0) * 1000)
    return [
        Measure("skip to a server's next pair, text", "<= 16 ms", spread(texts, digits=1)),
        Measure("  pictures", "<= 100 ms", spread(pictures)),
    ]


def _standing(home: str) -> int:
    """Decisions that the catalog has as done."""
    with closing(sqlite3.connect(Path(home, "catalog.db"))) as catalog:
        query = "SELECT COUNT(*) FROM decision WHERE state = 'done'"
        return int(catalog.execute(query).fetchone()[0])


@contextmanager
def _serving(groups: int, *options: str) -> Iterator[_Server]:
    command = [sys.executable, "-m", "tests.immich", "--groups", str(groups), "--key", _KEY]
    with subprocess.Popen(
        [*command, "--latency", str(_LATENCY), *options],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        server = _Server(process.stdout.readline().strip())
        try:
            yield server
        finally:
            process.stdin.close()
            server.told.update(json.loads(process.stdout.readline()))


def _process(home: str, server: _Server, rules: bool = False, killed: float | None = None) -> _Run:
    """A headless run; `killed` after so many seconds, if it takes that long."""
    if rules:
        Path(home, "rules.toml").write_text(IMMICH)
        _betterhalf(home, server, "--rules-import", Path(home, "rules.toml"))
    command = [*BETTERHALF, Path(home, "catalog.db"), "--process", "--json", server.address]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        output, complaint = process.communicate(timeout=killed)
    except subprocess.TimeoutExpired:
        process.kill()
        output, complaint = process.communicate()
    seconds = time.perf_counter() - began
    last = output.splitlines()[-1:] or [b"{}"]
    return _Run(
        seconds,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        process.returncode,
        json.loads(last[0]) if last[0].endswith(b"}") else {},
        complaint.decode(),
    )


def _betterhalf(home: str, server: _Server, *arguments: str | Path) -> str:
    return subprocess.run(
        [*BETTERHALF, Path(home, "catalog.db"), *arguments, server.address],
        cwd=REPOSITORY,
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout


def _environment(home: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "LANG": "C.UTF-8",
        "IMMICH_API_KEY": _KEY,
    }
