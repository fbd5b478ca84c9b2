"""Removing for good what was planned, so many at a time that others get their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from core.actions.betters import Betters
from core.actions.emptying import Removal, remove
from core.actions.unbroken import to_the_end
from core.catalog import journal
from core.catalog.assets import in_chunks
from core.catalog.database import Catalog
from core.errors import ActionRefused


def days_ago(days: float | None) -> str | None:
    """So many days ago, as the journal has it."""
    if days is None:
        return None
    then = datetime.now(UTC) - timedelta(days=days)
    return then.isoformat(timespec="microseconds")


async def removing(
    catalog: Catalog, removals: Sequence[Removal]
) -> AsyncIterator[tuple[list[Removal], list[ActionRefused]]]:
    """Carry `removals` out; after each lot, what has gone and what has not."""
    moment = journal.now()
    betters = await asyncio.to_thread(Betters, catalog)
    for some in in_chunks(removals):
        yield await to_the_end(asyncio.to_thread(remove, catalog, some, betters, moment))
