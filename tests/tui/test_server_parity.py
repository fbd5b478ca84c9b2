"""Every row of what Immich's own page of duplicates can do, and where it has its place here.

`ROWS` names a test for each, in this file or another, or says why there is none. The tests here
press keys on a review of a server, and look at what the server has then.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from core.address import Address
from core.libraries.immich.access import Access
from core.rules.marks import Mark
from core.settings import Secret
from tests import gallery
from tests.immich import made
from tests.immich.app import App
from tests.immich.running import Server, serving
from tests.immich.state import Album, State
from tests.tui.review import reviewing
from tests.tui.test_group import Group
from tui.screens.group.everything import DeduplicateScreen
from tui.screens.question import SureScreen

ROWS: Mapping[str, str] = {
    "groups with suggestion": "test_a_group_comes_with_what_its_server_would_keep",
    "the suggestion itself, ties included": "test_the_server_s_choice_is_ours_ties_included",
    "toggle keep/trash": "test_keep_and_trash_are_toggled_and_resolved",
    "keep all": "test_all_of_a_group_are_kept",
    "trash all": "test_all_of_a_group_are_trashed_when_asked_twice",
    "resolve": "test_keep_and_trash_are_toggled_and_resolved",
    "dismiss": "test_a_group_is_dismissed_and_never_comes_back",
    "stack": "test_a_group_is_stacked_under_the_one_that_was_chosen",
    "skip first/prev/next/last with counter": "test_groups_are_skipped_with_a_counter",
    "deduplicate all with confirm": "test_all_groups_are_deduplicated_once_agreed_to",
    "keep all groups with confirm": "test_a_rule_keeps_all_groups_after_a_dry_run",
    "trash on/off awareness": "test_a_trash_that_is_off_is_said_at_the_start",
    "confirm on permanent delete": "never: nothing is sent away where the trash is off, see "
    "test_nothing_is_sent_away_where_nothing_could_come_back",
    "view full": "test_one_is_seen_alone_and_closer_with_its_original",
    "differing fields": "test_what_differs_is_shown_one_sided_absences_too",
    "albums": "test_what_differs_is_shown_one_sided_absences_too",
    "favourite and external marks": "test_what_differs_is_shown_one_sided_absences_too",
    "shortcuts + help": "test_help_lists_the_keys_and_the_palette_finds_commands",
    "7-field sync, v3 rule": "test_immich_itself_would_have_told_it_the_same",
    "7-field sync, v2 rule as an option": "test_several_keepers_are_told_where_the_policy_says_so",
    "the server's own sync": "test_a_server_resolves_a_group_by_its_own_hand_and_is_taken_back_"
    "step_by_step",
    "errors per group": "test_one_that_is_gone_costs_its_own_group_only",
    "singleton cleanup": "test_a_group_ends_when_nothing_in_it_is_left_to_ask",
    "threshold": "test_pairs_that_the_server_has_missed_are_found_in_all_its_libraries",
    "rescan (missing)": "test_what_the_server_has_missed_is_found_and_given_to_it",
    "rescan (all)": "never: that job is its administrator's; a pair that it brings back stays "
    "decided, see test_what_is_no_duplicate_leaves_its_group_and_never_comes_back",
}
"""Immich's own to our tests."""


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_test_or_a_reason(row: str) -> None:
    (name,) = re.findall(r"test_\w+", ROWS[row])
    tests = Path(__file__).parents[1].rglob("test_*.py")
    assert any(f"def {name}(" in path.read_text("utf-8") for path in tests)


on_both = pytest.mark.parametrize(
    "server", [(2, 7, 5), (3, 1, 0)], ids=["2.7.5", "3.1.0"], indirect=True
)
"""What asks the server for changes is tried on either generation."""


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """With a group of four, `a.jpg` the original, and a cat with a worse copy."""
    state = State(getattr(request, "param", (3, 1, 0)))
    original = gallery.exact_copy(gallery.photo("coffee"), tmp_path / "a.jpg", modified=1)
    group = [
        original,
        gallery.resized(original, tmp_path / "small.jpg"),
        gallery.recompressed(original, tmp_path / "worse.jpg", quality=40),
        gallery.recompressed(original, tmp_path / "messenger.jpg", quality=30),
    ]
    cat = gallery.exact_copy(gallery.photo("chelsea"), tmp_path / "cat.jpg", modified=1)
    worse = gallery.recompressed(cat, tmp_path / "cat-worse.jpg", quality=40)
    for paths in (group, [cat, worse]):
        made.group(state, [made.add_file(state, each) for each in paths])
    with serving(App(state)) as running:
        yield running


def told(server: Server) -> dict[str, Any]:
    """What undo has to bring back."""
    return {
        each.name: (each.trashed, each.group, each.favorite, dict(each.exif), sorted(each.tags))
        for each in server.state.assets.values()
    }


@asynccontextmanager
async def grouping(server: Server, tmp_path: Path, name: str = "a.jpg") -> AsyncIterator[Group]:
    """The view of the group with the picture called `name`."""
    root = Address.parse(server.address).root
    access = {root: Access(Secret(server.key))}
    async with reviewing([root], tmp_path / "catalog.db", accesses=access) as review:
        await review.pilot.press("g")
        await review.until(lambda: review.app.group_view)
        group = Group(review)
        await group.shown()
        while name not in group.marks():
            await group.press("j")
        yield group


async def test_a_group_comes_with_what_its_server_would_keep(
    server: Server, tmp_path: Path
) -> None:
    async with grouping(server, tmp_path) as group:
        assert "group 1 of 2" in group.text("header") or "group 2 of 2" in group.text("header")
        assert group.marks()["a.jpg"] is Mark.KEEP
        await group.focus("a.jpg")
        assert "it keeps this one" in group.text("table")


