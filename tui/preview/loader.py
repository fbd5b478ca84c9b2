"""Pictures made ahead of need: two threads, a cache bounded in bytes, no picture made twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from core.errors import ImageError, explain_os_error
from core.model import Asset
from tui.preview.picture import Picture, encode
from tui.preview.protocol import Cell, Protocol
from tui.preview.wire import Wire

_CACHE_BYTES = 64_000_000
_THREADS = 2

Key = tuple[str, int, int, int, Cell, bool]


class PictureLoader:
    """Encodes pictures for one terminal. Use it from the event loop."""

    def __init__(self, protocol: Protocol, cell: Cell, wire: Wire) -> None:
        """`wire` is the way to that terminal."""
        self.protocol = protocol
        self.cell = cell
        self._wire = wire
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="preview")
        self._cache: OrderedDict[Key, Picture] = OrderedDict()
        self._bytes = 0
        self._running: dict[Key, asyncio.Future[Picture]] = {}

    def ready(self, asset: Asset, columns: int, rows: int) -> Picture | None:
        """The picture, if it has been made already."""
        key = self._key(asset, columns, rows)
        picture = self._cache.get(key)
        if picture is not None:
            self._cache.move_to_end(key)
        return picture

    async def load(self, asset: Asset, columns: int, rows: int) -> Picture:
        """The picture, made now if need be.

        Raises:
            ImageError: it cannot be read or decoded (any more).
        """
        picture = self.ready(asset, columns, rows)
        if picture is not None:
            return picture
        key = self._key(asset, columns, rows)
        running = self._running.get(key)
        if running is None:
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(
                self._threads,
                encode,
                *(asset, columns, rows, self.protocol, self.cell, self._wire.link.slow),
            )
            self._running[key] = running
            running.add_done_callback(lambda future: self._finished(key, future))
        try:
            # Shielded: whoever asked may have moved on, and the work is nearly done.
            return await asyncio.shield(running)
        except OSError as error:
            raise ImageError(str(asset.path), *explain_os_error(error)) from error

    def placed(self, picture: Picture) -> bool:
        """Whether the terminal has all it needs to draw `picture`."""
        return not picture.transmission or self._wire.has(picture.image_id)

    async def place(self, picture: Picture) -> None:
        """Send what the terminal needs before it can draw `picture`, once."""
        if not self.placed(picture):
            await self._wire.send(picture.image_id, picture.transmission)

    def close(self) -> None:
        """Drop what waits; what is being encoded just ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _finished(self, key: Key, future: asyncio.Future[Picture]) -> None:
        self._running.pop(key, None)
        if future.cancelled() or future.exception() is not None:
            return
        picture = future.result()
        self._cache[key] = picture
        self._bytes += picture.bytes
        while self._bytes > _CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= oldest.bytes
            self._wire.free(oldest.image_id)

    def _key(self, asset: Asset, columns: int, rows: int) -> Key:
        slow = self._wire.link.slow
        return str(asset.path), asset.modified_ns, columns, rows, self.cell, slow
