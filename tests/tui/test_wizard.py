"""A rule made by keys: written, tried, explained, saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.rules.parse import parse_pair
from core.rules.rule import Matching, Mode, Search
from tests import gallery
from tests.core.desk import trashed
from tests.tui.pages import EXACT, PIXELS, Pages, opened

SMALL = (80, 24)


@pytest.fixture
def photos(library: Path) -> Path:
    """A photo with a copy, a PNG of it and a smaller one."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg", modified=1)
    gallery.exact_copy(photo, library / "copy.jpg", modified=2)
    gallery.png_of(photo, library / "shown.png")
    gallery.resized(photo, library / "small.jpg")
    return library


async def begin(pages: Pages, template: str = "a blank") -> None:
    """Open the wizard on a rule that comes with betterhalf, or on a blank one."""
    await pages.press("R", "a")
    await pages.write(template)
    await pages.press("enter")
    await pages.says("New rule · 1 of 5")


async def test_a_template_is_tried_while_it_is_read(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, "pixel-perfect jpegs")
        await pages.says("Among pairs that show the same pixels, of which one file is a JPEG")
        await pages.says("├─ type is JPEG", "├─ width > 128", "same pixels required")
        await pages.says("1 pair match · 1 pass")
        await pages.press("tab")
        await pages.says("2 of 5", "├─ A type is JPEG", "└─ + add test")
        await pages.press("tab")
        await pages.says("3 of 5", "action better", "B trash", "metadata as the library says")
        await pages.press("tab")
        await pages.says("4 of 5", "will act 1", "● photo.jpg ○ shown.png")
        await pages.says("trash: shown.png", "frees")
        await pages.press("tab")
        await pages.says("5 of 5", "name pixel-perfect jpegs vs pngs", "mode semi-automatic")
        await pages.press("s")
        await pages.says("Rules", "1 ◆ pixel-perfect jpegs vs pngs asks")
        assert await pages.rule(PIXELS.name) == PIXELS


async def test_a_test_is_written_piece_by_piece(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages)
        await pages.press("tab")
        await pages.says("all of")
        await pages.press("a")
        await pages.says("A test of the pair", "of the one that the rule calls A")
        await pages.press("enter")
        await pages.write("siz")
        await pages.says("bytes of the file")
        await pages.press("tab", "enter")
        await pages.says("A size >")
        await pages.write("B size")
        await pages.says("⏎ takes it as it is")
        await pages.press("enter")
        await pages.says("├─ A size > B size", "where A's size is more than B's")
        await pages.press("s")
        await pages.says("Rules")
        (test,) = (await pages.rule("my rule")).comparison
        assert str(test) == "A size > B size"


async def test_a_test_can_be_added_from_any_row(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages, PIXELS.name)
        await pages.press("a")
        await pages.says("A test of one file")
        await pages.write("size > 1 kB")
        await pages.press("enter")
        await pages.says("├─ size > 1 kB")
        await pages.press("end", "a")
        await pages.says("A test of the other")
        await pages.press("escape", "shift+tab", "a")
        await pages.says("a adds a test at the steps search and comparison")


async def test_a_test_is_found_by_a_word_of_it(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages)
        await pages.press("tab", "a")
        await pages.write("clearly better")
        await pages.press("enter", "enter")
        await pages.says("├─ A has clearly better JPEG quality")


async def test_what_is_no_test_is_not_taken(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages)
        await pages.press("tab", "a")
        await pages.write("A siez zz 3")
        await pages.says("is no test that is known", "did you mean")
        await pages.press("enter")
        await pages.says("A siez zz 3")
        await pages.press("escape")
        await pages.says("+ add test")
        await pages.says_not("siez")


async def test_the_tree_is_edited_and_every_edit_taken_back(photos: Path, tmp_path: Path) -> None:
    tests = tuple(map(parse_pair, ("A size > B size", "A has EXIF", "same type")))
    rule = replace(EXACT, name="tree", comparison=tests, search=Search())
    async with opened(photos, tmp_path / "c.db", [rule]) as pages:
        await pages.press("R")
        await pages.says("tree")
        await pages.press("enter", "tab")
        await pages.says("├─ A size > B size ├─ A has EXIF ├─ same type")
        await pages.press("j", "j", "n")
        await pages.says("├─ not A has EXIF", "A has no EXIF")
        await pages.press("o")
        await pages.says("├─ any of ├─ not A has EXIF ├─ same type")
        await pages.press("a")
        await pages.write("B has GPS")
        await pages.press("enter")
        await pages.says("├─ any of ├─ not A has EXIF ├─ B has GPS ├─ same type")
        await pages.says("(A has no EXIF or B has GPS)")
        await pages.press("J")
        await pages.says("├─ not A has EXIF ├─ B has GPS ├─ same type")
        await pages.press("u", "k", "k", "left")
        await pages.says("├─ all of ├─ not A has EXIF ├─ B has GPS")
        await pages.press("x")
        await pages.says_not("all of ├─ not")
        await pages.press("d")
        await pages.says_not("not A has EXIF")
        for _ in range(6):
            await pages.press("u")
        await pages.says("├─ A size > B size ├─ A has EXIF ├─ same type")
        await pages.press("ctrl+r")
        await pages.says("├─ not A has EXIF")
        await pages.press("escape", "n", "s")
        await pages.says("Rules")
        saved = await pages.rule("tree")
        assert [str(each) for each in saved.comparison] == [
            "A size > B size",
            "not (A has EXIF)",
            "same type",
        ]


