"""Garbage, collected while nobody waits: the collector walks over all there is, and of a large
library that is a million objects.

By its own measure Python would do so when a picture is drawn (`tui.launch` keeps it from that).
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from textual.timer import Timer

_QUIET_SECONDS = 2.0
"""Without anything new to see, after which a person is looking."""
_MANY = 50_000
"""Objects over which the collector takes as long as a frame."""
_FREEZES = 20
"""After which what was left out is looked at again: a quarter of a second, once in a long while."""


class Tidying:
    """When it is done, and over what."""

    def __init__(self, set_timer: Callable[[float, Callable[[], None]], Timer]) -> None:
        self._set_timer = set_timer
        self._waiting: Timer | None = None
        self._freezes = 0
        # What is there before anything is shown stays to the end.
        gc.freeze()

    def soon(self) -> None:
        """There is something new to see; once it has been there for a while, it is time."""
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self._set_timer(_QUIET_SECONDS, self._quiet)

    def now(self) -> None:
        """Nobody waits for a moment."""
        gc.collect()
        if len(gc.get_objects()) > _MANY:
            # Most of what is left stays for long: not to be walked over again each time.
            gc.freeze()
            self._freezes += 1

    def _quiet(self) -> None:
        if self._freezes > _FREEZES:
            self._freezes = 0
            gc.unfreeze()
        self.now()