@on_both
async def test_keep_and_trash_are_toggled_and_resolved(server: Server, tmp_path: Path) -> None:
    server.state.named("small.jpg").favorite = True
    before = told(server)
    async with grouping(server, tmp_path) as group:
        for name in ("small.jpg", "worse.jpg", "messenger.jpg"):
            await group.focus(name)
            while group.marks()[name] is not Mark.TRASH:
                await group.press("space")
        await group.focus("worse.jpg")
        await group.press("space")
        assert group.marks()["worse.jpg"] is Mark.KEEP
        await group.press("space", "enter")
        assert server.state.trashed() == {"small.jpg", "worse.jpg", "messenger.jpg"}
        assert server.state.named("a.jpg").favorite
        assert server.state.named("a.jpg").group is None
        await group.press("u")
        assert told(server) == before


async def test_all_of_a_group_are_kept(server: Server, tmp_path: Path) -> None:
    async with grouping(server, tmp_path) as group:
        await group.press("A", "enter")
    assert server.state.trashed() == set()
    shown = [server.state.named(name) for name in ("a.jpg", "small.jpg", "worse.jpg")]
    assert {each.group for each in shown} == {None}


async def test_all_of_a_group_are_trashed_when_asked_twice(server: Server, tmp_path: Path) -> None:
    async with grouping(server, tmp_path) as group:
        pilot = group.review.pilot
        await pilot.press("X", "y", "enter")
        await group.review.until(lambda: isinstance(group.review.app.screen, SureScreen))
        assert server.state.trashed() == set()
        await pilot.press("y")
        await group.review.settled()
    assert server.state.trashed() == {"a.jpg", "small.jpg", "worse.jpg", "messenger.jpg"}


@on_both
async def test_a_group_is_dismissed_and_never_comes_back(server: Server, tmp_path: Path) -> None:
    group_id = server.state.named("cat.jpg").group
    async with grouping(server, tmp_path, "cat.jpg") as group:
        await group.focus("cat-worse.jpg")
        await group.press("n", "enter")
        assert server.state.trashed() == set()
        assert server.state.named("cat.jpg").group is None
    # As a forced rescan on the server does.
    for name in ("cat.jpg", "cat-worse.jpg"):
        server.state.named(name).group = group_id
    async with grouping(server, tmp_path) as group:
        assert "group 1 of 1" in group.text("header")


@on_both
async def test_a_group_is_stacked_under_the_one_that_was_chosen(
    server: Server, tmp_path: Path
) -> None:
    before = told(server)
    async with grouping(server, tmp_path) as group:
        await group.focus("worse.jpg")
        await group.press("p")
        for name in ("a.jpg", "small.jpg", "messenger.jpg"):
            await group.focus(name)
            await group.press("s")
        await group.press("enter")
        (stack,) = server.state.stacks.values()
        assert stack.primary == server.state.named("worse.jpg").id
        assert len(stack.assets) == 4
        assert server.state.trashed() == set()
        await group.press("u")
        assert server.state.stacks == {}
        assert told(server) == before


async def test_groups_are_skipped_with_a_counter(server: Server, tmp_path: Path) -> None:
    async with grouping(server, tmp_path) as group:
        seen = [group.text("header").split(" · ")[0].strip()]
        for key in ("j", "j", "k", "k"):
            await group.press(key)
            seen.append(group.text("header").split(" · ")[0].strip())
        assert set(seen) == {"group 1 of 2", "group 2 of 2"}
        assert server.app.made("PUT|POST|DELETE", "/(assets|duplicates|trash|stacks).*") == []


async def test_all_groups_are_deduplicated_once_agreed_to(server: Server, tmp_path: Path) -> None:
    before = told(server)
    async with grouping(server, tmp_path) as group:
        review = group.review
        await review.pilot.press("D")
        await review.until(lambda: isinstance(review.app.screen, DeduplicateScreen))
        screen = review.app.screen

        def said() -> str:
            return str(screen.query_one("#body").render())

        await review.until(lambda: "do it" in said())
        assert "2 of 2 groups would be decided" in said()
        assert server.state.trashed() == set()
        await review.pilot.press("y")
        await review.until(lambda: "2 of 2 groups decided" in said())
        assert {"cat-worse.jpg", "worse.jpg"} <= server.state.trashed()
        await review.pilot.press("escape")
        await review.settled()
        await review.press("u", "u")
        assert told(server) == before


async def test_one_is_seen_alone_and_closer_with_its_original(
    server: Server, tmp_path: Path
) -> None:
    root = Address.parse(server.address).root
    access = {root: Access(Secret(server.key))}
    async with reviewing([root], tmp_path / "catalog.db", accesses=access) as review:
        await review.until(lambda: review.pictures.left.picture)
        assert server.app.made("GET", ".*/original") == []
        await review.press("i", "z", "z")
        await review.until(lambda: server.app.made("GET", ".*/original"))


async def test_what_differs_is_shown_one_sided_absences_too(server: Server, tmp_path: Path) -> None:
    cat, state = server.state.named("cat.jpg"), server.state
    cat.favorite, cat.library = True, state.new_id()
    cat.exif |= {"latitude": 38.7, "longitude": -9.1, "city": "Lisbon"}
    now = state.now()
    state.albums["x"] = Album(state.new_id(), "Cats", now, now, assets=[cat.id])
    async with grouping(server, tmp_path, "cat.jpg") as group:
        said = group.text("table")
    for text in ("38.7000, -9.1000", "Lisbon", "Cats", "favorite", "external"):
        assert text in said
