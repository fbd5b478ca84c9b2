"""Keys changed on the screen: pressed or written, judged at once, written back, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load
from tests import gallery
from tests.tui.pages import opened, settled

SMALL = (80, 24)
MINE = """\
# mine

[keys]
skip = ["s"]  # as ever
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A person's settings."""
    path = tmp_path / "settings.toml"
    path.write_text(MINE)
    return path


@pytest.fixture
def photos(library: Path) -> Path:
    """A photo with a copy."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    return library


async def test_a_key_is_pressed_and_holds_at_once(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G")
        await pages.says("● keys 1 command not as usual", "A change holds at once.")
        await pages.press("enter", "j")
        await pages.says("keep left ← h Keep A", "keep_left in the settings · usually ← h")
        await pages.press("enter", "ctrl+p", "left")
        await pages.says("keys Ctrl+P ←", "Ctrl+P is no longer palette (:)")
        await pages.press("backspace", "backspace", "f5", "enter")
        await pages.says("● keep left F5", "keep_left: f5 · u undoes", "2 commands not as usual")
        assert file.read_text() == f'{MINE}keep_left = ["f5"]\n'
        await pages.press("escape", "escape", "escape")
        await pages.says("F5 keep A")
        await pages.press("question_mark")
        await pages.says("F5 Keep A; B goes to the trash.")
        await pages.press("escape", "h")
        assert (photos / "b.jpg").exists()
        await pages.press("f5")
        await pages.says("b.jpg → trash")


async def test_what_a_key_does_already_is_said_beside_it(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "enter", "enter")
        for key, problem in (
            ("f", "f is the only key of flicker: give that another first"),
            ("s", "your settings give s to skip: change that first"),
            ("ctrl+q", "Ctrl+Q leaves betterhalf, wherever you are"),
        ):
            await pages.press(key)
            await pages.says(problem)
            await pages.press("enter", "backspace")
        await pages.says("no key does it then; the palette has it")
        await pages.press("j")
        await pages.says("keys j")
        await pages.press("escape")
        await pages.says("accept ⏎")
    assert file.read_text() == MINE


async def test_keys_are_written_by_their_names(photos: Path, file: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "enter", "slash")
        await pages.write("group best")
        await pages.press("enter")
        await pages.says("“group best”", "group best p Make it")
        await pages.press("e")
        await pages.write("ctlr+x")
        await pages.says("there is no key ctlr+x; try ctrl+x, f5, x or ?")
        for _ in "ctlr+x":
            await pages.press("backspace")
        await pages.write("Esc h")
        await pages.says("Esc is no longer leave (g); h is no longer previous picture (←)")
        await pages.press("enter")
        await pages.says("group.best: escape h · ")
        assert load(file).keys == {"skip": ("s",), "group.best": ("escape", "h")}
        await pages.press("d")
        await pages.says("group.best: as usual")
        await pages.press("u")
        await pages.says("undone: best", "● group best Esc h")
        await pages.press("u")
        assert file.read_text() == MINE


async def test_what_the_file_says_wrong_is_said_there_and_taken_out(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text(f'{MINE}kep_left = "x"\nwhy = "ctlr+w"\n[keys.pairs]\nopen = "f5"\n')
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "enter", "c")
        await pages.says("! kep_left there is no command kep_left", "! why w there is no key")
        await pages.says("● pairs open F5")
        await pages.press("d")
        await pages.says("kep_left: as usual · u undoes", "3 commands not as usual")
        await pages.press("j", "d")
        await pages.says("2 commands not as usual")
    assert file.read_text() == f'{MINE}[keys.pairs]\nopen = "f5"\n'


async def test_a_usual_key_that_another_has_by_now_does_not_come_back(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text('[keys]\nwhy = "x"\nswap = "w"\n')
    async with opened(photos, tmp_path / "c.db", size=SMALL, **settled(file)) as pages:
        await pages.press("S", "s", "G", "enter", "c", "d")
        await pages.says("not changed: its usual x is another command's by your settings")
    assert file.read_text() == '[keys]\nwhy = "x"\nswap = "w"\n'


async def test_who_gives_ctrl_z_and_ctrl_p_away_has_them(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text('[keys]\nswap = ["ctrl+p", "ctrl+z"]\nsuspend = "f5"\n')
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("ctrl+p")
        assert pages.review.sides() == ("b.jpg", "a.jpg")
        await pages.press("ctrl+z")
        assert pages.review.sides() == ("a.jpg", "b.jpg")
        await pages.press("R", "ctrl+p")
        await pages.says("Search for commands")


async def test_what_is_said_of_keys_names_those_that_do_it(
    photos: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text('[keys]\nundo = "f6"\nhistory.redo = "f7"\n')
    async with opened(photos, tmp_path / "c.db", **settled(file)) as pages:
        await pages.press("l")
        await pages.says("a.jpg → trash · F6 undoes")
        await pages.press("question_mark")
        await pages.says("moves to the trash; F6 brings it back")
        await pages.press("escape", "H", "u", "y")
        await pages.says("a.jpg is back in its place · F7 makes it again")
