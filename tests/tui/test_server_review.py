"""The review of an Immich server: its groups, its previews, its trash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.address import Address
from core.libraries.immich.access import Access
from core.settings import Secret
from tests import gallery
from tests.immich import made
from tests.immich.app import App, Kind
from tests.immich.running import Server, serving
from tests.immich.state import State
from tests.tui.review import Review, reviewing
from tui.preview.widget import Preview


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """With three groups: a photo, smaller and messaged; two of one scene; two strangers."""
    state = State()
    for name in ("coffee", "clock"):
        photo = gallery.exact_copy(gallery.photo(name), tmp_path / f"{name}.jpg", modified=1)
        small = gallery.recompressed(photo, tmp_path / f"{name}-small.jpg")
        made.group(state, [made.add_file(state, each) for each in (photo, small)])
    strangers = [
        gallery.exact_copy(gallery.photo(name), tmp_path / f"{name}.jpg", modified=1)
        for name in ("grass", "brick")
    ]
    made.group(state, [made.add_file(state, each) for each in strangers])
    with serving(App(state)) as running:
        yield running


def roots(server: Server) -> list[Path]:
    return [Address.parse(server.address).root]


def accesses(server: Server) -> dict[Path, Access]:
    return {roots(server)[0]: Access(Secret(server.key))}


def opened(server: Server, tmp_path: Path):  # type: ignore[no-untyped-def]
    return reviewing(roots(server), tmp_path / "catalog.db", accesses=accesses(server))


async def shown(review: Review) -> None:
    """Until both pictures are drawn, and the verdict is given."""
    await review.until(lambda: review.pictures.left.picture and review.pictures.right.picture)


async def test_a_server_s_groups_are_reviewed_by_its_previews(
    server: Server, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as review:
        assert len(review.screen.queue) == 3
        await shown(review)
        assert server.app.made("GET", ".*/thumbnail")
        assert server.app.made("GET", ".*/original") == []
        await review.until(lambda: "preview" in review.text("evidence"))
        assert "/data/upload/" in review.text("paths")


async def test_what_only_the_server_knows_is_shown(server: Server, tmp_path: Path) -> None:
    coffee = server.state.named("coffee.jpg")
    coffee.people = [server.state.new_id(), server.state.new_id()]
    coffee.library = server.state.new_id()
    coffee.exif |= {"city": "Lisbon", "country": "Portugal", "fNumber": 2.8}
    async with opened(server, tmp_path) as review:
        while "coffee.jpg" not in review.sides():
            await review.press("j")
        await shown(review)
        said = review.text("table")
    for text in ("Lisbon, Portugal", "f/2.8", "it keeps this one, external", "people"):
        assert text in said


async def test_what_undo_could_not_bring_back_is_said_before(
    server: Server, tmp_path: Path
) -> None:
    server.state.named("clock-small.jpg").exif |= {"latitude": 38.7, "longitude": -9.1}
    async with opened(server, tmp_path) as review:
        while "clock.jpg" not in review.sides():
            await review.press("j")
        await review.until(lambda: "takes no location away" in review.text("table"))
        await review.pilot.press("g")
        await review.until(lambda: review.app.group_view)
        view = review.app.group_view
        assert view is not None
        await review.until(
            lambda: "takes no location away" in str(view.query_one("#gains").render())
        )


@pytest.mark.parametrize("held", ["thumbnail", "size=preview"])
async def test_something_is_drawn_before_the_previews_have_come(
    server: Server, tmp_path: Path, held: str
) -> None:
    if held == "thumbnail":
        for each in server.state.assets.values():
            each.thumbhash = "GIoKDYSlqIdPUXd3eEeHh9N/YIkI"
    async with opened(server, tmp_path):
        pass
    server.app.held = held
    async with opened(server, tmp_path) as review:
        await shown(review)
        blurred = review.pictures.left.picture
        assert blurred is not None
        assert blurred.strips
        assert "preview" not in review.text("evidence")
        server.app.held = None
        await review.until(lambda: "preview" in review.text("evidence"))
        await review.until(lambda: review.pictures.left.picture is not blurred)


async def test_a_key_sends_the_loser_to_the_server_s_trash_and_another_brings_it_back(
    server: Server, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as review:
        keeper, loser = review.sides()
        await review.press("left")
        assert server.state.named(loser).trashed is not None
        assert server.state.named(keeper).trashed is None
        assert len(review.screen.queue) == 2
        await review.press("u")
        assert server.state.named(loser).trashed is None
        assert review.sides() in ((keeper, loser), (loser, keeper))


async def test_the_history_shows_what_is_in_the_server_s_trash_by_its_previews(
    server: Server, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as review:
        await review.press("left")
        await review.until(lambda: any(each.trashed for each in server.state.assets.values()))
        await review.press("H")
        await review.until(lambda: review.app.screen is not review.screen)
        await review.until(lambda: drawn(review) == [True, True])
        assert server.app.made("GET", ".*/original") == []


def drawn(review: Review) -> list[bool]:
    """Whether there is a picture at each place of the topmost page."""
    return [each.picture is not None for each in review.app.screen.query(Preview)]


async def test_strangers_are_never_shown_again(server: Server, tmp_path: Path) -> None:
    async with opened(server, tmp_path) as review:
        while "grass.jpg" not in review.sides():
            await review.press("j")
        await review.press("n")
        assert len(review.screen.queue) == 2
    group = server.state.new_id()
    for name in ("grass.jpg", "brick.jpg"):
        assert server.state.named(name).group is None
        server.state.named(name).group = group
    async with opened(server, tmp_path) as review:
        assert len(review.screen.queue) == 2


async def test_what_the_server_has_done_unheard_is_what_undo_takes_back_and_nothing_before_it(
    server: Server, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as review:
        await shown(review)
        first = review.sides()[1]
        await review.press("left")
        assert server.state.trashed() == {first}
        (library,) = review.session.homes
        library.library.server.client.patience = 0.05
        server.app.fail(Kind.UNANSWERED, "/assets", method="DELETE", times=10_000)
        second = review.sides()[1]
        await review.press("left")
        assert "not done" in review.text("flash")
        assert server.state.trashed() == {first, second}
        server.app.faults.clear()
        server.app.fail(Kind.DROPPED, times=10_000)
        await review.press("u")
        assert "not undone" in review.text("flash")
        server.app.faults.clear()
        assert server.state.trashed() == {first, second}
        await review.press("u")
        assert server.state.trashed() == {first}
        await review.press("u")
        assert server.state.trashed() == set()
        assert len(review.screen.queue) == 3


async def test_a_server_that_goes_away_is_said_and_the_pair_stays(
    server: Server, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as review:
        await shown(review)
        (library,) = review.session.homes
        library.library.server.client.patience = 0.05
        server.app.fail(Kind.DROPPED, times=10_000)
        await review.press("left")
        assert len(review.screen.queue) == 3
        assert "not done" in review.text("flash")
        server.app.faults.clear()
        await review.press("left")
        assert len(review.screen.queue) == 2
        assert sum(each.trashed is not None for each in server.state.assets.values()) == 1
