"""The libraries and the settings: read, explained, changed by keys, written back and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.settings import load
from tests import gallery
from tests.tui.pages import Pages, opened

SMALL = (80, 24)
MINE = """\
# mine
distance = 4  # near

[keys]
skip = ["s"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A person's settings."""
    path = tmp_path / "settings.toml"
    path.write_text(MINE)
    return path


@pytest.fixture
def photos(library: Path) -> Path:
    """A photo with a copy, and two files that cannot be read."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    gallery.truncated(photo, library / "cut.jpg")
    gallery.text_named_jpg(library / "text.jpg")
    return library


def settled(file: Path, **more: Any) -> dict[str, Any]:
    """What the app is given of the settings file."""
    return {"settings": load(file), "config": file, **more}


async def test_a_library_says_what_it_holds_and_what_holds_for_it(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text(f'{MINE}\n[libraries."{photos}"]\nmerge = "nothing"\n')
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S")
        await pages.says("Libraries 1 library · scanned", "library 4", "2 —")
        await pages.says("distance similar", "merge nothing its own", "loser trash")
        await pages.press("escape", "l")
        await pages.says("a.jpg → trash")
        await pages.press("S")
        await pages.says("2 1", "preferred no folder before another")


async def test_what_could_not_be_read_is_read_again_once_it_is_mended(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "p")
        await pages.says("2 could not be read", "cut.jpg", "restore it from a backup")
        await pages.press("r")
        await pages.says("1 cannot be read still")
        gallery.resized(gallery.photo("coffee"), photos / "cut.jpg")
        await pages.press("A")
        await pages.says("1 could be read · 1 cannot be read still", "read 1 could not")
        (photos / "text.jpg").unlink()
        await pages.press("r")
        await pages.says("Everything could be read.")
        await pages.press("escape", "escape")
        await pages.says("pair 1 of 2")
        await pages.says_not("unreadable")


async def test_libraries_are_looked_at_again(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("S")
        await pages.says("library 4")
        gallery.exact_copy(photos / "a.jpg", photos / "c.jpg", modified=3)
        await pages.press("r")
        await pages.says("library 5", "scanned")
        await pages.press("escape")
        await pages.says("pair 1 of 2", "! 2 unreadable")


async def test_settings_are_turned_picked_and_written(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s")
        await pages.says("Settings", "● distance 4", "rotated yes", "protected none")
        await pages.says("settings.toml")
        await pages.press("j")
        await pages.says("up to 4 bits apart", "holds from the next start on")
        await pages.press("enter")
        await pages.write("number")
        await pages.press("enter")
        await pages.write("99")
        await pages.says("a distance is a number from 0 to 16")
        await pages.press("backspace", "backspace")
        await pages.write("2")
        await pages.press("enter")
        await pages.says("● distance 2", "distance: 2, from the next start on · u undoes")
        assert file.read_text() == MINE.replace("= 4", "= 2")
        await pages.press("right")
        await pages.says("● distance exact")
        for _ in range(4):
            await pages.press("j")
        await pages.press("space")
        await pages.says("● rotated no")
        await pages.press("u", "u")
        await pages.says("undone: distance", "● distance 2", "rotated yes")
        await pages.press("u", "u")
        await pages.says("there is no change to undo", "● distance 4")
        assert file.read_text() == MINE


async def test_a_list_is_edited_in_its_order(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "k", "k", "k", "k")
        await pages.says("Folders, the best first")
        await pages.press("enter", "a")
        await pages.write("phone")
        await pages.says("name the folder from / or ~ on")
        for _ in "phone":
            await pages.press("backspace")
        await pages.write("~/Phone")
        await pages.press("enter", "a")
        await pages.write("~/Originals")
        await pages.press("enter", "K")
        await pages.says("1 ~/Originals", "2 ~/Phone")
        await pages.press("escape")
        await pages.says("● preferred ~/Originals, ~/Phone")
        assert 'preferred = ["~/Originals", "~/Phone"]' in file.read_text()
        await pages.press("escape")
        await pages.says("Originals › ", "Phone best first")
        # Rules that go by folders begin with these.
        await pages.press("escape", "R", "a")
        await pages.write("folder priority")
        await pages.press("enter", "tab")
        await pages.says("A comes before B in folders [", "Originals, ", "Phone]")


async def test_what_is_set_holds_at_once(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "k", "right")
        await pages.says("theme: betterhalf-")
        assert pages.review.app.theme != "betterhalf-dark"
        await _protect(pages, photos)
        await pages.press("escape")
        await pages.says(f"protected {photos}"[:60])
        await pages.press("escape", "l")
        await pages.says("not done: ")
    assert (photos / "a.jpg").exists()
    assert (photos / "b.jpg").exists()


async def _protect(pages: Pages, folder: Path) -> None:
    """Name a folder that loses nothing."""
    await pages.press("k", "k", "k", "k")
    await pages.says("folders that lose nothing".capitalize())
    await pages.press("enter", "a")
    await pages.paste(str(folder))
    await pages.press("enter", "escape")
    await pages.says("● protected")


async def test_a_library_has_settings_of_its_own(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S")
        await pages.says("library 4")
        await pages.press("enter")
        await pages.says("Settings of", "distance similar", "loser trash")
        await pages.press("j", "j", "right")
        await pages.says("● loser hard link", "holds at once")
        assert load(file).of(photos).loser == "hard link"
        await pages.press("d")
        await pages.says("loser: as usual")
        assert load(file).of(photos).loser is None
        await pages.press("k", "enter")
        await pages.write(", tags")
        await pages.press("escape", "escape")
        await pages.says("merge immich-3")


async def test_a_settings_file_that_was_broken_meanwhile_is_named(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s")
        await pages.says("● distance 4")
        file.write_text("distance = \n")
        await pages.press("j", "right")
        await pages.says("this is no TOML", "correct the line")
    assert file.read_text() == "distance = \n"


async def test_a_library_is_added_for_the_next_start(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("S")
        await pages.says("library 4")
        await pages.press("a")
        await pages.write("/nowhere")
        await pages.says("there is no such folder")
        for _ in "/nowhere":
            await pages.press("backspace")
        await pages.paste(str(other))
        await pages.press("enter")
        await pages.says("is opened from the next start on")
        assert load(file).folders == (str(photos), str(other))
