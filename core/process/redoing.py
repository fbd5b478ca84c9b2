"""``--redo``: making decisions again that were taken back, without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.actions.recovery import recover
from core.actions.unbroken import to_the_end
from core.address import is_remote
from core.catalog import history
from core.catalog.database import Catalog
from core.errors import ActionRefused, PersonNeeded, UnavailableError, UsageError
from core.libraries.folder import library_root
from core.model import Decision
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.process.selection import LAST, parse_which
from core.process.servers import servers_of
from core.text import counted
from core.workers.making_again import MakingAgain


async def redo_decisions(order: Order, which: str) -> int:
    """Make again what `which` says, in the order in which it was made first; or only list it,
    where the order is dry. A dissolved decision, named by its number, is to hold again."""
    narrator, reporter = Narrator(), Reporter(order.as_json)
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        if not order.dry:
            for text in await to_the_end(asyncio.to_thread(recover, catalog)):
                narrator.line(text)
        wanted = await _wanted(catalog, which)
        if len(wanted) > 1:
            verb = "would make" if order.dry else "making"
            narrator.line(f"{verb} {counted(len(wanted), 'decision')} again")
        named = _named(order, narrator)
        async with servers_of(catalog, order.wishes, order.access) as servers:
            making = MakingAgain(catalog, servers.actions, order.wishes, named, order.dry)
            return await _Redoing(making, order.dry, narrator, reporter).all(wanted)
    finally:
        await asyncio.to_thread(catalog.close)


def _named(order: Order, narrator: Narrator) -> list[Path]:
    """The named libraries that are there; what is in another is refused for itself."""
    found = []
    for folder in order.folders:
        if is_remote(folder):
            continue
        try:
            found.append(library_root(folder))
        except UnavailableError as error:
            narrator.error(error)
    return found


async def _wanted(catalog: Catalog, which: str) -> Sequence[int]:
    """Numbers, the oldest first."""
    if which == LAST:
        found = await catalog.call(history.last_undone)
    else:
        meant = await parse_which("--redo", which, catalog)
        if isinstance(meant, int):
            found = [each.id for each in await catalog.call(history.decisions, [meant])]
        else:
            found = await catalog.call(history.waiting, meant)
    if not found:
        raise UsageError(
            "--redo", f"there is no decision {which} to make again", "--list history shows them"
        )
    return found


class _Redoing:
    """One command's work, told."""

    def __init__(self, making: MakingAgain, dry: bool, narrator: Narrator, reporter: Reporter):
        self._making = making
        self._dry = dry
        self._narrator = narrator
        self._reporter = reporter
        self._told: ActionRefused | None = None

    async def all(self, wanted: Sequence[int]) -> int:
        """The exit code."""
        refused = 0
        async for found in self._making.each(wanted):
            if found.refused is not None:
                refused += 1
                self._refused(found.decision, found.refused)
            if found.reinstated is not None:
                self._reporter.reinstated(found.reinstated, self._dry)
            for plan, decision in found.made:
                if decision is None:
                    self._reporter.planned(plan)
                else:
                    self._reporter.decided(plan, decision)
        return 1 if refused else 0

    def _refused(self, decision: Decision, error: ActionRefused) -> None:
        # A server that is away is said once.
        if error is not self._told:
            self._told = error
            self._narrator.error(error)
        paths = str(decision.path_a), str(decision.path_b)
        waits = isinstance(error, PersonNeeded)
        self._reporter.refused(decision.choice.rule or "", paths, error, waits)
