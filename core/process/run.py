"""The headless commands as coroutines that return an exit code.

0    done
1    done, but some files could not be read or some decisions were refused
2    wrong use or settings          (raised as UsageError)
3    something needed is locked or missing   (raised as UnavailableError)
130  stopped by SIGINT, 143 by SIGTERM; everything done so far is kept
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Sequence, Set
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from core.actions.undo import recover, undo
from core.catalog import journal
from core.catalog.database import Catalog
from core.errors import ActionRefused, CompanionQuestion, UsageError
from core.libraries.folder import library_root, outermost
from core.model import Asset, Choice, Decision, Distances
from core.process.narration import Narrator
from core.process.report import Reporter, Summary
from core.rules.builtin import COPIES_RULES
from core.workers.events import Event, Problem
from core.workers.session import Session, open_session, to_the_end


@dataclass(frozen=True, slots=True)
class Order:
    """What a headless run is asked to do."""

    folders: Sequence[str]
    database: Path
    distances: Distances
    workers: int
    turns: Sequence[int] = ()
    """EXIF orientations in which copies are looked for, besides upright."""
    rules: Sequence[str] = ()
    dry: bool = False
    as_json: bool = False
    watch: bool = False
    """Go on with what arrives, until a signal ends it."""


_STOPPED = "stopped; everything done so far is kept, and the next run goes on there"


def run(command: Coroutine[None, None, int], stopped: str = _STOPPED) -> int:
    """Run a headless command to its exit code; a signal ends it cleanly, and `stopped` is said."""
    received: list[int] = []

    async def guarded() -> int:
        task = asyncio.ensure_future(command)
        loop = asyncio.get_running_loop()

        def stop(number: int) -> None:
            received.append(number)
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop, number)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        Narrator().line(stopped)
        return 128 + received[0]


async def process(order: Order) -> int:
    """Scan, find pairs, apply the rules, report; then watch, if the order says so."""
    started = time.monotonic()
    unknown = [name for name in order.rules if name not in COPIES_RULES]
    if unknown:
        raise UsageError(
            f"rule {unknown[0]}", "there is no such rule", f"known are {', '.join(COPIES_RULES)}"
        )
    roots = outermost([library_root(folder) for folder in order.folders])
    narrator, reporter = Narrator(), Reporter(order.as_json)

    def listen(event: Event) -> None:
        narrator(event)
        if isinstance(event, Problem):
            reporter.problem(event.error)

    watch: AbstractAsyncContextManager[AsyncIterator[set[str]] | None] = nullcontext()
    if order.watch:
        # Who does not watch does not wait for watchfiles to load.
        from core.workers.watch import watching

        watch = watching(roots, listen)
    async with (
        open_session(
            order.database, roots, order.distances, order.workers, order.turns, repair=not order.dry
        ) as (session, repaired),
        watch as settled,
    ):
        for text in repaired:
            narrator.line(text)
        result = await session.scan(listen)
        narrator.clear()
        resolver = _Resolver(session, order, reporter, narrator)
        await resolver.apply_rules()
        summary = Summary(
            files=result.listed,
            read=result.read,
            unreadable=len(result.unreadable),
            pairs=await session.open_pairs(),
            decided=resolver.decided,
            refused=resolver.refused,
            waiting=resolver.waiting,
            freed=resolver.freed,
            run=resolver.run,
            dry=order.dry,
            seconds=time.monotonic() - started,
        )
        reporter.summary(summary)
        if settled is not None:
            async for paths in settled:
                update = await session.update(paths, listen)
                narrator.clear()
                for each in update.arrived:
                    reporter.arrived(each.found.path)
                ids = update.changed.union(each.asset_id for each in update.arrived)
                await resolver.apply_rules(ids)
    return 1 if result.unreadable or resolver.refused else 0


class _Resolver:
    """Carries the rules' choices out, or plans them, and counts."""

    def __init__(
        self, session: Session, order: Order, reporter: Reporter, narrator: Narrator
    ) -> None:
        self._session = session
        self._rules = order.rules
        self._dry = order.dry
        self._reporter = reporter
        self._narrator = narrator
        self.run: int | None = None
        self.decided = self.refused = self.waiting = self.freed = 0

    async def apply_rules(self, among: Set[int] | None = None) -> None:
        """Apply all rules, to all copies or to those with an asset `among` these."""
        for name in self._rules:
            for copies in await self._session.copies(among):
                for choice in COPIES_RULES[name](copies):
                    await self._resolve(choice, copies)

    async def _resolve(self, choice: Choice, copies: Sequence[Asset]) -> None:
        path = {asset.id: os.fspath(asset.path) for asset in copies}
        paths = path[choice.asset_a], path[choice.asset_b]
        try:
            plan = await self._session.plan(choice)
            if self._dry:
                self._reporter.planned(plan)
            else:
                if self.run is None:
                    self.run = await self._session.start_run()
                decision = await self._session.decide(choice, self._narrator, self.run)
                self._reporter.decided(plan, decision)
        except CompanionQuestion as error:
            self.waiting += 1
            self._reporter.refused(paths, error, waits=True)
        except ActionRefused as error:
            self.refused += 1
            self._narrator.error(error)
            self._reporter.refused(paths, error, waits=False)
        else:
            self.decided += 1
            self.freed += plan.freed


