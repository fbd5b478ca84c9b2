"""The queue as a person sees it: what is shown of it, the list of it, and where one left off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.text import human_size
from tests import gallery
from tests.tui.review import Review, reviewing
from tui.bookmark import Bookmark
from tui.screens.lens import LensScreen
from tui.screens.pairs import PairsScreen


@pytest.fixture
def pictures(library: Path) -> Path:
    """Three pairs: two of exact copies, and a PNG of a JPEG's pixels."""
    for name, folder in (("coffee", "Cups"), ("clock", "Clocks")):
        (library / folder).mkdir()
        kept = library / folder / f"{name}.jpg"
        photo = gallery.exact_copy(gallery.photo(name), kept, modified=1e9)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=2e9)
    gallery.png_of(gallery.photo("chelsea"), library / "cat.png")
    gallery.exact_copy(gallery.photo("chelsea"), library / "cat.jpg", modified=1e9)
    return library


def shown(review: Review) -> list[str]:
    """What the list on top shows, line by line."""
    screen = review.app.screen
    assert isinstance(screen, PairsScreen)
    lines = range(screen.pairs.size.height)
    return [text for y in lines if (text := screen.pairs.render_line(y).text.rstrip())]


async def see(review: Review, *keys: str) -> None:
    """Choose what to see by these keys."""
    await review.pilot.press("v")
    screen = review.app.screen
    assert isinstance(screen, LensScreen)
    await review.until(lambda: "of 3 pairs" in str(screen.query_one("#rows").render()))
    await review.pilot.press(*keys, "enter")
    await review.until(lambda: not isinstance(review.app.screen, LensScreen))


async def test_what_is_not_chosen_is_not_seen_and_escape_shows_it_again(
    pictures: Path, tmp_path: Path
) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        assert "pair 1 of 3" in review.text("header")
        await see(review, *["down"] * 5, "right", "right")
        await review.until(lambda: "PNG" in review.text("header"))
        assert "pair 1 of 1 ▽ PNG (Esc)" in review.text("header")
        await review.shown()
        assert set(review.sides()) == {"cat.jpg", "cat.png"}
        await review.press("escape")
        assert "of 3" in review.text("header")
        assert "PNG" not in review.text("header")


async def test_a_part_of_a_folder_and_a_date_are_typed(pictures: Path, tmp_path: Path) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await see(review, "down", "c", "u", "p", "x", "backspace", *["down"] * 5, *"2001")
        await review.until(lambda: "cup · 2001" in review.text("header"))
        await review.shown()
        assert review.sides() == ("coffee.jpg", "coffee copy.jpg")


async def test_nothing_to_see_is_said_with_the_way_back(pictures: Path, tmp_path: Path) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await see(review, "down", *"nowhere")
        await review.until(lambda: review.screen.has_class("-empty"))
        assert "3 pairs wait, and none of them is nowhere" in review.text("empty")
        await review.press("escape")
        assert not review.screen.has_class("-empty")


async def test_the_walk_goes_by_what_is_won_where_that_is_wanted(
    pictures: Path, tmp_path: Path
) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await see(review, "up", "right")
        await review.until(lambda: "by bytes freed" in review.text("header"))
        won = []
        for _ in range(3):
            await review.shown()
            pair = review.screen.pair
            assert pair is not None
            won.append(min(pair.view.left.facts.size, pair.view.right.facts.size))
            await review.press("s")
        assert won == sorted(won, reverse=True)


async def test_a_wrong_date_is_not_accepted(pictures: Path, tmp_path: Path) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await review.pilot.press("v", *["down"] * 6, *"19", "enter")
        screen = review.app.screen
        assert isinstance(screen, LensScreen)
        assert "a date is as 2019" in str(screen.query_one("#rows").render())
        await review.pilot.press("escape")
        assert "of 3" in review.text("header")


async def test_the_list_names_all_pairs_and_goes_to_one(pictures: Path, tmp_path: Path) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await review.pilot.press("slash")
        await review.until(lambda: len(shown(review)) == 3 and "…" not in "".join(shown(review)))
        first = shown(review)[0]
        assert first.startswith("▸      1 ≡")
        assert human_size(gallery.photo("clock").stat().st_size) in "".join(shown(review))
        await review.pilot.press("down", "down", "enter")
        await review.settled()
        assert "pair 3 of 3" in review.text("header")


async def test_a_search_narrows_the_list_and_goes_to_what_it_found(
    pictures: Path, tmp_path: Path
) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await review.pilot.press("slash", "slash", *"CUPS/")
        await review.until(lambda: len(shown(review)) == 1)
        assert "pair 1 of 1" in str(review.app.screen.query_one("#title").render())
        await review.pilot.press("enter")
        await review.settled()
        assert review.sides() == ("coffee.jpg", "coffee copy.jpg")
        assert "of 3" in review.text("header")


async def test_leaving_the_search_then_the_list_changes_nothing(
    pictures: Path, tmp_path: Path
) -> None:
    async with reviewing([pictures], tmp_path / "c.db") as review:
        await review.pilot.press("s", "slash", "slash", "x")
        await review.until(lambda: shown(review) == [])
        await review.pilot.press("escape")
        assert len(shown(review)) == 3
        await review.pilot.press("escape")
        await review.settled()
        assert "pair 2 of 3" in review.text("header")


async def test_on_a_wide_terminal_the_list_stands_beside_the_pair_and_follows_it(
    pictures: Path, tmp_path: Path
) -> None:
    async with reviewing([pictures], tmp_path / "c.db", (160, 40)) as review:
        pane = review.screen.pairs
        await review.until(lambda: "copy.jpg" in pane.render_line(0).text)
        assert pane.render_line(0).text.startswith("▸")
        await review.press("s")
        assert pane.render_line(1).text.startswith("▸")
        await review.pilot.click("#pairs", offset=(20, 2))
        await review.settled()
        assert "pair 3 of 3" in review.text("header")
        await review.press("left")
        assert pane.render_line(2).text.strip() == ""
        for height in (16, 40):
            await review.pilot.resize_terminal(160, height)
            await review.pilot.pause()
            assert "      1 " in pane.render_line(0).text
        await review.pilot.resize_terminal(159, 40)
        await review.pilot.pause()
        assert not pane.display


async def test_a_review_goes_on_where_it_was_left(pictures: Path, tmp_path: Path) -> None:
    mark = Bookmark(tmp_path / "cache" / "marks.json", tmp_path / "c.db", [pictures])
    async with reviewing([pictures], tmp_path / "c.db", bookmark=mark) as review:
        await review.press("s", "s")
        left = review.sides()
        await review.pilot.press("q")
    async with reviewing([pictures], tmp_path / "c.db", bookmark=mark) as review:
        assert review.sides() == left
        assert "pair 3 of 3" in review.text("header")


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"x": 1}', "\x00"])
def test_a_file_of_bookmarks_that_is_none_is_no_obstacle(text: str, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    file.write_text(text)
    mark = Bookmark(file, tmp_path / "c.db", [tmp_path])
    assert mark.read() is None
    mark.write((1, 2))
    assert mark.read() == (1, 2)


def test_each_review_has_its_own_bookmark_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    marks = [Bookmark(file, tmp_path / "c.db", [tmp_path / str(n)]) for n in range(60)]
    for number, mark in enumerate(marks):
        mark.write((number, number))
    assert marks[0].read() is None
    assert marks[59].read() == (59, 59)
    assert len(json.loads(file.read_text())) <= 50


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    mark = Bookmark(tmp_path / "cache" / "marks.json", tmp_path / "c.db", [tmp_path])
    mark.write((1, 2))
    assert mark.read() is None
