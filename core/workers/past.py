"""What was decided, denied and put away, for screens: asked of the catalog page by page.

But for `particulars`, what is here is handed to `Catalog.read`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from core.actions.trash import trash_of
from core.actions.written import changes_of
from core.address import is_remote, root_of
from core.catalog import assets, held, history, ledger, pairs
from core.catalog.database import Catalog
from core.catalog.journal import INTO_A_TRASH
from core.catalog.verdicts import fetch_verdict
from core.imaging.verdict import METHOD
from core.model import Asset, Decision, DecisionState, Verdict
from core.workers.records import Book, Heap, Particulars

_EPOCH = date(1970, 1, 1)


async def particulars(catalog: Catalog, number: int) -> Particulars | None:
    """All there is to the decision of this number; None where there is none."""
    found = await catalog.read(_asked, number)
    if found is None:
        return None
    decision, together, verdict, distance, ended_by, again = found
    # Sidecars are parsed, which is nothing for the event loop.
    changes = await asyncio.to_thread(
        lambda: tuple((each, tuple(changes_of(each))) for each in decision.operations)
    )
    return Particulars(decision, together, verdict, distance, changes, ended_by, again)


_Asked = tuple[Decision, tuple[Decision, ...], Verdict | None, int | None, int | None, int | None]


def _asked(number: int) -> _Asked | None:
    for decision in history.decisions([number]):
        a, b = history.contents(number)
        together = tuple(each for each in history.as_one(decision) if each.id != number)
        dissolved = decision.state is DecisionState.DISSOLVED
        return (
            decision,
            together,
            None if a == b else fetch_verdict(a, b, METHOD),
            pairs.distances((a, b)).get((min(a, b), max(a, b))),
            history.overruler(decision) if dissolved else None,
            history.again(number) if decision.state is DecisionState.UNDONE else None,
        )
    return None


def sides(number: int, roots: Sequence[Path]) -> tuple[Asset, Asset] | None:
    """A and B of the decision of this number, at the paths where their pictures are to be found by
    now: in a library, in its trash, or nowhere."""
    found = [replace(each, path=_place(each)) for each in assets.sides(number, roots)]
    return (found[0], found[1]) if len(found) == 2 else None


def _place(asset: Asset) -> Path:
    return held.place_in_trash(asset.id, asset.content_id) or asset.path


def heaps(
    roots: Sequence[Path], text: str, place: int, size: int, keeps: Mapping[Path, int]
) -> list[Heap]:
    """What decisions have in the trashes of the libraries `roots`, newest first. `keeps`: after how
    many days servers empty theirs."""
    found = history.decisions(held.heap_page(roots, text, place, size))
    heaps = (_heap(each, keeps) for each in reversed(found))
    return [each for each in heaps if each.files]


def _heap(decision: Decision, keeps: Mapping[Path, int]) -> Heap:
    files = tuple(
        (each.source, each.target)
        for each in decision.operations
        if each.kind in INTO_A_TRASH and each.emptied_at is None
    )
    if is_remote(decision.path_b):
        library = root_of(decision.path_b)
        days = keeps.get(library)
        since = datetime.fromisoformat(decision.decided_at)
        return Heap(decision, files, library, None if days is None else since + timedelta(days))
    return Heap(decision, files, trash_of(files[0][1]).parent if files else decision.path_b.parent)


def book(since: str, months: bool) -> Book:
    """What was done since a moment (ISO 8601)."""
    return Book(tuple(ledger.ledger_days(since, months)), assets.count_present())


def arrivals() -> dict[str, int]:
    """How many of the pictures that are there were first met on which day, as ``2026-03-01``; under
    nothing those of before it was recorded."""
    return {
        "" if day is None else f"{_EPOCH + timedelta(days=day)}": count
        for day, count in assets.arrivals().items()
    }
