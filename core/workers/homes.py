"""Where assets are at home: in folders, or on which of the servers that a session has opened.

Whoever has only folders does not wait for HTTP to load, so what speaks it is met here by its type
alone until there is a server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.address import is_remote, root_of, shown
from core.catalog import assets
from core.catalog.database import Catalog
from core.errors import ActionRefused, ServerError, UnavailableError
from core.model import Asset, Choice, Size
from core.settings import pictures_path

if TYPE_CHECKING:
    from core.libraries.immich.access import Access
    from core.libraries.immich.library import ImmichLibrary
    from core.workers.servers import OpenServer

_ANSWERED = 0.5
"""Seconds that an answer which nobody has to have is waited for."""


class Homes:
    """The opened servers of one session; what is on none of them lies in a folder."""

    def __init__(self, catalog: Catalog, servers: Mapping[Path, OpenServer]) -> None:
        """`servers` by the paths that stand for them."""
        self._catalog = catalog
        self._servers = servers
        self._counting: dict[int, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[OpenServer]:
        return iter(self._servers.values())

    @property
    def keeps(self) -> dict[Path, int]:
        """After how many days each of them empties its trash, by its root."""
        return {each.library.root: each.library.server.keeps_days for each in self}

    def serve(self, asset: Asset) -> bool:
        """Whether `asset` is on one of the opened servers."""
        return asset.library in self._servers

    def server(self, root: Path) -> OpenServer:
        """The server that the path `root` stands for.

        Raises:
            ActionRefused: it is not opened.
        """
        if root not in self._servers:
            raise ActionRefused(shown(root), "this server is not opened", "name it, too")
        return self._servers[root]

    async def of(self, choices: Sequence[Choice]) -> tuple[Sequence[Choice], OpenServer | None]:
        """`choices` as they can be made, and on which server; None: in folders.

        Raises:
            ActionRefused: on several that cannot see each other's files, or one that is not opened.
        """
        sides = {side for each in choices for side in (each.asset_a, each.asset_b)}
        places = await self._catalog.call(assets.paths_of, sides)
        homes = {root_of(path) if is_remote(path) else None for path in places.values()}
        if len(homes) > 1:
            return _apart(choices, places), None
        home = homes.pop() if homes else None
        return choices, None if home is None else self.server(home)

    async def picture(self, asset: Asset, size: Size = Size.PREVIEW) -> Path:
        """A file with the picture of `asset`: its own, or what its server gives of it.

        Args:
            asset: which.
            size: how much of it, where it is on a server.

        Raises:
            ImageError: the server has no such picture.
            UnavailableError: the server does not answer, or is not opened.
        """
        if asset.remote is None:
            return asset.path
        root = root_of(asset.path)
        if root not in self._servers:
            raise UnavailableError(shown(asset.path), "its server is not opened", "name it, too")
        return await self._servers[root].library.pictures.fetch(asset, size)

    async def count_people(self, found: Iterable[Asset]) -> bool:
        """Ask who is in those of `found` of which nobody has asked yet; whether there were any.

        Who waits longer than a moment looks at pictures meanwhile; the next time it is known.
        """
        strangers = [
            each
            for each in found
            if self.serve(each) and each.remote is not None and each.remote.people is None
        ]
        if strangers:
            await asyncio.wait(map(self._count_people, strangers), timeout=_ANSWERED)
        return bool(strangers)

    def _count_people(self, asset: Asset) -> asyncio.Task[None]:
        task = self._counting.get(asset.id)
        if task is None:
            work = self._servers[root_of(asset.path)].scanner.count_people(asset)
            task = self._counting[asset.id] = asyncio.create_task(work)
        return task

    async def recover(self) -> list[str]:
        """Finish or roll back what an earlier process left half-way on them; in words."""
        told: list[str] = []
        for server in self:
            try:
                told += await server.actions.recover()
            except ServerError as error:
                told.append(f"what was left half-way there waits: {error}")
        return told

    async def settle(self, after: int) -> bool:
        """As `ServerActions.settle`, of all of them."""
        return any([await each.actions.settle(after) for each in self])

    async def stop(self) -> None:
        """Nothing more is asked of them, nor done."""
        for task in self._counting.values():
            task.cancel()
        await asyncio.gather(*self._counting.values(), return_exceptions=True)
        for server in self:
            server.close()


def _apart(choices: Sequence[Choice], places: Mapping[int, Path]) -> list[Choice]:
    """`choices` between libraries of which one is on a server: said, and nothing else.

    Raises:
        ActionRefused: a file would go.
    """
    for each in choices:
        if each.trashes:
            raise ActionRefused(
                shown(places[each.asset_b]),
                "this and its keeper lie in different libraries, one of them on a server, and "
                "may be one file",
                "keep both, or decide it in the library where it is to go",
            )
    return [replace(each, merge="nothing") for each in choices]


@asynccontextmanager
async def connected(
    accesses: Mapping[Path, Access],
) -> AsyncIterator[tuple[list[ImmichLibrary], dict[Path, UnavailableError]]]:
    """The servers that `accesses` opens, and why it does not open the others."""
    opened: list[ImmichLibrary] = []
    away: dict[Path, UnavailableError] = {}
    try:
        if accesses:
            from core.libraries.immich.library import open_library

            for root, access in accesses.items():
                try:
                    opened.append(await open_library(root, access, pictures_path()))
                except UnavailableError as error:
                    away[root] = error
        yield opened, away
    finally:
        for each in opened:
            await each.close()
