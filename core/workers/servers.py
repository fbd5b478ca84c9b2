"""The scan of a server: its groups first, so that a person can begin; then what is seen of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.actions.holdings import Holdings
from core.actions.servers.carrying import ServerActions
from core.actions.servers.hold import Hold
from core.actions.servers.now import Now, look
from core.address import id_of
from core.catalog import assets, held, journal, libraries, pairs, recording, rows, servers
from core.catalog.database import Catalog
from core.catalog.known import known_at
from core.errors import BetterhalfError, ImageError, ServerError
from core.libraries.immich.library import ImmichLibrary
from core.libraries.immich.listing import album_names, groups, one, pictures, trashed
from core.libraries.immich.shapes import Shaped
from core.libraries.reader import read_fingerprint
from core.matching.evidence import candidate
from core.matching.open_pairs import open_pairs
from core.model import Asset, Distances, Fingerprint, Listed, Size
from core.text import counted
from core.workers.events import Listener, Notice, PairsFound, Problem, Progress
from core.workers.finder import Finder
from core.workers.pool import WorkerPool
from core.workers.records import LeftTrash

_PAGE = 1000
"""Assets that are recorded together."""
_LOOKED_AT = 2000
"""Assets between two searches for pairs."""
_ASKED_FOR = 32
"""Assets of which the server has to have one, before it is believed that it has no others."""
_AT_ONCE = 16
"""Pictures under way: some come over the line, some are with the workers."""


@dataclass(frozen=True, slots=True)
class OpenServer:
    """All that is done with one server."""

    library: ImmichLibrary
    scanner: ServerScanner
    actions: ServerActions
    hold: Hold

    def close(self) -> None:
        """Nothing more is done."""
        self.hold.close()


def open_servers(
    catalog: Catalog,
    holdings: Holdings,
    pool: WorkerPool,
    libraries: Iterable[ImmichLibrary],
    finder: Finder,
) -> dict[Path, OpenServer]:
    """Servers that have been connected to, by the paths that stand for them."""
    hold = Hold(catalog)
    return {
        each.root: OpenServer(
            each,
            ServerScanner(catalog, pool, each, finder),
            ServerActions(catalog, holdings, each.server, hold),
            hold,
        )
        for each in libraries
    }


class ServerScanner:
    """Keeps the catalog up to date with one server; one scan at a time."""

    def __init__(
        self, catalog: Catalog, pool: WorkerPool, library: ImmichLibrary, finder: Finder
    ) -> None:
        self._catalog = catalog
        self._pool = pool
        self._library = library
        self._finder = finder
        self._grouped: set[str] = set()
        """The server's ids of what the last list of groups had in it."""

    async def list_groups(self, listener: Listener) -> int:
        """Record all groups and what is in them; returns how many assets were listed.

        What has left every group since is taken as missing, as nobody has said whether it is there;
        where all pictures are listed, `walk` finds out.

        Raises:
            UnavailableError: the server or the catalog fails; what has come so far is kept.
        """
        root, started = self._library.root, time.monotonic()
        renewed = await self._catalog.call(libraries.is_known, root)
        listed: set[int] = set()
        videos = 0
        now = time.time_ns()
        listener(Progress("listing", 0, 0, 0.0))
        async for page, left_out in self._pages():
            videos += left_out
            recorded = await self._catalog.call(servers.record, page, now, renewed)
            listed |= recorded.assets
            listener(Progress("listing", len(listed), 0, time.monotonic() - started))
            if recorded.arrived or recorded.changed:
                listener(PairsFound())
        away = servers.ungroup if self._library.walk else servers.leave
        if await self._catalog.call(away, root, listed):
            listener(PairsFound())
        if videos:
            cause = f"{counted(videos, 'video')} of its groups are left to it"
            listener(Notice(BetterhalfError(str(root), cause, "review them in Immich")))
        self._grouped = await self._record_albums(listed)
        return len(listed)

    async def walk(self, listener: Listener) -> int:
        """Record the pictures that are in no group, too, where that is wanted; returns how many.

        Raises:
            UnavailableError: the server or the catalog fails; what has come so far is kept.
        """
        server = self._library.server
        if not (self._library.walk and server.may("user.read")):
            return 0
        started, now = time.monotonic(), time.time_ns()
        listed: set[int] = set()
        async for page in pictures(server):
            alone = [_alone(each) for each in page if each.id not in self._grouped]
            recorded = await self._catalog.call(servers.record, alone, now, True)
            listed |= recorded.assets
            listener(Progress("listing", len(listed), 0, time.monotonic() - started))
        grouped = await self._catalog.call(servers.in_groups, self._library.root)
        if await self._catalog.call(servers.leave, self._library.root, listed | grouped):
            listener(PairsFound())
        await self._record_albums(listed)
        return len(listed)

    async def _pages(self) -> AsyncIterator[tuple[list[Listed], int]]:
        """Assets of the groups, and how many videos were among them."""
        page: dict[str, Listed] = {}
        videos = 0
        async for group in groups(self._library.server):
            for each in group.members:
                if each.is_video:
                    videos += 1
                else:
                    page[each.listed.found.path] = each.listed
            if len(page) >= _PAGE:
                yield list(page.values()), videos
                page, videos = {}, 0
        if page or videos:
            yield list(page.values()), videos

    async def _record_albums(self, listed: Collection[int]) -> set[str]:
        """Keep which albums these assets are in; returns the server's ids of them."""
        ids = await self._catalog.call(servers.ids_of, listed)
        if ids and self._library.server.may("album.read"):
            names = await album_names(self._library.server, ids.keys())
            by_asset = {ids[each]: albums for each, albums in names.items()}
            those = list(listed)
            for start in range(0, len(those), _PAGE):
                some = those[start : start + _PAGE]
                await self._catalog.call(servers.record_albums, by_asset, some)
        return set(ids)

    async def note_left(self) -> LeftTrash:
        """Find out what the server's trash no longer holds of what decisions have put there, and
        keep that in the journal.

        Raises:
            UnavailableError: the server or the catalog fails.
        """
        server, root = self._library.server, self._library.root
        ours: list[held.Sent] = []
        while page := await self._catalog.read(held.sent, root, ours[-1].operation if ours else 0):
            ours += page
        if not ours:
            return LeftTrash()
        there = await trashed(server)
        others = there - {id_of(each.path) for each in ours}
        left = [each for each in ours if id_of(each.path) not in there]
        # Whoever may see nothing of it, is told of all of it that it is not there.
        if len(left) == len(ours):
            latest = [each.keeper for each in left[-_ASKED_FOR:]]
            if not any(now is not None for now in (await look(server, latest)).values()):
                return LeftTrash()
        removed = restored = 0
        for start in range(0, len(left), _AT_ONCE):
            some = left[start : start + _AT_ONCE]
            seen = await look(server, [each.path for each in some])
            lost = [each.operation for each in some if seen[each.path] is None]
            back = [each.operation for each in some if _is_in_place(seen[each.path])]
            removed, restored = removed + len(lost), restored + len(back)
            await self._catalog.call(journal.note_left, [*lost, *back], journal.now())
        alone = (each.decision for each in ours if id_of(each.keeper) in others)
        return LeftTrash(removed, restored, frozenset(alone))

    async def reread(self, path: Path) -> None:
        """Ask once more about the asset at `path`: it is not what the catalog says.

        Raises:
            ServerError: the server does not answer.
        """
        (now,) = (await look(self._library.server, [path])).values()
        known = await self._catalog.call(known_at, [str(path)], [])
        if now is None or now.shaped.is_trashed:
            gone = [each.asset_id for each in known]
            await self._catalog.call(recording.set_state, gone, assets.MISSING)
            return
        listed = now.shaped.listed
        before = await self._catalog.call(assets.assets, [each.asset_id for each in known])
        kept = any(each.remote is not None and each.remote.suggested for each in before)
        listed = replace(listed, remote=replace(listed.remote, suggested=kept))
        recorded = await self._catalog.call(servers.record, [listed], time.time_ns(), True)
        albums = dict.fromkeys(recorded.assets, now.metadata.albums)
        await self._catalog.call(servers.record_albums, albums, recorded.assets)

    async def count_people(self, asset: Asset) -> None:
        """Ask who is in `asset`; a server that does not say so now says so another time."""
        with suppress(ServerError):
            shaped = await one(self._library.server, id_of(asset.path))
            await self._catalog.call(servers.set_people, asset.id, shaped.listed.remote.people or 0)

    async def look(self, listener: Listener) -> list[ImageError]:
        """Fetch a small picture of whatever nobody has looked at, and find its pairs; returns which
        of them could not be read.

        Raises:
            UnavailableError: the server or the catalog fails; what was seen so far is kept.
        """
        problems: list[ImageError] = []
        if not self._library.server.may("asset.view"):
            return problems
        waiting = await self._catalog.call(servers.without_fingerprint, self._library.root)
        started = time.monotonic()
        for start in range(0, len(waiting), _LOOKED_AT):
            some = waiting[start : start + _LOOKED_AT]
            found = await self._looked_at(some, problems, listener)
            await self._catalog.call(servers.store_fingerprints, found)
            self._finder.came([content for content, _ in found])
            await self._finder.search(listener)
            await self._catalog.call(measure_groups, self._library.root)
            done = start + len(some)
            listener(Progress("looking", done, len(waiting), time.monotonic() - started))
        if self._library.walk:
            await self._ask_about_pairs(listener)
        return problems

    async def _ask_about_pairs(self, listener: Listener) -> None:
        """What the list of all pictures leaves out, of those that turned out to be pairs."""
        root = self._library.root
        refs = await self._catalog.call(open_pairs, [root], Distances(self._finder.distance))
        sides = {side for ref in refs for side in ref.key}
        alone = await self._catalog.call(servers.outside_groups, sides)
        limit = asyncio.Semaphore(_AT_ONCE)

        async def ask(path: Path) -> None:
            async with limit:
                await self.reread(path)

        await _together(map(ask, alone))
        if alone:
            listener(PairsFound())

    async def _looked_at(
        self,
        some: Sequence[tuple[int, int, str]],
        problems: list[ImageError],
        listener: Listener,
    ) -> list[tuple[int, Fingerprint]]:
        contents = {asset_id: content for asset_id, content, _ in some}
        limit = asyncio.Semaphore(_AT_ONCE)
        found: list[tuple[int, Fingerprint]] = []

        async def see(asset: Asset) -> None:
            async with limit:
                try:
                    path = await self._library.pictures.fetch(asset, Size.THUMBNAIL)
                    seen = await self._pool.run(read_fingerprint, str(path))
                except ImageError as error:
                    problems.append(ImageError(str(asset.path), error.cause, error.remedy))
                    listener(Problem(problems[-1]))
                else:
                    found.append((contents[asset.id], seen))

        await _together(map(see, await self._catalog.call(assets.assets, contents)))
        return found


