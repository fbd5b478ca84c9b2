"""How fast the terminal takes what it is sent, and how much of that is still on its way.

A write says nothing of it: the pipes to a distant terminal swallow a second's worth. So after some
bytes the terminal is asked where its cursor is (DSR 6), which every one answers, and in turn: by
then it has taken all that was sent before. No more is sent ahead than it takes in a tenth of a
second, so that the next key's text is never stuck behind pictures that nobody looks at any more.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

QUESTION = "\x1b[6n"

_ASK_AFTER = 8_000
"""Bytes after which a question is worth the bytes it takes."""

_LEAST, _MOST = 16_000, 4_000_000
"""Bytes that may be on their way; the most is a pair of pictures that fill a large screen."""
_NEAR, _DISTANT = 500_000, 32_000
"""How many at first, before anything was measured."""

_PROMPT, _LATE = 0.05, 0.15
"""Seconds of waiting, beyond the round trip, that let more go ahead, or less."""

_PATIENCE = 10.0
"""Seconds after which an answer is taken as lost."""
_LOST = 2
"""Answers lost in a row that tell of a terminal that gives none."""

_SLOW = 2_000_000
"""Bytes a second below which two whole pictures are felt: some 900 kB take half a second."""


class _Asked(NamedTuple):
    total: int
    """Bytes sent by then."""
    flying: int
    """Bytes that nothing had confirmed then."""
    at: float


class Link:
    """The way to one terminal. Use it from the event loop."""

    def __init__(
        self,
        distant: bool = False,
        answers: bool = True,
        round_trip: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            distant: a network may lie between.
            answers: whether questions reach the terminal itself.
            round_trip: seconds a question without anything before it takes, as far as is known.
            clock: seconds.
        """
        self._distant = distant
        self._answers = answers
        self._clock = clock
        self._round_trip = round_trip or float("inf")
        self._window = _DISTANT if distant else _NEAR
        self._rate: float | None = None
        self._sent = self._confirmed = self._asked_at = 0
        self._asked: deque[_Asked] = deque()
        self._lost = 0
        self._text_waits = False
        self._heard = asyncio.Event()

    @property
    def answers(self) -> bool:
        """Whether it is of use to ask the terminal anything."""
        return self._answers

    @property
    def rate(self) -> float | None:
        """Bytes a second the terminal takes; None while nothing was measured."""
        return self._rate

    @property
    def slow(self) -> bool:
        """Whether pictures in full would be waited for."""
        return self._distant if self._rate is None else self._rate < _SLOW

    def seconds(self, count: int) -> float:
        """How long so many bytes take, as far as anybody knows."""
        guess = _SLOW / 2 if self._distant else _SLOW
        return count / (self._rate or guess)

    @property
    def full(self) -> bool:
        """Whether what comes next had better wait."""
        if self._asked and self._clock() - self._asked[0].at > _PATIENCE:
            self._give_up()
        return bool(self._asked) and self._asked[-1].total - self._confirmed >= self._window

    async def room(self, text: bool = False) -> None:
        """Wait until it is not full. What is no `text` lets text pass that waits, too."""
        while self.full or (self._text_waits and not text):
            self._heard.clear()
            left = self._asked[0].at + _PATIENCE - self._clock() if self._asked else _PATIENCE
            try:
                await asyncio.wait_for(self._heard.wait(), max(0.0, left) + 0.001)
            except TimeoutError:
                self._text_waits = False

    def text_waits(self, waiting: bool) -> None:
        """There is text to be sent as soon as there is room; or it has been sent."""
        self._text_waits = waiting
        if not waiting:
            self._heard.set()

    def sent(self, count: int) -> bool:
        """So many bytes are on their way; whether `QUESTION` should follow, and then does."""
        self._sent += count
        if not self._answers or self._sent - self._asked_at < _ASK_AFTER:
            return False
        self._asked_at = self._sent
        self._asked.append(_Asked(self._sent, self._sent - self._confirmed, self._clock()))
        return True

    def answered(self) -> None:
        """The terminal has answered a question."""
        if not self._asked:
            return
        question = self._asked.popleft()
        self._confirmed, self._lost = question.total, 0
        took = self._clock() - question.at
        self._round_trip = min(self._round_trip, took)
        waited = took - self._round_trip
        if waited < _PROMPT:
            self._window = min(_MOST, self._window * 2)
        elif waited > _LATE:
            self._window = max(_LEAST, self._window // 2)
        rate = question.flying / max(waited, 0.001)
        self._rate = rate if self._rate is None else (self._rate + rate) / 2
        self._heard.set()

    def restart(self) -> None:
        """What was on its way is gone, and so are the answers to it."""
        self._asked.clear()
        self._text_waits = False
        self._confirmed = self._asked_at = self._sent
        self._heard.set()

    def _give_up(self) -> None:
        self._lost += 1
        self._answers = self._lost < _LOST
        self.restart()
