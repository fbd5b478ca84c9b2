"""Two processes on one catalog: what one makes of the rules holds in the other, and is not lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UsageError
from core.rules.parse import parse
from core.rules.rule import Mode
from core.rules.toml_form import write_rules
from tests import gallery
from tests.tui.pages import ACTS, EXACT, PIXELS, Pages, opened
from tests.tui.terminal import BETTERHALF


@pytest.fixture
def photos(library: Path) -> Path:
    """Two photos, and a PNG of each."""
    for number, name in enumerate(("coffee", "clock")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.png_of(photo, library / f"{name}.png")
    return library


async def elsewhere(database: Path, *arguments: str) -> None:
    """Run another betterhalf on the same catalog."""
    command = [*BETTERHALF, "--database", str(database), *arguments]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)


def worked(pages: Pages) -> int:
    """How often the rules have come to an end; 0 while they are at work."""
    rules = pages.review.app._rules
    return 0 if rules.working else rules.passes


async def test_a_rule_that_was_removed_elsewhere_acts_no_more(photos: Path, tmp_path: Path) -> None:
    database = tmp_path / "c.db"
    named = replace(EXACT, mode=ACTS)
    async with opened(photos, database, [named], watch=True) as pages:
        await pages.press("R")
        await pages.says("1 ✓ exact copies acts done")
        await elsewhere(database, "--rules-remove", EXACT.name)
        await pages.says("There is no rule yet.")
        gallery.exact_copy(photos / "clock.jpg", tmp_path / "new.jpg", modified=9)
        os.replace(tmp_path / "new.jpg", photos / "new.jpg")
        queue = pages.review.screen.queue
        await pages.review.until(lambda: len(queue) >= 3)
        await pages.review.until(lambda: worked(pages))
        assert (photos / "new.jpg").exists()
        for key in ("space", "K", "c", "d", "m", "e", "r"):
            await pages.press(key)
        await pages.says("There is no rule yet.")


async def test_what_was_seen_before_an_edit_elsewhere_does_not_undo_that_edit(
    photos: Path, tmp_path: Path
) -> None:
    database = tmp_path / "c.db"
    async with opened(photos, database, [PIXELS, EXACT]) as pages:
        desk = pages.review.app.desk
        await desk.save(replace(PIXELS, paused=True), PIXELS)
        edited = replace(PIXELS, note="by somebody else")
        (tmp_path / "rules.toml").write_text(write_rules([edited]))
        await elsewhere(database, "--rules-import", str(tmp_path / "rules.toml"))
        with pytest.raises(UsageError, match="edited elsewhere"):
            await desk.save(replace(PIXELS, mode=Mode.AUTOMATIC), PIXELS)
        with pytest.raises(UsageError, match="edited elsewhere"):
            await desk.undo_change()
        assert (await pages.rule(PIXELS.name)).note == "by somebody else"
        await elsewhere(database, "--rules-remove", EXACT.name)
        for change in (desk.duplicate(EXACT.name), desk.place(EXACT.name, 1)):
            with pytest.raises(UsageError, match="it is gone"):
                await change
        for change in (desk.remove(EXACT.name), desk.save(EXACT, EXACT)):
            with pytest.raises(UsageError, match="it is gone"):
                await change
        with pytest.raises(UsageError, match="it is gone"):
            await desk.export(str(tmp_path / "none.toml"), EXACT.name)
        assert not (tmp_path / "none.toml").exists()


async def test_a_draft_of_a_rule_that_changed_elsewhere_asks_before_it_is_saved(
    photos: Path, tmp_path: Path
) -> None:
    database = tmp_path / "c.db"
    acting = replace(PIXELS, mode=ACTS, paused=True)
    async with opened(photos, database, [acting], (80, 24)) as pages:
        await pages.press("R")
        await pages.says("paused")
        await pages.press("e", "tab", "a")
        await pages.write("A size < B size")
        await pages.press("enter")
        await pages.says("├─ A size < B size")
        edited = replace(PIXELS, comparison=(*PIXELS.comparison, parse("A size > 1 kB")))
        (tmp_path / "rules.toml").write_text(write_rules([edited]))
        await elsewhere(database, "--rules-import", str(tmp_path / "rules.toml"))
        await pages.press("s")
        await pages.says("It was changed elsewhere meanwhile", "has more than 1 kB")
        await pages.press("n")
        await pages.says("├─ A size < B size")
        assert (await pages.rule(PIXELS.name)).mode is Mode.SEMI
        await pages.press("s", "y")
        # It asks by now, so that acting by itself is asked about anew.
        await pages.says("Act by itself?")
        await pages.press("y")
        await pages.says("saved · it acts by itself")
        assert (await pages.rule(PIXELS.name)).mode is ACTS


async def test_a_draft_of_a_rule_that_was_removed_elsewhere_is_saved_as_a_new_one(
    photos: Path, tmp_path: Path
) -> None:
    database = tmp_path / "c.db"
    async with opened(photos, database, [PIXELS], (80, 24)) as pages:
        await pages.press("R")
        await pages.says("waiting for you 2")
        await pages.press("e", "tab", "tab", "tab")
        await pages.says("[will act 2]", "newly 0")
        await elsewhere(database, "--rules-remove", PIXELS.name)
        await pages.press("v", "v", "s")
        await pages.says("s saves it as a new rule")
        await pages.press("s")
        await pages.says("saved · p shows what waits for you", "waiting for you 2")
        assert (await pages.rule(PIXELS.name)) == PIXELS


async def test_only_what_was_shown_is_approved(photos: Path, tmp_path: Path) -> None:
    """The rule turns round while somebody looks at a pair and at what was to become of it."""
    turned = replace(PIXELS, comparison=(parse("A type is PNG"),))
    async with opened(photos, tmp_path / "c.db", [PIXELS], (80, 24)) as pages:
        await pages.press("P")
        await pages.says("1 of 2", "● coffee.jpg ○ coffee.png")
        await pages.press("enter")
        await pages.says("pixel-perfect jpegs vs pngs would keep A")
        desk = pages.review.app.desk
        passes = worked(pages)
        await desk.save(turned, PIXELS)
        await pages.review.until(lambda: worked(pages) > passes)
        shown = pages.text.split("\n")[1]
        await pages.press("a")
        await pages.says("not done: its rule wants something else by now")
        assert sorted(path.name for path in photos.iterdir()) == [
            "clock.jpg",
            "clock.png",
            "coffee.jpg",
            "coffee.png",
        ]
        # What stays is A, as the rule has it by now.
        assert pages.text.split("\n")[1] != shown
        await pages.says("would keep A")
        await pages.press("a")
        await pages.says("approved: ", ".jpg → trash")
