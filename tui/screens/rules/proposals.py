"""What rules propose, one pair after the other, with approve and deny on keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from core.errors import BetterhalfError
from core.model import PairRef
from core.workers.findings import Proposal
from tui.commands import bindings
from tui.known import Look, RuleWish
from tui.messages import DecideAsked
from tui.screens.rules.look import LookScreen
from tui.services import Answered
from tui.views.rules import answered, refusal


class ProposalScreen(LookScreen):
    """Answers are carried out behind the screen, in their order."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("proposal")]
    NAME = "proposal"

    def on_mount(self) -> None:
        self._done: list[PairRef] = []

    def action_approve(self) -> None:
        self._answer(self.services.approve, "approved")

    def action_deny(self) -> None:
        self._answer(self.services.deny, "denied")

    def _answer(
        self, answer: Callable[[Sequence[Proposal]], Awaitable[Answered]], word: str
    ) -> None:
        ref = self.queue.current
        if ref is None:
            self.flash("There is nothing more to answer.")
            return
        pair = self.pair
        if pair is None:
            self.flash("This pair is still being loaded.")
            return
        look = self.looks.get(ref.key)
        shown = pair.outlook.wish if pair.outlook is not None else look.wish if look else None
        self.queue.deciding(ref, None)
        self.refresh_pair()
        self.run_worker(partial(self._carry_out, ref, shown, answer, word), group="answers")

    async def _carry_out(
        self,
        ref: PairRef,
        shown: RuleWish | None,
        answer: Callable[[Sequence[Proposal]], Awaitable[Answered]],
        word: str,
    ) -> None:
        try:
            found = await self.services.proposals([ref.key])
            wishes = [RuleWish.of(each.choice, each.held) for each in found]
            if shown is not None and wishes and not shown.is_as(wishes[0]):
                self.looks[ref.key] = Look(ref, wishes[0])
                if wishes[0].keeps != shown.keeps:
                    # What stays is A.
                    self.known.swap(ref)
                self._put_back(ref, "not done: its rule wants something else by now")
                return
            told = await answer(found)
        except BetterhalfError as error:
            self._put_back(ref, str(error))
            return
        if not found:
            self.flash("No rule proposes this any more.")
        elif told.refused:
            refused, error = told.refused[0]
            why = refusal(refused.b, error)
            self._put_back(ref, f"not done: {why} · e decides it in the review")
        else:
            self.queue.settled(ref)
            self._done.append(ref)
            self.flash(answered(told, word, found[0]))

    def _put_back(self, ref: PairRef, why: str) -> None:
        self.known.forget(ref)
        self.queue.put_back(ref)
        self.refresh_pair()
        self.flash(why)

    def action_undo(self) -> None:
        self.run_worker(self._undo, group="answers")

    async def _undo(self) -> None:
        try:
            said = await self.services.undo_answer()
        except BetterhalfError as error:
            self.flash(f"not undone: {error}")
            return
        if self._done:
            self.queue.put_back(self._done.pop())
            self.refresh_pair()
        self.flash(f"undone: {said}" if said else "there is no answer to undo")

    def action_decide(self) -> None:
        ref = self.queue.current
        if ref is not None:
            self.post_message(DecideAsked(ref))
