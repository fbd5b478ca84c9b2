"""``--undo``: taking decisions and denials back without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.actions.undo import recover, undo
from core.catalog import journal
from core.catalog.database import Catalog
from core.catalog.rulebook import withdraw_denial
from core.errors import ActionRefused, UsageError
from core.model import Decision, DeniedPair
from core.process.narration import Narrator
from core.process.report import Reporter
from core.workers.session import to_the_end

_TOO_LARGE = 1 << 63
"""For a number in a database."""


async def undo_decisions(
    which: str, database: Path, as_json: bool, leave_edited: bool = False
) -> int:
    """Take back the decision with the id `which`, the denial if it begins with d, or what
    ``last`` means; `leave_edited` as in `undo`."""
    narrator, reporter = Narrator(), Reporter(as_json)
    catalog = await asyncio.to_thread(Catalog.open, database)
    refused = 0
    try:
        if which[:1] == "d" and which[1:].isdecimal():
            reporter.reopened(await _withdrawn(catalog, which))
            return 0
        # A decision that a crash left half-way has to stand or fall before "last" means anything.
        for text in await to_the_end(recover, catalog):
            narrator.line(text)
        gone_back: set[int] = set()
        for decision in await _to_undo(catalog, which):
            if decision.id in gone_back:
                continue
            try:
                for each in await to_the_end(undo, catalog, decision, leave_edited):
                    gone_back.add(each.id)
                    reporter.undone(each)
            except ActionRefused as error:
                refused += 1
                narrator.error(error)
    finally:
        await asyncio.to_thread(catalog.close)
    return 1 if refused else 0


async def _withdrawn(catalog: Catalog, which: str) -> DeniedPair:
    number = int(which[1:])
    found = await catalog.call(withdraw_denial, number) if number < _TOO_LARGE else None
    if found is None:
        raise UsageError("--undo", f"there is no denial {which}", "--list denied shows them")
    return found


async def _to_undo(catalog: Catalog, which: str) -> Sequence[Decision]:
    if which == "last":
        found = await catalog.call(journal.last_to_undo)
    elif which.isdecimal():
        number = int(which)
        found = await catalog.call(journal.decisions, [number] if number < _TOO_LARGE else [])
    else:
        raise UsageError("--undo", f"{which} is no decision", "give its number, or last")
    if not found:
        raise UsageError("--undo", f"there is no decision {which} to take back")
    return found
