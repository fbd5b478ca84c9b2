"""Reading what a server has: its groups as they arrive, and who is in which album."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

import httpx
import ijson

from core.libraries.immich.server import Server
from core.libraries.immich.shapes import Form, Group, Shaped, Tagged, asset, group

_PIECE = 1 << 16
"""Bytes of a list that are taken apart at once."""
_PAGE = 1000
"""Assets of one answer to a search; the server gives no more."""
_EVER = "1970-01-01T00:00:00.000Z"
"""Before anything was trashed."""


class _Arriving:
    """A body as a file that is read while it comes."""

    def __init__(self, answer: httpx.Response) -> None:
        self._pieces = answer.aiter_bytes(_PIECE)

    async def read(self, size: int) -> bytes:
        return await anext(self._pieces, b"") if size else b""


async def groups(server: Server) -> AsyncIterator[Group]:
    """Every group of duplicates; a server that breaks off is asked again, and then those come once
    more that have come before.

    Raises:
        UnavailableError: the server does not answer, or not to the end.
    """
    async for form in _list(server, "/duplicates"):
        yield _group(server, form)


async def _list(server: Server, path: str) -> AsyncIterator[Form]:
    """What is in the list at `path`, while it arrives; again from its beginning where it breaks."""
    client = server.client
    ends = time.monotonic() + client.patience
    while True:
        try:
            async with client.stream(path, {}) as answer:
                async for form in ijson.items(_Arriving(answer), "item", use_float=True):
                    yield form
            return
        except (httpx.RequestError, ijson.JSONError) as error:
            # Half an answer ends as badly as none, but later.
            if time.monotonic() >= ends:
                raise client.broken(error) from None
        await asyncio.sleep(client.first_pause)


def _group(server: Server, form: Form) -> Group:
    try:
        return group(form, server.address)
    except (KeyError, TypeError, ValueError):
        raise server.client.stranger() from None


async def one(server: Server, asset_id: str) -> Shaped:
    """An asset as it is now, with its tags, its stack, and who is in it.

    Raises:
        Rejected: it is gone, or the key may not look.
        UnavailableError: the server does not answer.
    """
    return _shaped(server, await server.client.get(f"/assets/{asset_id}"))


def _shaped(server: Server, form: Form) -> Shaped:
    try:
        return asset(form, server.address, people=True)
    except (KeyError, TypeError, ValueError):
        raise server.client.stranger() from None


async def albums_of(server: Server, asset_id: str) -> tuple[Tagged, ...]:
    """The albums an asset is in.

    Raises:
        UnavailableError: the server does not answer, or the key may not look.
    """
    found = await server.client.get("/albums", assetId=asset_id)
    return tuple(Tagged(each["id"], each["albumName"]) for each in found)


async def album_names(server: Server, wanted: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The names of the albums that assets are in, by the assets' ids; album by album, as to ask
    for each asset would take as many questions as there are assets.

    Args:
        server: whom to ask.
        wanted: ids of the assets to look for.

    Raises:
        UnavailableError: the server does not answer, or the key may not look.
    """
    found: dict[str, tuple[str, ...]] = {}
    lists = [
        await server.client.get("/albums", None, **each) for each in server.version.album_lists
    ]
    for album in {album["id"]: album for albums in lists for album in albums}.values():
        if not album["assetCount"]:
            continue
        async for page in _pages(server, {"albumIds": [album["id"]]}):
            for form in page:
                if form["id"] in wanted:
                    found[form["id"]] = (*found.get(form["id"], ()), album["albumName"])
    return found


async def pictures(server: Server) -> AsyncIterator[list[Shaped]]:
    """All pictures of the key's owner, grouped or not, a page at a time: without tags, which the
    server does not tell here, without those that lie under the top of a stack, if the key may see
    stacks, and without a partner's.

    Raises:
        UnavailableError: the server does not answer, or the key may not look.
    """
    owner = (await server.client.get("/users/me"))["id"]
    covered: set[str] = set()
    if server.may("stack.read"):
        async for stack in _list(server, "/stacks"):
            covered |= {each["id"] for each in stack["assets"]} - {stack["primaryAssetId"]}
    wanted = {"type": "IMAGE", "withExif": True, "withPeople": True, "order": "asc"}
    async for page in _pages(server, wanted):
        yield [
            _shaped(server, form)
            for form in page
            if form["ownerId"] == owner and form["id"] not in covered
        ]


async def trashed(server: Server) -> set[str]:
    """The ids of what lies in the server's trash; what is hidden may be left out.

    Raises:
        UnavailableError: the server does not answer, or the key may not look.
    """
    wanted = {"withDeleted": True, "trashedAfter": _EVER}
    return {form["id"] async for page in _pages(server, wanted) for form in page}


async def _pages(server: Server, wanted: Mapping[str, Any]) -> AsyncIterator[list[Form]]:
    """What a search finds, a page at a time."""
    page: str | None = "1"
    while page is not None:
        body = {**wanted, "page": int(page), "size": _PAGE, "withStacked": True}
        answer = (await server.client.ask("POST", "/search/metadata", body))["assets"]
        yield answer["items"]
        page = answer["nextPage"]
