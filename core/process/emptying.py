"""``--empty-trash``: removing for good what lost, after saying what that is and asking."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.actions.emptying import Emptying, Removal, plan_emptying
from core.actions.recovery import recover
from core.actions.trashes import UNKNOWN, strangers
from core.actions.unbroken import to_the_end
from core.address import is_remote, shown
from core.catalog.database import Catalog
from core.errors import ActionRefused, UsageError
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Writer
from core.text import counted, human_size
from core.workers.emptying import days_ago, removing


async def empty_trash(
    order: Order, older_than: float | None, yes: bool, discarded: bool = False
) -> int:
    """Empty the trashes of the libraries, as far as something better stands.

    Args:
        order: the libraries; where it is dry, nothing is done.
        older_than: leave alone what was decided in so many last days.
        yes: a person has agreed to it already.
        discarded: also what a person let go with nothing better kept.

    Raises:
        UsageError: nobody has agreed, and nobody is there to ask.
    """
    narrator, writer = Narrator(), Writer(order.as_json)
    roots = order.roots()
    if not (yes or order.dry or sys.stdin.isatty()):
        raise UsageError("--empty-trash", "nobody is there to agree to it", "add --yes")
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        if not order.dry:
            for text in await to_the_end(asyncio.to_thread(recover, catalog)):
                narrator.line(text)
        moment = days_ago(older_than)
        plan = await asyncio.to_thread(plan_emptying, catalog, roots, moment, discarded)
        for error in plan.staying:
            _tell_staying(writer, error)
        for server in filter(is_remote, roots):
            cause, remedy = "only the server itself empties its trash", "see Trash in Immich"
            _tell_staying(writer, ActionRefused(shown(server), cause, remedy))
        for path in await asyncio.to_thread(strangers, catalog, roots):
            _tell_staying(writer, ActionRefused(os.fspath(path), *UNKNOWN))
        if not plan.removals:
            narrator.line("nothing can go")
            return 0
        narrator.line(_announced(plan, order.dry))
        if order.dry:
            for removal in plan.removals:
                _tell_removal(writer, removal, "planned")
            return 0
        if not (yes or await asyncio.to_thread(_agreed)):
            narrator.line("nothing was removed")
            return 1
        return await _remove(catalog, plan.removals, narrator, writer)
    finally:
        await asyncio.to_thread(catalog.close)


async def _remove(
    catalog: Catalog, removals: Sequence[Removal], narrator: Narrator, writer: Writer
) -> int:
    files, size, kept = 0, 0, 0
    async for removed, refused in removing(catalog, removals):
        for removal in removed:
            _tell_removal(writer, removal, "done")
            files += len(removal.there)
            size += removal.size
        for error in refused:
            kept += 1
            narrator.error(error)
    narrator.line(f"{counted(files, 'file')}, {human_size(size)}, removed for good")
    return 1 if kept else 0


def _announced(plan: Emptying, dry: bool) -> str:
    verb = "would leave" if dry else "will leave"
    text = (
        f"{counted(plan.files, 'file')}, {human_size(plan.size)}, {verb} the trash for good; "
        f"{counted(plan.ended, 'decision')} can then no longer be undone"
    )
    if plan.last:
        text += f"; of {counted(plan.last, 'file')} NOTHING BETTER IS KEPT"
    if plan.staying:
        text += f"; of {counted(len(plan.staying), 'decision')} the files stay"
    return text


def _agreed() -> bool:
    print("Remove them? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _tell_removal(writer: Writer, removal: Removal, state: str) -> None:
    if writer.as_json:
        writer.object(
            "emptied",
            id=removal.held.decision,
            state=state,
            files=[os.fspath(file.target) for file, _ in removal.there],
            gone=[os.fspath(file.target) for file in removal.gone],
            bytes=removal.size,
        )
        return
    word = "would go" if state == "planned" else "removed "
    for path in _paths(removal):
        writer.line(f"{word} #{removal.held.decision}  {path}")


def _paths(removal: Removal) -> Iterator[Path]:
    yield from (file.target for file, _ in removal.there)


def _tell_staying(writer: Writer, error: ActionRefused) -> None:
    if writer.as_json:
        writer.object("stays", path=error.subject, cause=error.cause, remedy=error.remedy)
    else:
        writer.line(f"stays    {error.subject}")
        writer.paragraph(error.reason, indent=4)
