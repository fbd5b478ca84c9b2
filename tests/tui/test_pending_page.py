"""What waits for approval: answered by keys, one by one or many at once, and taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog import history, rulebook
from core.model import DecisionState
from core.rules.parse import parse_pair
from core.rules.rule import Search
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.tui.pages import EXACT, PIXELS, Pages, opened

SMALL = (80, 24)


@pytest.fixture
def photos(library: Path) -> Path:
    """Three photos, each with a copy, and a PNG of the first."""
    for number, name in enumerate(("coffee", "clock", "chelsea")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
    gallery.png_of(gallery.photo("coffee"), library / "coffee.png")
    return library


async def denied(pages: Pages) -> list[str]:
    catalog = pages.review.session.catalog
    return [each.rule for each in await catalog.call(rulebook.denials)]


async def begin(pages: Pages, *said: str) -> str:
    """Open the page, and wait for this; returns what would go first."""
    await pages.press("P")
    await pages.says("Pending", *said)
    found = re.search(r"trash: (.+)", pages.text)
    return found[1] if found else ""


async def only(pages: Pages, name: str) -> None:
    """List only what has this in its name."""
    await pages.press("slash")
    await pages.write(name)
    await pages.press("enter")
    await pages.says(f"1 of 1 · “{name}”", f"{name} copy.jpg", "frees")


async def test_choices_are_listed_with_what_would_be_done(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT, PIXELS], SMALL) as pages:
        await begin(pages, "1 of 4", "exact copies ● coffee.jpg ○ coffee copy.jpg")
        await pages.says(PIXELS.name[:13], "● coffee.jpg ○ coffee.png")
        await pages.press("r")
        await pages.says("Pending · exact copies", "1 of 3")
        await pages.press("r")
        await pages.says("Pending · pixel-perfect", "1 of 1", "A coffee.jpg B coffee.png")
        await pages.says("trash: coffee.png", "frees")
        await pages.press("r")
        await pages.says("4 of 4")
        await only(pages, "clock")


async def test_one_is_approved_and_taken_back(photos: Path, tmp_path: Path) -> None:
    before = snapshot(photos)
    async with opened(photos, tmp_path / "c.db", [EXACT], SMALL) as pages:
        first = await begin(pages, "1 of 3", "trash: ")
        await pages.press("a")
        await pages.says("1 of 2", f"approved: {first} → trash · u undoes")
        assert trashed(photos) == [first]
        (decision,) = await pages.review.session.catalog.call(history.latest, 9)
        assert (decision.choice.rule, decision.choice.approved) == ("exact copies", True)
        await pages.press("u")
        await pages.says(f"undone: {first} is back in its place", "of 3")
    assert snapshot(photos) == before


async def test_one_is_denied_and_may_be_proposed_again(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT], SMALL) as pages:
        first = await begin(pages, "1 of 3", "trash: ")
        await pages.press("n")
        await pages.says("1 of 2", f"denied: {first} · u undoes")
        assert await denied(pages) == ["exact copies"]
        await pages.press("u")
        await pages.says(f"undone: {first} may be proposed again", "of 3")
        assert await denied(pages) == []
    assert trashed(photos) == []


async def test_the_selected_are_answered_together(photos: Path, tmp_path: Path) -> None:
    before = snapshot(photos)
    async with opened(photos, tmp_path / "c.db", [EXACT], SMALL) as pages:
        await begin(pages, "1 of 3", "trash: ")
        await pages.press("space", "j", "space")
        await pages.says("2 selected", "✓")
        await pages.press("a")
        await pages.says("approved 2 choices · u undoes", "1 of 1")
        assert len(trashed(photos)) == 2
        await pages.press("u")
        await pages.says("undone: 2 choices are taken back", "of 3")
        assert snapshot(photos) == before
        await pages.press("A")
        await pages.says("3 selected")
        await pages.press("A")
        await pages.says_not("selected")
        await pages.press("A", "n")
        await pages.says("denied 3 choices", "Nothing waits for your approval.")


async def test_of_those_that_hang_together_some_are_settled_by_the_others(
    library: Path, tmp_path: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    for factor, name in ((0.7, "b"), (0.5, "c")):
        gallery.resized(photo, library / f"{name}.jpg", factor=factor)
    larger = replace(EXACT, search=Search(), comparison=(parse_pair("A pixels > B pixels"),))
    async with opened(library, tmp_path / "c.db", [larger], SMALL) as pages:
        await begin(pages, "1 of 3")
        await pages.press("A", "a")
        await pages.says("approved 2 choices", "1 settled by them")
    assert trashed(library) == ["b.jpg", "c.jpg"]


async def test_what_cannot_be_done_says_why_and_waits_on(library: Path, tmp_path: Path) -> None:
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    lost = gallery.exact_copy(gallery.photo("coffee"), library / "b.jpg", modified=2)
    lost.with_suffix(".mov").write_bytes(b"a video of its own")
    async with opened(library, tmp_path / "c.db", [EXACT]) as pages:
        await begin(pages, "1 of 1", "! b.jpg: b.mov beside it has no equal")
        await pages.press("a")
        await pages.says("1 refused: b.jpg: b.mov beside it has no equal", "1 of 1")
    assert trashed(library) == []


async def test_what_stands_in_the_way_is_named(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT], SMALL) as pages:
        await begin(pages, "1 of 3")
        await only(pages, "clock")
        (photos / "clock.jpg").unlink()
        await pages.press("a")
        await pages.says("1 refused: clock.jpg: it is gone; scan again")
    assert trashed(photos) == []


async def test_pairs_are_looked_at_and_answered_beside_their_pictures(
    photos: Path, tmp_path: Path
) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        first = await begin(pages, "1 of 3", "trash: ")
        await pages.press("enter")
        await pages.says("pair 1 of 3", first, "exact copies would keep A")
        await pages.press("a")
        await pages.says("pair 1 of 2", f"approved: {first} → trash")
        await pages.press("u")
        await pages.says("pair 1 of 3", "is back in its place", first)
        await pages.press("j")
        await pages.says("pair 2 of 3")
        await pages.press("n")
        await pages.says("denied: ", "pair 2 of 2")
        await pages.press("k")
        await pages.says("pair 1 of 2", first)
        await pages.press("q")
        await pages.says("Pending", "of 2")
        assert await denied(pages) == ["exact copies"]
    assert trashed(photos) == []


async def test_a_is_what_stays_however_the_pair_is_stored(library: Path, tmp_path: Path) -> None:
    gallery.exact_copy(gallery.photo("coffee"), library / "a newer.jpg", modified=9e9)
    gallery.exact_copy(gallery.photo("coffee"), library / "b older.jpg", modified=1)
    async with opened(library, tmp_path / "c.db", [EXACT]) as pages:
        await begin(pages, "● b older.jpg ○ a newer.jpg")
        await pages.press("enter")
        await pages.says("A ● b older.jpg B ○ a newer.jpg")


async def test_a_pair_is_decided_in_the_review_instead(photos: Path, tmp_path: Path) -> None:
    async with opened(photos, tmp_path / "c.db", [EXACT]) as pages:
        await begin(pages, "of 3")
        await only(pages, "chelsea")
        await pages.press("enter")
        await pages.says("pair 1 of 1", "chelsea copy.jpg")
        await pages.press("e")
        await pages.says("◆ 3 by rules", "chelsea copy.jpg", "← keep A")
        await pages.press("b")
        await pages.review.settled()
        (decision,) = await pages.review.session.catalog.call(history.latest, 9)
        assert (decision.choice.rule, decision.state) == (None, DecisionState.DONE)


async def test_what_an_automatic_rule_left_says_why(photos: Path, tmp_path: Path) -> None:
    careful = replace(EXACT, mode="automatic", audit=1)
    async with opened(photos, tmp_path / "c.db", [careful]) as pages:
        await begin(pages, "of 3", "not done by itself: one in 1 is held back")


async def test_without_anything_it_is_said_what_that_means(photos: Path, tmp_path: Path) -> None:
    never = replace(EXACT, name="never", comparison=(parse_pair("A size > B size + 1 GB"),))
    never = replace(never, search=replace(never.search, kinds=("pixels",)))
    async with opened(photos, tmp_path / "c.db", [never], SMALL) as pages:
        await begin(pages, "Nothing waits for your approval.", "R shows the rules")
