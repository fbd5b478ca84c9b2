"""``--redo``: making decisions again that were taken back, without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.actions.carrying import carry_out, plan_choices
from core.actions.holdings import Holdings
from core.actions.recovery import recover
from core.actions.redo import check_reinstate, choices_again, reinstate, roots_of
from core.address import is_remote
from core.catalog import history, journal
from core.catalog.database import Catalog
from core.errors import ActionRefused, PersonNeeded, UnavailableError, UsageError
from core.libraries.folder import library_root
from core.model import Choice, Decision, DecisionState
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.process.selection import LAST, parse_which
from core.process.servers import Servers, servers_of
from core.text import counted
from core.workers.session import to_the_end


async def redo_decisions(order: Order, which: str) -> int:
    """Make again what `which` says, in the order in which it was made first; or only list it,
    where the order is dry. A dissolved decision, named by its number, is to hold again."""
    narrator, reporter = Narrator(), Reporter(order.as_json)
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        if not order.dry:
            for text in await to_the_end(recover, catalog):
                narrator.line(text)
        wanted = await _wanted(catalog, which)
        if len(wanted) > 1:
            verb = "would make" if order.dry else "making"
            narrator.line(f"{verb} {counted(len(wanted), 'decision')} again")
        named = _named(order, narrator)
        async with servers_of(catalog, order.wishes, order.access) as servers:
            return await _Redoing(catalog, order, named, servers, narrator, reporter).all(wanted)
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
    """One command's work."""

    def __init__(
        self,
        catalog: Catalog,
        order: Order,
        named: Sequence[Path],
        servers: Servers,
        narrator: Narrator,
        reporter: Reporter,
    ) -> None:
        self._catalog = catalog
        self._order = order
        self._named = named
        self._servers = servers
        self._narrator = narrator
        self._reporter = reporter
        self._run: int | None = None

    async def all(self, wanted: Sequence[int]) -> int:
        """The exit code."""
        refused, done = 0, set[int]()
        for number in wanted:
            if number in done:
                continue
            (decision,) = await self._catalog.call(history.decisions, [number])
            try:
                if decision.state is DecisionState.DISSOLVED:
                    await self._reinstate(decision)
                else:
                    done |= await self._again(decision)
            except ActionRefused as error:
                refused += 1
                self._narrator.error(error)
                paths = str(decision.path_a), str(decision.path_b)
                waits = isinstance(error, PersonNeeded)
                self._reporter.refused(decision.choice.rule or "", paths, error, waits)
        return 1 if refused else 0

    async def _reinstate(self, decision: Decision) -> None:
        if self._order.dry:
            await asyncio.to_thread(check_reinstate, self._catalog, decision)
        else:
            decision = await to_the_end(reinstate, self._catalog, decision)
        self._reporter.reinstated(decision, self._order.dry)

    async def _again(self, decision: Decision) -> set[int]:
        """Returns the numbers of all that was decided as one with it."""
        choices = await asyncio.to_thread(choices_again, self._catalog, decision)
        run = None
        if decision.run is not None and not self._order.dry:
            run = await self._new_run()
        if is_remote(decision.path_b):
            await self._on_a_server(decision, choices, run)
        else:
            await self._in_folders(choices, run)
        return {each.redo_of for each in choices if each.redo_of is not None}

    async def _in_folders(self, choices: Sequence[Choice], run: int | None) -> None:
        roots = await asyncio.to_thread(roots_of, self._catalog, choices, self._named)
        holdings = Holdings(roots, self._order.wishes)
        if self._order.dry:
            for plan in await asyncio.to_thread(plan_choices, self._catalog, choices, holdings):
                self._reporter.planned(plan)
        else:
            for each in await to_the_end(carry_out, self._catalog, choices, holdings, run):
                self._reporter.decided(*each)

    async def _on_a_server(
        self, decision: Decision, choices: Sequence[Choice], run: int | None
    ) -> None:
        actions = await self._servers.actions(decision.path_b)
        if self._order.dry:
            for plan in await actions.plan(choices):
                self._reporter.planned(plan)
        else:
            for each in await actions.carry_out(choices, run):
                self._reporter.decided(*each)

    async def _new_run(self) -> int:
        """What runs decided is one run again."""
        if self._run is None:
            self._run = await self._catalog.call(journal.start_run)
        return self._run
