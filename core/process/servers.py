"""Servers that are connected to when the first decision about one of them turns up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.holdings import Holdings, Wishes
from core.address import is_remote, root_of
from core.catalog import history
from core.catalog.database import Catalog
from core.errors import BetterhalfError, ServerError, UnavailableError, UsageError
from core.libraries.immich.access import Access
from core.settings import pictures_path

if TYPE_CHECKING:
    from core.actions.servers.carrying import ServerActions

AccessTo = Callable[[Sequence[Path]], Mapping[Path, Access]]
"""How to open those of some libraries that are servers."""


class Servers:
    """Use `servers_of`."""

    def __init__(
        self, catalog: Catalog, wishes: Wishes, access: AccessTo, opened: AsyncExitStack
    ) -> None:
        self._catalog = catalog
        self._wishes = wishes
        self._access = access
        self._opened = opened
        self._actions: dict[Path, ServerActions] = {}

    async def actions(self, path: Path) -> ServerActions:
        """What can be done on the server that has the asset at `path`.

        Raises:
            ServerError: it cannot be connected to, or there is no key for it.
        """
        root = root_of(path)
        if root not in self._actions:
            from core.actions.servers.carrying import ServerActions
            from core.actions.servers.hold import Hold
            from core.libraries.immich.library import open_library

            try:
                library = await open_library(root, self._access([root])[root], pictures_path())
            except (UsageError, UnavailableError) as error:
                # All else that the command is about goes on without this server.
                raise ServerError(error.subject, error.cause, error.remedy) from error
            self._opened.push_async_callback(library.close)
            hold = Hold(self._catalog)
            self._opened.callback(hold.close)
            holdings = Holdings([root], self._wishes)
            self._actions[root] = ServerActions(self._catalog, holdings, library.server, hold)
        return self._actions[root]

    async def recover(self) -> list[str]:
        """Finish or roll back what was left half-way on any server; in words."""
        told: list[str] = []
        left = await self._catalog.call(history.unfinished)
        paths = {root_of(each.path_b): each.path_b for each in left if is_remote(each.path_b)}
        for path in paths.values():
            try:
                told += await (await self.actions(path)).recover()
            except BetterhalfError as error:
                told.append(f"what was left half-way there waits: {error}")
        return told


@asynccontextmanager
async def servers_of(catalog: Catalog, wishes: Wishes, access: AccessTo) -> AsyncIterator[Servers]:
    """Servers for as long as the block lasts."""
    async with AsyncExitStack() as opened:
        yield Servers(catalog, wishes, access, opened)
