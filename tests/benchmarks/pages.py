"""The pages beside the review, at a real terminal: a hundred thousand open pairs, fifty rules at
work on them, and a hundred thousand decisions behind.

As in `tests.benchmarks.queue`, the program that is measured is this module, run as a program of its
own: it looks for no files, and keeps account of how long its screen stood still.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.catalog.database import Catalog
from core.model import Distances, Fate, RelationKind
from core.rules.parse import parse_pair
from core.rules.rule import Action, Rule, Search
from core.workers.events import ScanEnded
from core.workers.rules import save_rules
from core.workers.session import open_session
from tests import gallery
from tests.benchmarks.crowd import fill
from tests.benchmarks.measure import Measure, worst
from tests.benchmarks.past import DECISIONS, RULES, SERVER, fill_past, pictures, rule_name
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.tree import REPOSITORY
from tui.launch import let_the_screen_go_first
from tui.preview.protocol import Protocol

_TIMES = 12
_FOR_ALL = 5
"""Rules that mean every pair."""
_QUIET = 0.3
"""Seconds of silence before the next key."""
_BUSY_SECONDS = 10
_KEY_SECONDS = 0.1
_TICK = 0.004
"""Seconds between two looks at the clock, by which it is seen how long the screen stood still."""
_GAPS = "gaps.json"

_PAGES = (
    ("rules", "R", ("Rules", rule_name(0))),
    ("pending", "P", ("Pending", "IMG_")),
    ("history", "H", (f"1 of {DECISIONS:,}", "OLD_")),
    ("  with all there is to say of the first", "H", ("because",)),
    ("trash", "T", ("Trash", "OLD_")),
    ("  all of it counted", "T", ("1 of ", "OLD_")),
    ("ledger", "L", ("everybody", "│")),
    ("  pairs counted, too", "L", ("everybody", "│", "open ·")),
    ("libraries", "S", ("Libraries", "photos")),
)
"""What is opened by which key, and what shows that it is there."""
_FARTHER = (
    ("settings", "S", "s", ("Settings", "distance")),
    ("denied", "H", "n", ("Denied", "IMG_")),
    ("offers of rules", "R", "o", ("What betterhalf could do here", "pixel")),
)
"""What is opened from there, by which two keys."""


def run() -> list[Measure]:
    """Open each page, often; then what a rule that is being made waits for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = folder / "photos"
        root.mkdir()
        catalog = Catalog.open(folder / "catalog.db")
        catalog.call_now(fill, root)
        catalog.call_now(fill_past, root)
        catalog.close()
        asyncio.run(_save_rules(folder / "catalog.db"))
        _put_pictures(root)
        command = [sys.executable, "-m", "tests.benchmarks.pages", name]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": name,
            "PYTHONPATH": str(REPOSITORY),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }
        with Terminal(command, Protocol.HALF, environment) as terminal:
            lines, spans = _measure(terminal)
        return [*lines, *_still(json.loads((folder / _GAPS).read_text()), spans)]


async def _save_rules(database: Path) -> None:
    """Some rules that look at every pair and turn most away at one test or another, and many that
    are about exact copies only."""
    tests = ("A size > B size", "A pixels > B pixels", "A has EXIF", "same type")
    rules = []
    for number in range(RULES):
        search, texts = Search(kinds=("exact",)), [f"A modified < B modified + {number} days"]
        if number < _FOR_ALL:
            larger = f"A size > B size + {10 * (number + 1)} KB"
            search, texts = Search(), [*tests[: 1 + number % 4], larger]
        comparison = tuple(map(parse_pair, texts))
        action = Action(RelationKind.BETTER, b=Fate.TRASH)
        rules.append(Rule(rule_name(number), search, comparison, action))
    async with open_session(database, [], Distances(4), 1) as (session, _):
        await save_rules(session.catalog, rules)


def _put_pictures(root: Path) -> None:
    """There are those of the latest decisions, of which two thirds are not on a server."""
    for number in range(DECISIONS - _TIMES, DECISIONS + 1):
        photo = gallery.photo(("chelsea", "coffee")[number % 2])
        for path in pictures(root, number):
            path.parent.mkdir(parents=True, exist_ok=True)
            gallery.exact_copy(photo, path)


Spans = dict[str, tuple[float, float]]
"""From when to when what went on, by the system's clock."""


