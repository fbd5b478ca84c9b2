"""The review of a library that is watched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import gallery
from tests.tui.review import Review, reviewing


@pytest.fixture
async def review(library: Path, tmp_path: Path) -> AsyncIterator[Review]:
    """One pair, `a.jpg` and its copy `b.jpg`, and a library that is watched."""
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    async with reviewing([library], tmp_path / "catalog.db", watch=True) as opened:
        yield opened


async def test_a_pair_that_arrives_joins_at_the_end(review: Review, library: Path) -> None:
    coffee = gallery.exact_copy(gallery.photo("coffee"), library / "c.jpg", modified=1)
    gallery.exact_copy(coffee, library / "d.jpg", modified=2)
    await review.until(lambda: len(review.screen.queue) == 2)
    await review.shown()
    assert review.sides() == ("a.jpg", "b.jpg")
    await review.press("down")
    assert review.sides() == ("c.jpg", "d.jpg")


async def test_the_last_pair_of_a_file_that_goes_leaves_an_empty_screen_that_fills_again(
    review: Review, library: Path, tmp_path: Path
) -> None:
    (library / "b.jpg").rename(tmp_path / "away.jpg")
    await review.until(lambda: not review.screen.queue)
    assert "Files that arrive are looked at" in review.text("empty")
    (tmp_path / "away.jpg").rename(library / "b.jpg")
    await review.until(lambda: review.screen.queue)


async def test_a_file_that_moves_is_shown_where_it_is_now(review: Review, library: Path) -> None:
    (library / "b.jpg").rename(library / "moved.jpg")
    await review.until(lambda: review.screen.pair and review.sides() == ("a.jpg", "moved.jpg"))


async def test_a_decision_in_a_watched_library_stands_and_is_undone(
    review: Review, library: Path
) -> None:
    await review.press("left")
    assert not (library / "b.jpg").exists()
    await review.press("u")
    assert (library / "b.jpg").exists()
    assert review.sides() == ("a.jpg", "b.jpg")
