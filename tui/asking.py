"""Questions about pairs, answered one after the other; a new list of them ends the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from core.model import PairRef


class Questions:
    """Whoever moves on waits for the end of one answer, and of no more."""

    def __init__(self, answer: Callable[[PairRef], Awaitable[None]]) -> None:
        self._answer = answer
        self._refs: list[PairRef] = []
        self._asked = asyncio.Event()

    def ask(self, refs: Sequence[PairRef]) -> None:
        """These are wanted now, in this order, and no others."""
        self._refs = list(refs)
        self._asked.set()

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._asked.wait()
            if self._refs:
                await self._answer(self._refs.pop(0))
            else:
                self._asked.clear()
