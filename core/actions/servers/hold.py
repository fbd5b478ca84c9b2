"""The right to act for a catalog, held together by all that one process does on servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager

from core.catalog.database import Catalog


class Hold:
    """`Catalog.operations`, for several at once: requests wait for a server, not for each other."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        # The lock belongs to the thread that takes it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hold")
        self._turn = asyncio.Lock()
        self._holders = 0
        self._held: AbstractContextManager[None] | None = None

    @asynccontextmanager
    async def operations(self) -> AsyncIterator[None]:
        """Hold it; the last to leave gives it back.

        Raises:
            UnavailableError: another process holds it.
        """
        loop = asyncio.get_running_loop()
        async with self._turn:
            if not self._holders:
                held: AbstractContextManager[None] = self._catalog.operations()
                await loop.run_in_executor(self._thread, held.__enter__)
                self._held = held
            self._holders += 1
        try:
            yield
        finally:
            async with self._turn:
                self._holders -= 1
                if not self._holders and self._held is not None:
                    given_back, self._held = self._held, None
                    nothing = (None, None, None)
                    await loop.run_in_executor(self._thread, given_back.__exit__, *nothing)

    def close(self) -> None:
        """Nobody will hold it any more."""
        self._thread.shutdown()
