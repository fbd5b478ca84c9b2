"""What decisions have put into the trash of a server: listed and restored here, emptied there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.catalog.schema import Decision
from core.text import human_size
from tests import gallery
from tests.core.desk import Desk, trashed
from tests.immich import made
from tests.immich.app import App, Kind
from tests.immich.running import Server, serving
from tests.immich.state import State
from tests.tui.pages import Pages, opened
from tests.tui.test_server_review import accesses, roots

SMALL = (80, 24)
NAMES = ("coffee", "clock", "chelsea")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """With three groups: each a photo, and one of it that is smaller."""
    state = State()
    for name in NAMES:
        photo = gallery.exact_copy(gallery.photo(name), tmp_path / f"{name}.jpg", modified=1)
        small = gallery.recompressed(photo, tmp_path / f"{name}-small.jpg")
        made.group(state, [made.add_file(state, each) for each in (photo, small)])
    with serving(App(state)) as running:
        yield running


@asynccontextmanager
async def decided(
    server: Server, tmp_path: Path, size: tuple[int, int] = SMALL, decisions: int = 3
) -> AsyncIterator[Pages]:
    """The app, once so many of the small ones have gone to the server's trash."""
    others = [tmp_path / "library"] if (tmp_path / "library").is_dir() else []
    opening = opened(
        roots(server)[0], tmp_path / "c.db", size=size, others=others, accesses=accesses(server)
    )
    async with opening as pages:
        review = pages.review
        for _ in range(decisions):
            left, _ = review.sides()
            await review.press("right" if left.endswith("-small.jpg") else "left")
        yield pages


async def decided_in(library: Path, tmp_path: Path) -> Path:
    """A photo of a folder, whose copy has gone to its trash."""
    photo = gallery.exact_copy(gallery.photo("astronaut"), library / "a.jpg")
    copy = gallery.exact_copy(photo, library / "a copy.jpg")

    def decide() -> None:
        with Desk(tmp_path / "c.db", [library]) as desk:
            desk.scan()
            desk.decide(photo, copy)

    await asyncio.to_thread(decide)
    return photo


def patience(pages: Pages, seconds: float) -> None:
    """So long the server is waited for from now on."""
    for each in pages.review.session.homes:
        each.library.server.client.patience = seconds


def away(server: Server, pages: Pages) -> None:
    """The server answers no more."""
    patience(pages, 0.05)
    server.app.fail(Kind.DROPPED, times=10_000)


def in_trash(server: Server) -> list[str]:
    return sorted(each.name for each in server.state.assets.values() if each.trashed is not None)


async def age(pages: Pages, days: int) -> None:
    """All was decided so many days ago."""
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
    await pages.review.session.catalog.call(Decision.update(decided_at=moment).execute)


def size_of(server: Server, *names: str) -> str:
    return human_size(
        sum(server.state.named(f"{name}-small.jpg").exif["fileSizeInByte"] for name in names)
    )


async def test_what_lies_in_a_server_s_trash_is_listed_and_restored(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path) as pages:
        await pages.press("T")
        await pages.says("Trash", "1 of 3", size_of(server, *NAMES), "30 days left", "-small.jpg")
        goes = (datetime.now(UTC) + timedelta(days=30)).astimezone().date()
        await pages.says(f"in the trash of {server.address}")
        await pages.says(f"the server empties it on {goes}, in 30 days")
        await pages.press("slash")
        await pages.write("clock")
        await pages.press("enter")
        await pages.says("“clock”", "1 of 1", size_of(server, "clock"))
        await pages.press("u")
        await pages.says("undone: clock-small.jpg is back in its place", "The trash is empty.")
        assert in_trash(server) == ["chelsea-small.jpg", "coffee-small.jpg"]
        await pages.press("ctrl+r")
        await pages.says("again: 1 decision", "1 of 1")
        assert server.state.named("clock-small.jpg").trashed is not None
        await pages.press("slash", *["backspace"] * 5, "enter")
        await pages.says("1 of 3")
        await pages.press("space", "space", "u")
        await pages.says("2 decisions would be taken back; 2 pictures")
        await pages.press("y")
        await pages.says("2 pictures back in place", "1 of 1")
        assert len(in_trash(server)) == 1


async def test_a_server_and_a_folder_are_told_apart_and_only_the_folder_s_is_emptied(
    server: Server, library: Path, tmp_path: Path
) -> None:
    here = human_size((await decided_in(library, tmp_path)).stat().st_size)
    async with decided(server, tmp_path) as pages:
        await pages.press("T")
        await pages.says("1 of 4")
        await pages.press("r")
        await pages.says(f"Trash · {server.address}", "1 of 3", size_of(server, *NAMES))
        await pages.press("E")
        await pages.says("only the server itself empties its trash")
        await pages.press("r")
        await pages.says("Trash · library", f"1 of 1 · {here}", "○ a copy.jpg")
        await pages.press("r")
        await pages.says("1 of 4")
        await pages.press("E")
        await pages.says("everything, of all folders")
        await pages.press("enter")
        await pages.says("1 file,", "What lies in the trash of a server stays")
        await pages.press("y")
        await pages.says("removed for good", "1 of 3")
        assert trashed(library) == []
        assert len(in_trash(server)) == 3
        assert server.app.made("POST", "/trash/empty") == []
        await pages.press("E", "enter")
        await pages.says("Nothing can go.", "What lies in the trash of a server stays")