def _measure(terminal: Terminal) -> tuple[list[Measure], Spans]:
    spans: Spans = {}
    terminal.until("pair 1 of 100,000", limit=60)
    terminal.press("R")
    terminal.until("testing", limit=30)
    with _noted(spans, "rules test"):
        until = time.monotonic() + _BUSY_SECONDS
        while time.monotonic() < until:
            terminal.press("j")
            terminal.during(_KEY_SECONDS)
            terminal.press("k")
            terminal.during(_KEY_SECONDS)
    terminal.press("q")
    terminal.until("by rules", limit=170)
    terminal.settled(2.0)
    lines = []
    with _noted(spans, "pages are opened"):
        for name, key, texts in _PAGES:
            taken = [_opened(terminal, key, *texts) for _ in range(_TIMES)]
            lines.append(Measure(f"{name}, from its key", "<= 100 ms", worst(taken)))
        for name, before, key, texts in _FARTHER:
            taken = [_opened_after(terminal, before, key, *texts) for _ in range(_TIMES)]
            lines.append(Measure(f"{name}, from its key", "<= 100 ms", worst(taken)))
    lines += _rows(terminal)
    lines.append(Measure("preview, first rows", "<= 300 ms", worst(_previewed(terminal))))
    return lines, spans


@contextmanager
def _noted(spans: Spans, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    spans[what] = began, time.monotonic()


def _opened(terminal: Terminal, key: str, *texts: str) -> float:
    """Milliseconds until the page is there."""
    taken = _seen(terminal, key, *texts)
    terminal.press("q")
    terminal.until("pair 1 of")
    terminal.settled(_QUIET)
    return taken


def _opened_after(terminal: Terminal, before: str, key: str, *texts: str) -> float:
    """Milliseconds until the page is there that is opened from another one."""
    terminal.press(before)
    terminal.settled(_QUIET)
    taken = _seen(terminal, key, *texts)
    terminal.press("q")
    terminal.settled(_QUIET)
    terminal.press("q")
    terminal.until("pair 1 of")
    terminal.settled(_QUIET)
    return taken


def _seen(terminal: Terminal, key: str, *texts: str) -> float:
    terminal.press(key)
    shown = terminal.until(*texts).seen(*texts)
    terminal.settled(_QUIET)
    assert shown is not None
    return shown * 1000


def _rows(terminal: Terminal) -> list[Measure]:
    """What one row of the history after the other takes, with the small pictures of its pair."""
    _seen(terminal, "H", "because")
    said, drawn, sent = [], [], []
    for number in range(DECISIONS - 1, DECISIONS - 1 - _TIMES, -1):
        terminal.press("j")
        bursts = terminal.until(f"#{number} "), terminal.settled(_QUIET)
        said.append(1000 * (bursts[0].seen(f"#{number} ") or 0.0))
        drawn.append(1000 * max(each.pictured or 0.0 for each in bursts))
        sent.append(sum(len(each.data) for each in bursts) / 1000)
    terminal.press("q")
    terminal.until("pair 1 of")
    return [
        Measure("next row of the history, its text", "<= 100 ms", worst(said)),
        Measure("  its pictures", "", worst(drawn)),
        Measure("  sent for it", "<= 30 kB", worst(sent, "kB", 1)),
    ]


def _previewed(terminal: Terminal) -> list[float]:
    """Milliseconds from the key that leads to the preview of a rule to its first rows."""
    _seen(terminal, "R", rule_name(0))
    _seen(terminal, "\r", "search")
    for _ in range(2):
        terminal.press("\t")
        terminal.settled(_QUIET)
    taken = []
    for _ in range(_TIMES):
        taken.append(_seen(terminal, "\t", "will act", "IMG_"))
        terminal.press("\x1b[Z")
        terminal.settled(_QUIET)
    return taken


def _still(gaps: list[tuple[float, float]], spans: Spans) -> list[Measure]:
    """How long the screen stood still while what went on."""
    lines = []
    for what, (first, last) in spans.items():
        told = [1000 * gap for moment, gap in gaps if first <= moment <= last]
        lines.append(Measure(f"longest frame while {what}", "<= 50 ms", worst(told or [0.0])))
    return lines


async def _review(folder: Path) -> None:
    from tui.app import BetterhalfApp
    from tui.terminal import Terminal as Shown

    gaps: list[tuple[float, float]] = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK)
            gaps.append((before, time.monotonic() - before))

    class Still(BetterhalfApp):
        """Looks for no files."""

        async def _scan(self) -> None:
            self._pairs_dirty.set()
            self._hear(ScanEnded())

    root, database = folder / "photos", folder / "catalog.db"
    watching = asyncio.create_task(watch())
    try:
        roots = [root, SERVER.root]
        async with open_session(database, roots, Distances(4), 1) as (session, _):
            await Still(session, Shown(Protocol.HALF), "betterhalf-dark", {}).run_async()
    finally:
        watching.cancel()
        (folder / _GAPS).write_text(json.dumps(gaps))


if __name__ == "__main__":
    os.environ.setdefault("TEXTUAL_FPS", "120")
    let_the_screen_go_first()
    asyncio.run(_review(Path(sys.argv[1])))
