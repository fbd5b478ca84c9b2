"""Decisions with a merge, killed at thousands of points: what is found on starting again.

Half of the kills are at lines of the core, spread over all of them; the other half at instants
drawn at random, which fall into the database and the kernel too. Each is a SIGKILL to a real
process on a real file tree; then the repair runs, and `Arena.check` looks at every file, its time,
the trash, the catalog and the journal, and takes the decision back.

BETTERHALF_KILLS says how many (2,000).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from core.model import DecisionState
from tests.benchmarks.measure import Measure
from tests.core.actions.arena import OPERATIONS, Arena

KILLS = int(os.environ.get("BETTERHALF_KILLS", "2000"))


@dataclass(frozen=True, slots=True)
class _Scene:
    name: str
    action: str
    prepare: Callable[[Arena], None]
    share: float
    """Of all kills."""


def _half_way(state: DecisionState, done: int) -> Callable[[Arena], None]:
    return lambda arena: arena.leave_half_way(state, done)


_SCENES = (
    _Scene("apply", "apply", lambda arena: None, 0.35),
    _Scene("undo", "undo", Arena.decide, 0.35),
    _Scene("repair of half an apply", "recover", _half_way(DecisionState.APPLYING, 3), 0.1),
    _Scene(
        "repair of a whole apply", "recover", _half_way(DecisionState.APPLYING, OPERATIONS), 0.1
    ),
    _Scene("repair of half an undo", "recover", _half_way(DecisionState.UNDOING, 3), 0.1),
)


def run() -> list[Measure]:
    """One line a scene; the first kill that breaks the promise raises `AssertionError`."""
    found = []
    total = 0
    for scene in _SCENES:
        states: Counter[str] = Counter()
        for has_sidecar in (True, False):
            kills = round(KILLS * scene.share / 2)
            with tempfile.TemporaryDirectory() as folder:
                arena = Arena.make(Path(folder).resolve() / "arena", has_sidecar)
                scene.prepare(arena)
                for moment in arena.each(scene.action, _moments(kills)):
                    states[str(arena.check(moment) or "never begun")] += 1
        total += states.total()
        ends = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        found.append(Measure(f"  killed in {scene.name}", "", f"{states.total():,} times: {ends}"))
    head = Measure("SIGKILLs, files lost, doubled or torn", "0", f"0 of {total:,}")
    return [head, *found]


def _moments(kills: int) -> Callable[[int, float], Iterable[int | float]]:
    def moments(lines: int, seconds: float) -> Iterable[int | float]:
        random = Random(1)
        by_line = kills // 2
        yield from (1 + number * lines // by_line for number in range(by_line))
        yield from (random.uniform(0, seconds) for _ in range(kills - by_line))

    return moments


if __name__ == "__main__":
    for line in run():
        print(line)
