"""Making decisions again that were taken back, any number in one command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.actions.carrying import carry_out, plan_choices
from core.actions.holdings import Holdings, Wishes
from core.actions.redo import check_reinstate, choices_again, reinstate, roots_of
from core.actions.unbroken import to_the_end
from core.address import is_remote
from core.catalog import history, journal
from core.catalog.database import Catalog
from core.errors import ActionRefused
from core.model import Choice, Decision, DecisionState, Plan
from core.workers.away import Away
from core.workers.taking_back import ActionsAt


@dataclass(frozen=True, slots=True)
class MadeAgain:
    """What became of one decision."""

    decision: Decision
    """As it was."""
    made: tuple[tuple[Plan, Decision | None], ...] = ()
    """What was done in its stead; None: it only would be."""
    reinstated: Decision | None = None
    """It holds again, and no file has moved."""
    refused: ActionRefused | None = None
    """Why it was not made again; nothing has moved."""

    @property
    def done(self) -> tuple[Decision, ...]:
        """What holds now and did not before."""
        made = tuple(decision for _, decision in self.made if decision is not None)
        return made if self.reinstated is None else (*made, self.reinstated)


class MakingAgain:
    """One command's work."""

    def __init__(
        self,
        catalog: Catalog,
        actions: ActionsAt,
        wishes: Wishes,
        folders: Sequence[Path],
        dry: bool = False,
    ) -> None:
        """
        Args:
            catalog: where the journal is.
            actions: asked where decisions are about what is on a server.
            wishes: what the owner wants of decisions.
            folders: libraries that are there.
            dry: only plan.
        """
        self._catalog = catalog
        self._actions = actions
        self._wishes = wishes
        self._folders = folders
        self._dry = dry
        self._run: int | None = None
        self._done: set[int] = set()
        self._away = Away()

    async def each(self, wanted: Sequence[int]) -> AsyncIterator[MadeAgain]:
        """Make the decisions of these numbers again, which are oldest first; a dissolved one is to
        hold again."""
        for number in wanted:
            if number in self._done:
                continue
            (decision,) = await self._catalog.call(history.decisions, [number])
            try:
                if decision.state is DecisionState.DISSOLVED:
                    yield MadeAgain(decision, reinstated=await self._reinstated(decision))
                    continue
                choices = await asyncio.to_thread(choices_again, self._catalog, decision)
                with self._away.minding(decision):
                    made = await self._made(decision, choices)
            except ActionRefused as error:
                yield MadeAgain(decision, refused=error)
            else:
                self._done |= {each.redo_of for each in choices if each.redo_of is not None}
                yield MadeAgain(decision, made)

    async def _reinstated(self, decision: Decision) -> Decision:
        if self._dry:
            await asyncio.to_thread(check_reinstate, self._catalog, decision)
            return decision
        return await to_the_end(asyncio.to_thread(reinstate, self._catalog, decision))

    async def _made(
        self, decision: Decision, choices: Sequence[Choice]
    ) -> tuple[tuple[Plan, Decision | None], ...]:
        run = None
        if decision.run is not None and not self._dry:
            run = await self._new_run()
        if is_remote(decision.path_b):
            actions = await self._actions(decision.path_b)
            if self._dry:
                return _only(await actions.plan(choices))
            return tuple(await actions.carry_out(choices, run))
        roots = await asyncio.to_thread(roots_of, self._catalog, choices, self._folders)
        holdings = Holdings(roots, self._wishes)
        if self._dry:
            return _only(await asyncio.to_thread(plan_choices, self._catalog, choices, holdings))
        return tuple(
            await to_the_end(asyncio.to_thread(carry_out, self._catalog, choices, holdings, run))
        )

    async def _new_run(self) -> int:
        """What runs decided is one run again."""
        if self._run is None:
            self._run = await self._catalog.call(journal.start_run)
        return self._run


def _only(plans: Sequence[Plan]) -> tuple[tuple[Plan, None], ...]:
    return tuple((plan, None) for plan in plans)
