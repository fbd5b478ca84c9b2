"""One opened catalog with some libraries: a `Look` that also scans, decides and takes back.

Files and servers are changed through here, so that no decision is left half-way by whoever asked
for it, and a file that turns out other than recorded is read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.actions.carrying import carry_out
from core.actions.holdings import Holdings, Wishes
from core.actions.recovery import recover
from core.actions.unbroken import to_the_end
from core.actions.undo import undo
from core.address import is_remote, root_of
from core.catalog import journal
from core.catalog.database import Catalog
from core.errors import ContentChanged, ServerError, UnavailableError
from core.model import Choice, Decision, Distances, Plan
from core.workers.events import Listener, PairsFound, Problem, ScanEnded
from core.workers.finder import Finder
from core.workers.homes import Homes, connected
from core.workers.look import Look
from core.workers.pool import WorkerPool
from core.workers.scan import Scanner, ScanResult, Update
from core.workers.verdicts import Verdicts

if TYPE_CHECKING:
    from core.actions.servers.carrying import ServerActions
    from core.libraries.immich.access import Access
    from core.libraries.immich.library import ImmichLibrary
    from core.workers.servers import OpenServer


class Session(Look):
    """The services of the core for one set of libraries. Use `open_session`."""

    def __init__(
        self,
        catalog: Catalog,
        holdings: Holdings,
        distances: Distances,
        workers: int,
        turns: Sequence[int] = (),
        servers: Sequence[ImmichLibrary] = (),
        away: Iterable[UnavailableError] = (),
    ) -> None:
        """`servers` are those of the libraries that have been connected to, `away` says why others
        have not."""
        self._away = list(away)
        self.notes = [f"{each.server.address}: {note}" for each in servers for note in each.notes()]
        """What a person should know of servers."""
        self.own_runs: set[int] = set()
        """Runs that a person has asked for here."""
        self._pool = WorkerPool(workers)
        self._finder = Finder(catalog, distances.largest(holdings.roots), turns)
        opened: Mapping[Path, OpenServer] = {}
        if servers:
            from core.workers.servers import open_servers

            opened = open_servers(catalog, holdings, self._pool, servers, self._finder)
        homes = Homes(catalog, opened)
        verdicts = Verdicts(catalog, homes, self._pool, workers)
        super().__init__(catalog, holdings, distances, homes, verdicts)
        self._scanner = Scanner(catalog, self._pool, self.folders, self._finder)

    def wish(self, wishes: Wishes) -> None:
        """What the owner wants of every decision from now on."""
        self._holdings.wishes = wishes

    # Scanning

    def warm_up(self) -> None:
        """Begin what the first scan will need."""
        self._pool.warm_up()

    async def scan(self, listener: Listener) -> ScanResult:
        """Bring the catalog up to date with all libraries. Cancel it to stop.

        Servers list their groups first, as that takes seconds; a server that fails is told as a
        problem, and costs nobody else anything.

        Raises:
            UnavailableError: the catalog fails; everything stored so far is kept.
        """
        result = ScanResult(unreadable=list(self._away))
        for error in self._away:
            listener(Problem(error))
        self._finder.begin()

        for server in self.homes:
            with _told(result, listener):
                result.listed += await server.scanner.list_groups(listener)
        if self.folders:
            result.add(await self._scanner.scan(listener))
        for server in self.homes:
            with _told(result, listener):
                result.listed += await server.scanner.walk(listener)
                result.unreadable += await server.scanner.look(listener)
        listener(ScanEnded())
        return result

    async def update(self, paths: Collection[str], listener: Listener) -> Update:
        """Take in what is at `paths` now; see `Scanner.update`."""
        return await self._scanner.update(paths, listener)

    async def read_again(self, files: Sequence[Path], listener: Listener) -> None:
        """Read single files of folders again.

        Raises:
            UnavailableError: the catalog fails.
        """
        await self._scanner.reread(files, listener)
        listener(PairsFound())

    # Deciding

    async def start_run(self, by_person: bool = False) -> int:
        """A new run's id: what is decided in it is undone together. `by_person`: here it is undone
        one after the other as well, as what a person decides."""
        run = await self.catalog.call(journal.start_run)
        if by_person:
            self.own_runs.add(run)
        return run

    async def decide(
        self, choice: Choice, listener: Listener, run: int | None = None
    ) -> tuple[Plan, Decision]:
        """Carry `choice` out; as `decide_group`."""
        return (await self.decide_group([choice], listener, run))[0]

    async def decide_group(
        self, choices: Sequence[Choice], listener: Listener, run: int | None = None
    ) -> list[tuple[Plan, Decision]]:
        """Carry `choices` out as one; returns and raises as `carry_out`.

        Where a file is not what was recorded it is read again, so that its pairs come back, or
        go, as the truth now is.
        """
        choices, server = await self.homes.of(choices)
        try:
            if server is not None:
                return await server.actions.carry_out(choices, run)
            # Shielded: a move that has begun is finished even if whoever asked goes away.
            return await to_the_end(
                asyncio.to_thread(carry_out, self.catalog, choices, self._holdings, run)
            )
        except ContentChanged as error:
            path = Path(error.subject)
            if server is not None:
                await server.scanner.reread(path)
                listener(PairsFound())
            else:
                await self._scanner.reread([path], listener)
            raise

    async def undo(self, decision: Decision) -> list[Decision]:
        """Take `decision` back; returns and raises as `core.actions.undo.undo`."""
        if is_remote(decision.path_b):
            return await (await self.actions_at(decision.path_b)).undo(decision)
        return await to_the_end(asyncio.to_thread(undo, self.catalog, decision))

    async def actions_at(self, path: Path) -> ServerActions:
        """What can be done on the server that has the asset at `path`.

        Raises:
            ActionRefused: it is not opened.
        """
        return self.homes.server(root_of(path)).actions

    async def recover(self) -> list[str]:
        """Finish or roll back what an earlier process left half-way; in words."""
        told = await asyncio.to_thread(recover, self.catalog)
        return told + await self.homes.recover()

    async def stop(self) -> None:
        """End the workers at once."""
        await self._verdicts.stop()
        await self.homes.stop()
        self._pool.stop()


@contextmanager
def _told(result: ScanResult, listener: Listener) -> Iterator[None]:
    """A server that fails is a problem of the scan, and not its end."""
    try:
        yield
    except ServerError as error:
        result.unreadable.append(error)
        listener(Problem(error))


@asynccontextmanager
async def open_session(
    database: Path,
    roots: Sequence[Path],
    distances: Distances,
    workers: int,
    turns: Sequence[int] = (),
    repair: bool = True,
    wishes: Wishes | None = None,
    accesses: Mapping[Path, Access] = MappingProxyType({}),
) -> AsyncIterator[tuple[Session, list[str]]]:
    """An open session, and in words what was repaired of an earlier one, and what a person should
    know of servers.

    Repairs may move files, so a look that promises to change nothing goes without.

    Args:
        database: the catalog.
        roots: the libraries.
        distances: how far apart a pair may be.
        workers: processes.
        turns: EXIF orientations in which copies are looked for, besides upright.
        repair: whether to finish what an earlier process left half-way.
        wishes: what the owner wants of decisions.
        accesses: how to open those of `roots` that are servers; the others are not connected to.

    A server that cannot be connected to is left out, and told as a problem of the scan.

    Raises:
        UnavailableError: the catalog cannot be opened, or a server not be connected to that is the
            only library.
    """
    async with connected(accesses) as (servers, away):
        there = [root for root in roots if root not in away]
        if away and not there:
            raise next(iter(away.values()))
        holdings = Holdings(there, wishes or Wishes())
        catalog = await asyncio.to_thread(Catalog.open, database)
        session = Session(catalog, holdings, distances, workers, turns, servers, away.values())
        session.warm_up()
        try:
            repaired = await session.recover() if repair else []
            yield session, [*repaired, *session.notes]
        finally:
            await session.stop()
            await asyncio.to_thread(catalog.close)
