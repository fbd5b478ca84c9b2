"""The pictures beside what the history and the pending page say of a pair."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import gallery
from tests.core.desk import Desk
from tests.tui.pages import EXACT, Pages, opened
from tests.tui.test_preview import pixels_of
from tui.preview.widget import Preview

NAMES = ("coffee", "clock", "chelsea")


@pytest.fixture
def photos(library: Path) -> Path:
    """Three photos, each with a copy."""
    for number, name in enumerate(NAMES):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
    return library


async def decided(photos: Path, database: Path, names: Sequence[str] = NAMES) -> None:
    """Of each photo, its copy went to the trash."""

    def decide() -> None:
        with Desk(database, [photos]) as desk:
            desk.scan()
            for name in names:
                desk.decide(photos / f"{name}.jpg", photos / f"{name} copy.jpg")

    await asyncio.to_thread(decide)


def small(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB").resize((8, 6), Image.Resampling.BOX)).astype(int)


def seen(pages: Pages) -> list[str]:
    """Which photo each of the two places shows; what it says, where that is none."""
    found = []
    for place in pages.review.app.screen.query(Preview):
        if place.picture is None:
            found.append(place.text)
            continue
        drawn = small(Image.fromarray(pixels_of(list(place.picture.strips)).astype(np.uint8)))
        photos = {name: small(Image.open(gallery.photo(name))) for name in NAMES}
        found.append(min(photos, key=lambda name: float(np.abs(photos[name] - drawn).mean())))
    return found


async def sees(pages: Pages, *wanted: str) -> None:
    """Wait until this is drawn, or said, on the left and on the right."""
    try:
        async with asyncio.timeout(60):
            await pages.review.until(lambda: seen(pages) == list(wanted))
    except TimeoutError:
        raise AssertionError(f"{seen(pages)} instead of {wanted}:\n{pages.text}") from None


async def test_the_history_shows_both_wherever_they_are_by_now(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db")
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("H")
        await sees(pages, "chelsea", "chelsea")
        await pages.press("j")
        await pages.says("#2 A is better than B")
        await sees(pages, "clock", "clock")
        assert not (photos / "clock copy.jpg").exists()
        await pages.press("u")
        await pages.says("taken back")
        await sees(pages, "clock", "clock")


async def test_what_went_to_the_trash_later_is_found_there_too(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db", ["coffee"])
    with Desk(tmp_path / "c.db", [photos]) as desk:
        gallery.exact_copy(gallery.photo("coffee"), photos / "third.jpg")
        await asyncio.to_thread(desk.scan)
        desk.decide(photos / "third.jpg", photos / "coffee.jpg")
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("H", "j")
        await pages.says("#1 A is better than B", "A coffee.jpg")
        await sees(pages, "coffee", "coffee")


async def test_a_name_that_another_picture_has_by_now_shows_the_old_one(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db", ["coffee"])
    gallery.exact_copy(gallery.photo("chelsea"), photos / "coffee copy.jpg")
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("H")
        await sees(pages, "coffee", "coffee")


async def test_what_is_gone_or_broken_says_so_in_its_place(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db")
    shutil.rmtree(photos / ".betterhalf-trash")
    async with opened(photos, tmp_path / "c.db") as pages:
        (photos / "clock.jpg").write_bytes((photos / "clock.jpg").read_bytes()[:2000])
        await pages.press("H")
        await sees(pages, "chelsea", "no picture: it is gone")
        await pages.press("j")
        await sees(pages, "no picture: the picture is cut off", "no picture: it is gone")
        await pages.press("j")
        await sees(pages, "coffee", "no picture: it is gone")


async def test_pending_shows_what_stays_and_what_goes(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("P")
        for count in (3, 2):
            await pages.says(f"1 of {count}", "trash: ")
            name = next(name for name in NAMES if f"A {name}.jpg" in pages.words)
            await sees(pages, name, name)
            await pages.press("a")
        await pages.says("1 of 1", "trash: ")
        await pages.press("a")
        await pages.says("Nothing waits for your approval.")
        await sees(pages, "", "")


async def test_where_there_is_no_room_there_are_none_and_no_size_is_too_small(
    photos: Path, tmp_path: Path
) -> None:
    await decided(photos, tmp_path / "c.db", ["coffee"])
    async with opened(photos, tmp_path / "c.db", [EXACT], size=(119, 40)) as pages:
        for key in "HP":
            await pages.press(key)
            await pages.says("A ", "B ", "trash: ")
            assert "▀" not in pages.text
            for size in ((120, 40), (1, 1), (119, 40), (120, 27), (30, 5), (200, 60)):
                await pages.review.pilot.resize_terminal(*size)
                await pages.review.pilot.pause()
            await pages.says("A ", "B ", "trash: ")
            (name,) = {name for name in NAMES if f"A {name}.jpg" in pages.words}
            await sees(pages, name, name)
            await pages.review.pilot.resize_terminal(119, 40)
            await pages.says_not("▀")
            await pages.press("q")


async def test_a_dialog_lies_over_them_and_they_stay(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db")
    async with opened(photos, tmp_path / "c.db") as pages:
        await pages.press("H")
        await sees(pages, "chelsea", "chelsea")
        before = pages.text
        await pages.press("w")
        await pages.says("Decided by")
        await pages.press("escape")
        await pages.says_not("Decided by")
        assert pages.text == before


async def test_a_page_is_left_while_they_are_made(photos: Path, tmp_path: Path) -> None:
    await decided(photos, tmp_path / "c.db", ["chelsea"])
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        for _ in range(5):
            await pages.review.pilot.press("H", "j", "q")
            await pages.review.pilot.press("P", "j", "q")
        await pages.says("pair 1 of 2")
        await pages.press("H")
        await sees(pages, "chelsea", "chelsea")
