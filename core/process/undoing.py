"""``--undo``: taking decisions and denials back without a screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from core.actions.holdings import Wishes
from core.actions.recovery import recover
from core.actions.unbroken import to_the_end
from core.address import is_remote, root_of, shown
from core.catalog import history
from core.catalog.database import Catalog
from core.catalog.rulebook import withdraw_denial
from core.errors import UsageError
from core.model import DeniedPair
from core.process.narration import Narrator
from core.process.report import Reporter
from core.process.selection import LAST, parse_number, parse_which
from core.process.servers import AccessTo, servers_of
from core.text import counted, human_size
from core.workers.taking_back import TakingBack

_NAMED = 3
"""Folders that are named where many are meant."""


async def undo_decisions(
    which: str,
    database: Path,
    as_json: bool,
    access: AccessTo,
    leave_edited: bool = False,
    dry: bool = False,
) -> int:
    """Take back what `which` says, the newest first; or only list it, where `dry`.

    Args:
        which: as `core.process.selection` reads it; or a denial, as in ``d7``.
        database: the catalog.
        as_json: whether programs read it.
        access: how to open servers, where decisions are about theirs.
        leave_edited: as in `undo`.
        dry: do nothing.
    """
    narrator, reporter = Narrator(), Reporter(as_json)
    catalog = await asyncio.to_thread(Catalog.open, database)
    try:
        if which[:1] == "d" and which[1:].isdecimal():
            reporter.reopened(await _withdrawn(catalog, which))
            return 0
        async with servers_of(catalog, Wishes(), access) as servers:
            if not dry:
                # What a crash left half-way has to stand or fall before "last" means anything.
                for text in [
                    *await to_the_end(asyncio.to_thread(recover, catalog)),
                    *await servers.recover(),
                ]:
                    narrator.line(text)
            wanted = await _wanted(catalog, which)
            if len(wanted) > 1:
                narrator.line(await _announced(catalog, wanted, dry))
            taking = TakingBack(catalog, servers.actions, leave_edited, dry)
            return await _take_back(taking, wanted, narrator, reporter, dry)
    finally:
        await asyncio.to_thread(catalog.close)


async def _take_back(
    taking: TakingBack, wanted: Sequence[int], narrator: Narrator, reporter: Reporter, dry: bool
) -> int:
    refused = 0
    told = None
    async for found in taking.each(wanted):
        if found.refused is not None:
            refused += 1
            # A server that is away is said once.
            if found.refused is not told:
                told = found.refused
                narrator.error(told)
        for each in found.done:
            reporter.undone(each, dry)
    return 1 if refused else 0


async def _withdrawn(catalog: Catalog, which: str) -> DeniedPair:
    number = parse_number(which[1:])
    found = None if number is None else await catalog.call(withdraw_denial, number)
    if found is None:
        raise UsageError("--undo", f"there is no denial {which}", "--list denied shows them")
    return found


async def _wanted(catalog: Catalog, which: str) -> list[int]:
    """Numbers, the newest first."""
    if which == LAST:
        found = await catalog.call(history.last_standing)
    else:
        meant = await parse_which("--undo", which, catalog)
        if isinstance(meant, int):
            found = [each.id for each in await catalog.call(history.decisions, [meant])]
        else:
            found = await catalog.call(history.standing, meant)
    if not found:
        raise UsageError(
            "--undo", f"there is no decision {which} to take back", "--list history shows them"
        )
    return found


async def _announced(catalog: Catalog, wanted: Sequence[int], dry: bool) -> str:
    moved = await catalog.call(lambda: list(history.moved(wanted)))
    folders = list(dict.fromkeys(_place(path) for _, path, _ in moved))
    text = f"{'would take' if dry else 'taking'} back {counted(len(wanted), 'decision')}"
    if not folders:
        return f"{text}; no file moves"
    size = human_size(sum(size for *_, size in moved))
    named = ", ".join(folders[:_NAMED])
    if folders[_NAMED:]:
        named += f" and {counted(len(folders) - _NAMED, 'further folder')}"
    return f"{text}: {counted(len(moved), 'picture')}, {size}, to {named}"


def _place(path: Path) -> str:
    """Where a person looks for the picture at `path`: its folder, or its server."""
    return shown(root_of(path)) if is_remote(path) else os.fspath(path.parent)
