"""What pages have done waits for its turn behind all decisions that were made before it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import BetterhalfError

T = TypeVar("T")

Change = Callable[[], Awaitable[None]]


class Turns:
    """One after the other."""

    def __init__(self, do: Callable[[Change], None]) -> None:
        """`do` has something done after all that it was given before."""
        self._do = do

    async def take(self, job: Callable[[], Awaitable[T]]) -> T:
        """Do it in its turn, even where whoever asked goes away; raises what it raises."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            try:
                found = await job()
            except BetterhalfError as error:
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(found)

        self._do(run)
        return await done
