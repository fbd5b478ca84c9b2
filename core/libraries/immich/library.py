"""An opened server: who answers, and what has been fetched from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from blake3 import blake3

from core.address import Address
from core.libraries.immich.access import Access
from core.libraries.immich.client import PATIENCE, Client
from core.libraries.immich.pictures import Pictures
from core.libraries.immich.server import Server, connect


class ImmichLibrary:
    """One server, opened. Make it with `open_library`, and `close` it."""

    def __init__(self, server: Server, pictures: Pictures, walk: bool) -> None:
        self.server = server
        self.pictures = pictures
        self.walk = walk

    @property
    def root(self) -> Path:
        """The path that stands for it."""
        return self.server.address.root

    def notes(self) -> Iterator[str]:
        """What a person should know before anything is done."""
        return self.server.notes(self.walk)

    async def close(self) -> None:
        """End what is under way."""
        await self.pictures.stop()
        await self.server.client.close()


async def open_library(
    root: Path, access: Access, cache: Path, patience: float = PATIENCE
) -> ImmichLibrary:
    """The server that the path `root` stands for.

    Args:
        root: of the library.
        access: how to open it.
        cache: the folder of what is fetched from servers.
        patience: seconds until a server that has answered before is given up.

    Raises:
        UnavailableError: it does not answer, is too old, or the key may not even look.
    """
    client = Client(Address.parse(str(root)), access.key, access.authority, patience)
    try:
        server = await connect(client)
    except BaseException:
        await client.close()
        raise
    folder = cache / blake3(str(root).encode()).hexdigest(8)
    return ImmichLibrary(server, Pictures(server, folder), access.walk)
