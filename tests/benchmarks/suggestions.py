"""What the review would suggest for every pair of a library whose every file is labelled.

Wrong is a suggestion to let go what is no duplicate, or what the other side was made from by
something that costs pixels; each is named on stderr.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from core.errors import ImageError
from core.model import Distances, PairKind, PairRef, Verdict
from core.rules.rule import Case
from core.rules.suggestion import suggest
from core.workers.session import Session, open_session
from tests.benchmarks.labelled import Kinship, Labelled, labelled
from tests.benchmarks.measure import Measure

_FILES = 1000
_WORKERS = 2
_TURNS = (3, 6, 8)


def run() -> list[Measure]:
    """Scan, ask for all verdicts, and suggest."""
    library = labelled(_FILES)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(library, Path(folder, "catalog.db")))


async def _measure(library: Labelled, catalog: Path) -> list[Measure]:
    opened = open_session(catalog, [library.folder], Distances(4), _WORKERS, _TURNS)
    async with opened as (session, _):
        await session.scan(lambda _: None)
        refs = await session.open_pairs()
        verdicts = await asyncio.gather(*(_verdict(session, ref) for ref in refs))
        cases = []
        for ref, verdict in zip(refs, verdicts, strict=True):
            a, b = await session.assets(ref.key)
            cases.append(Case(a, b, ref, verdict))
    started = time.perf_counter()
    suggestions = [suggest(case) for case in cases]
    spent = (time.perf_counter() - started) / len(cases)
    tally = Counter[str]()
    doubts = Counter[str]()
    for case, found in zip(cases, suggestions, strict=True):
        a, b = (str(each.path.relative_to(library.folder)) for each in (case.a, case.b))
        kinship = library.kinship(a, b)
        if found.side is None:
            tally[f"none, {kinship}"] += 1
            doubts[f"{kinship}: {found.doubt}"] += 1
            continue
        kept, gone = (a, b) if found.side == "A" else (b, a)
        duplicates = kinship in (Kinship.DUPLICATES, Kinship.DOUBTFUL)
        if not duplicates or library.is_descendant(kept, gone):
            tally["wrong"] += 1
            print(f"wrong: {kept} instead of {gone} ({kinship}): {found.parts}", file=sys.stderr)
        else:
            tally["right" if library.is_descendant(gone, kept) else "either will do"] += 1
    return [
        Measure(f"suggestions for {len(cases):,} pairs: wrong", "0", f"{tally.pop('wrong', 0):,}"),
        *(Measure(f"  {name}", "", f"{count:,}") for name, count in sorted(tally.items())),
        *(Measure(f"    {name}", "", f"{count:,}") for name, count in sorted(doubts.items())),
        Measure("  time each", "", f"{spent * 1e6:.0f} µs"),
    ]


async def _verdict(session: Session, ref: PairRef) -> Verdict | None:
    if ref.kind is not PairKind.SIMILAR:
        return None
    try:
        return await session.verdict(ref)
    except ImageError:
        return None
