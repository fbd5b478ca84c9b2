"""Pictures made ahead of need: two threads, a cache bounded in bytes, no picture made twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.errors import ImageError, explain_os_error
from core.model import Asset
from tui.preview import kitty
from tui.preview.picture import Picture, Style, encode

_CACHE_BYTES = 64_000_000
_THREADS = 2

Key = tuple[str, int, int, int]


class PictureLoader:
    """Encodes pictures for one terminal. Use it from the event loop."""

    def __init__(self, style: Style, send: Callable[[str], None]) -> None:
        """`send` writes escape sequences to the terminal, in turn with everything else."""
        self.style = style
        self._send = send
        self._placed: set[int] = set()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="preview")
        self._cache: OrderedDict[Key, Picture] = OrderedDict()
        self._bytes = 0
        self._running: dict[Key, asyncio.Future[Picture]] = {}

    def ready(self, asset: Asset, columns: int, rows: int) -> Picture | None:
        """The picture, if it has been made already."""
        key = _key(asset, columns, rows)
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
        key = _key(asset, columns, rows)
        running = self._running.get(key)
        if running is None:
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._threads, encode, asset, columns, rows, self.style)
            self._running[key] = running
            running.add_done_callback(lambda future: self._finished(key, future))
        try:
            # Shielded: whoever asked may have moved on, and the work is nearly done.
            return await asyncio.shield(running)
        except OSError as error:
            raise ImageError(str(asset.path), *explain_os_error(error)) from error

    def place(self, picture: Picture) -> None:
        """Send what the terminal has to know before `picture` is drawn, once."""
        if picture.transmission and picture.image_id not in self._placed:
            self._placed.add(picture.image_id)
            self._send(picture.transmission)

    def close(self) -> None:
        """Free the terminal's pictures and drop what waits; what is being encoded just ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for image_id in self._placed:
            self._send(kitty.deletion(image_id))
        self._placed.clear()

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
            if oldest.image_id in self._placed:
                self._placed.remove(oldest.image_id)
                self._send(kitty.deletion(oldest.image_id))


def _key(asset: Asset, columns: int, rows: int) -> Key:
    return str(asset.path), asset.modified_ns, columns, rows
