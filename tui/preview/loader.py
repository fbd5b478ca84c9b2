"""Pictures made ahead of need: two threads, a cache bounded in bytes, no picture made twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.errors import ImageError, UnavailableError, explain_os_error
from core.imaging.preview import shown
from core.imaging.thumbhash import blurred
from core.model import Asset, Size
from tui.preview.picture import Picture, draw
from tui.preview.protocol import Cell, Protocol
from tui.preview.sources import Given, Key, Sources, key_of
from tui.preview.view import Stage, View
from tui.preview.wire import Wire

if TYPE_CHECKING:
    from PIL.Image import Image

    from core.imaging.verdict.difference import Difference

_CACHE_BYTES = 64_000_000
_THREADS = 2
_LONGEST, _LONGEST_AT_ONCE = 4.0, 0.6
"""Seconds a better picture may take; by then the person has seen enough. Only kitty's go in pieces
that text can pass, so the others have to be shorter."""


Fetch = Callable[[Asset, Size], Awaitable[Path]]
"""A file with a picture that is on a server, as large as is wanted."""


class _Made(NamedTuple):
    """What tells one picture from all others."""

    asset: Key
    view: View
    stage: Stage
    against: Key | None
    whole: bool


class PictureLoader:
    """Makes pictures for one terminal. Use it from the event loop."""

    def __init__(
        self, protocol: Protocol, cell: Cell, wire: Wire, fetch: Fetch | None = None
    ) -> None:
        """`wire` is the way to that terminal; `fetch` gets pictures that are on servers."""
        self._fetch = fetch
        self.protocol = protocol
        self.cell = cell
        self._wire = wire
        self._sources = Sources()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="preview")
        self._cache: OrderedDict[_Made, Picture] = OrderedDict()
        self._bytes = 0
        self._running: dict[_Made, asyncio.Future[Picture]] = {}
        self._sending: dict[int, asyncio.Task[None]] = {}

    @property
    def drafts(self) -> bool:
        """Whether pictures are drawn in fewer bytes at first, as the link is slow."""
        return self._wire.link.slow

    @property
    def busy(self) -> bool:
        """Whether the link has all it takes for now."""
        return self._wire.link.full

    def stage(self, room: tuple[int, int]) -> Stage:
        """A place of so many columns and rows on this terminal."""
        return Stage(*room, self.cell, self.protocol)

    def ready(
        self, asset: Asset, view: View, room: tuple[int, int], against: Asset | None = None
    ) -> Picture | None:
        """The picture, if it has been made already; in full, if that has been."""
        for whole in (True, False) if self.drafts else (True,):
            made = self._made(asset, view, room, against, whole)
            picture = self._cache.get(made)
            if picture is not None:
                self._cache.move_to_end(made)
                return picture
        return None

    async def load(
        self,
        asset: Asset,
        view: View,
        room: tuple[int, int],
        against: Asset | None = None,
        whole: bool = False,
    ) -> Picture:
        """The picture, made now if need be.

        Args:
            asset: of what.
            view: what of it, and how.
            room: columns and rows there are.
            against: the other one of its pair, where differences are lit.
            whole: in full, even if the link is slow.

        Raises:
            ImageError: it cannot be read or decoded (any more).
        """
        whole = whole or not self.drafts
        made = self._made(asset, view, room, against, whole)
        if made in self._cache:
            self._cache.move_to_end(made)
            return self._cache[made]
        await self._located(asset, view)
        if against is not None:
            await self._located(against, view)
        running = self._running.get(made)
        if running is None:
            work = partial(draw, self._sources, asset, view, made.stage, against, whole)
            running = asyncio.get_running_loop().run_in_executor(self._threads, work)
            self._running[made] = running
            running.add_done_callback(partial(self._finished, made))
        try:
            # Shielded: whoever asked may have moved on, and the work is nearly done.
            return await asyncio.shield(running)
        except OSError as error:
            raise ImageError(str(asset.path), *explain_os_error(error)) from error

    async def _located(self, asset: Asset, view: View) -> None:
        """Have a server's picture at hand: small, until somebody looks closer than that."""
        if asset.remote is None or self._fetch is None:
            return
        try:
            try:
                closer = view.viewport.scale is not None
                file = await self._fetch(asset, Size.ORIGINAL if closer else Size.PREVIEW)
            except ImageError:
                # The key may show previews, and give no originals.
                file = await self._fetch(asset, Size.PREVIEW)
        except UnavailableError as error:
            raise ImageError(str(asset.path), error.cause, error.remedy) from error
        self._sources.found(asset, file)

    async def load_by_steps(
        self,
        asset: Asset,
        view: View,
        room: tuple[int, int],
        show: Callable[[Picture], None],
        against: Asset | None = None,
    ) -> Picture:
        """As `load`; of what has to come from a server first, `show` gets what can be drawn before,
        each time better."""
        remote = asset.remote is not None and self.ready(asset, view, room, against) is None
        if not remote or view.page is not None:
            return await self.load(asset, view, room, against)
        loading = asyncio.create_task(self.load(asset, view, room, against))
        try:
            async for picture in self._early(asset, view, room):
                if loading.done():
                    break
                show(picture)
            return await loading
        finally:
            loading.cancel()

    async def _early(
        self, asset: Asset, view: View, room: tuple[int, int]
    ) -> AsyncIterator[Picture]:
        """What of a picture is known with its name, and what is at hand of it first: in blocks of
        colour, as no terminal should be sent a picture that is gone at once."""
        stage = Stage(*room, self.cell, Protocol.HALF)
        known = asset.remote.thumbhash if asset.remote is not None else None
        image = blurred(known, asset.facts.width / asset.facts.height) if known else None
        if image is not None:
            yield await self._drawn(image, asset, view, stage)
        if self._fetch is not None:
            # Whatever is wrong with it, what comes after it says so.
            with suppress(ImageError, UnavailableError, OSError):
                file = await self._fetch(asset, Size.THUMBNAIL)
                image = await asyncio.to_thread(lambda: shown(file.read_bytes()).image)
                yield await self._drawn(image, asset, view, stage)

    async def _drawn(self, image: Image, asset: Asset, view: View, stage: Stage) -> Picture:
        work = partial(draw, Given(image), asset, view, stage, None, False)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def difference(self, a: Asset, b: Asset) -> Difference:
        """Where two pictures differ, and how B lies over A.

        Raises:
            ImageError: one cannot be read or decoded (any more).
        """
        for asset in (a, b):
            await self._located(asset, View((asset.facts.width, asset.facts.height)))
        work = partial(self._sources.difference, a, b)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except OSError as error:
            raise ImageError(str(a.path), *explain_os_error(error)) from error

    def placed(self, picture: Picture) -> bool:
        """Whether the terminal has all it needs to draw `picture`."""
        return not picture.transmission or self._wire.has(picture.image_id)

    async def place(self, picture: Picture) -> None:
        """Send what the terminal needs before it can draw `picture`, once.

        What has begun goes on even if nobody waits for it any more: half of it is of no use.
        """
        if self.placed(picture):
            return
        sending = self._sending.get(picture.image_id)
        if sending is None:
            send = self._wire.send(picture.image_id, picture.transmission)
            sending = asyncio.create_task(send)
            self._sending[picture.image_id] = sending
            sending.add_done_callback(lambda _: self._sending.pop(picture.image_id))
        await asyncio.shield(sending)

    async def replace(self, picture: Picture) -> bool:
        """Send a better picture for one that is drawn already; given up as soon as nobody waits.

        Returns whether the terminal has it: not where the link would take too long.
        """
        longest = _LONGEST if picture.transmission else _LONGEST_AT_ONCE
        if self._wire.link.seconds(picture.sent) > longest:
            return False
        if not self.placed(picture):
            await self._wire.send(picture.image_id, picture.transmission)
        await self._wire.link.room()
        return True

    def close(self) -> None:
        """Drop what waits; what is being encoded just ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _made(
        self,
        asset: Asset,
        view: View,
        room: tuple[int, int],
        against: Asset | None,
        whole: bool,
    ) -> _Made:
        other = key_of(against) if against is not None else None
        return _Made(key_of(asset), view, self.stage(room), other, whole)

    def _finished(self, made: _Made, future: asyncio.Future[Picture]) -> None:
        self._running.pop(made, None)
        if future.cancelled() or future.exception() is not None:
            return
        picture = future.result()
        self._cache[made] = picture
        self._bytes += picture.bytes
        while self._bytes > _CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= oldest.bytes
            self._wire.free(oldest.image_id)
