"""What moves on the screen by itself: the two sides in turn, and animations."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.preview.view import Look

if TYPE_CHECKING:
    from tui.widgets.pictures import PairPictures

_FLICKER = 0.6
"""Seconds a side stays: long enough to see it, short enough to remember."""
_LEAST = 0.02
"""Seconds a frame stays at least."""


class Motion:
    """The moving parts of a pair's pictures."""

    def __init__(self, pictures: PairPictures) -> None:
        self._pictures = pictures
        self._flicker: Timer | None = None

    @property
    def flickering(self) -> bool:
        """Whether the sides change by themselves."""
        return self._flicker is not None

    def flicker(self) -> None:
        """Let the sides change by themselves."""
        if self._flicker is None:
            self._flicker = self._pictures.set_interval(_FLICKER, self._flip)

    def still(self) -> None:
        """Stop all that moves."""
        if self._flicker is not None:
            self._flicker.stop()
            self._flicker = None
        self._pictures.workers.cancel_group(self._pictures, "motion")

    def play(self) -> None:
        """Show the frames of animations as fast as they ask for."""
        self._pictures.run_worker(self._play, group="motion", exclusive=True)

    def _flip(self) -> None:
        if self._pictures.sight.look is not Look.FLICKER:
            self.still()
        elif not self._pictures.busy:
            self._pictures.look(lambda sight, *_: sight.flipped())

    async def _play(self) -> None:
        while self._pictures.moving:
            began = time.monotonic()
            pause = await self._pictures.turn_page(1)
            spent = time.monotonic() - began
            await asyncio.sleep(max(_LEAST, pause / 1000 - spent))
