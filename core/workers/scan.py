"""The scan: list, tell what changed, read that, search pairs as the readings arrive.

Results are stored in small batches, each one transaction: a scan that is stopped or killed has
kept everything up to the last batch, and the next one reads only the rest.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.catalog import pairs, recording
from core.catalog.assets import MISSING, PRESENT
from core.catalog.database import Catalog
from core.catalog.known import known_at, known_pages
from core.errors import BetterhalfError, ImageError
from core.libraries.folder import Listing, list_folder, look_at, with_raws
from core.libraries.formats import SUFFIXES_OF_FORMAT, suffix_of
from core.libraries.reader import read_image
from core.matching.evidence import evidence_of
from core.model import Examined, FoundFile, KnownFile, Unreadable
from core.workers.changes import Changes, changes_of, promising_first, unreadable
from core.workers.events import Listener, Notice, PairsFound, Problem, Progress, ScanEnded
from core.workers.finder import Finder
from core.workers.pixels import PixelComparer
from core.workers.pool import WorkerPool

_BATCH_SECONDS = 0.25
"""How long a reading may wait for its batch: what a person takes for *at once*."""


_PAIRS_AT_ONCE = 4096
"""Pairs whose thumbs are in memory together: 10 MB."""


@dataclass(slots=True)
class ScanResult:
    """What a scan came to."""

    listed: int = 0
    read: int = 0
    bytes: int = 0
    """Read."""
    unreadable: list[BetterhalfError] = field(default_factory=list)
    """Files and folders that could not be read, in this scan or unchanged since an earlier one,
    and servers that failed."""

    def add(self, other: ScanResult) -> None:
        """Take what `other` came to into this one."""
        self.listed += other.listed
        self.read += other.read
        self.bytes += other.bytes
        self.unreadable += other.unreadable


@dataclass(frozen=True, slots=True)
class Update:
    """What an update came to."""

    arrived: tuple[KnownFile, ...]
    """Pictures that were not in the library before, or could not be read then."""
    changed: frozenset[int]
    """Assets that were in it, with another path, other bytes or another sidecar."""


class Scanner:
    """Scans libraries into a catalog; one scan at a time."""

    def __init__(
        self,
        catalog: Catalog,
        pool: WorkerPool,
        roots: Sequence[Path],
        finder: Finder,
    ) -> None:
        self._catalog = catalog
        self._pool = pool
        self._roots = roots
        self._finder = finder
        self._pixels = PixelComparer(catalog, pool, roots)

    async def scan(self, listener: Listener) -> ScanResult:
        """Bring the catalog up to date with the folders. Cancel it to stop.

        Raises:
            UnavailableError: the catalog fails; everything stored so far is kept.
        """
        started = time.monotonic()
        listener(Progress("listing", 0, 0, 0.0))
        listing = await self._list()
        result = ScanResult(listed=len(listing.files))
        changes = await self._compared(listing)
        await self._catalog.call(self._store_changes, changes)
        for error in [*listing.problems, *changes.still_unreadable]:
            result.unreadable.append(error)
            listener(Problem(error))
        listener(
            Progress("listing", len(listing.files), len(listing.files), time.monotonic() - started)
        )
        await self._finder.search(listener)
        await self._read_all(promising_first(changes.to_read), result, listener)
        await self._catalog.call(_complete_evidence)
        await self._pixels.compare(listener)
        return result

    async def update(self, paths: Collection[str], listener: Listener) -> Update:
        """Bring the catalog up to date with what is at `paths`, and with nothing else.

        Of a path that is no image, everything known below it is looked for; so a folder that
        went takes along what it held.

        Raises:
            UnavailableError: the catalog fails; everything stored so far is kept.
        """
        paths = await asyncio.to_thread(with_raws, paths)
        files = await asyncio.to_thread(look_at, paths)
        found = {each.path for each in files}
        known = await self._catalog.call(
            known_at, found.union(paths), [path for path in paths if path not in found]
        )
        # Below a path that is a folder still, not everything need have gone.
        others = {each.found.path for each in known} - found
        files += await asyncio.to_thread(look_at, others)
        changes = changes_of({each.path: each for each in files}, known)
        await self._catalog.call(self._store_changes, changes)
        if changes.missing or changes.returned or changes.moved:
            listener(PairsFound())
        if changes.to_read:
            self._finder.found = 0
            await self._read_all(promising_first(changes.to_read), ScanResult(), listener)
            await self._pixels.compare(listener)
            listener(ScanEnded())
        touched = {each.path for each in changes.to_read}
        touched.update(each.path for _, each in changes.moved)
        touched.update(each.found.path for each in known if each.asset_id in changes.returned)
        now = await self._catalog.call(known_at, touched, [])
        before = {each.asset_id for each in known if _is_readable(each)}
        return Update(
            arrived=tuple(e for e in now if _is_readable(e) and e.asset_id not in before),
            changed=frozenset(each.asset_id for each in now if each.asset_id in before),
        )

    async def reread(self, paths: Iterable[Path], listener: Listener) -> None:
        """Read single files again: they are not what the catalog says."""
        wanted = list(map(os.fspath, paths))
        found = look_at(wanted)
        batch = [await self._examine(each) for each in found]
        gone = set(wanted) - {each.path for each in found}
        known = await self._catalog.call(known_at, gone, [])
        missing = [each.asset_id for each in known]
        await self._catalog.call(recording.set_state, missing, MISSING)
        await self._record(batch)
        await self._finder.search(listener)
        await self._pixels.compare(listener)

    async def _compared(self, listing: Listing) -> Changes:
        left = {each.path: each for each in listing.files}
        known: list[KnownFile] = []
        pages = known_pages(self._roots, left)
        while (page := await self._catalog.call(next, pages, None)) is not None:
            for path in page.as_listed:
                del left[path]
            known += page.others
        return await asyncio.to_thread(changes_of, left, known)

    async def _list(self) -> Listing:
        stop = False
        whole = Listing()
        try:
            for root in self._roots:
                part = await asyncio.to_thread(list_folder, root, lambda: stop)
                whole.files.extend(part.files)
                whole.problems.extend(part.problems)
        finally:
            # A cancelled scan must not leave its walk running behind it.
            stop = True
        return whole

    def _store_changes(self, changes: Changes) -> None:
        recording.set_state(changes.missing, MISSING)
        recording.set_state(changes.returned, PRESENT)
        recording.move_assets(changes.moved)

    async def _read_all(
        self, files: Sequence[FoundFile], result: ScanResult, listener: Listener
    ) -> None:
        started = stored = time.monotonic()
        listener(Progress("reading", 0, len(files), 0.0))
        waiting = iter(files)
        running: set[asyncio.Task[Examined]] = set()
        batch: list[Examined] = []
        ended = False
        try:
            while True:
                # Two a worker keep every worker busy and few files waiting in a pipe.
                while len(running) < 2 * self._pool.workers and not ended:
                    found = next(waiting, None)
                    if found is None:
                        ended = True
                    else:
                        running.add(asyncio.create_task(self._examine(found)))
                if running:
                    finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    batch.extend(task.result() for task in finished)
                    running -= finished
                elif not batch:
                    return
                if (ended and not running) or time.monotonic() - stored > _BATCH_SECONDS:
                    await self._store(batch, result, listener)
                    batch, stored = [], time.monotonic()
                    listener(
                        Progress(
                            "reading",
                            result.read,
                            len(files),
                            stored - started,
                            result.bytes,
                            len(result.unreadable),
                            self._finder.found,
                        )
                    )
        finally:
            for task in running:
                task.cancel()
            # Whatever else went wrong at the same moment has been said by the first error.
            await asyncio.gather(*running, return_exceptions=True)

    async def _examine(self, found: FoundFile) -> Examined:
        try:
            reading = await self._pool.run(read_image, found.path, *found.sidecars)
        except ImageError as error:
            return Examined(found, None, Unreadable(error.cause, error.remedy))
        return Examined(found, reading)

    async def _store(
        self, batch: Sequence[Examined], result: ScanResult, listener: Listener
    ) -> None:
        await self._record(batch)
        result.read += len(batch)
        result.bytes += sum(each.reading.size for each in batch if each.reading is not None)
        for examined in batch:
            _announce(examined, result, listener)
        await self._finder.search(listener)

    async def _record(self, batch: Sequence[Examined]) -> None:
        if await self._catalog.call(recording.record, batch):
            self._finder.forget()


def _complete_evidence() -> None:
    """For pairs older than the evidence; runs on the database thread."""
    waiting = pairs.without_evidence()
    for start in range(0, len(waiting), _PAIRS_AT_ONCE):
        some = waiting[start : start + _PAIRS_AT_ONCE]
        look = pairs.look_rows({content for _, a, b, _ in some for content in (a, b)})
        pairs.store_evidence(
            (pair_id, evidence_of(look[a], look[b], turn)) for pair_id, a, b, turn in some
        )


def _is_readable(each: KnownFile) -> bool:
    return each.state == PRESENT and each.problem is None


def _announce(examined: Examined, result: ScanResult, listener: Listener) -> None:
    path, reading = examined.found.path, examined.reading
    problem = examined.problem or (reading.problem if reading else None)
    if problem is not None:
        error = unreadable(path, problem)
        result.unreadable.append(error)
        listener(Problem(error))
        return
    if reading is None or reading.facts is None:
        return
    expected = SUFFIXES_OF_FORMAT.get(reading.facts.format, set())
    if suffix_of(path) not in expected:
        cause = f"its bytes are {reading.facts.format}, whatever its name says"
        listener(Notice(BetterhalfError(path, cause, "rename it; it is compared as what it is")))
    for metadata in (reading.metadata, reading.sidecar):
        if metadata is not None and metadata.problem is not None:
            cause = f"metadata: {metadata.problem}"
            listener(Notice(BetterhalfError(path, cause, "the rest is compared")))