async def test_values_are_turned_picked_and_written(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages)
        await pages.press("right")
        await pages.says("one file ── all of", "the other ── all of")
        await pages.press("left")
        for _ in range(4):
            await pages.press("j")
        await pages.press("enter")
        await pages.says("required", "allowed", "excluded")
        await pages.press("escape")
        await pages.press("j", "enter")
        await pages.says("distance: of the fingerprints")
        await pages.write("99")
        await pages.says("this needs a number of bits, 0 to 64")
        await pages.press("enter", "backspace", "backspace")
        await pages.write("4")
        await pages.press("enter")
        await pages.says("distance 4", "at most 4 bits apart")
        await pages.press("tab", "tab", "j", "j", "right")
        await pages.says("B trash", "B goes to the trash")
        await pages.press("j", "enter")
        await pages.write("noth")
        await pages.press("enter", "enter")
        await pages.says("metadata nothing", "metadata stay as they are")
        await pages.press("j", "a")
        await pages.write("larger pixels")
        await pages.press("enter", "a")
        await pages.write("earlier taken")
        await pages.press("enter", "K")
        await pages.says("├─ earlier taken ├─ larger pixels")
        await pages.press("tab", "tab", "enter")
        for _ in range(len("my rule")):
            await pages.press("backspace")
        await pages.says("a rule needs a name")
        await pages.write("mine")
        await pages.press("enter", "s")
        await pages.says("Rules", "1 ")
        rule = await pages.rule("mine")
        assert (rule.search.distance, rule.action.b, rule.action.merge) == (4, "trash", "nothing")
        assert [str(each) for each in rule.keep] == ["earlier taken", "larger pixels"]
        assert rule.search.matching is Matching.BOTH


async def test_what_is_dangerous_or_impossible_is_said(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", size=SMALL) as pages:
        await begin(pages)
        await pages.says("the search matches every pair")
        await pages.press("tab", "tab", "j", "j", "right")
        # The most dangerous first, and where there is no room for the rest, behind a key.
        await pages.says("! it trashes without knowing that both are one picture", "(w: all)")
        await pages.press("w")
        await pages.says("the search matches every pair", "a pair may fit either way round")
        await pages.press("escape", "shift+tab", "a")
        await pages.write("A size > B size")
        await pages.press("enter", "a")
        await pages.write("A size < B size")
        await pages.press("enter")
        # Whatever is marked; and nothing is counted by what cannot be.
        await pages.says("[comparison!]", "! comparison: no pair can pass", "counted again once")
        await pages.press("g")
        await pages.says("no pair can pass")
        await pages.press("tab", "tab", "s")
        await pages.says("not saved: comparison: no pair can pass", "[comparison!]")
        assert await pages.saved() == []


async def test_a_preview_says_why_and_what_an_edit_changes(photos: Path, tmp_path: Path) -> None:
    tests = (parse_pair("A pixels > B pixels"),)
    rule = replace(EXACT, name="larger", search=replace(EXACT.search, kinds=("similar",)))
    rule = replace(rule, comparison=tests, keep=())
    async with opened(photos, tmp_path / "c.db", [rule]) as pages:
        await pages.press("R")
        await pages.says("larger")
        await pages.press("enter", "tab", "j", "enter")
        await pages.write(" + 99 MP")
        await pages.press("enter")
        await pages.says("A pixels > B pixels + 99 MP")
        await pages.press("tab", "tab")
        await pages.says("will act 0", "no longer 2")
        await pages.press("v")
        await pages.says("[will not act, because … 2]", '"A pixels > B pixels + 99 MP" fails')
        await pages.press("v", "v")
        await pages.says("[no longer 2]", "small.jpg")
        await pages.press("enter")
        await pages.says("pair 1 of 2", "small.jpg", "the same picture")
        await pages.press("q")
        await pages.says("[no longer 2]")
        assert trashed(photos) == []


async def test_a_rule_is_not_made_automatic_without_a_question(
    photos: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages, "exact copies")
        await pages.says("1 pass")
        await pages.press("shift+tab", "j", "j", "right")
        await pages.says("mode automatic", "It acts by itself.")
        await pages.press("s")
        await pages.says("You have not approved anything of it yet", "1 pair is ready")
        await pages.press("n")
        await pages.says("mode semi-automatic")
        await pages.press("right", "s")
        await pages.says("You have not approved")
        await pages.press("y")
        await pages.says("Rules", "acts")
        assert (await pages.rule("exact copies")).mode is Mode.AUTOMATIC


async def test_a_draft_is_not_dropped_without_a_question(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db") as pages:
        await begin(pages, "exact copies")
        await pages.press("right", "escape")
        await pages.says("What you changed of this rule is not saved.")
        await pages.press("n")
        await pages.says("New rule")
        await pages.press("escape", "y")
        await pages.says("There is no rule yet.")


async def test_a_renamed_rule_takes_its_history_along(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await pages.press("R")
        await pages.says("waiting for you")
        await pages.press("p")
        await pages.says("1 of 1")
        await pages.press("a")
        await pages.says("approved: copy.jpg")
        await pages.press("escape")
        await pages.says("approved 1")
        await pages.press("enter", "shift+tab", "enter")
        await pages.says("name: what the rule is called")
        await pages.press("backspace", "backspace", "enter", "s")
        await pages.says("exact copi", "approved 1")
        assert [each.name for each in await pages.saved()] == ["exact copi"]
