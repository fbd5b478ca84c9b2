"""What relations cost: the open pairs of a catalog in which much has been decided, all of them and
those around one act, and reading a hundred thousand decisions.

The pairs are those of families of five, each near each other, of which two were decided.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from core.catalog.assets import PRESENT, TRASHED
from core.catalog.database import Catalog
from core.catalog.pairs import Candidate, Evidence, store_candidates
from core.catalog.schema import Asset, Content, Decision, Operation, database
from core.matching.current import made_anew
from core.matching.open_pairs import open_pairs
from core.model import DecisionState, Distances, OperationKind, RelationKind
from tests.benchmarks.measure import Measure, spread

FAMILIES = 10_000
_FIVE = 5
_DECISIONS = 100_000
"""Of the catalog in which they are only read."""
_TIMES = 5
_KINDS = [*(RelationKind.BETTER,) * 3, RelationKind.SAME_QUALITY]
_KINDS += [RelationKind.ALTERNATES, RelationKind.NOT_RELATED]


def run() -> list[Measure]:
    """Processor time; of the pairs also without any decision, in the same catalog."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog.open(Path(folder, "catalog.db"))
        try:
            catalog.call_now(_fill)
            before = _times(lambda: catalog.call_now(open_pairs, (), Distances(4)))
            catalog.call_now(_decide)
            first, *after = _times(lambda: catalog.call_now(open_pairs, (), Distances(4)))
            around = _times(
                lambda: catalog.call_now(open_pairs, (), Distances(4), touching={7, 11})
            )
            catalog.call_now(_decide_more)
            made = _times(lambda: catalog.call_now(made_anew))
        finally:
            catalog.close()
    pairs = FAMILIES * len(list(combinations(range(_FIVE), 2)))
    return [
        Measure(f"{pairs:,} pairs, nothing decided", "", spread(before)),
        Measure(f"  with {2 * FAMILIES:,} decisions", "as much", spread(after)),
        Measure("  the first time", "", spread([first])),
        Measure("  around one act", "", spread(around, digits=1)),
        Measure(f"relations from {_DECISIONS:,} decisions", "<= 500 ms", spread(made)),
    ]


def _times(ask: Callable[[], Any]) -> list[float]:
    found = []
    for _ in range(_TIMES):
        began = time.process_time()
        ask()
        found.append((time.process_time() - began) * 1000)
    return found


def _fill() -> None:
    random = Random(1)
    contents = [
        {
            "digest": random.randbytes(32),
            "size": 1,
            "format": "JPEG",
            "hash": random.randrange(1 << 62),
            "thumb": bytes(1024),
        }
        for _ in range(FAMILIES * _FIVE)
    ]
    assets = [
        {
            "path": os.fsencode(f"/photos/{number // 1000:04}/IMG_{number:07}.jpg"),
            "size": 1,
            "modified_ns": random.randrange(10**15),
            "inode": number,
            "content": number,
        }
        for number in range(1, FAMILIES * _FIVE + 1)
    ]
    _insert(Content, contents)
    _insert(Asset, assets)
    near = [
        Candidate(a, b, random.choice((0, 2, 4)), 0.99, False, Evidence(2.5, 0.0))
        for family in range(FAMILIES)
        for a, b in combinations(range(_FIVE * family + 1, _FIVE * (family + 1) + 1), 2)
    ]
    store_candidates(near, [], 4)


def _decide() -> None:
    random = Random(2)
    sides = (
        (_FIVE * family + a, _FIVE * family + b)
        for family in range(FAMILIES)
        for a, b in ((1, 2), (3, 4))
    )
    _decide_about([(random.choice(_KINDS), *pair) for pair in sides], random)


def _decide_more() -> None:
    random = Random(3)
    more = _DECISIONS - 2 * FAMILIES
    numbers = range(1, FAMILIES * _FIVE + 1)
    _decide_about(
        [(random.choice(_KINDS), *random.sample(numbers, 2)) for _ in range(more)], random
    )


def _decide_about(said: list[tuple[RelationKind, int, int]], random: Random) -> None:
    first = Decision.select().count() + 1
    trashed = [
        (number, b)
        for number, (kind, _, b) in enumerate(said, start=first)
        if kind is RelationKind.BETTER and random.random() < 0.8
    ]
    _insert(
        Decision,
        [
            {
                "kind": kind,
                "asset_a": a,
                "asset_b": b,
                "content_a": a,
                "content_b": b,
                "path_a": b"a",
                "path_b": b"b",
                "why": "it is",
                "decided_at": "2024-07-14T10:00:00+00:00",
                "state": DecisionState.DONE,
            }
            for kind, a, b in said
        ],
    )
    moves = [
        {
            "decision": number,
            "sequence": 0,
            "kind": OperationKind.TRASH,
            "source": b"b",
            "target": b"trash",
        }
        for number, _ in trashed
    ]
    _insert(Operation, moves)
    for few in _chunks([b for _, b in trashed]):
        gone = Asset.update(state=TRASHED).where(Asset.id.in_(few), Asset.state == PRESENT)
        gone.execute()


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    with database.atomic():
        for few in _chunks(rows):
            model.insert_many(few).execute()


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[start : start + 1000] for start in range(0, len(rows), 1000))


if __name__ == "__main__":
    for line in run():
        print(line)
