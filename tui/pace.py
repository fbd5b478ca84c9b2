"""Whether a key is pressed, or held."""

from __future__ import annotations

import time

_LOOK_SECONDS = 0.08
"""Time between two decisions below which the key is held, or the line has stalled: what came second
has not been seen."""


class Pace:
    """The time between two decisions."""

    def __init__(self) -> None:
        self._pressed_at = 0.0

    def held(self) -> bool:
        """Whether this key comes so soon after the last that nobody has looked in between."""
        now = time.monotonic()
        last, self._pressed_at = self._pressed_at, now
        return now - last < _LOOK_SECONDS
