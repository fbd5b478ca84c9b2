"""A person's decisions taken back one by one, the latest first, and made again.

Only within one sitting: what is refused once is stepped over from then on, and a run that the
person has asked for here counts as decided by hand.
"""

from __future__ import annotations

import asyncio

from core.actions.redo import choices_again
from core.catalog import history
from core.errors import ActionRefused
from core.model import Decision
from core.workers.events import Listener
from core.workers.session import Session


class Latest:
    """Where undo and redo stand in one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cannot_be_undone: set[int] = set()
        self._cannot_be_redone: set[int] = set()

    async def undo(self) -> list[Decision]:
        """Take back the latest standing decision of a person in these libraries; returns it, with
        what was decided as one with it.

        Raises:
            ActionRefused: there is none, or it cannot be taken back.
            ServerError: a server has not said what became of a later one, or stopped answering.
        """
        session = self._session
        decision = await self._last()
        # What a server has carried out unheard is what a person means, and nothing before it.
        if await session.homes.settle(decision.id if decision is not None else 0):
            decision = await self._last()
        if decision is None:
            raise ActionRefused("", "there is nothing to undo")
        try:
            return await session.undo(decision)
        except ActionRefused:
            # Said once; the next time it is the one before it that is taken back.
            self._cannot_be_undone.add(decision.id)
            raise

    async def _last(self) -> Decision | None:
        session = self._session
        return await session.catalog.call(
            history.last_by_person, session.roots, self._cannot_be_undone, session.own_runs
        )

    async def redo(self, listener: Listener) -> list[Decision]:
        """Make again what a person took back last in these libraries, if they decided nothing new
        since; returns the new decision, with what is decided as one with it.

        Raises:
            ActionRefused: there is none, or it cannot be made any more.
        """
        session = self._session
        decision = await session.catalog.call(
            history.last_undone_by_person, session.roots, self._cannot_be_redone, session.own_runs
        )
        if decision is None:
            raise ActionRefused("", "there is nothing to redo")
        choices = await asyncio.to_thread(choices_again, session.catalog, decision)
        try:
            return [made for _, made in await session.decide_group(choices, listener)]
        except ActionRefused:
            # As with undo.
            self._cannot_be_redone.update(each.redo_of or 0 for each in choices)
            raise
