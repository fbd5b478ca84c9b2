"""The commands that go to other pairs, or choose which there are to go to."""

from __future__ import annotations

from textual import on

from core.model import PairRef
from tui.messages import LensWanted
from tui.queue.lens import Lens
from tui.screens.lens import LensScreen
from tui.screens.pairs import PairsScreen
from tui.screens.review.base import ReviewBase
from tui.widgets.pairlist import PairList


class MovingCommands(ReviewBase):
    """The walk through the queue."""

    def action_skip(self) -> None:
        self._move(1)

    def action_back(self) -> None:
        self._move(-1)

    def _move(self, step: int) -> None:
        self.flash("")
        self.queue.move(step)
        self.refresh_pair()

    def action_pairs(self) -> None:
        def chosen(ref: PairRef | None) -> None:
            if ref is not None:
                self._go_to(ref)

        # A copy, so that what is read there stays where it is.
        refs = list(self.queue.shown)
        screen = PairsScreen(refs, self.queue.position - 1, self.roots, self.queue.lens)
        self.app.push_screen(screen, chosen)

    @on(PairList.Chosen)
    def _clicked(self, message: PairList.Chosen) -> None:
        self._go_to(message.ref)

    def _go_to(self, ref: PairRef) -> None:
        if self.queue.go_to(ref.key):
            self.flash("")
            self.refresh_pair()
        else:
            self.flash("That pair waits no more.")

    def action_lens(self) -> None:
        def chosen(lens: Lens | None) -> None:
            if lens is not None:
                self.post_message(LensWanted(lens))

        self.app.push_screen(LensScreen(self.queue.lens), chosen)

    def see_everything(self) -> None:
        """See all pairs again, as they came."""
        if not self.queue.lens.is_plain:
            self.post_message(LensWanted(Lens()))
