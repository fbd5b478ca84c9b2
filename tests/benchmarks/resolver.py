"""What rules cost on a catalog of a hundred thousand pairs: testing, counting, paging, one more.

No file is opened: the catalog is filled with what a scan would have found, and no rule here asks
for a verdict.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

from core.catalog.database import Catalog
from core.catalog.pairs import Candidate, Evidence, store_candidates
from core.catalog.schema import Asset, Content, database
from core.model import Distances, Fate, RelationKind
from core.rules.parse import parse
from core.rules.rule import Action, Rule, Search
from core.workers.resolver import Resolver
from core.workers.session import open_session
from core.workers.standings import Standing
from tests.benchmarks.measure import Measure, spread

PAIRS = 100_000
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
        catalog.call_now(_fill, root)
        catalog.close()
        return asyncio.run(_measure(database_path, root))


async def _measure(database_path: Path, root: Path) -> list[Measure]:
    async with open_session(database_path, [root], Distances(4), 1) as (session, _):
        resolver = Resolver(session, [_RULE])
        started = time.process_time()
        await resolver.refresh()
        spent = time.process_time() - started
        ready = resolver.standings.counts()[0][Standing.READY]
        pages = [
            await _milliseconds(lambda start=start: resolver.proposals(start, _PAGE))
            for start in range(0, ready, max(1, ready // _PAGES))
        ]
        counts = [await _milliseconds(_later(resolver.standings.counts)) for _ in range(_PAGES)]
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


def _fill(root: Path) -> None:
    random = Random(1)
    contents, assets = [], []
    for number in range(1, 2 * PAIRS + 1):
        width = random.choice((1600, 2000, 4000))
        contents.append(
            {
                "id": number,
                "digest": random.randbytes(32),
                "size": random.randrange(500_000, 5_000_000),
                "format": random.choice(("JPEG", "JPEG", "PNG")),
                "width": width,
                "height": width * 3 // 4,
                "orientation": 1,
                "mode": "RGB",
                "frames": 1,
                "coding": "lossy:jpeg",
                "headers": random.choice(("EXIF,XMP", "")),
                "hash": random.randrange(1 << 62),
                "thumb": bytes(1024),
                "chroma": bytes(128),
                "detail": 40.0,
                "metadata": '{"taken": "2024-07-14 10:00:00", "camera": "Canon EOS 80D"}',
                "searched": 4,
            }
        )
        assets.append(
            {
                "path": os.fsencode(root / f"{number // 1000:04}" / f"IMG_{number:07}.jpg"),
                "size": 3_000_000,
                "modified_ns": 1_720_000_000_000_000_000 + random.randrange(10**15),
                "inode": number,
                "content": number,
            }
        )
    with database.atomic():
        for model, rows in ((Content, contents), (Asset, assets)):
            for start in range(0, len(rows), 1000):
                model.insert_many(rows[start : start + 1000]).execute()
    candidates = []
    for first in range(1, 2 * PAIRS, 2):
        distance = random.choice((0, 2, 4))
        candidates.append(Candidate(first, first + 1, distance, 0.99, False, Evidence(2.5, 0.0)))
    store_candidates(candidates, [], 4)


if __name__ == "__main__":
    for line in run():
        print(line)
