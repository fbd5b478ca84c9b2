"""The headless run, and how every headless command is run to its exit code.

0    done
1    done, but some files or rules could not be read or some decisions were refused
2    wrong use or settings          (raised as UsageError)
3    something needed is locked or missing   (raised as UnavailableError)
130  stopped by SIGINT, 143 by SIGTERM; everything done so far is kept
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext

from core.address import is_remote
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter, Summary
from core.process.tally import Tally
from core.workers.resolver import Resolver
from core.workers.rules import chosen_rules
from core.workers.scan import Update

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
    roots = order.roots()
    narrator, reporter = Narrator(), Reporter(order.as_json)
    tally = Tally(reporter, narrator)
    watch: AbstractAsyncContextManager[AsyncIterator[set[str]] | None] = nullcontext()
    if order.watch:
        # Who does not watch does not wait for watchfiles to load.
        from core.workers.watch import watching

        watch = watching([root for root in roots if not is_remote(root)], tally)
    async with order.session(roots, repair=not order.dry) as (session, repaired), watch as settled:
        # Before the long part: whoever misspells a rule hears it at once.
        chosen = await chosen_rules(session.catalog, order.rules)

        async def still_hold() -> bool:
            edited = await chosen_rules(session.catalog, order.rules)
            return edited.rules == chosen.rules

        resolver = Resolver(session, chosen.rules, still_hold=still_hold)

        async def follow_edits() -> None:
            nonlocal chosen, resolver
            while not await still_hold():
                chosen = await chosen_rules(session.catalog, order.rules)
                narrator.line("note: the rules were edited; from now on they hold as they are")
                resolver = Resolver(session, chosen.rules, run=resolver.run, still_hold=still_hold)
                await resolver.refresh(tally)
                await resolver.work(tally, order.dry)

        for problem in chosen.problems:
            narrator.error(problem)
        for text in repaired:
            narrator.line(text)
        result = await session.scan(tally)
        await resolver.refresh(tally)
        await resolver.work(tally, order.dry)
        await follow_edits()
        narrator.clear()
        summary = Summary(
            files=result.listed,
            read=result.read,
            unreadable=len(result.unreadable),
            pairs=await session.open_pairs(),
            decided=tally.decided,
            refused=tally.refused,
            waiting=resolver.standings.count_ready(),
            rules=order.rules,
            freed=tally.freed,
            run=resolver.run,
            dry=order.dry,
            seconds=time.monotonic() - started,
        )
        reporter.summary(summary)
        if settled is not None:
            async for paths in settled:
                update = await session.update(paths, tally)
                await follow_edits()
                await _take_in(update, resolver, tally, reporter, order.dry)
                await follow_edits()
                narrator.clear()
    return 1 if result.unreadable or tally.refused or chosen.problems else 0


async def _take_in(
    update: Update, resolver: Resolver, tally: Tally, reporter: Reporter, dry: bool
) -> None:
    """Apply the rules to what a watched library has got, and say what became of each picture."""
    # What was sent away and brought back arrives anew.
    tally.discarded.clear()
    ids = update.changed.union(each.asset_id for each in update.arrived)
    await resolver.refresh(tally, ids)
    await resolver.work(tally, dry, ids)
    waiting = resolver.waiting_rules(each.asset_id for each in update.arrived)
    for each in update.arrived:
        discarded = tally.discarded.get(each.asset_id)
        if discarded is not None:
            rule, keeper = discarded
            reporter.discarded(each.found.path, rule, os.fspath(keeper.path))
        else:
            reporter.arrived(each.found.path, waiting.get(each.asset_id))
