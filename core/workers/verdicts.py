"""Verdicts for whoever asks: worked out once for two contents, and remembered.

A rule and a person may ask about one pair at the same time, and either may go away before the
answer is there; a close look costs too much to be thrown away for that.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from core.catalog import recording
from core.catalog.database import Catalog
from core.catalog.verdicts import fetch_verdict, store_verdict
from core.errors import ImageError
from core.imaging.verdict import METHOD
from core.libraries.reader import read_image
from core.model import Asset, Size, Verdict
from core.settings import looks_path
from core.sides import swapped
from core.workers.glance import by_previews
from core.workers.homes import Homes
from core.workers.judges import Judges
from core.workers.pool import WorkerPool


class Verdicts:
    """Verdicts on the assets of one catalog."""

    def __init__(self, catalog: Catalog, homes: Homes, pool: WorkerPool, workers: int) -> None:
        """`workers` are processes besides those of `pool`, so that a verdict waits for no scan."""
        self._catalog = catalog
        self._homes = homes
        self._pool = pool
        self._judges = Judges(workers, looks_path())
        self._judging: dict[tuple[int, int, bool], asyncio.Task[Verdict]] = {}

    async def of(self, asset_a: Asset, asset_b: Asset, originals: bool) -> Verdict:
        """What a close look says of two assets; arguments and errors as in `Look.verdict`."""
        a, b = sorted((asset_a, asset_b), key=lambda asset: asset.content_id)
        key = a.content_id, b.content_id, originals or (a.remote is None and b.remote is None)
        task = self._judging.get(key)
        if task is None:
            task = self._judging[key] = asyncio.create_task(self._judge(a, b, key[2]))
            task.add_done_callback(lambda done: self._judged(key, done))
        verdict = await asyncio.shield(task)
        return verdict if a is asset_a else swapped(verdict)

    async def _judge(self, a: Asset, b: Asset, originals: bool) -> Verdict:
        contents = a.content_id, b.content_id
        known = await self._catalog.call(fetch_verdict, *contents, METHOD)
        unread = originals and (a.facts.hearsay or b.facts.hearsay)
        if known is not None and not unread:
            return known
        size = Size.ORIGINAL if originals else Size.PREVIEW
        files = [await self._homes.picture(asset, size) for asset in (a, b)]
        judged = await self._judges.judge(os.fspath(files[0]), os.fspath(files[1]))
        for asset, digest in zip((a, b), judged.digests, strict=True):
            if asset.remote is None and asset.digest != digest:
                cause = "it has changed since it was scanned"
                raise ImageError(os.fspath(asset.path), cause, "scan again")
        if not originals:
            return by_previews(judged.verdict)
        await self._catalog.call(store_verdict, *contents, METHOD, judged.verdict)
        for asset, file in zip((a, b), files, strict=True):
            if asset.facts.hearsay:
                await self._learn(asset, file)
        return judged.verdict

    async def _learn(self, asset: Asset, file: Path) -> None:
        """What the original of `asset`, which is at hand as `file`, tells of it."""
        reading = await self._pool.run(read_image, os.fspath(file))
        if reading.facts is not None:
            await self._catalog.call(recording.confirm, asset.content_id, reading.facts)

    def _judged(self, key: tuple[int, int, bool], task: asyncio.Task[Verdict]) -> None:
        del self._judging[key]
        if not task.cancelled():
            # Perhaps nobody waits for it any more.
            task.exception()

    async def stop(self) -> None:
        """Give up what is being worked out, and end the workers at once."""
        asking = list(self._judging.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        self._judges.stop()
