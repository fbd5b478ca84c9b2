"""The part of the app that carries out what is decided, one after the other, in the order in which
a person said it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from core.address import shown
from core.errors import (
    ActionRefused,
    CompanionQuestion,
    Contradiction,
    MergeQuestion,
    UnavailableError,
)
from core.model import Choice, PairRef
from core.workers.events import Event
from core.workers.latest import Latest
from core.workers.shown import ShownPairs
from tui.desk import Desk
from tui.groups.service import GroupApp
from tui.messages import Decided, RedoAsked, UndoAsked
from tui.pairs import PairApp
from tui.questions import ASKED, Question
from tui.views import lines

_PAINT_SECONDS = 0.03
"""Two frames of Textual."""


class DecidingApp(PairApp, GroupApp):
    """Decides, takes back and makes again."""

    desk: Desk
    _latest: Latest
    _shown: ShownPairs
    _jobs: asyncio.Queue[Callable[[], Awaitable[None]]]
    _hear: Callable[[Event], None]

    async def decisions_done(self) -> None:
        """Wait until every decision made so far has been carried out or refused."""
        await self._jobs.join()

    def on_decided(self, message: Decided) -> None:
        self._jobs.put_nowait(lambda: self._decide(message.ref, message.choice))

    def on_undo_asked(self, message: UndoAsked) -> None:
        self._jobs.put_nowait(self._undo)

    def on_redo_asked(self, message: RedoAsked) -> None:
        self._jobs.put_nowait(self._redo)

    async def _do_jobs(self) -> None:
        while True:
            job = await self._jobs.get()
            # The next pair is painted before the last one's files are read and moved.
            await asyncio.sleep(_PAINT_SECONDS)
            try:
                await job()
                self.desk.decided()
            finally:
                self._jobs.task_done()

    async def _decide(self, ref: PairRef, choice: Choice) -> None:
        try:
            plan, _ = await self._session.decide(choice, self._hear)
        except ASKED as error:
            self.review.put_back_with_question(ref, choice, await self._question(error))
        except ActionRefused as error:
            self.review.put_back(ref, f"not done: {shown(str(error))}")
        except UnavailableError as error:
            self.review.put_back(ref, f"not done: {shown(str(error))}")
            self._complain(error)
        else:
            self.review.queue.settled(ref)
            self._rules.look_again(ref.key)
            await self._exchange_pairs(set(ref.key))
            if plan.notes:
                self.review.flash(f"note: {'; '.join(plan.notes)}")
            return
        self._pairs_dirty.set()

    async def _exchange_pairs(self, asset_ids: set[int]) -> None:
        """Look again at the pairs that hang on these assets only."""
        try:
            self.review.pairs_exchanged(*await self._shown.changed(asset_ids))
            await self.regroup()
        except UnavailableError as error:
            self._complain(error)

    def _touched(self, asset_ids: Iterable[int]) -> None:
        """Something was decided about these, or taken back."""
        self._rules.look_again(asset_ids)
        self._pairs_dirty.set()

    async def _question(self, error: CompanionQuestion | MergeQuestion | Contradiction) -> Question:
        earlier = error.decisions if isinstance(error, Contradiction) else ()
        try:
            return Question(error, tuple(await self._session.decisions(earlier)))
        except UnavailableError:
            # The refusal itself tells their numbers.
            return Question(error)

    async def _undo(self) -> None:
        try:
            undone = await self._latest.undo()
        except (ActionRefused, UnavailableError) as error:
            self.say(f"not undone: {shown(str(error))}")
            if not isinstance(error, ActionRefused):
                self._complain(error)
            return
        sides = [(each.choice.asset_a, each.choice.asset_b) for each in undone]
        changed = {side for pair in sides for side in pair}
        self._rules.look_again(changed)
        self.walk.forget(list(changed))
        await self._exchange_pairs(changed)
        self.review.reopened(*sides[0])
        self.reopened(*sides[0])
        back = [each.path_b.name for each in undone if each.moves]
        if back[1:]:
            self.say(f"undone: {back[0]} and {len(back) - 1} more are back in their places")
        elif back:
            self.say(f"undone: {back[0]} is back in its place")
        else:
            self.say("undone: the pair is open again")

    async def _redo(self) -> None:
        try:
            made = await self._latest.redo(self._hear)
        except (ActionRefused, UnavailableError) as error:
            self.say(f"not redone: {shown(str(error))}")
            if not isinstance(error, ActionRefused):
                self._complain(error)
        else:
            sides = [(each.choice.asset_a, each.choice.asset_b) for each in made]
            changed = {side for pair in sides for side in pair}
            self._rules.look_again(changed)
            self.walk.forget(list(changed))
            await self._exchange_pairs(changed)
            self.say(lines.made_again(made))
            return
        self._pairs_dirty.set()
