"""The first minutes: folders are chosen, and rules are offered before any is on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.rules.rule import Mode
from core.settings import load
from tests import gallery
from tests.core.desk import trashed
from tests.tui.pages import EXACT, opened, shown
from tests.tui.terminal import BETTERHALF, Terminal
from tui.first import FirstApp
from tui.keymap import Keymap
from tui.terminal import Terminal as Capabilities
from tui.theming import USUAL, shipped_themes
from tui.widgets.foldertree import FolderTree

_ALL_TRIED = ("smaller resize loses 2 pairs", "re-encode loses 0 pairs — —")
"""Said once nothing of the library is left to be compared for any rule."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with photos in ``Pictures``."""
    home = tmp_path.resolve() / "home"
    for name in ("Documents", "Pictures/2019", ".cache"):
        (home / name).mkdir(parents=True)
    photo = gallery.exact_copy(gallery.photo("coffee"), home / "Pictures" / "a.jpg", modified=1)
    gallery.exact_copy(photo, home / "Pictures" / "2019" / "b.jpg", modified=2)
    gallery.png_of(photo, home / "Pictures" / "c.png")
    gallery.resized(photo, home / "Pictures" / "small.jpg")
    monkeypatch.setenv("HOME", str(home))
    return home


@asynccontextmanager
async def choosing(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[FirstApp, Pilot[Any]]]:
    """The choice of folders."""
    file = Path("/home/anna/.config/betterhalf/settings.toml")
    app = FirstApp(Capabilities(), USUAL, shipped_themes(), Keymap.of({}), file)
    async with app.run_test(size=size) as pilot:
        while app.screen.query_one(FolderTree).marked is None:
            await pilot.pause(0.01)
        yield app, pilot


async def test_the_folder_of_pictures_is_one_key_away(home: Path) -> None:
    async with choosing() as (app, pilot):
        assert "▸ Documents" in shown(app)
        assert ".cache" not in shown(app)
        await pilot.press("enter")
    assert app.chosen == [str(home / "Pictures")]


async def test_folders_are_chosen_by_going_to_them_or_by_their_paths(
    home: Path, tmp_path: Path
) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()
    async with choosing((200, 40)) as (app, pilot):

        async def says(text: str) -> None:
            while text not in shown(app):
                await pilot.pause(0.01)

        await pilot.press("right")
        await says("▸ 2019")
        await pilot.press("down", "space")
        await says("2019  ● chosen")
        await pilot.press("slash", *"/nowhere")
        await says("there is no such folder")
        await pilot.press("enter")
        app.screen.query_one(Input).value = str(other)
        await pilot.press("enter")
        await says(f"● {other}")
        await says("settings.toml will say")
        await pilot.press("enter")
    assert app.chosen == [str(home / "Pictures" / "2019"), str(other)]


async def test_whoever_leaves_has_chosen_nothing(home: Path) -> None:
    async with choosing() as (app, pilot):
        await pilot.press("space", "q")
    assert app.chosen == []


async def test_safe_rules_are_offered_with_what_they_would_do(home: Path, tmp_path: Path) -> None:
    library = home / "Pictures"
    async with opened(library, tmp_path / "c.db", size=(80, 24), first=True) as pages:
        await pages.says("What betterhalf could do here", "The scan is done: 4 pairs")
        await pages.says("· exact copies 1 pair", "· pixel duplicates 2 pairs")
        # What only a look at the pixels tells is known in a moment, too.
        await pages.says("smaller resize loses 2 pairs")
        assert await pages.saved() == []
        await pages.press("e")
        await pages.says("pair 1 of 1", "exact copies would keep A", "2019/b.jpg")
        await pages.press("q", "enter")
        await pages.says("␣ chooses a rule")
        await pages.press("space", "down", "space", "enter")
        await pages.says("Rules", "1 ◆ exact copies", "waiting for you", "2 ✓ upscale loses")
        found = [each.read() for each in await pages.saved()]
        assert [rule.mode for rule in found] == [Mode.SEMI] * 2
        await pages.press("u")
        await pages.says("undone: 2 rules were saved", "There is no rule yet.")
    assert trashed(library) == []


async def test_what_is_offered_can_be_left_and_seen_later(home: Path, tmp_path: Path) -> None:
    async with opened(home / "Pictures", tmp_path / "c.db", [EXACT], first=True) as pages:
        await pages.says("exact copies (saved)", *_ALL_TRIED)
        await pages.press("A")
        await pages.says("2 chosen")
        await pages.press("q")
        await pages.says("pair 1 of 4")
        await pages.press("R", "o")
        await pages.says("What betterhalf could do here", "exact copies (saved)")
        assert len(await pages.saved()) == 1


def test_without_a_folder_one_is_asked_for_and_remembered(home: Path, tmp_path: Path) -> None:
    command = [*BETTERHALF, "--database", tmp_path / "c.db"]
    settings = home / ".config" / "betterhalf" / "settings.toml"
    for visit in (_choose_and_take, _leave):
        terminal = Terminal(command, home)
        try:
            visit(terminal)
            assert terminal.end() == 0
        finally:
            terminal.close()
        assert load(settings).folders == (str(home / "Pictures"),)
        assert settings.read_text() == 'folders = ["~/Pictures"]\n'
    assert trashed(home / "Pictures") == []


def _choose_and_take(terminal: Terminal) -> None:
    terminal.until("Which folders hold your photos?")
    terminal.until("▸ Pictures")
    terminal.press("\r")
    terminal.until("The scan is done: 4 pairs")
    for text in _ALL_TRIED:
        terminal.until_holds(lambda text=text: text in " ".join(terminal.emulator.text.split()))
    terminal.press("A\r")
    terminal.until("waiting for you")
    terminal.press("q")
    _leave(terminal)


def _leave(terminal: Terminal) -> None:
    terminal.until("pair 1 of 4")
    terminal.press("q")
