"""What was decided: listed, looked into, and taken back by keys, one by one or many at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.catalog import history, journal
from core.model import DecisionFilter
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.tui.pages import EXACT, Pages, opened

SMALL = (80, 24)


@pytest.fixture
def photos(library: Path) -> Path:
    """Three photos, each with a copy that says more of it than its name."""
    for number, name in enumerate(("coffee", "clock", "chelsea")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        copy = gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
        gallery.with_sidecar(copy, rating=3, tags=["cup"])
    return library


async def decided(photos: Path, database: Path, *names: str, **said: Any) -> None:
    """Decisions about photos and their copies, made before."""

    def decide() -> None:
        with Desk(database, [photos]) as desk:
            desk.scan()
            run = desk.ask(journal.start_run) if said.pop("in_run", False) else None
            for name in names:
                pair = photos / f"{name}.jpg", photos / f"{name} copy.jpg"
                desk.carry_out(desk.choice(*pair, **said), run)

    await asyncio.to_thread(decide)


async def states(pages: Pages) -> list[tuple[str | None, str]]:
    catalog = pages.review.session.catalog
    return [(each.choice.rule, each.state) for each in await catalog.call(history.latest, 99)]


async def begin(pages: Pages, *said: str) -> None:
    """Open the page, and wait for this."""
    await pages.press("H")
    await pages.says("History", *said)


async def test_without_anything_it_is_said_what_comes_here(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "Nothing has been decided yet.")


async def test_decisions_are_listed_with_all_there_is_to_say(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    await decided(photos, tmp_path / "c.db", "coffee", rule="mine")
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages, "1 of 2", "mine", "you")
        await pages.says("#2 A is better than B", "by rule mine", "stands")
        await pages.says("write sidecar: coffee.jpg.xmp", "rating: — → 3", "tags: — → cup")
        await pages.says("trash: coffee copy.jpg", ".betterhalf-trash", "freed")
        await pages.press("j")
        await pages.says("2 of 2", "#1 A is better than B", "by you", "clock copy.jpg")


async def test_on_a_small_terminal_all_of_it_is_behind_a_key(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "1 of 1", "#1 A is better than B")
        await pages.press("enter")
        await pages.says("Decision 1", "write sidecar: clock.jpg.xmp", "tags: — → cup")


async def test_one_is_taken_back_and_made_again(photos: Path, tmp_path: Path) -> None:
    before = snapshot(photos)
    await decided(photos, tmp_path / "c.db", "clock", "coffee")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "1 of 2")
        await pages.press("j")
        await pages.says("#1 A is better than B")
        await pages.press("u")
        await pages.says("undone: clock copy.jpg is back in its place", "↶", "taken back")
        assert trashed(photos) == ["coffee copy.jpg", "coffee copy.jpg.xmp"]
        await pages.press("ctrl+r")
        await pages.says("again: 1 decision, clock copy.jpg → trash", "of 3", "made again as #3")
        await pages.press("home", "u")
        await pages.says("undone: clock copy.jpg is back")
        await pages.press("end", "k", "u")
        await pages.says("undone: coffee copy.jpg is back")
    assert snapshot(photos) == before


async def test_the_selected_are_taken_back_after_a_question(photos: Path, tmp_path: Path) -> None:
    before = snapshot(photos)
    await decided(photos, tmp_path / "c.db", "clock", "coffee", "chelsea")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "1 of 3")
        await pages.press("space", "space")
        await pages.says("2 selected")
        await pages.press("u")
        await pages.says("2 decisions would be taken back; 2 pictures", "come back.")
        await pages.press("n")
        assert len(trashed(photos)) == 6
        await pages.press("A")
        await pages.says("3 selected")
        await pages.press("u")
        await pages.says("3 decisions would be taken back")
        await pages.press("y")
        await pages.says("undone: 3 decisions, 3 pictures back in place", "makes all of it again")
        assert snapshot(photos) == before
        await pages.press("ctrl+r")
        await pages.says("again: 3 decisions")
        assert len(trashed(photos)) == 6


async def test_what_is_in_the_way_is_listed_and_left_for_a_choice(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db", "clock", "coffee", "chelsea")
    gallery.exact_copy(gallery.photo("astronaut"), photos / "clock copy.jpg")
    (photos / "coffee.jpg.xmp").write_bytes(
        (photos / "coffee.jpg.xmp").read_bytes().replace(b"cup", b"mug")
    )
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages, "1 of 3")
        await pages.press("A", "u")
        await pages.says("1 decision would be taken back", "2 decisions cannot")
        await pages.says("clock copy.jpg: another file has this name now")
        await pages.says("coffee.jpg.xmp: it has been edited since; e leaves that as it is")
        await pages.press("e")
        await pages.says("undone: 2 decisions, 2 pictures back in place")
        assert b"mug" in (photos / "coffee.jpg.xmp").read_bytes()
        assert trashed(photos) == ["clock copy.jpg", "clock copy.jpg.xmp"]
        await pages.press("end")
        await pages.says("! not undone: another file has this name now")
        (photos / "clock copy.jpg").rename(photos / "horse.jpg")
        await pages.press("u")
        await pages.says("undone: clock copy.jpg is back")
        await pages.says_not("not undone")


async def test_a_run_a_rule_and_what_came_since_are_taken_back_as_a_whole(
    photos: Path, tmp_path: Path
) -> None:
    before = snapshot(photos)
    await decided(photos, tmp_path / "c.db", "clock")
    rule = {"rule": "exact copies", "in_run": True}
    await decided(photos, tmp_path / "c.db", "coffee", "chelsea", **rule)
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages, "1 of 3", "in run 1")
        await pages.press("U")
        await pages.says("all since", "all by rule exact copies", "all of run 1")
        await pages.write("run")
        await pages.press("enter")
        await pages.says("2 decisions would be taken back")
        await pages.press("y")
        await pages.says("undone: 2 decisions")
        assert await states(pages) == [("exact copies", "undone")] * 2 + [(None, "done")]
        await pages.press("end", "U", "enter")
        await pages.says("1 decision would be taken back")
        await pages.press("y")
        await pages.says("undone: clock copy.jpg")
    assert snapshot(photos) == before


async def test_the_list_is_narrowed_by_keys(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    await decided(photos, tmp_path / "c.db", "coffee", "chelsea", rule="mine")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "1 of 3")
        await pages.press("w")
        await pages.says("Decided by", "everybody", "rule mine")
        await pages.write("mine")
        await pages.press("enter")
        await pages.says("History · rule mine", "1 of 2")
        await pages.press("slash")
        await pages.write("COFFEE")
        await pages.press("enter")
        await pages.says("“COFFEE”", "1 of 1", "coffee copy.jpg")
        await pages.press("u")
        await pages.says("undone: coffee copy.jpg is back")
        await pages.press("s")
        await pages.says("stands", "Nothing here is like that.")
        await pages.press("s")
        await pages.says("undone", "1 of 1")
        await pages.press("x")
        await pages.says("1 of 3")
        await pages.press("r", "r")
        await pages.says("same quality", "Nothing here is like that.")
        await pages.press("x", "d")
        await pages.write("yesterday")
        await pages.says("yesterday is no time")
        await pages.press(*["backspace"] * 9)
        await pages.write("2000-01-01..2001-01-01")
        await pages.press("enter")
        await pages.says("since 2000-01-01", "until 2001-01-02", "Nothing here is like that.")


def test_a_name_is_found_whatever_its_case_and_script(library: Path, tmp_path: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    gallery.exact_copy(photo, library / "Étoile 100%.jpg")
    with Desk(tmp_path / "c.db", [library]) as desk:
        desk.scan()
        desk.decide(photo, library / "Étoile 100%.jpg")
        for text, found in (("étoile", 1), ("100%", 1), ("10%", 0), ("JPG", 1)):
            which = DecisionFilter(text=text)
            assert desk.ask(history.count, which) == found


async def test_what_rules_do_meanwhile_moves_no_mark(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    async with opened(photos, tmp_path / "c.db", [replace(EXACT, paused=True)]) as pages:
        await begin(pages, "1 of 1", "#1 A is better than B")
        await pages.press("R")
        await pages.says("paused")
        await pages.press("space", "m", "y")
        await pages.says("acted 2")
        await pages.press("H")
        await pages.says("History · rule exact copies", "1 of 2")


async def test_pages_lead_to_each_other_and_back(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "1 of 1")
        for key, said in (("T", "Trash"), ("L", "Ledger"), ("P", "Pending"), ("H", "History")):
            await pages.press(key)
            await pages.says(said)
        await pages.press("q")
        await pages.says("pair 1 of 2")
