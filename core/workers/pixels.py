"""Whether pairs show the same pixels: the one question of a scan that takes a full decode, so it is
asked last, and only of those that may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from core.catalog import pairs
from core.catalog.database import Catalog
from core.errors import ImageError
from core.libraries.reader import read_pixel_digest
from core.workers.events import Listener, PairsFound, Progress
from core.workers.pool import WorkerPool


class PixelComparer:
    """Answers for the pairs below some folders."""

    def __init__(self, catalog: Catalog, pool: WorkerPool, roots: Sequence[Path]) -> None:
        self._catalog = catalog
        self._pool = pool
        self._roots = roots

    async def compare(self, listener: Listener) -> None:
        """Settle every pair whose pixels may be equal.

        Raises:
            UnavailableError: the catalog fails, or no worker can be started.
        """
        questions = await self._catalog.call(pairs.pixel_questions, self._roots)
        started = time.monotonic()
        digests: dict[int, bytes] = {}
        wanted: dict[int, str] = {}
        for question in questions:
            for content, path, digest in zip(
                question.contents, question.paths, question.digests, strict=True
            ):
                if digest is not None:
                    digests[content] = digest
                else:
                    wanted[content] = path
        await self._digests(wanted, digests, started, listener)
        answers = [
            (question.pair_id, digests[a] == digests[b])
            for question in questions
            for a, b in [question.contents]
            if a in digests and b in digests
        ]
        if answers:
            await self._catalog.call(pairs.settle_pixels, answers)
            listener(PairsFound())

    async def _digests(
        self, wanted: dict[int, str], digests: dict[int, bytes], started: float, listener: Listener
    ) -> None:
        """Fill `digests` (content id to pixel digest) for the files in `wanted`."""

        async def one(content: int, path: str) -> None:
            async with limit:
                try:
                    digest = await self._pool.run(read_pixel_digest, path)
                except ImageError:
                    # The file has just been read; the next scan says what has become of it.
                    return
            digests[content] = digest
            await self._catalog.call(pairs.store_pixel_digests, [(content, digest)])
            done[0] += 1
            listener(Progress("comparing pixels", done[0], len(wanted), time.monotonic() - started))

        done = [0]
        limit = asyncio.Semaphore(2 * self._pool.workers)
        try:
            async with asyncio.TaskGroup() as tasks:
                for content, path in wanted.items():
                    tasks.create_task(one(content, path))
        except ExceptionGroup as group:
            # One failing catalog fails every task; whoever asked wants to hear it once.
            raise group.exceptions[0] from group
