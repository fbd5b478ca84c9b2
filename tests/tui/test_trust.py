"""The way from a template to a rule that is trusted, by keys alone: narrowed, tried, approved and
denied in part, made automatic, seen at work on what arrives, and taken back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.catalog import rulebook
from core.rules.rule import Mode
from tests import gallery
from tests.core.desk import trashed
from tests.tui.pages import PIXELS, Pages, opened
from tests.tui.terminal import BETTERHALF, Terminal


@pytest.fixture
def photos(library: Path) -> Path:
    """Three photos, and a PNG of each."""
    for number, name in enumerate(("coffee", "clock", "chelsea")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.png_of(photo, library / f"{name}.png")
    return library


@pytest.fixture
def arriving(tmp_path: Path) -> Path:
    """A photo and a PNG of it that are not in the library yet."""
    folder = tmp_path / "arriving"
    folder.mkdir()
    photo = gallery.exact_copy(gallery.photo("astronaut"), folder / "new.jpg")
    gallery.png_of(photo, folder / "new.png")
    return folder


def arrive(folder: Path, library: Path) -> None:
    """Copy everything there is in `folder` into the library, each file in one step."""
    for file in sorted(folder.iterdir()):
        os.replace(file, library / file.name)


async def test_in_the_app(photos: Path, arriving: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=(80, 24), watch=True) as pages:
        await _add_and_narrow(pages)
        await _approve_and_deny(pages)
        await _make_automatic(pages)
        arrive(arriving, photos)
        await pages.says("acted 1 · approved 2 · denied 1", "75.0 % right")
        assert not (photos / "new.png").exists()
        await pages.press("h")
        await pages.says("History · rule pixel-perfect", "1 of 3", "#3", "B new.png", "stands")
        await pages.press("u")
        await pages.says("undone: new.png is back in its place", "taken back")
        assert (photos / "new.png").exists()
        # What was taken back is not done again, it waits for a person.
        await pages.press("escape")
        await pages.says("undone 1", "1 ◆ pixel-perfect jpegs vs pngs acts waiting for you 1")
        await pages.press("p")
        await pages.says("new.png", "was taken back before")


async def _add_and_narrow(pages: Pages) -> None:
    await pages.press("R")
    await pages.says("There is no rule yet.")
    await pages.press("a")
    await pages.write("pixel-perfect jpegs")
    await pages.press("enter")
    await pages.says("New rule · 1 of 5", "3 pairs match · 3 pass")
    await pages.press("tab", "a")
    await pages.write("A size < B size")
    await pages.press("enter")
    await pages.says("├─ A type is JPEG", "├─ A size < B size", "3 pass")
    await pages.press("tab", "tab")
    await pages.says("[will act 3]", "trash: ", "frees")
    await pages.press("s")
    await pages.says("Rules", "asks", "waiting for you 3")
    (saved,) = await pages.saved()
    assert (saved.name, saved.read().mode) == (PIXELS.name, Mode.SEMI)


async def _approve_and_deny(pages: Pages) -> None:
    await pages.press("p")
    await pages.says("Pending", "1 of 3", "frees")
    await pages.press("a")
    await pages.says("approved: ", "→ trash", "1 of 2")
    await pages.press("n")
    await pages.says("denied: ", "1 of 1")
    await pages.press("a")
    await pages.says("approved: ", "Nothing waits for your approval.")
    assert len(trashed(pages.review.screen.roots[0])) == 2
    catalog = pages.review.session.catalog
    assert len(await catalog.call(rulebook.denials)) == 1


async def _make_automatic(pages: Pages) -> None:
    await pages.press("escape")
    await pages.says("approved 2 · denied 1")
    await pages.press("m")
    await pages.says("So far you approved 2 choices of", "and denied 1")
    await pages.press("y")
    await pages.says("acts by itself now")


def test_in_a_terminal(photos: Path, arriving: Path, tmp_path: Path) -> None:
    command = [*BETTERHALF, "--watch", "--database", tmp_path / "c.db", photos]
    terminal = Terminal(command, tmp_path)
    try:
        terminal.skip_offers()
        for keys, said in (
            ("", "pair 1 of 3"),
            ("R", "There is no rule yet."),
            ("a", "a blank rule"),
            ("pixel-perfect jpegs\r", "3 pass"),
            ("\ta", "A test of the pair"),
            ("A size < B size", "takes it as it is"),
            ("\r", "├─ A size < B size"),
            ("\t\t", "[will act 3]"),
            ("s", "waiting for you"),
            ("p", "1 of 3"),
            ("a", "approved: "),
            ("n", "denied: "),
            ("a", "Nothing waits for your approval."),
            ("\x1b", "approved 2 · denied 1"),
            ("m", "So far you approved 2 choices"),
            ("y", "acts by itself now"),
        ):
            terminal.press(keys)
            terminal.until(said)
        arrive(arriving, photos)
        terminal.until("acted 1 · approved 2 · denied 1")
        assert not (photos / "new.png").exists()
        terminal.press("h")
        terminal.until("1 of 3")
        terminal.until("stands")
        terminal.press("u")
        terminal.until("undone: new.png is back in its place")
        assert (photos / "new.png").exists()
    finally:
        terminal.close()
    assert b"Traceback" not in terminal.written
