"""What asking a rule costs: a hundred thousand pairs, both orders each, without a verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from core.model import Asset, Facts, Metadata, PairKind, PairRef, RelationKind
from core.rules.language import AnyOf, Not
from core.rules.parse import parse_one, parse_pair
from core.rules.prepared import Prepared
from core.rules.rule import Action, Case, Fate, Rule, Search
from tests.benchmarks.measure import Measure, spread

PAIRS = 100_000
_RUNS = 3
_NOW = 1_700_000_000_000_000_000

_SIX = (
    *map(parse_pair, ("A size > B size", "A width >= B width", "A height >= B height")),
    parse_pair("same type"),
    AnyOf((Not(parse_pair("B has EXIF")), parse_pair("same has EXIF"))),
    parse_pair("A modified < B modified + 7 days"),
)
_DEAR = parse_pair("verdict at least almost certain")


def run() -> list[Measure]:
    """A rule of six comparators, and one whose comparators nearly all hold."""
    cases = _cases()
    search = Search(AnyOf((parse_one("width > 128"), parse_one("height > 128"))))
    rule = Rule("six", search, _SIX, Action(RelationKind.BETTER, b=Fate.TRASH))
    passing = Rule("all pass", search, (*[_SIX[3]] * 5, _DEAR), rule.action)
    return [
        Measure(f"{PAIRS:,} pairs through six comparators, CPU", "<= 1.5 s", _spent(rule, cases)),
        Measure("  where all hold in both orders", "<= 1.5 s", _spent(passing, cases)),
    ]


def _spent(rule: Rule, cases: Sequence[Case]) -> str:
    seconds = []
    for _ in range(_RUNS):
        prepared = Prepared(rule, _NOW)
        started = time.process_time()
        for case in cases:
            prepared.test(case)
        seconds.append(time.process_time() - started)
    return spread(seconds, "s", 2)


def _cases() -> list[Case]:
    random = Random(1)
    assets = [_asset(random, number) for number in range(PAIRS // 10)]
    return [
        Case(a, b, PairRef(a.id, b.id, PairKind.SIMILAR, random.choice((0, 2, 4))))
        for a, b in (random.sample(assets, 2) for _ in range(PAIRS))
    ]


def _asset(random: Random, number: int) -> Asset:
    side = random.choice((1000, 2000, 4000))
    facts = Facts("JPEG", random.randrange(1, 9) * 10**6, side, side * 3 // 4, headers=("EXIF",))
    modified = _NOW - random.randrange(10**17)
    path = Path(f"/photos/{number}.jpg")
    return Asset(number, path, modified, b"", number, facts, Metadata())