async def list_pairs(order: Order) -> int:
    """Print the open pairs the catalog knows of; scans nothing."""
    roots = outermost([library_root(folder) for folder in order.folders])
    reporter = Reporter(order.as_json)
    opened = open_session(
        order.database, roots, order.distances, order.workers, order.turns, repair=False
    )
    async with opened as (session, _):
        refs = await session.open_pairs()
        found = await session.assets({asset_id for ref in refs for asset_id in ref.key})
        by_id = {asset.id: asset for asset in found}
        told = await session.told_verdicts()
        for ref in refs:
            if ref.asset_a in by_id and ref.asset_b in by_id:
                a, b = by_id[ref.asset_a], by_id[ref.asset_b]
                contents = min(a.content_id, b.content_id), max(a.content_id, b.content_id)
                reporter.pair(os.fspath(a.path), os.fspath(b.path), ref, told.get(contents))
    return 0


async def list_decisions(order: Order) -> int:
    """Print the latest decisions of all libraries, newest first, with the numbers undo takes."""
    reporter = Reporter(order.as_json)
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        for decision in await catalog.call(journal.history):
            reporter.listed(decision)
    finally:
        await asyncio.to_thread(catalog.close)
    return 0


async def undo_decisions(which: str, database: Path, as_json: bool) -> int:
    """Take back the decision with the id `which`, or what ``last`` means."""
    narrator, reporter = Narrator(), Reporter(as_json)
    catalog = await asyncio.to_thread(Catalog.open, database)
    refused = 0
    try:
        # A decision that a crash left half-way has to stand or fall before "last" means anything.
        for text in await to_the_end(recover, catalog):
            narrator.line(text)
        for decision in await _to_undo(catalog, which):
            try:
                await to_the_end(undo, catalog, decision)
                reporter.undone(decision)
            except ActionRefused as error:
                refused += 1
                narrator.error(error)
    finally:
        await asyncio.to_thread(catalog.close)
    return 1 if refused else 0


async def _to_undo(catalog: Catalog, which: str) -> Sequence[Decision]:
    if which == "last":
        found = await catalog.call(journal.last_to_undo)
    elif which.isdecimal():
        number = int(which)
        found = await catalog.call(journal.decisions, [number] if number < 1 << 63 else [])
    else:
        raise UsageError("--undo", f"{which} is no decision", "give its number, or last")
    if not found:
        raise UsageError("--undo", f"there is no decision {which} to take back")
    return found
