"""``--undo``: taking decisions and denials back without a screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from core.actions.holdings import Wishes
from core.actions.recovery import recover
from core.actions.undo import check_undo, undo
from core.address import is_remote, root_of, shown
from core.catalog import history, journal
from core.catalog.assets import in_chunks
from core.catalog.database import Catalog
from core.catalog.rulebook import withdraw_denial
from core.errors import ActionRefused, ServerError, UsageError
from core.model import Decision, DeniedPair
from core.process.narration import Narrator
from core.process.report import Reporter
from core.process.selection import LAST, parse_number, parse_which
from core.process.servers import AccessTo, Servers, servers_of
from core.text import counted, human_size
from core.workers.session import to_the_end

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
                for text in [*await to_the_end(recover, catalog), *await servers.recover()]:
                    narrator.line(text)
            wanted = await _wanted(catalog, which)
            if len(wanted) > 1:
                narrator.line(await _announced(catalog, wanted, dry))
            taking = _Taking(catalog, servers, leave_edited, dry)
            return await _take_back(taking, wanted, narrator, reporter)
    finally:
        await asyncio.to_thread(catalog.close)


class _Taking:
    """One command's work."""

    def __init__(self, catalog: Catalog, servers: Servers, leave_edited: bool, dry: bool) -> None:
        self.catalog = catalog
        self.dry = dry
        self.gone_back: set[int] = set()
        self.away: set[Path] = set()
        """Servers that do not answer."""
        self._servers = servers
        self._leave_edited = leave_edited
        self._moment = journal.now()

    async def back(self, decision: Decision) -> list[Decision]:
        """Take `decision` back, or look whether that can be done."""
        if is_remote(decision.path_b):
            together = await self._on_a_server(decision)
        elif self.dry:
            together = await asyncio.to_thread(
                check_undo, self.catalog, decision, self._leave_edited, self.gone_back
            )
        else:
            together = await to_the_end(
                undo, self.catalog, decision, self._leave_edited, self._moment
            )
        self.gone_back.update(each.id for each in together)
        return together

    async def _on_a_server(self, decision: Decision) -> list[Decision]:
        actions = await self._servers.actions(decision.path_b)
        if not self.dry:
            return await actions.undo(decision, self._leave_edited, self._moment)
        together = await self.catalog.call(history.as_one, decision)
        await actions.check_undo(together, self._leave_edited, self.gone_back)
        return together


async def _take_back(
    taking: _Taking, wanted: Sequence[int], narrator: Narrator, reporter: Reporter
) -> int:
    refused = 0
    for some in in_chunks(wanted):
        for decision in reversed(await taking.catalog.call(history.decisions, some)):
            if decision.id in taking.gone_back:
                continue
            server = root_of(decision.path_b) if is_remote(decision.path_b) else None
            if server in taking.away:
                refused += 1
                continue
            try:
                together = await taking.back(decision)
            except (ActionRefused, ServerError) as error:
                refused += 1
                narrator.error(error)
                if server is not None and isinstance(error, ServerError):
                    taking.away.add(server)
                continue
            for each in together:
                reporter.undone(each, taking.dry)
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
