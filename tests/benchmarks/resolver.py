"""What rules cost on a catalog of a hundred thousand pairs: testing, counting, paging, one more.

No file is opened: the catalog is filled with what a scan would have found, and no rule here asks
for a verdict.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from core.catalog.database import Catalog
from core.model import Distances, Fate, RelationKind
from core.rules.parse import parse
from core.rules.rule import Action, Rule, Search
from core.workers.claims import Standing
from core.workers.resolver import Resolver
from core.workers.session import open_session
from tests.benchmarks.crowd import PAIRS, fill
from tests.benchmarks.measure import Measure, spread

_PAGE = 50
_PAGES = 20
_NEW = 10

_RULE = Rule(
    "larger wins",
    Search(),
    tuple(
        map(
            parse,
            (
                "A size > B size",
                "A width >= B width",
                "A height >= B height",
                "same type",
                "A modified < B modified + 7 days",
                "same has EXIF",
            ),
        )
    ),
    Action(RelationKind.BETTER, b=Fate.TRASH),
)


def run() -> list[Measure]:
    """One rule of six comparators, as a fresh process meets it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "photos")
        root.mkdir()
        database_path = Path(folder, "catalog.db")
        catalog = Catalog.open(database_path)
        catalog.call_now(fill, root)
        catalog.close()
        return asyncio.run(_measure(database_path, root))


async def _measure(database_path: Path, root: Path) -> list[Measure]:
    async with open_session(database_path, [root], Distances(4), 1) as (session, _):
        resolver = Resolver(session, [_RULE])
        started = time.process_time()
        await resolver.refresh()
        spent = time.process_time() - started
        ready = resolver.standings.counts(0)[Standing.READY]
        pages = [
            await _milliseconds(lambda start=start: resolver.proposals(start, _PAGE))
            for start in range(0, ready, max(1, ready // _PAGES))
        ]
        counts = [
            await _milliseconds(_later(lambda: resolver.standings.counts(0))) for _ in range(_PAGES)
        ]
        again = [
            await _milliseconds(lambda asset=asset: resolver.refresh(changed={asset}))
            for asset in range(1, _NEW + 1)
        ]
    return [
        Measure(f"{PAIRS:,} pairs through one rule, CPU", "<= 5 s", f"{spent:.2f} s"),
        Measure("  counts of all", "<= 20 ms", spread(counts, digits=1)),
        Measure(f"  a page of {_PAGE}, of {ready:,} ready", "<= 20 ms", spread(pages, digits=1)),
        Measure("  one changed asset through the rule", "<= 1 s", spread(again)),
    ]


def _later(function: Callable[[], Any]) -> Callable[[], Awaitable[Any]]:
    async def asked() -> Any:
        return function()

    return asked


async def _milliseconds(ask: Callable[[], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    await ask()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    for line in run():
        print(line)
