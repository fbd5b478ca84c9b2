from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.catalog.known import known_at
from core.model import Choice, Distances, KnownFile, PairKind, RelationKind
from core.workers.events import Event, Problem
from core.workers.latest import Latest
from core.workers.session import Session, open_session
from core.workers.watch import SETTLED_SECONDS, watching
from tests import gallery


@dataclass
class Watch:
    """A library that is watched: what has been taken in, and what was said."""

    session: Session
    settled: AsyncIterator[set[str]]
    events: list[Event] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    updates: list[set[str]] = field(default_factory=list)

    async def take_in(self) -> None:
        """Wait for something to settle, and bring the catalog up to date with it."""
        paths = await anext(self.settled)
        update = await self.session.update(paths, self.events.append)
        self.updates.append(paths)
        self.arrived += [Path(each.found.path).name for each in update.arrived]
        self.changed |= update.changed

    async def until_pairs(self, count: int) -> None:
        while len(await self.session.open_pairs()) != count:
            await self.take_in()

    async def known(self) -> dict[str, KnownFile]:
        (root,) = self.session.roots
        found = await self.session.catalog.call(known_at, [], [str(root)])
        return {Path(each.found.path).name: each for each in found}


@asynccontextmanager
async def watched(library: Path) -> AsyncIterator[Watch]:
    events: list[Event] = []
    async with (
        open_session(library.parent / "catalog.db", [library], Distances(4), 1) as (session, _),
        watching([library], events.append) as settled,
    ):
        await session.scan(events.append)
        yield Watch(session, settled, events)


@pytest.fixture
async def watch(library: Path) -> AsyncIterator[Watch]:
    """`photo.jpg` and a smaller version of it, `small.jpg`, scanned and watched."""
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg", modified=1000)
    gallery.recompressed(photo, library / "small.jpg")
    async with watched(library) as opened:
        yield opened


async def test_a_copy_that_arrives_makes_a_pair(watch: Watch, library: Path) -> None:
    gallery.exact_copy(library / "photo.jpg", library / "copy.jpg")
    await watch.until_pairs(2)
    refs = await watch.session.open_pairs()
    assert {ref.kind for ref in refs} == {PairKind.EXACT, PairKind.SIMILAR}
    assert watch.arrived == ["copy.jpg"]


async def test_a_raw_that_arrives_stands_alone_until_an_image_of_its_stem_does(
    watch: Watch, library: Path
) -> None:
    gallery.dng_of(library / "photo.jpg", library / "raw.dng")
    await watch.until_pairs(3)
    assert watch.arrived == ["raw.dng"]
    gallery.exact_copy(gallery.photo("clock"), library / "raw.jpg")
    await watch.until_pairs(1)
    assert (await watch.known())["raw.dng"].state == "missing"
    (library / "raw.jpg").unlink()
    await watch.until_pairs(3)


async def test_a_file_that_arrives_slowly_is_read_once_and_whole(
    watch: Watch, library: Path
) -> None:
    data = gallery.photo("coffee").read_bytes()
    half = len(data) // 2
    loop = asyncio.get_running_loop()
    taking = asyncio.create_task(watch.take_in())
    with (library / "coffee.jpg").open("wb", buffering=0) as file:
        file.write(data[:half])
        begun = loop.time()
        while loop.time() < begun + 3 * SETTLED_SECONDS:
            file.write(data[half : half + 1])
            half += 1
            assert "coffee.jpg" not in await watch.known()
        file.write(data[half:])
    finished = loop.time()
    await taking
    assert loop.time() - finished >= SETTLED_SECONDS
    assert watch.arrived == ["coffee.jpg"]
    assert (await watch.known())["coffee.jpg"].found.size == len(data)
    assert not [event for event in watch.events if isinstance(event, Problem)]


async def test_a_file_that_moves_keeps_its_asset(watch: Watch, library: Path) -> None:
    before = (await watch.known())["small.jpg"].asset_id
    (library / "new").mkdir()
    (library / "small.jpg").rename(library / "new" / "moved.jpg")
    while "moved.jpg" not in (known := await watch.known()):
        await watch.take_in()
    assert known["moved.jpg"].asset_id == before
    assert "small.jpg" not in known
    assert (watch.arrived, watch.changed) == ([], {before})
    assert len(await watch.session.open_pairs()) == 1


