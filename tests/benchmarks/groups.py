"""What laying a hundred thousand open pairs together into groups costs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from random import Random

from core.matching.potential import potential_groups
from core.model import PairKind, PairRef
from tests.benchmarks.measure import Measure, spread

PAIRS = 100_000
_RUNS = 3


def run() -> list[Measure]:
    """A hundred thousand pairs of each shape."""
    random = Random(1)
    bursts = ((frame, frame + step) for frame in range(PAIRS // 4) for step in range(1, 5))
    crowds = (
        (10 * crowd + a, 10 * crowd + b)
        for crowd in range(PAIRS // 45)
        for a in range(10)
        for b in range(a + 1, 10)
    )
    chance = {tuple(random.sample(range(PAIRS), 2)) for _ in range(PAIRS)}
    return [
        _measure("pairs that share nothing", ((2 * n, 2 * n + 1) for n in range(PAIRS))),
        _measure("bursts, each near the next four", bursts),
        _measure("crowds of ten", crowds),
        # No library is like that.
        _measure("pairs by chance, most in one web", ((a, b) for a, b in chance), target=""),
    ]


def _measure(name: str, pairs: Iterable[tuple[int, int]], target: str = "<= 0.5 s") -> Measure:
    refs = [PairRef(a, b, PairKind.SIMILAR, 2) for a, b in pairs]
    seconds = []
    for _ in range(_RUNS):
        started = time.process_time()
        found = potential_groups(refs)
        seconds.append(time.process_time() - started)
    return Measure(name, target, f"{spread(seconds, 's', 2)} CPU, {len(found):,} groups")
