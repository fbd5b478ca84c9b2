"""The list of rules: all that can be done with them, by keys."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog import rulebook
from core.catalog.schema import database
from core.errors import UsageError
from core.rules.rule import Mode
from core.rules.toml_form import read_rules
from tests import gallery
from tests.core.desk import trashed
from tests.tui.pages import ACTS, EXACT, PIXELS, Pages, opened


@pytest.fixture
def photos(library: Path) -> Path:
    """Two photos, each with a copy; one with a PNG of it."""
    for number, name in enumerate(("coffee", "clock")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
    gallery.png_of(gallery.photo("coffee"), library / "coffee.png")
    return library


async def names(pages: Pages) -> list[str]:
    return [each.name for each in await pages.saved()]


async def test_without_rules_it_is_said_what_to_do(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=(80, 24)) as pages:
        await pages.press("R")
        await pages.says("There is no rule yet.", "a adds one")


async def test_rules_are_listed_with_what_they_are_at(photos: Path, tmp_path: Path) -> None:
    paused = replace(PIXELS, paused=True)
    async with opened(photos, tmp_path / "c.db", [EXACT, paused], (80, 24)) as pages:
        await pages.press("R")
        await pages.says("1 ◆ exact copies asks waiting for you 2")
        await pages.says("2 ‖ pixel-perfect jpegs vs pngs asks paused —")
        await pages.says("Among exact copies, A is better than B", "2 ready", "has not acted yet")
        await pages.press("j")
        await pages.says("It is paused.", "not at work")


async def test_a_rule_rests_and_goes_on(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R")
        await pages.says("waiting for you")
        await pages.press("space")
        await pages.says("exact copies rests", "‖")
        assert (await pages.rule("exact copies")).paused
        await pages.press("u")
        await pages.says("undone: exact copies was changed", "waiting for you")


async def test_what_could_not_be_undone_can_be_the_next_time(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R")
        await pages.says("waiting for you")
        await pages.press("space")
        await pages.says("exact copies rests")
        catalog = pages.review.session.catalog
        # Who waits for a lock is told of it at once.
        await catalog.call(database.pragma, "busy_timeout", 0)
        with closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pages.press("u")
            await pages.says("another program keeps it locked")
        await pages.press("escape", "u")
        await pages.says("undone: exact copies was changed", "waiting for you")


async def test_a_rule_acts_by_itself_only_after_a_question(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R")
        await pages.says("waiting for you")
        await pages.press("m")
        await pages.says("So far you approved 0 choices of exact copies", "2 pairs are ready")
        await pages.press("n")
        assert (await pages.rule("exact copies")).mode is Mode.SEMI
        await pages.press("m", "y")
        await pages.says("exact copies acts by itself now", "acted 2", "done")
        assert trashed(photos) == ["clock copy.jpg", "coffee copy.jpg"]
        await pages.press("m")
        await pages.says("exact copies asks before it acts")
        assert (await pages.rule("exact copies")).mode is Mode.SEMI


async def test_rules_are_moved_copied_and_removed(photos: Path, tmp_path: Path) -> None:
    acts = replace(EXACT, mode=ACTS, paused=True)
    async with opened(photos, tmp_path / "c.db", [acts, PIXELS]) as pages:
        await pages.press("R")
        await pages.says("2 ◆ pixel-perfect")
        await pages.press("J")
        await pages.says("1 ◆ pixel-perfect", "2 ‖ exact copies")
        # The mark stays on what was moved.
        await pages.press("K")
        await pages.says("1 ‖ exact copies")
        await pages.press("c")
        await pages.says("2 ‖ exact copies 2", "it asks before it acts")
        assert (await pages.rule("exact copies 2")).mode is Mode.SEMI
        assert await names(pages) == ["exact copies", "exact copies 2", PIXELS.name]
        await pages.press("d")
        await pages.says("exact copies is gone")
        await pages.press("u")
        await pages.says("undone: exact copies was removed")
        assert await names(pages) == ["exact copies", "exact copies 2", PIXELS.name]
        await pages.press("u", "u", "u")
        await pages.says("was moved")
        assert await names(pages) == ["exact copies", PIXELS.name]


async def test_what_a_rule_was_denied_it_may_ask_again(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R")
        await pages.says("waiting for you 2")
        await pages.press("p")
        await pages.says("1 of 2")
        await pages.press("n")
        await pages.says("1 of 1")
        await pages.press("escape")
        await pages.says("1 denied", "denied 1")
        await pages.press("r")
        await pages.says("exact copies may ask again for 1 pair", "2 ready")
        await pages.press("u")
        await pages.says("1 denied")


async def test_rules_are_written_to_a_file_and_read_from_it(photos: Path, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    async with opened(photos, tmp_path / "c.db", [EXACT, PIXELS], (80, 24)) as pages:
        await pages.press("R")
        await pages.says("2 rules")
        await pages.press("x", "enter")
        await pages.says("Write to which new file?")
        await pages.paste(str(path))
        await pages.press("enter")
        await pages.says("2 rules written to")
        assert [rule.name for rule in read_rules(path.read_text(), "")] == [EXACT.name, PIXELS.name]
        await pages.press("d", "i")
        await pages.paste(str(path))
        await pages.press("enter")
        await pages.says("exact copies (new, asks)", f"{PIXELS.name} (replaces yours, asks)")
        await pages.press("y")
        await pages.says("2 rules imported")
        assert await names(pages) == [PIXELS.name, EXACT.name]
        await pages.press("u")
        await pages.says("undone: 2 rules were saved")
        assert await names(pages) == [PIXELS.name]


async def test_a_file_that_is_none_is_said(photos: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("format = 1\n[[rule]]\nname = 3\n")
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R", "i")
        await pages.paste(str(path))
        await pages.press("enter")
        await pages.says("not done", "a rule needs a name")
        os.mkfifo(tmp_path / "pipe")
        for named, said in (
            ("nowhere.toml", "there is no such file"),
            ("pipe", "this is no file"),
            (".", "this is no file"),
            ("~nobody-is-called-so/rules.toml", "there is no such file"),
        ):
            if "Esc closes" in pages.text:
                # What was said before is more than a line.
                await pages.press("escape")
            await pages.press("i")
            await pages.paste(named if named.startswith("~") else str(tmp_path / named))
            await pages.press("enter")
            await pages.says(said)


async def test_a_file_that_cannot_be_written_is_said(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        desk = pages.review.app.desk
        (tmp_path / "mine.toml").write_text("mine")
        for named, said in (("mine.toml", "there already"), ("none/rules.toml", "no such folder")):
            with pytest.raises(UsageError, match=said):
                await desk.export(str(tmp_path / named), None)
        assert (tmp_path / "mine.toml").read_text() == "mine"
        # What cannot be read keeps nobody from the rest.
        broken = rulebook.StoredRule("new", "format = 99")
        await pages.review.session.catalog.call(rulebook.save_rules, [broken])
        await pages.press("R", "x", "enter")
        await pages.paste(str(tmp_path / "rules.toml"))
        await pages.press("enter")
        await pages.says("1 cannot be read and stayed out · 1 rule written to")


async def test_a_rule_that_cannot_be_read_says_why(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        broken = rulebook.StoredRule("new", "format = 99")
        await pages.review.session.catalog.call(rulebook.save_rules, [broken])
        await pages.press("R")
        await pages.says("2 ! new")
        await pages.press("j")
        await pages.says("written for a newer betterhalf", "asks before it acts, until this")
        await pages.press("enter", "space")
        await pages.says("update betterhalf")
        await pages.press("d")
        await pages.says("new is gone")
