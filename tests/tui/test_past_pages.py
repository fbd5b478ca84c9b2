"""What was denied, what lies in the trash, and what it all came to."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.catalog import rulebook
from core.catalog.schema import Decision
from core.model import Identity
from core.text import human_size
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.tui.pages import EXACT, Pages, opened

SMALL = (80, 24)


@pytest.fixture
def photos(library: Path) -> Path:
    """Three photos, each with a copy."""
    for number, name in enumerate(("coffee", "clock", "chelsea")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
    return library


async def decided(
    photos: Path, database: Path, *names: str, rule: str | None = None, days_ago: int = 0
) -> None:
    """Decisions about photos and their copies, made before."""

    def decide() -> None:
        moment = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
        with Desk(database, [photos]) as desk:
            desk.scan()
            for name in names:
                pair = photos / f"{name}.jpg", photos / f"{name} copy.jpg"
                made = desk.decide(*pair, rule=rule)
                dated = Decision.update(decided_at=moment).where(Decision.id == made.id)
                desk.ask(dated.execute)

    await asyncio.to_thread(decide)


async def denials(pages: Pages) -> int:
    return await pages.review.session.catalog.call(rulebook.count_denials)


# Denied pairs


async def test_a_denied_pair_is_reopened_and_denied_again(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT], SMALL) as pages:
        await pages.press("P")
        await pages.says("1 of 3", "trash: ")
        await pages.press("A", "n")
        await pages.says("denied 3 choices")
        await pages.press("H")
        await pages.says("Nothing has been decided yet.")
        await pages.press("n")
        await pages.says("Denied", "1 of 3", "exact copies", "not to be asked for by rule")
        await pages.press("u")
        await pages.says("1 pair may be proposed again", "1 of 2")
        assert await denials(pages) == 2
        await pages.press("ctrl+r")
        await pages.says("1 pair denied again", "of 3")
        await pages.press("A", "u")
        await pages.says("3 pairs may be proposed again", "No rule was denied anything.")
        await pages.press("P")
        await pages.says("Pending", "of 3")


async def test_denied_pairs_are_listed_by_rule_even_where_files_are_gone(
    photos: Path, tmp_path: Path
) -> None:
    def deny() -> None:
        with Desk(tmp_path / "c.db", [photos]) as desk:
            desk.scan()
            desk.ask(rulebook.deny, "one", [Identity(1, 2)])
            desk.ask(rulebook.deny, "two", [Identity(1, 3)])

    await asyncio.to_thread(deny)
    (photos / "coffee.jpg").unlink()
    (photos / "coffee copy.jpg").unlink()
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await pages.press("H", "n")
        await pages.says("Denied", "1 of 2", "gone")
        await pages.press("r")
        await pages.says("Denied · rule one", "1 of 1")
        await pages.press("r")
        await pages.says("Denied · rule two", "1 of 1")
        await pages.press("r")
        await pages.says("1 of 2")


# The trash


async def test_without_anything_the_trash_says_what_comes_there(
    photos: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await pages.press("T")
        await pages.says("The trash is empty.", "comes back with u")


async def test_what_lies_in_the_trash_is_listed_and_restored(photos: Path, tmp_path: Path) -> None:
    before = snapshot(photos)
    await decided(photos, tmp_path / "c.db", "clock", days_ago=40)
    await decided(photos, tmp_path / "c.db", "coffee", rule="mine")
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await pages.press("T")
        await pages.says("Trash", "1 of 2", "mine", "today", "○ coffee copy.jpg", "1 month")
        await pages.press("j")
        await pages.says("2 of 2", "#1 better, you", "● clock.jpg", "○ clock copy.jpg in")
        await pages.press("u")
        await pages.says("undone: clock copy.jpg is back", "1 of 1")
        await pages.press("ctrl+r")
        await pages.says("again: 1 decision", "of 2")
        await pages.press("slash")
        await pages.write("coffee")
        await pages.press("enter")
        await pages.says("“coffee”", "1 of 1")
        await pages.press("enter")
        await pages.says("Decision 2", "by rule mine")
        await pages.press("escape", "u")
        await pages.says("undone: coffee copy.jpg is back", "The trash is empty.")
        await pages.press("slash", "backspace", "enter")
        await pages.says("1 of 1", "clock copy.jpg")
        await pages.press("u")
        await pages.says("undone: clock copy.jpg is back")
    assert snapshot(photos) == before


async def test_emptying_says_what_can_no_longer_be_undone_and_asks(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db", "clock", "coffee", days_ago=40)
    await decided(photos, tmp_path / "c.db", "chelsea")
    (photos / "coffee.jpg").unlink()
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("T")
        await pages.says("1 of 3")
        await pages.press("E")
        await pages.says("Remove for good", "everything, of all libraries")
        await pages.press("enter")
        await pages.says("2 files", "2 decisions can then no longer be undone.")
        await pages.says("Of 1 decision the files stay:", "coffee copy.jpg")
        await pages.press("n")
        assert len(trashed(photos)) == 3
        await pages.press("E")
        await pages.write("30")
        await pages.press("enter")
        await pages.says("1 file", "1 decision can then no longer be undone.")
        await pages.press("y")
        await pages.says("1 file", "removed for good", "1 of 2")
        assert trashed(photos) == ["chelsea copy.jpg", "coffee copy.jpg"]
        await pages.press("H", "end", "u")
        await pages.says("#1 clock copy.jpg: it left the trash on", "n leave everything as it is")
        await pages.press("n")
        await pages.says("this can no longer be undone")


async def test_each_library_has_a_trash_of_its_own(photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    photo = gallery.exact_copy(gallery.photo("astronaut"), other / "a.jpg")
    gallery.exact_copy(photo, other / "a copy.jpg")
    await decided(photos, tmp_path / "c.db", "clock")

    def decide() -> None:
        with Desk(tmp_path / "c.db", [other]) as desk:
            desk.scan()
            desk.decide(photo, other / "a copy.jpg")

    await asyncio.to_thread(decide)
    async with opened(photos, tmp_path / "c.db", others=[other]) as pages:
        await pages.press("T")
        await pages.says("1 of 2")
        await pages.press("r")
        await pages.says(f"Trash · {photos.name}", "1 of 1", "clock copy.jpg")
        await pages.press("r")
        await pages.says("Trash · other", "1 of 1", "a copy.jpg")


# The ledger


async def test_without_anything_the_ledger_says_what_is_added_up(
    photos: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await pages.press("L")
        await pages.says("Nothing has been done yet.", "3 pairs open")


async def test_the_ledger_adds_up_what_rules_and_people_did(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", "clock")
    await decided(photos, tmp_path / "c.db", "coffee", rule="mine", days_ago=70)
    freed = os.path.getsize(photos / "clock.jpg") + os.path.getsize(photos / "coffee.jpg")
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("L")
        await pages.says(f"{human_size(freed)} freed by 2 choices · 4 files")
        await pages.says("1 pair open · 2 one better", "everybody 2 0 0 0 100.0 % 2")
        await pages.says("you 1 0 0 0 100.0 % 4", "mine 1 0 0 0 100.0 % 4")
        await pages.says("everybody · bytes freed, last 12 months", "█")
        await pages.press("tab")
        await pages.says("choices acted on")
        await pages.press("tab")
        await pages.says("those nobody objected to", "100 %")
        await pages.press("tab")
        await pages.says("files for each time it has acted so far")
        await pages.press("shift+tab", "shift+tab", "s", "s")
        await pages.says("everybody · choices acted on, last 30 days", f"{datetime.now(UTC):%Y-%m}")
        await pages.press("end", "enter")
        await pages.says("History · ", "1 of 1")
