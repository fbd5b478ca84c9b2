"""What was decided, denied and put away, for screens: asked of the catalog page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from core.actions.trash import trash_of
from core.actions.written import changes_of
from core.catalog import assets, held, history, ledger, pairs
from core.catalog.database import Catalog
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
    now: in a library, in its trash, or nowhere. On the database thread."""
    found = [replace(each, path=_place(each)) for each in assets.sides(number, roots)]
    return (found[0], found[1]) if len(found) == 2 else None


def _place(asset: Asset) -> Path:
    return held.place_in_trash(asset.id, asset.content_id) or asset.path


def heaps(roots: Sequence[Path], text: str, place: int, size: int) -> list[Heap]:
    """What decisions have in the trashes below `roots`, newest first; on the database thread."""
    numbers = held.heap_page(roots, text, place, size)
    by_number = {each.decision: each for each in held.of_decisions(numbers)}
    return [
        Heap(
            decision,
            tuple((file.source, file.target) for file in by_number[decision.id].files),
            trash_of(by_number[decision.id].files[0].target).parent,
        )
        for decision in reversed(history.decisions(numbers))
        if decision.id in by_number
    ]


def book(since: str, months: bool) -> Book:
    """What was done since a moment (ISO 8601); on the database thread."""
    return Book(tuple(ledger.ledger_days(since, months)), assets.count_present())


def arrivals() -> dict[str, int]:
    """How many of the pictures that are there were first met on which day, as ``2026-03-01``; under
    nothing those of before it was recorded. On the database thread."""
    return {
        "" if day is None else f"{_EPOCH + timedelta(days=day)}": count
        for day, count in assets.arrivals().items()
    }
