"""Decisions killed at thousands of points: what is found on starting again.

Half of the kills are at lines of the core, spread over all of them; the other half at instants
drawn at random, which fall into the database and the kernel too. Each is a SIGKILL to a real
process on a real file tree; then betterhalf starts again, the doctor has to find nothing for a
person to do, and the check looks at every file, its time, the trash, the catalog and the journal,
and takes the decision back.

BETTERHALF_KILLS says how many (2,000), BETTERHALF_SEED when the random ones are (1).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from core.model import DecisionState, Fate
from tests.benchmarks.measure import Measure
from tests.core.actions.arena import OPERATIONS, Arena, GroupArena
from tests.core.actions.test_embedding import EmbedArena
from tests.core.actions.test_links import LedOnArena, LinkArena

KILLS = int(os.environ.get("BETTERHALF_KILLS", "2000"))
SEED = int(os.environ.get("BETTERHALF_SEED", "1"))


@dataclass(frozen=True, slots=True)
class _Scene:
    name: str
    action: str
    prepare: Callable[[Any], None]
    share: float
    """Of all kills."""
    arena: type[Arena] = Arena
    check: Callable[[Any, int | float], object] = lambda arena, moment: arena.check(moment)


def _nothing(arena: Arena) -> None:
    pass


def _half_way(state: DecisionState, done: int) -> Callable[[Arena], None]:
    return lambda arena: arena.leave_half_way(state, done)


def _decided_and_undone(arena: Arena) -> None:
    arena.decide()
    arena.take_back()


def _linked(fate: Fate, share: float) -> list[_Scene]:
    def check(arena: LinkArena, moment: int | float) -> object:
        return arena.check_link(moment, fate)

    put = _Scene(f"putting a {fate}", str(fate), _nothing, share, LinkArena, check)
    undo = _Scene(
        f"undoing a {fate}", "undo", lambda arena: arena.decide_on(fate), share, LinkArena, check
    )
    return [put, undo]


_SCENES = (
    _Scene("apply", "apply", _nothing, 0.15),
    _Scene("undo", "undo", Arena.decide, 0.1),
    _Scene("redo", "redo", _decided_and_undone, 0.1),
    _Scene("a group's apply", "apply", _nothing, 0.1, GroupArena),
    _Scene("a group's undo", "undo", GroupArena.decide, 0.1, GroupArena),
    _Scene("a group's redo", "redo", _decided_and_undone, 0.05, GroupArena),
    _Scene("emptying", "empty", Arena.decide, 0.1, Arena, Arena.check_emptied),
    *_linked(Fate.HARD_LINK, 0.02),
    *_linked(Fate.SYMLINK, 0.02),
    _Scene(
        "leading a link on", "apply", LedOnArena.link, 0.01, LedOnArena, LedOnArena.check_led_on
    ),
    _Scene(
        *("leading a link back", "undo", LedOnArena.link_and_decide, 0.01),
        *(LedOnArena, LedOnArena.check_led_on),
    ),
    _Scene("writing into the picture", "embed", _nothing, 0.05, EmbedArena),
    _Scene("undo of writing into it", "undo", EmbedArena.decide, 0.05, EmbedArena),
    _Scene("repair of half an apply", "recover", _half_way(DecisionState.APPLYING, 3), 0.03),
    _Scene(
        "repair of a whole apply", "recover", _half_way(DecisionState.APPLYING, OPERATIONS), 0.04
    ),
    _Scene("repair of half an undo", "recover", _half_way(DecisionState.UNDOING, 3), 0.03),
)


def run() -> list[Measure]:
    """One line a scene; the first kill that breaks the promise raises `AssertionError`."""
    found = []
    total = 0
    for scene in _SCENES:
        states: Counter[str] = Counter()
        # A picture that has a sidecar is not written into.
        alone = scene.arena in (EmbedArena, LinkArena, LedOnArena)
        ways = (False,) if alone else (True, False)
        for has_sidecar in ways:
            kills = round(KILLS * scene.share / len(ways))
            with tempfile.TemporaryDirectory() as folder:
                arena = scene.arena.make(Path(folder).resolve() / "arena", has_sidecar)
                scene.prepare(arena)
                for moment in arena.each(scene.action, _moments(kills)):
                    states[str(scene.check(arena, moment) or "never begun")] += 1
        total += states.total()
        ends = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        found.append(Measure(f"  killed in {scene.name}", "", f"{states.total():,} times: {ends}"))
    head = Measure("SIGKILLs, files lost, doubled or torn", "0", f"0 of {total:,}")
    return [head, *found]


def _moments(kills: int) -> Callable[[int, float], Iterable[int | float]]:
    def moments(lines: int, seconds: float) -> Iterable[int | float]:
        random = Random(SEED)
        by_line = kills // 2
        yield from (1 + number * lines // by_line for number in range(by_line))
        yield from (random.uniform(0, seconds) for _ in range(kills - by_line))

    return moments


if __name__ == "__main__":
    for line in run():
        print(line)
