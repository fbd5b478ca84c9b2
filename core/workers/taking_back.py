"""Taking decisions back, any number in one command, in folders and on servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.unbroken import to_the_end
from core.actions.undo import check_undo, undo
from core.address import is_remote
from core.catalog import history, journal
from core.catalog.assets import in_chunks
from core.catalog.database import Catalog
from core.errors import ActionRefused
from core.model import Decision
from core.workers.away import Away

if TYPE_CHECKING:
    from core.actions.servers.carrying import ServerActions

ActionsAt = Callable[[Path], Awaitable["ServerActions"]]
"""What can be done on the server that has the asset at a path."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one decision."""

    decision: Decision
    done: tuple[Decision, ...] = ()
    """What was taken back as one with it, it included; or would be."""
    refused: ActionRefused | None = None
    """Why it was not; nothing of it has moved. Of all that is on a server which is away, one."""


class TakingBack:
    """One command's work: whatever it takes back is made again by one redo."""

    def __init__(
        self,
        catalog: Catalog,
        actions: ActionsAt,
        leave_edited: bool = False,
        dry: bool = False,
        after: Iterable[int] = (),
    ) -> None:
        """
        Args:
            catalog: where the journal is.
            actions: asked where decisions are about what is on a server.
            leave_edited: as in `undo`.
            dry: only look whether it can be done ...
            after: ... once these decisions are taken back.
        """
        self._catalog = catalog
        self._actions = actions
        self._leave_edited = leave_edited
        self._dry = dry
        self._gone_back = set(after)
        self._moment = journal.now()
        self.away = Away()

    async def each(self, wanted: Sequence[int]) -> AsyncIterator[TakenBack]:
        """Take back the decisions of these numbers, which are newest first.

        Raises:
            UnavailableError: one could not be put back half-way, or the catalog or a server fails.
        """
        for some in in_chunks(wanted):
            for decision in reversed(await self._catalog.call(history.decisions, some)):
                if decision.id not in self._gone_back:
                    yield await self._one(decision)

    async def _one(self, decision: Decision) -> TakenBack:
        try:
            with self.away.minding(decision):
                together = await self._back(decision)
        except ActionRefused as error:
            return TakenBack(decision, refused=error)
        self._gone_back.update(each.id for each in together)
        return TakenBack(decision, tuple(together))

    async def _back(self, decision: Decision) -> list[Decision]:
        if is_remote(decision.path_b):
            return await self._on_a_server(decision)
        if self._dry:
            return await asyncio.to_thread(
                check_undo, self._catalog, decision, self._leave_edited, self._gone_back
            )
        return await to_the_end(
            asyncio.to_thread(undo, self._catalog, decision, self._leave_edited, self._moment)
        )

    async def _on_a_server(self, decision: Decision) -> list[Decision]:
        actions = await self._actions(decision.path_b)
        if not self._dry:
            return await actions.undo(decision, self._leave_edited, self._moment)
        together = await self._catalog.call(history.as_one, decision)
        await actions.check_undo(together, self._leave_edited, self._gone_back)
        return together
