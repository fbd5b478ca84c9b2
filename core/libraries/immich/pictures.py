"""What is seen of a server's assets: small pictures first, originals only where they are asked for.

Each is fetched once and kept; once in a session the server is asked whether there is a newer one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
from blake3 import blake3

from core.address import id_of
from core.errors import ImageError, UnavailableError, explain_os_error
from core.libraries.immich.client import Rejected
from core.libraries.immich.server import Server
from core.libraries.immich.shapes import content_of
from core.libraries.immich.shelf import Shelf
from core.model import Asset, Size

_PIECE = 1 << 18
_SMALL_BYTES = 500_000_000
"""Of small pictures that are kept: some ten thousand previews."""
_ORIGINAL_BYTES = 2_000_000_000
"""Of originals: some five hundred."""


class Pictures:
    """The pictures of one server. Use it from one event loop."""

    def __init__(self, server: Server, folder: Path) -> None:
        """`folder` is where what was fetched is kept."""
        self._server = server
        self._small = Shelf(folder / "small", _SMALL_BYTES)
        self._originals = Shelf(folder / "originals", _ORIGINAL_BYTES)
        self._fetching: dict[str, asyncio.Task[Path]] = {}
        self._fresh: set[str] = set()
        """Of this session."""

    async def fetch(self, asset: Asset, size: Size) -> Path:
        """A file with the picture of `asset`. It may go when nobody has asked for it in a while.

        Raises:
            ImageError: the server has no such picture, or it is not the one that was listed.
            UnavailableError: the server does not answer.
        """
        key = blake3(f"{asset.path}\0{size}".encode(errors="surrogateescape")).hexdigest()
        task = self._fetching.get(key)
        if task is None:
            task = self._fetching[key] = asyncio.create_task(self._fetch(asset, size, key))
            task.add_done_callback(lambda done: self._fetched(key, done))
        # Whoever asked may move on; it is nearly here.
        return await asyncio.shield(task)

    def _fetched(self, key: str, task: asyncio.Task[Path]) -> None:
        del self._fetching[key]
        if not task.cancelled():
            task.exception()

    async def stop(self) -> None:
        """Fetch nothing any more."""
        tasks = list(self._fetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, asset: Asset, size: Size, key: str) -> Path:
        shelf = self._originals if size is Size.ORIGINAL else self._small
        kept = shelf.find(key)
        if kept is not None and key in self._fresh:
            return kept[0]
        try:
            path = await self._asked(asset, size, key, shelf, kept)
        except Rejected as error:
            raise ImageError(str(asset.path), error.cause, error.remedy) from error
        except OSError as error:
            raise UnavailableError(str(asset.path), *explain_os_error(error)) from error
        self._fresh.add(key)
        return path

    async def _asked(
        self, asset: Asset, size: Size, key: str, shelf: Shelf, kept: tuple[Path, str] | None
    ) -> Path:
        headers = {"if-none-match": kept[1]} if kept is not None else {}
        where = f"/assets/{id_of(asset.path)}/"
        where, query = (
            (where + "original", {})
            if size is Size.ORIGINAL
            else (where + "thumbnail", {"size": str(size)})
        )

        async def attempt() -> Path:
            async with self._server.client.stream(where, headers, **query) as answer:
                if answer.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                    return kept[0]
                pieces = answer.aiter_bytes(_PIECE)
                if size is Size.ORIGINAL:
                    pieces = _verified(asset, pieces)
                return await shelf.keep(key, answer.headers.get("etag", ""), pieces)

        return await self._to_the_end(attempt)

    async def _to_the_end(self, attempt: Callable[[], Awaitable[Path]]) -> Path:
        """Begin anew where the connection breaks in the middle."""
        client = self._server.client
        ends = asyncio.get_running_loop().time() + client.patience
        while True:
            try:
                return await attempt()
            except httpx.RequestError as error:
                if asyncio.get_running_loop().time() >= ends:
                    raise client.broken(error) from None
            await asyncio.sleep(client.first_pause)


async def _verified(asset: Asset, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """`pieces`, if together they are the file that was listed.

    Raises:
        ImageError: they are not.
    """
    hasher, size = hashlib.sha1(usedforsecurity=False), 0
    async for piece in pieces:
        hasher.update(piece)
        size += len(piece)
        yield piece
    external = asset.remote is not None and asset.remote.external
    same = size == asset.facts.size and (external or content_of(hasher.digest()) == asset.digest)
    if not same:
        cause = "its file is not the one that the server has listed"
        raise ImageError(str(asset.path), cause, "scan again")
