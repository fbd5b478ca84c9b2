"""Whether a key is pressed, or held; and whether who pressed it has seen what it is about."""

from __future__ import annotations

import time

_LOOK_SECONDS = 0.08
"""Time between two decisions below which the key is held, or the line has stalled: what came second
has not been seen."""

_SEE_SECONDS = 0.2
"""Time below which nobody answers to what has come up: such a key was meant for what was there."""


class Pace:
    """The time between two decisions, and since what is decided has come up by itself."""

    def __init__(self) -> None:
        self._pressed_at = self._changed_at = 0.0

    def changed_by_itself(self) -> None:
        """Something else is to be decided now, and nobody asked for it."""
        self._changed_at = time.monotonic()

    @property
    def unseen(self) -> bool:
        """Whether that is so new that nobody has seen it."""
        return time.monotonic() - self._changed_at < _SEE_SECONDS

    def held(self) -> bool:
        """Whether this key comes so soon after the last that nobody has looked in between."""
        now = time.monotonic()
        last, self._pressed_at = self._pressed_at, now
        return now - last < _LOOK_SECONDS