def _is_in_place(now: Now | None) -> bool:
    return now is not None and not now.shaped.is_trashed


async def _together(work: Iterable[Coroutine[None, None, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for each in work:
                tasks.create_task(each)
    except ExceptionGroup as group:
        # A server that fails, fails everybody; it is said once.
        raise group.exceptions[0] from group


def _alone(each: Shaped) -> Listed:
    """One that is in no group as it is served, whatever it still says of one."""
    return replace(each.listed, remote=replace(each.listed.remote, group=None))


def measure_groups(root: Path) -> None:
    """How far apart those are that the server `root` takes for duplicates, as far as both have
    been looked at; runs on the database thread."""
    grouped = servers.grouped_pairs([root], frozenset(), None)
    known = {row[:2] for row in pairs.rows_of(grouped)}
    waiting = sorted(grouped - known)
    hashes = pairs.hashes({side for pair in waiting for side in pair})
    ready = [(a, b) for a, b in waiting if a in hashes and b in hashes]
    for start in range(0, len(ready), _PAGE):
        some = ready[start : start + _PAGE]
        look = pairs.look_rows({side for pair in some for side in pair})
        measured = [
            candidate(a, b, rows.unsigned(hashes[a] ^ hashes[b]).bit_count(), look) for a, b in some
        ]
        pairs.store_candidates(measured, (), 0)
