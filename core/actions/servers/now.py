"""Assets as their server tells of them at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from core.address import id_of
from core.libraries.immich.client import Rejected
from core.libraries.immich.listing import albums_of, one
from core.libraries.immich.server import Server
from core.libraries.immich.shapes import Shaped, Tagged
from core.model import Metadata

ALBUMS = "album.read"


@dataclass(frozen=True, slots=True)
class Now:
    """An asset as it is."""

    shaped: Shaped
    albums: tuple[Tagged, ...] | None
    """None where the key may not look."""

    @property
    def metadata(self) -> Metadata:
        """All that is said of it."""
        names = tuple(sorted({each.name for each in self.albums or ()}))
        return replace(self.shaped.listed.metadata, albums=names)

    @property
    def fields(self) -> dict[str, Any]:
        """What an update can change, by the names that the server gives it."""
        metadata = self.metadata
        latitude, longitude = metadata.location or (None, None)
        return {
            "isFavorite": bool(metadata.favorite),
            "rating": metadata.rating,
            "description": metadata.description or "",
            "visibility": metadata.visibility or "timeline",
            "latitude": latitude,
            "longitude": longitude,
        }


async def look(server: Server, paths: Iterable[Path]) -> dict[Path, Now | None]:
    """The assets at `paths` as they are; None where there is none any more.

    Raises:
        UnavailableError: the server does not answer, or refuses to.
    """
    wanted = list(dict.fromkeys(paths))
    found = await asyncio.gather(*(_look(server, path) for path in wanted))
    return dict(zip(wanted, found, strict=True))


async def _look(server: Server, path: Path) -> Now | None:
    asset_id = id_of(path)
    try:
        shaped, albums = await asyncio.gather(
            one(server, asset_id),
            albums_of(server, asset_id) if server.may(ALBUMS) else _nothing(),
        )
    except Rejected as error:
        if error.permission is None and error.status in _NOT_FOUND:
            return None
        raise
    return Now(shaped, albums)


async def _nothing() -> None:
    return None


_NOT_FOUND = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND)
"""The server answers the first for an id that it does not know."""
