"""What a decision has to ask is asked at the next press, and the answer is what happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import Contradiction
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Choice, Metadata, RelationKind
from tests import gallery
from tests.tui.review import Review, reviewing
from tests.tui.test_review import snapshot
from tui.questions import Question
from tui.screens.question import ContradictionScreen, MergeScreen


@pytest.fixture
def rated(library: Path) -> Path:
    """A pair of which each side has another rating and other tags."""
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    os.utime(gallery.resized(library / "a.jpg", library / "b.jpg"), (2e9, 2e9))
    for name, said in (
        ("a.jpg", Metadata(rating=2, tags=("cup",), title="Cup")),
        ("b.jpg", Metadata(rating=5, tags=("table",), title="Table")),
    ):
        (library / f"{name}.xmp").write_bytes(sidecar_bytes(None, said, WRITTEN))
    return library


def dialog_text(review: Review) -> str:
    return str(review.app.screen.query_one("#body").render())


async def asked(review: Review, key: str) -> None:
    """Press a key that the app answers with a question, and once more to be asked."""
    await review.press(key)
    assert "press again to decide" in review.text("flash")
    await review.press(key)


async def test_fields_that_the_policy_leaves_to_a_person_are_asked_one_after_the_other(
    rated: Path, tmp_path: Path
) -> None:
    before = snapshot(rated)
    merge = "immich-3, rating ask, tags ask, title ask"
    async with reviewing([rated], tmp_path / "c.db", merge=merge) as review:
        pair = review.screen.pair
        assert pair is not None
        await asked(review, "left")
        assert isinstance(review.app.screen, MergeScreen)
        shown = dialog_text(review)
        assert "1 of 3 · rating" in shown
        assert "★★★★★   said by B" in shown
        assert "★★☆☆☆   said by A" in shown
        assert snapshot(rated) == before
        await review.pilot.press("down", "enter")
        assert "cup, table   all of it together" in dialog_text(review)
        await review.pilot.press("backspace", "down", "enter", "1")
        assert "3 of 3 · title" in dialog_text(review)
        await review.pilot.press("0")
        await review.settled()
        assert not (rated / "b.jpg").exists()
        (asset,) = await review.session.assets([pair.view.left.id])
        assert asset.metadata.rating == 2
        assert asset.metadata.tags == ("cup", "table")
        assert asset.metadata.title is None
        await review.press("u")
        assert snapshot(rated) == before


async def test_who_does_not_answer_is_back_at_the_pair_and_nothing_has_moved(
    rated: Path, tmp_path: Path
) -> None:
    before = snapshot(rated)
    async with reviewing([rated], tmp_path / "c.db", merge="immich-3, rating ask") as review:
        await asked(review, "left")
        await review.pilot.press("escape")
        await review.settled()
        assert review.sides() == ("a.jpg", "b.jpg")
        await review.press("left")
        assert isinstance(review.app.screen, MergeScreen)
        await review.pilot.press("escape")
        assert snapshot(rated) == before
        # The other way round nothing is lost, so there is nothing to ask.
        await review.press("right")
        assert not (rated / "a.jpg").exists()


async def test_what_was_decided_otherwise_is_told_and_ends_where_it_is_overruled(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        await review.press("n")
        (earlier,) = await review.session.decisions([1])
        pair = review.screen.pair
        assert pair is not None
        a, b = pair.view.left, pair.view.right
        choice = Choice(RelationKind.BETTER, a.id, b.id, "it is", seen=(a.digest, b.digest))
        error = Contradiction(str(b.path), "decision 1 calls them not related", (1,))
        review.screen.put_back_with_question(pair.view.ref, choice, Question(error, (earlier,)))
        await review.shown()
        await review.press("left")
        assert isinstance(review.app.screen, ContradictionScreen)
        shown = dialog_text(review)
        assert "decision 1 calls them not related" in shown
        assert "#1 by you" in shown
        assert f"is not related to {earlier.path_b}" in shown
        await review.pilot.press("enter")
        assert isinstance(review.app.screen, ContradictionScreen)
        await review.pilot.press("o")
        await review.settled()
        assert not b.path.exists()
        assert [each.state for each in await review.session.decisions([1])] == ["dissolved"]
        await review.press("u")
        assert b.path.exists()
        assert [each.state for each in await review.session.decisions([1])] == ["done"]
