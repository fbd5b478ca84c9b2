"""Pairs that a rule means, looked at in all the ways that the review has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from core.errors import BetterhalfError, ImageError
from core.model import PairKind, PairRef
from tui.commands import bindings
from tui.known import Look, Outlook
from tui.messages import LookedAt
from tui.preview.loader import PictureLoader
from tui.queue.run import Run
from tui.screens.review.looking import LookingCommands
from tui.screens.review.seeing import SeeingCommands
from tui.screens.usual import UsualCommands
from tui.services import RuleServices


class LookScreen(LookingCommands, SeeingCommands, UsualCommands):
    """A review in which nothing is decided."""

    CSS_PATH = "../review/review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("look")]
    NAME = "look"

    def __init__(
        self,
        services: RuleServices,
        looks: Sequence[Look],
        place: int,
        roots: Sequence[Path],
        loader: PictureLoader,
    ) -> None:
        super().__init__(roots, 0, loader)
        self.services = services
        self.looks = {each.ref.key: each for each in looks}
        self.queue.update(Run([each.ref for each in looks]))
        self.queue.move(place)
        self.scanned = True
        for each in looks:
            # What stays is A, as the rule has it.
            if each.wish is not None and each.wish.keeps == each.ref.asset_b:
                self.known.swap(each.ref)

    def action_next(self) -> None:
        self._walk(1)

    def action_previous(self) -> None:
        self._walk(-1)

    def _walk(self, steps: int) -> None:
        self.flash("")
        self.queue.move(steps)
        self.refresh_pair()

    def action_leave(self) -> None:
        if not self.look_plainly():
            self.action_close()

    def action_close(self) -> None:
        self.dismiss(None)

    # What is shown, asked for by itself

    def _want_views(self) -> None:
        current = self.queue.current
        if current is None:
            return
        wanted = [current, *self.queue.around(1, 2)]
        self.post_message(LookedAt(wanted))
        missing = [ref for ref in wanted if not self.known.has_view(ref)]
        if missing:
            self.run_worker(partial(self._load_views, missing), group="views", exclusive=True)

    async def _load_views(self, refs: Sequence[PairRef]) -> None:
        try:
            for ref in refs:
                view = await self.services.view(ref)
                self.known.learn_view(ref, view)
                if view is None:
                    self.gone(ref)
                elif self._is_current(ref):
                    self.refresh_pair()
        except BetterhalfError as error:
            self.flash(str(error))

    def gone(self, ref: PairRef) -> None:
        """The pair is no more."""
        self.queue.deciding(ref, None)
        self.refresh_pair()

    def _want_more(self) -> None:
        current = self.queue.current
        if current is not None:
            self.run_worker(partial(self._learn, current), group="more", exclusive=True)

    async def _learn(self, ref: PairRef) -> None:
        try:
            if not self.known.has_outlook(ref):
                found = await self.services.outlook(ref)
                look = self.looks.get(ref.key)
                wish = look.wish if look is not None and look.wish is not None else found.wish
                self.known.learn_outlook(ref, Outlook(found.gains, wish, found.warnings))
                self._tell(ref)
            if ref.kind is PairKind.SIMILAR and not self.known.has_verdict(ref):
                verdict = await self.services.verdict(ref)
                if verdict is not None:
                    self.known.learn_verdict(ref, verdict)
                    self._tell(ref)
        except ImageError as error:
            self.known.learn_verdict(ref, error)
            self._tell(ref)
        except BetterhalfError as error:
            self.flash(str(error))

    def _tell(self, ref: PairRef) -> None:
        pair = self.pair
        if pair is not None and self._is_current(ref):
            self.panel.tell(pair)

    def _is_current(self, ref: PairRef) -> bool:
        current = self.queue.current
        return current is not None and current.key == ref.key
