"""The libraries and the settings: read, explained, changed by keys, written back and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load
from tests import gallery
from tests.tui.pages import Pages, opened, settled

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
        await pages.says("Not changed", "this is no TOML", "correct the line")
        await pages.press("escape")
        await pages.says("What was set before holds on.")
        await pages.press("right", "enter", "d", "escape")
        await pages.says("library 4")
        await pages.press("a")
        await pages.paste(str(tmp_path))
        await pages.press("enter")
        await pages.says("Not added", "this is no TOML")
        await pages.press("escape", "s")
        await pages.says("correct the line", "This page looks again by itself.")
        assert file.read_text() == "distance = \n"
        file.write_text(MINE)
        await pages.says("● distance 4", "rotated yes")


async def test_a_settings_file_that_is_gone_is_not_made_anew(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s")
        await pages.says("● distance 4")
        file.unlink()
        await pages.press("G", "k", "right")
        await pages.says("Not changed", "it is gone", "put it back")
    assert not file.exists()


async def test_what_was_written_wrong_by_hand_is_said_beside_it(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=(200, 60), **settled(file)) as pages:
        file.write_text(
            'distance = 99\nmerge = "immich-3, tgs keep"\nrotated = "yes"\nprotected = "/x"\n'
            'images = 5\ntheme = "nosuch"\nkeys = 7\nmerg = "x"\n[libraries]\nx = 5\n'
        )
        await pages.press("S", "enter")
        await pages.says("Settings of", "distance similar")
        await pages.press("escape", "s")
        await pages.says(
            "! distance 99 a distance is a number from 0 to 16",
            "! merge immich-3, tgs keep 'tgs keep' names no field that is merged",
            "! rotated yes this needs true or false",
            "! protected /x this needs a list of texts",
            "! images 5 this needs a text",
            "! theme nosuch there is no such theme; there are betterhalf-",
            "! keys 7 this needs a table",
            "! libraries this needs a table for each folder",
            "! merg x there is no such setting; did you mean merge?",
        )
        await pages.press("j", "right")
        await pages.says("not changed: ", "there is no such setting")
        file.write_text(f'merg = "x"  # oops\n{MINE}')
        await pages.press("escape", "s", "G")
        await pages.says("There is no such setting; did you mean merge?. d takes it out")
        await pages.press("d")
        await pages.says("merg: taken out")
        await pages.press("u")
        await pages.says("there is no change to undo")
    assert file.read_text() == MINE


async def test_what_is_wrong_is_corrected_where_it_stands(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        file.write_text('merge = "immich-3, tgs keep"\n')
        await pages.press("S", "s", "j", "j")
        await pages.says("'tgs keep' names no field")
        await pages.press("enter")
        for _ in "gs keep":
            await pages.press("backspace")
        await pages.write("ags keep")
        await pages.press("enter")
        await pages.says("● merge immich-3, tags keep")
    assert file.read_text() == 'merge = "immich-3, tags keep"\n'


async def test_what_was_protected_by_hand_is_protected_from_then_on(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        file.write_text(f'protected = ["{photos}", "/nowhere"]\n{MINE}')
        await pages.press("S", "s")
        await pages.says("● protected")
        await pages.press("escape")
        await pages.says("loses nothing, and is not written to")
        await pages.press("escape", "l")
        await pages.says("not done: ")
    assert (photos / "b.jpg").exists()
    assert (photos / "a.jpg").exists()


async def test_a_protected_folder_that_is_not_there_is_named(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text(f'protected = ["{photos}/Orginals"]\n')
    async with opened(photos, tmp_path / "c.db", size=(200, 60), **settled(file)) as pages:
        await pages.press("S")
        await pages.says("/Orginals ! there is no such folder now")
        await pages.press("s", "G", "k", "k", "k", "k", "k", "enter")
        await pages.says("/Orginals ! there is no such folder now")
        await pages.press("enter")
        await pages.says("there is no such folder now", "takes it")
        await pages.press("escape", "a")
        await pages.paste(str(photos))
        await pages.says(str(photos), "takes it")
        await pages.says_not("│ there is no such folder now")


async def test_a_rule_that_there_is_not_is_named(photos: Path, file: Path, tmp_path: Path) -> None:
    file.write_text('rules = ["exact-copies", "recommended"]\n')
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("S", "s", "G", *"kkkkk", "k", "enter")
        await pages.says("1 exact-copies", "2 recommended")
        await pages.says_not("there is no such rule")
        await pages.press("a")
        await pages.write("pixel duplicate")
        await pages.says("there is no such rule; did you mean pixel duplicates?")
        await pages.press("enter")
        await pages.says("pixel duplicate ! there is no such rule")


async def test_a_list_that_could_not_be_written_is_not_lost(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.chmod(0o444)
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("S", "s", "G", *"kkkk", "enter", "a")
        await pages.write("~/Phone")
        await pages.press("enter", "escape")
        await pages.says("it is read-only")
        await pages.press("escape")
        file.chmod(0o600)
        await pages.press("enter")
        await pages.says("1 ~/Phone")
        await pages.press("escape")
        await pages.says("● preferred ~/Phone")
    assert 'preferred = ["~/Phone"]' in file.read_text()


async def test_a_library_that_is_gone_is_named_and_comes_back(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("S")
        await pages.says("library 4")
        away = photos.rename(photos.with_name("away"))
        await pages.press("r")
        await pages.says("! the folder is gone; mount it, or put it back, and scan again")
        await pages.says("library 0")
        await pages.press("p")
        await pages.says("1 could not be read", "mount it, or put it back")
        away.rename(photos)
        await pages.press("r")
        await pages.says("folders and servers are looked at again")
        await pages.press("escape")
        await pages.says("library 4", "2 —")
        await pages.says_not("the folder is gone")


async def test_a_read_only_settings_file_is_left_as_it_is(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.chmod(0o444)
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "j", "right")
        await pages.says("Not changed", "it is read-only", "chmod u+w")
        await pages.press("escape")
        file.chmod(0o600)
        await pages.press("right")
        await pages.says("u undoes")
        file.chmod(0o444)
        await pages.press("u")
        await pages.says("Not changed", "it is read-only")
        await pages.press("escape")
        file.chmod(0o600)
        # It can be taken back still.
        await pages.press("u")
        await pages.says("undone: distance")
    assert file.read_text() == MINE


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
