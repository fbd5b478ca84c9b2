"""The commands that change how the pictures of the current pair are seen."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from core.text import counted
from tui.preview.sight import Sight
from tui.preview.view import Look
from tui.screens.review.base import ReviewBase
from tui.widgets.pictures import PairPictures


class SeeingCommands(ReviewBase):
    """Side by side or in one place, near or far, still or moving."""

    def show_side_by_side(self) -> None:
        """As it is at first."""
        self._turn(Look.SIDE_BY_SIDE)

    def action_flicker(self) -> None:
        if self._pictures.sight.look in (Look.FLICKER, Look.SINGLE):
            self._pictures.motion.still()
            self._see(lambda sight, *_: sight.flipped())
        else:
            self._turn(Look.FLICKER)

    def action_flicker_by_itself(self) -> None:
        motion = self._pictures.motion
        if motion.flickering:
            motion.still()
        else:
            if self._pictures.sight.look is not Look.FLICKER:
                self._turn(Look.FLICKER)
            motion.flicker()

    def action_difference(self) -> None:
        self._turn(Look.DIFFERENCE)

    def action_loupe(self) -> None:
        self._turn(Look.LOUPE)

    def action_single(self) -> None:
        self._turn(Look.SINGLE)

    def action_next_place(self) -> None:
        self._step(1)

    def action_previous_place(self) -> None:
        self._step(-1)

    def action_zoom_in(self) -> None:
        self._see(lambda sight, *where: sight.zoomed(*where, 1))

    def action_zoom_out(self) -> None:
        self._see(lambda sight, *where: sight.zoomed(*where, -1))

    def action_zoom_fit(self) -> None:
        self._see(lambda sight, *where: sight.zoomed(*where, 0))

    def action_pan_left(self) -> None:
        self._see(lambda sight, *where: sight.panned(*where, -1, 0))

    def action_pan_right(self) -> None:
        self._see(lambda sight, *where: sight.panned(*where, 1, 0))

    def action_pan_up(self) -> None:
        self._see(lambda sight, *where: sight.panned(*where, 0, -1))

    def action_pan_down(self) -> None:
        self._see(lambda sight, *where: sight.panned(*where, 0, 1))

    async def action_next_frame(self) -> None:
        await self._turn_page(1)

    async def action_previous_frame(self) -> None:
        await self._turn_page(-1)

    def action_play(self) -> None:
        if self._pictures.playing:
            self._pictures.motion.still()
        elif self._pictures.moving:
            self._pictures.motion.play()
        elif self._pictures.frames > 1:
            self.flash("The link is slow: . and , show one frame after the other.")
        else:
            self.flash("Neither is an animation.")

    @property
    def _pictures(self) -> PairPictures:
        return self.panel.pictures

    def _see(self, change: Callable[..., Sight]) -> None:
        sight = self._pictures.look(change)
        self.set_class(sight.look is Look.SINGLE, "-alone")
        self.flash(self._pictures.caption)

    def _turn(self, look: Look) -> None:
        self._pictures.motion.still()
        self._see(lambda sight, *where: sight.turned_to(*where, look))

    def _step(self, step: int) -> None:
        if self._pictures.sight.look in (Look.DIFFERENCE, Look.LOUPE):
            self._see(lambda sight, *where: sight.stepped(*where, step))
        else:
            self._turn(Look.DIFFERENCE)

    async def _turn_page(self, step: int) -> None:
        self._pictures.motion.still()
        if self._pictures.frames > 1:
            await self._pictures.turn_page(step)
            self.flash(self._pictures.caption)
        else:
            self.flash("Neither is an animation.")

    @on(PairPictures.Compared)
    def _say_how(self, event: PairPictures.Compared) -> None:
        difference = event.sight.difference
        if difference is not None and event.sight.look in (Look.DIFFERENCE, Look.LOUPE):
            places = len(event.sight.places)
            found = counted(places, "place") if places else "nothing beyond coding noise"
            more = " · ] and [ go through them" if places > 1 else ""
            self.flash(f"{found} · {difference.note}{more}")
