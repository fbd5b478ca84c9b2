"""One opened catalog with some libraries: everything the screens and the headless run ask for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from core.actions.carrying import carry_out, plan_choices
from core.actions.holdings import Holdings, Wishes
from core.actions.recovery import recover
from core.actions.redo import choices_again
from core.actions.undo import undo
from core.address import is_remote, root_of, shown
from core.catalog import assets, history, journal, libraries, overview
from core.catalog.database import Catalog
from core.catalog.relations import Live
from core.catalog.verdicts import (
    Told,
    fetch_verdict,
    fetch_verdicts,
    store_verdict,
    told_verdicts,
)
from core.errors import (
    ActionRefused,
    ContentChanged,
    ImageError,
    ServerError,
    UnavailableError,
)
from core.imaging.verdict import METHOD
from core.libraries.companions import companions_of
from core.libraries.reader import read_image
from core.matching import open_pairs
from core.matching.relations import Relations
from core.metadata.compare import PairView
from core.metadata.policies import Merging
from core.model import (
    Asset,
    Choice,
    Companion,
    CompanionKind,
    Decision,
    Distances,
    ListedAsset,
    PairRef,
    Plan,
    Size,
    Verdict,
)
from core.settings import looks_path, pictures_path
from core.sides import swapped
from core.workers.events import Listener, PairsFound, Problem, ScanEnded
from core.workers.finder import Finder
from core.workers.glance import by_previews
from core.workers.judges import Judges
from core.workers.pool import WorkerPool
from core.workers.scan import Scanner, ScanResult, Update

if TYPE_CHECKING:
    from core.actions.servers.carrying import ServerActions
    from core.actions.servers.pushing import Pushed
    from core.libraries.immich.access import Access
    from core.libraries.immich.library import ImmichLibrary
    from core.workers.servers import OpenServer

_LISTED_AT_ONCE = 2000
"""Entries of one look into the catalog, so that others wait for a moment only."""

_ANSWERED = 0.5
"""Seconds that an answer which nobody has to have is waited for."""

P = ParamSpec("P")
T = TypeVar("T")


async def to_the_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function` in a thread. Whoever asked may go away, but not before it has ended: the catalog
    it writes to is closed after them."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


def _with_companions(asset: Asset) -> Asset:
    """`asset` with what lies beside it now."""
    if asset.remote is not None:
        video = asset.remote.live_video
        beside = () if video is None else (Companion(CompanionKind.VIDEO, asset.path / video),)
        return replace(asset, companions=beside)
    try:
        return replace(asset, companions=companions_of(asset.path))
    except OSError:
        # A folder that is gone is found out by the decision or the next scan.
        return asset


@contextmanager
def _told(result: ScanResult, listener: Listener) -> Iterator[None]:
    """A server that fails is a problem of the scan, and not its end."""
    try:
        yield
    except ServerError as error:
        result.unreadable.append(error)
        listener(Problem(error))


class Session:
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
        self.catalog = catalog
        self.roots = holdings.roots
        self.folders = [root for root in holdings.roots if not is_remote(root)]
        """Those of `roots` that are folders."""
        self._holdings = holdings
        self.distances = distances
        self._cannot_be_undone: set[int] = set()
        self._own_runs: set[int] = set()
        self._cannot_be_redone: set[int] = set()
        self._pool = WorkerPool(workers)
        self._finder = Finder(catalog, distances.largest(self.roots), turns)
        self._scanner = Scanner(catalog, self._pool, self.folders, self._finder)
        self._servers: dict[Path, OpenServer] = {}
        if servers:
            from core.workers.servers import open_servers

            self._servers = open_servers(catalog, holdings, self._pool, servers, self._finder)
        # Processes of their own, so that a verdict waits for no scan.
        self._judges = Judges(workers, looks_path())
        self._counting: dict[int, asyncio.Task[None]] = {}
        self._judging: dict[tuple[int, int, bool], asyncio.Task[Verdict]] = {}

    @property
    def merging(self) -> Merging:
        """What becomes of metadata."""
        return self._holdings.wishes.merging

    def wish(self, wishes: Wishes) -> None:
        """What the owner wants of every decision from now on."""
        self._holdings.wishes = wishes

    async def read_again(self, files: Sequence[Path], listener: Listener) -> None:
        """Read single files of folders again.

        Raises:
            UnavailableError: the catalog fails.
        """
        await self._scanner.reread(files, listener)
        listener(PairsFound())

    async def is_new(self) -> bool:
        """Whether nothing has ever been recorded of one of the libraries."""
        for root in self.roots:
            if not await self.catalog.call(libraries.is_known, root):
                return True
        return False

    @property
    def wishes(self) -> Wishes:
        """What the owner wants of decisions."""
        return self._holdings.wishes

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

        for server in self._servers.values():
            with _told(result, listener):
                result.listed += await server.scanner.list_groups(listener)
        if self.folders:
            result.add(await self._scanner.scan(listener))
        for server in self._servers.values():
            with _told(result, listener):
                result.listed += await server.scanner.walk(listener)
                result.unreadable += await server.scanner.look(listener)
        listener(ScanEnded())
        return result

    async def update(self, paths: Collection[str], listener: Listener) -> Update:
        """Take in what is at `paths` now; see `Scanner.update`."""
        return await self._scanner.update(paths, listener)

    async def open_pairs(
        self,
        without: Set[int] = frozenset(),
        touching: Set[int] | None = None,
        supposed: Sequence[Live] = (),
    ) -> list[PairRef]:
        """Pairs that wait for a decision, strongest first; as `core.matching.open_pairs`."""
        return await self.catalog.call(
            open_pairs.open_pairs,
            self.roots,
            self.distances,
            without=without,
            touching=touching,
            supposed=supposed,
        )

    async def changed_since(
        self, before: Relations, contents: Set[int], supposed: Sequence[Live] = ()
    ) -> tuple[set[int], Relations]:
        """As `core.matching.open_pairs.changed_since`."""
        return await self.catalog.call(open_pairs.changed_since, before, contents, supposed)

    async def glimpse(self) -> list[PairRef]:
        """A pair to begin with, where all of them take a while."""
        return await self.catalog.call(open_pairs.glimpse, self.roots, self.distances)

    async def view(self, ref: PairRef) -> PairView | None:
        """What is shown of a pair; None where one of its assets is gone."""
        found = await self.assets_with_companions(ref.key)
        return PairView.of(ref, *found) if len(found) == 2 else None

    async def assets_with_companions(self, asset_ids: Iterable[int]) -> list[Asset]:
        """As `assets`, with what lies beside them now, and who is in them."""
        found = await self.assets(asset_ids)
        strangers = [each for each in found if self._is_stranger(each)]
        if strangers:
            # Who waits longer looks at pictures meanwhile; the next time it is known.
            await asyncio.wait(map(self._count_people, strangers), timeout=_ANSWERED)
            found = await self.assets(each.id for each in found)
        return await asyncio.to_thread(lambda: [_with_companions(each) for each in found])

    def _is_stranger(self, asset: Asset) -> bool:
        """Whether nobody has asked the server of `asset` who is in it."""
        remote = asset.remote
        return remote is not None and remote.people is None and asset.library in self._servers

    def _count_people(self, asset: Asset) -> asyncio.Task[None]:
        task = self._counting.get(asset.id)
        if task is None:
            work = self._servers[root_of(asset.path)].scanner.count_people(asset)
            task = self._counting[asset.id] = asyncio.create_task(work)
        return task

    def shelter_of(self, asset: Asset) -> Path | None:
        """The protected folder that `asset` lies in, if any; or its file on its server."""
        return self._holdings.shelter(asset.path) or self._holdings.shelter(Path(asset.place))

    async def verdicts_given(
        self, contents: Iterable[tuple[int, int]]
    ) -> dict[tuple[int, int], Verdict]:
        """Those of the verdicts on these contents, the lower id first and as side A, that have been
        given."""
        return await self.catalog.call(fetch_verdicts, list(contents), METHOD)

    async def assets(self, asset_ids: Iterable[int]) -> list[Asset]:
        """The present assets of these ids, in this order."""
        wanted = list(asset_ids)
        made = await self.catalog.call(assets.assets, wanted, self.roots)
        found = {each.id: each for each in made}
        return [found[asset_id] for asset_id in wanted if asset_id in found]

    async def entries(self, asset_ids: Iterable[int]) -> dict[int, ListedAsset]:
        """What a list shows of these assets, by id."""
        wanted = list(asset_ids)
        found: dict[int, ListedAsset] = {}
        for start in range(0, len(wanted), _LISTED_AT_ONCE):
            some = wanted[start : start + _LISTED_AT_ONCE]
            found |= await self.catalog.call(overview.entries, some)
        return found

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
        if asset.library not in self._servers:
            raise UnavailableError(shown(asset.path), "its server is not opened", "name it, too")
        pictures = self._servers[asset.library].library.pictures
        return await pictures.fetch(asset, size)

    async def verdict(self, ref: PairRef, originals: bool = True) -> Verdict | None:
        """What a close look says of a pair, `ref.asset_a` being A; None where an asset is gone.

        Given once for two contents, then remembered; also when whoever asked has gone away.

        Args:
            ref: the pair.
            originals: look at the very files, even where they have to be fetched from a server;
                else its previews will do, for a person.

        Raises:
            ImageError: a file cannot be read, or is not what it was when it was scanned.
            UnavailableError: the catalog fails, or no worker can be started.
        """
        found = await self.assets(ref.key)
        if len(found) < 2:
            return None
        a, b = sorted(found, key=lambda asset: asset.content_id)
        key = a.content_id, b.content_id, originals or (a.remote is None and b.remote is None)
        task = self._judging.get(key)
        if task is None:
            task = self._judging[key] = asyncio.create_task(self._judge(a, b, key[2]))
            task.add_done_callback(lambda done: self._judged(key, done))
        verdict = await asyncio.shield(task)
        return verdict if a is found[0] else swapped(verdict)

    async def _judge(self, a: Asset, b: Asset, originals: bool) -> Verdict:
        contents = a.content_id, b.content_id
        known = await self.catalog.call(fetch_verdict, *contents, METHOD)
        unread = originals and (a.facts.hearsay or b.facts.hearsay)
        if known is not None and not unread:
            return known
        size = Size.ORIGINAL if originals else Size.PREVIEW
        files = [await self.picture(asset, size) for asset in (a, b)]
        judged = await self._judges.judge(os.fspath(files[0]), os.fspath(files[1]))
        for asset, digest in zip((a, b), judged.digests, strict=True):
            if asset.remote is None and asset.digest != digest:
                cause = "it has changed since it was scanned"
                raise ImageError(os.fspath(asset.path), cause, "scan again")
        if not originals:
            return by_previews(judged.verdict)
        await self.catalog.call(store_verdict, *contents, METHOD, judged.verdict)
        for asset, file in zip((a, b), files, strict=True):
            if asset.facts.hearsay:
                await self._learn(asset, file)
        return judged.verdict

    async def _learn(self, asset: Asset, file: Path) -> None:
        """What the original of `asset`, which is at hand as `file`, tells of it."""
        reading = await self._pool.run(read_image, os.fspath(file))
        if reading.facts is not None:
            await self.catalog.call(assets.confirm, asset.content_id, reading.facts)

    def _judged(self, key: tuple[int, int, bool], task: asyncio.Task[Verdict]) -> None:
        del self._judging[key]
        if not task.cancelled():
            # Perhaps nobody waits for it any more.
            task.exception()

    async def told_verdicts(self) -> dict[tuple[int, int], Told]:
        """The verdicts given so far, in short, by their contents, the lower id first."""
        return await self.catalog.call(told_verdicts, METHOD)

    async def plan(self, choice: Choice) -> Plan:
        """What `choice` would do; raises as `plan_choices`."""
        return (await self.plan_group([choice]))[0]

    async def plan_group(self, choices: Sequence[Choice]) -> list[Plan]:
        """What `choices`, made as one, would do; raises as `plan_choices`."""
        choices, server = await self._home(choices)
        if server is not None:
            return await server.actions.plan(choices)
        return await asyncio.to_thread(plan_choices, self.catalog, choices, self._holdings)

    async def _home(self, choices: Sequence[Choice]) -> tuple[Sequence[Choice], OpenServer | None]:
        """`choices` as they can be made, and on which server; None: in folders.

        Raises:
            ActionRefused: on several that cannot see each other's files, or one that is not opened.
        """
        sides = {side for each in choices for side in (each.asset_a, each.asset_b)}
        places = await self.catalog.call(assets.paths_of, sides)
        homes = {root_of(path) if is_remote(path) else None for path in places.values()}
        if len(homes) > 1:
            return self._apart(choices, places), None
        home = homes.pop() if homes else None
        return choices, None if home is None else self._server(home)

    def _apart(self, choices: Sequence[Choice], places: Mapping[int, Path]) -> list[Choice]:
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

    def _server(self, root: Path) -> OpenServer:
        """The server that the path `root` stands for.

        Raises:
            ActionRefused: it is not opened.
        """
        if root not in self._servers:
            raise ActionRefused(shown(root), "this server is not opened", "name it, too")
        return self._servers[root]

    async def actions_at(self, path: Path) -> ServerActions:
        """What can be done on the server that has the asset at `path`.

        Raises:
            ActionRefused: it is not opened.
        """
        return self._server(root_of(path)).actions

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
        choices, server = await self._home(choices)
        try:
            if server is not None:
                return await server.actions.carry_out(choices, run)
            # Shielded: a move that has begun is finished even if whoever asked goes away.
            return await to_the_end(carry_out, self.catalog, choices, self._holdings, run)
        except ContentChanged as error:
            path = Path(error.subject)
            if server is not None:
                await server.scanner.reread(path)
                listener(PairsFound())
            else:
                await self._scanner.reread([path], listener)
            raise

    async def push_group(self, pushed: Pushed) -> None:
        """Have a server take assets for duplicates; raises as `ServerActions.push`."""
        await self._server(pushed.root).actions.push(pushed)

    async def undo(self, decision: Decision) -> list[Decision]:
        """Take `decision` back; returns and raises as `core.actions.undo.undo`."""
        if is_remote(decision.path_b):
            server = self._server(root_of(decision.path_b))
            return await server.actions.undo(decision)
        return await to_the_end(undo, self.catalog, decision)

    async def recover(self) -> list[str]:
        """Finish or roll back what an earlier process left half-way; in words."""
        told = await asyncio.to_thread(recover, self.catalog)
        for server in self._servers.values():
            try:
                told += await server.actions.recover()
            except ServerError as error:
                told.append(f"what was left half-way there waits: {error}")
        return told

    def is_on_a_server(self, asset: Asset) -> bool:
        """Whether decisions about `asset` wait for a line, and not for each other."""
        return asset.library in self._servers

    async def undo_last(self) -> list[Decision]:
        """Take back the latest standing decision of a person in these libraries; returns it, with
        what was decided as one with it.

        Raises:
            ActionRefused: there is none, or it cannot be taken back.
        """
        decision = await self.catalog.call(
            history.last_by_person, self.roots, self._cannot_be_undone, self._own_runs
        )
        if decision is None:
            raise ActionRefused("", "there is nothing to undo")
        try:
            return await self.undo(decision)
        except ActionRefused:
            # Said once; the next time it is the one before it that is taken back.
            self._cannot_be_undone.add(decision.id)
            raise

    async def redo_last(self, listener: Listener) -> list[Decision]:
        """Make again what a person took back last in these libraries, if they decided nothing new
        since; returns the new decision, with what is decided as one with it.

        Raises:
            ActionRefused: there is none, or it cannot be made any more.
        """
        decision = await self.catalog.call(
            history.last_undone_by_person, self.roots, self._cannot_be_redone, self._own_runs
        )
        if decision is None:
            raise ActionRefused("", "there is nothing to redo")
        choices = await asyncio.to_thread(choices_again, self.catalog, decision)
        try:
            return [made for _, made in await self.decide_group(choices, listener)]
        except ActionRefused:
            # As with undo.
            self._cannot_be_redone.update(each.redo_of or 0 for each in choices)
            raise

    async def decisions(self, ids: Sequence[int]) -> list[Decision]:
        """The decisions of these numbers, the oldest first."""
        return await self.catalog.call(history.decisions, list(ids))

    async def start_run(self, by_person: bool = False) -> int:
        """A new run's id: what is decided in it is undone together. `by_person`: here it is undone
        one after the other as well, as what a person decides."""
        run = await self.catalog.call(journal.start_run)
        if by_person:
            self._own_runs.add(run)
        return run

    def warm_up(self) -> None:
        """Begin what the first scan will need."""
        self._pool.warm_up()

    async def stop(self) -> None:
        """End the workers at once."""
        asking = [*self._judging.values(), *self._counting.values()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        for server in self._servers.values():
            server.close()
        self._judges.stop()
        self._pool.stop()


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
    async with _connected(accesses) as (servers, away):
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


@asynccontextmanager
async def _connected(
    accesses: Mapping[Path, Access],
) -> AsyncIterator[tuple[list[ImmichLibrary], dict[Path, UnavailableError]]]:
    """The servers that `accesses` opens, and why it does not open the others."""
    opened: list[ImmichLibrary] = []
    away: dict[Path, UnavailableError] = {}
    try:
        if accesses:
            # Who has only folders does not wait for HTTP to load.
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