async def test_a_file_that_moves_over_from_another_disk_keeps_its_asset(
    watch: Watch, library: Path
) -> None:
    before = (await watch.known())["small.jpg"].asset_id
    # Another inode and another time, as a move across file systems leaves them.
    shutil.copyfile(library / "small.jpg", library / "moved.jpg")
    (library / "small.jpg").unlink()
    while "moved.jpg" not in (known := await watch.known()):
        await watch.take_in()
    assert known["moved.jpg"].asset_id == before
    assert watch.arrived == []


async def test_the_pairs_of_a_file_that_goes_go_and_return_with_it(
    watch: Watch, library: Path, tmp_path: Path
) -> None:
    shutil.move(library / "small.jpg", tmp_path / "away.jpg")
    await watch.until_pairs(0)
    shutil.move(tmp_path / "away.jpg", library / "small.jpg")
    await watch.until_pairs(1)
    assert watch.arrived == ["small.jpg"]


async def test_a_folder_that_goes_takes_all_it_held_along(library: Path, tmp_path: Path) -> None:
    folder = library / "folder"
    folder.mkdir()
    photo = gallery.exact_copy(gallery.photo("clock"), folder / "a.jpg")
    gallery.exact_copy(photo, folder / "b.jpg")
    async with watched(library) as watch:
        folder.rename(tmp_path / "away")
        await watch.until_pairs(0)
        (tmp_path / "away").rename(library / "elsewhere")
        await watch.until_pairs(1)
    assert sorted(watch.arrived) == ["a.jpg", "b.jpg"]


async def test_other_bytes_under_an_old_name_are_a_change(watch: Watch, library: Path) -> None:
    before = (await watch.known())["small.jpg"].asset_id
    gallery.exact_copy(gallery.photo("coffee"), library / "small.jpg")
    await watch.until_pairs(0)
    assert (watch.arrived, watch.changed) == ([], {before})


async def test_a_sidecar_that_comes_or_goes_is_read_with_its_picture(
    watch: Watch, library: Path
) -> None:
    async def rating() -> int | None:
        asset_id = (await watch.known())["photo.jpg"].asset_id
        (found,) = await watch.session.assets([asset_id])
        return found.metadata.rating

    before = await rating()
    sidecar = gallery.with_sidecar(library / "photo.jpg", rating=4)
    while await rating() != 4:
        await watch.take_in()
    sidecar.unlink()
    while await rating() != before:
        await watch.take_in()
    assert watch.arrived == []


async def test_googles_json_that_comes_is_read_with_its_picture(
    watch: Watch, library: Path
) -> None:
    async def is_favorite() -> bool | None:
        asset_id = (await watch.known())["photo.jpg"].asset_id
        (found,) = await watch.session.assets([asset_id])
        return found.metadata.favorite

    assert await is_favorite() is None
    said = {"favorited": True, "photoTakenTime": {"timestamp": "0"}}
    (library / "photo.jpg.supplemental-meta.json").write_text(json.dumps(said))
    while not await is_favorite():
        await watch.take_in()


async def test_a_bad_file_is_a_problem_and_arrives_when_it_is_mended(
    watch: Watch, library: Path
) -> None:
    bad = gallery.empty_file(library / "bad.jpg")
    await watch.take_in()
    (problem,) = [event.error for event in watch.events if isinstance(event, Problem)]
    assert problem.subject == str(bad)
    assert watch.arrived == []
    gallery.exact_copy(gallery.photo("clock"), bad)
    while not watch.arrived:
        await watch.take_in()
    assert watch.arrived == ["bad.jpg"]


async def test_what_happens_during_the_scan_is_not_missed(library: Path) -> None:
    gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")

    def listen(event: Event) -> None:
        # Once more at every event: the last time is after the listing.
        gallery.exact_copy(gallery.photo("clock"), library / "b.jpg")

    async with (
        open_session(library.parent / "catalog.db", [library], Distances(4), 1) as (session, _),
        watching([library], lambda _: None) as settled,
    ):
        await session.scan(listen)
        while not await session.open_pairs():
            await session.update(await anext(settled), lambda _: None)


async def test_the_trash_and_its_own_decisions_are_no_news(watch: Watch, library: Path) -> None:
    (ref,) = await watch.session.open_pairs()
    await watch.session.decide(
        Choice(RelationKind.BETTER, *ref.key, "it is larger"), watch.events.append
    )
    watch.events.clear()
    gallery.exact_copy(gallery.photo("clock"), library / "last.jpg")
    while not watch.arrived:
        await watch.take_in()
    assert watch.arrived == ["last.jpg"]
    assert not any(".betterhalf-trash" in path for paths in watch.updates for path in paths)
    await Latest(watch.session).undo()
    await watch.until_pairs(1)