async def test_what_the_server_has_removed_or_given_back_is_said_and_offered_no_longer(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, (120, 40)) as pages:
        server.state.remove(server.state.named("coffee-small.jpg"))
        server.state.named("clock-small.jpg").trashed = None
        await pages.press("T")
        await pages.says("no longer in the trash: 1 removed for good, 1 restored there")
        await pages.says("1 of 1", "chelsea-small.jpg")
        await pages.press("H")
        await pages.says("1 of 3")
        await pages.press("slash")
        await pages.write("coffee")
        await pages.press("enter")
        await pages.says("1 of 1", "no longer in the trash of its server, as was seen on")
        await pages.press("u")
        await pages.says("the server's trash no longer holds it")


async def test_it_is_said_where_what_was_kept_is_about_to_go_as_well(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, (120, 40)) as pages:
        server.state.named("coffee.jpg").trashed = server.state.now()
        await pages.press("T")
        await pages.says("of 1 what was kept is in the trash, too: !", "1 of 3")
        while "● coffee.jpg" not in pages.text:
            await pages.press("j")
        await pages.says("somebody has put coffee.jpg into the trash, too: u brings this one back")
        await pages.press("u")
        await pages.says("undone: coffee-small.jpg is back in its place", "of 2")


async def test_before_the_server_has_said_so_what_is_gone_is_refused(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, decisions=1) as pages:
        (name,) = in_trash(server)
        await pages.press("T")
        await pages.says("1 of 1", name)
        await pages.review.until(lambda: server.app.made("POST", "/search/metadata"))
        server.state.remove(server.state.named(name))
        await pages.press("u")
        await pages.says("1 decision cannot be taken back", "the server's trash no longer holds it")
        await pages.press("n")
        await pages.says("!")
        await pages.press("q", "T")
        await pages.says("no longer in the trash: 1 removed for good there", "The trash is empty.")


async def test_a_key_that_sees_none_of_it_does_not_tell_that_all_of_it_is_gone(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, decisions=1) as pages:
        everything = dict(server.state.assets)
        server.state.assets.clear()
        await pages.press("T")
        await pages.says("1 of 1")
        await pages.review.until(lambda: server.app.made("POST", "/search/metadata"))
        server.state.assets |= everything
        await pages.press("u")
        await pages.says("is back in its place")


async def test_it_is_said_how_soon_the_server_empties_it(server: Server, tmp_path: Path) -> None:
    async with decided(server, tmp_path) as pages:
        await age(pages, 25)
        await pages.press("T")
        await pages.says("5 days left", "in 5 days")
        await age(pages, 31)
        await pages.press("q", "T")
        await pages.says("goes any day", "the server was to empty it on")


async def test_of_a_server_that_is_away_the_journal_tells(server: Server, tmp_path: Path) -> None:
    async with decided(server, tmp_path) as pages:
        away(server, pages)
        await pages.press("T")
        await pages.says("1 of 3", "not known what is still there", server.address)
        await pages.press("u")
        await pages.says("1 decision cannot be taken back as things are")
        await pages.press("n")
        server.app.faults.clear()
        await pages.press("u")
        await pages.says("is back in its place", "1 of 2")
        assert len(in_trash(server)) == 2


async def test_a_server_that_is_away_is_waited_for_once_and_not_for_each_decision(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path) as pages:
        await pages.press("T")
        await pages.says("1 of 3")
        await pages.review.until(lambda: server.app.made("POST", "/search/metadata"))
        away(server, pages)
        server.app.seen.clear()
        await pages.press("space", "space", "space", "u")
        await pages.says("3 decisions cannot be taken back as things are")
        asked_about = {each.path for each in server.app.made("GET", "/assets/.*")}
        # The two of the first decision.
        assert len(asked_about) == 2


async def test_an_undo_that_was_cut_off_stays_in_sight_and_is_carried_on(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, decisions=2) as pages:
        patience(pages, 0.05)
        await pages.press("T")
        await pages.says("1 of 2")
        server.app.fail(Kind.DROPPED, "/trash/restore", times=10_000)
        await pages.press("u")
        await pages.says("Not done", "1 of 2")
        server.app.faults.clear()
        await pages.press("escape", "u")
        await pages.says("is back in its place", "1 of 1")
        assert len(in_trash(server)) == 1


async def test_what_is_made_again_in_a_folder_waits_for_no_server(
    server: Server, library: Path, tmp_path: Path
) -> None:
    await decided_in(library, tmp_path)
    async with decided(server, tmp_path, (120, 40), decisions=2) as pages:
        await pages.press("T")
        await pages.says("1 of 3")
        await pages.press("space", "space", "space", "u")
        await pages.says("3 decisions would be taken back")
        await pages.press("y")
        await pages.says("The trash is empty.")
        away(server, pages)
        await pages.press("ctrl+r")
        await pages.says("again: 1 decision", "not done", "1 of 1")
        assert trashed(library) == ["a copy.jpg"]
        assert in_trash(server) == []
        server.app.faults.clear()
        await pages.press("ctrl+r")
        await pages.says("again: 2 decisions", "of 3")


async def test_what_a_key_may_not_bring_back_stays_with_the_reason(
    server: Server, tmp_path: Path
) -> None:
    async with decided(server, tmp_path, decisions=1):
        pass
    key = server.state.keys[server.key]
    key.permissions = ["duplicate.read", "asset.read", "asset.view", "album.read", "asset.update"]
    async with decided(server, tmp_path, (120, 40), decisions=0) as pages:
        await pages.press("T")
        await pages.says("1 of 1")
        await pages.press("u")
        await pages.says(
            f"{server.address}/assets/", "the API key lacks the permission asset.delete"
        )
        assert len(in_trash(server)) == 1
