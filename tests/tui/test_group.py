"""The group view as a person uses it: real files, real keys, and what the disk says afterwards."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.matching.potential import PotentialGroup
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Metadata
from core.rules.marks import Mark
from tests import gallery
from tests.core.desk import trashed
from tests.tui.review import Review, reviewing
from tests.tui.test_review import SIZES, snapshot
from tui.groups.draft import GroupDraft
from tui.screens.group.compare import CompareScreen
from tui.screens.group.everything import DeduplicateScreen
from tui.screens.group.screen import GroupScreen
from tui.screens.question import (
    CompanionScreen,
    ContradictionScreen,
    MergeScreen,
    SureScreen,
)
from tui.widgets.tiles import arranged


@pytest.fixture
def shots(library: Path) -> Path:
    """A group of four, `a.jpg` the original: its bytes once more, a small and a worse copy."""
    original = gallery.described(gallery.photo("coffee"), library / "a.jpg")
    os.utime(original, (1e9, 1e9))
    gallery.exact_copy(original, library / "copy.jpg", modified=2e9)
    gallery.resized(original, library / "small.jpg")
    gallery.recompressed(original, library / "worse.jpg", quality=40)
    tags = sidecar_bytes(None, Metadata(tags=("beach",)), WRITTEN)
    (library / "small.jpg.xmp").write_bytes(tags)
    return library


@pytest.fixture
def two_groups(shots: Path) -> Path:
    """The same, and a cat with a worse copy."""
    cat = gallery.described(gallery.photo("chelsea"), shots / "cat.jpg")
    gallery.recompressed(cat, shots / "cat-worse.jpg", quality=40)
    return shots


@dataclass
class Group:
    """The group view of a running review, and short words for what a test asks of it."""

    review: Review

    @property
    def screen(self) -> GroupScreen:
        view = self.review.app.group_view
        assert view is not None
        return view

    @property
    def draft(self) -> GroupDraft:
        draft = self.screen.draft
        assert draft is not None
        return draft

    def text(self, widget: str) -> str:
        return str(self.screen.query_one(f"#{widget}").render())

    def marks(self) -> dict[str, Mark]:
        """What is marked, by file name."""
        return {each.path.name: self.draft.marks[each.id] for each in self.draft.members}

    async def shown(self) -> None:
        """Wait until the current group is loaded and nothing more is to be known of it."""
        await self.review.until(lambda: self.screen.draft or not self.screen.walk)
        await self.review.until(lambda: not self.screen.walk or not self.draft.suggestion.wanted)
        await self.review.pilot.pause()

    async def focus(self, name: str) -> None:
        """Move to a photo by its file name."""
        while (asset := self.screen.focused_asset) is None or asset.path.name != name:
            await self.review.pilot.press("right")

    async def press(self, *keys: str) -> None:
        await self.review.press(*keys)
        await self.shown()


@asynccontextmanager
async def grouping(
    library: Path, database: Path, size: tuple[int, int] = (120, 40), merge: str = "immich-3"
) -> AsyncIterator[Group]:
    """The group view of the first pair of `library`."""
    async with reviewing([library], database, size, merge=merge) as review:
        await review.pilot.press("g")
        await review.until(lambda: review.app.group_view)
        group = Group(review)
        await group.shown()
        yield group


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_group_shows_all_its_pictures_what_differs_and_what_is_suggested(
    shots: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with grouping(shots, tmp_path / "c.db", size) as group:
        assert group.marks() == {
            "a.jpg": Mark.KEEP,
            "copy.jpg": Mark.TRASH,
            "small.jpg": Mark.TRASH,
            "worse.jpg": Mark.TRASH,
        }
        assert "group 1 of 1 · 4 photos · keep 1, trash 3 · frees" in group.text("header")
        tiles = group.screen.tiles.tiles
        await group.review.until(lambda: all(each.preview.picture for each in tiles))
        assert len(tiles) == 4
        labels = [str(each.label.render()) for each in tiles]
        assert [label.split()[-1] for label in labels] == [
            each.path.name for each in group.draft.members
        ]
        assert sum("● best a.jpg" in label for label in labels) == 1
        await group.focus("small.jpg")
        assert "small.jpg" in group.text("focused")
        assert "○ goes to the trash" in group.text("focused")
        assert "the same picture" in group.text("why")
        assert "▼ 300 × 200" in group.text("table")
        await group.review.until(lambda: "will receive" in group.text("gains"))
        assert "beach" in group.text("gains")
        assert group.text("hints").rstrip().endswith("q quit")


async def test_what_is_suggested_is_done_with_one_key_and_taken_back_with_one(
    two_groups: Path, tmp_path: Path
) -> None:
    before = snapshot(two_groups)
    async with grouping(two_groups, tmp_path / "c.db") as group:
        await group.press("enter")
        assert set(snapshot(two_groups)) == {"a.jpg", "a.jpg.xmp", "cat.jpg", "cat-worse.jpg"}
        assert "3 → trash" in group.text("flash")
        assert set(group.marks()) == {"cat.jpg", "cat-worse.jpg"}
        await group.press("enter")
        assert group.screen.has_class("-empty")
        await group.press("u")
        assert "back in its place" in group.text("flash")
        await group.press("u")
        assert "3 more are back" in group.text("flash") or "2 more are back" in group.text("flash")
        assert snapshot(two_groups) == before
        assert set(group.marks()) == {"a.jpg", "copy.jpg", "small.jpg", "worse.jpg"}


async def test_each_picture_is_marked_by_a_key_and_all_of_it_is_one_decision(
    shots: Path, tmp_path: Path
) -> None:
    before = snapshot(shots)
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.focus("copy.jpg")
        await group.press("s")
        await group.focus("small.jpg")
        await group.press("a")
        assert "≈ stays, as an alternate of" in group.text("focused")
        assert "(you said so)" in group.text("focused")
        assert "keep 1, trash 1, stack 1, alternate 1" in group.text("header")
        await group.press("enter")
        assert trashed(shots) == ["worse.jpg"]
        decisions = await group.review.session.decisions([1, 2, 3])
        assert {each.choice.kind: each.path_b.name for each in decisions} == {
            "better": "worse.jpg",
            "stacked": "copy.jpg",
            "alternates": "small.jpg",
        }
        assert {each.path_a.name for each in decisions} == {"a.jpg"}
        assert group.screen.has_class("-empty")
        await group.press("u")
        assert snapshot(shots) == before
        assert len(group.marks()) == 4


async def test_a_mark_once_more_is_taken_back_and_r_takes_all_back(
    shots: Path, tmp_path: Path
) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        suggested = group.marks()
        await group.focus("small.jpg")
        await group.press("n")
        assert group.marks()["small.jpg"] is Mark.UNRELATED
        await group.press("n")
        assert group.marks() == suggested
        await group.press("space")
        assert group.marks()["small.jpg"] is Mark.KEEP
        await group.press("space")
        assert group.marks()["small.jpg"] is Mark.TRASH
        await group.press("A")
        assert set(group.marks().values()) == {Mark.KEEP}
        await group.press("r")
        assert group.marks() == suggested


async def test_another_best_one_is_compared_anew_and_what_is_better_stays_undecided(
    shots: Path, tmp_path: Path
) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.focus("worse.jpg")
        await group.press("p")
        marks = group.marks()
        assert marks["worse.jpg"] is Mark.KEEP
        assert marks["a.jpg"] is Mark.UNDECIDED
        assert "● stays, as the best one (you said so)" in group.text("focused")
        await group.focus("a.jpg")
        assert "it may be the better one" in group.text("why")


async def test_letting_go_the_best_one_keeps_the_next_best(shots: Path, tmp_path: Path) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.focus("a.jpg")
        await group.press("space")
        assert group.marks()["copy.jpg"] is Mark.KEEP
        assert group.marks()["a.jpg"] is Mark.TRASH


async def test_one_key_keeps_one_and_trashes_the_rest(shots: Path, tmp_path: Path) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.focus("small.jpg")
        await group.press("x", "enter")
        assert set(snapshot(shots)) == {"small.jpg", "small.jpg.xmp"}


async def test_trashing_all_asks_twice_and_can_be_taken_back(shots: Path, tmp_path: Path) -> None:
    before = snapshot(shots)
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.review.pilot.press("X")
        assert isinstance(group.review.app.screen, SureScreen)
        await group.review.pilot.press("n")
        assert group.marks()["a.jpg"] is Mark.KEEP
        await group.review.pilot.press("X", "y")
        assert set(group.marks().values()) == {Mark.TRASH}
        await group.review.pilot.press("enter")
        assert isinstance(group.review.app.screen, SureScreen)
        await group.review.pilot.press("y")
        await group.review.settled()
        assert snapshot(shots) == {}
        await group.press("u")
        assert snapshot(shots) == before


async def test_a_raw_of_its_own_is_left_undecided_and_asked_about_where_it_is_marked(
    shots: Path, tmp_path: Path
) -> None:
    (shots / "worse.CR2").write_bytes(b"raw")
    async with grouping(shots, tmp_path / "c.db") as group:
        assert group.marks()["worse.jpg"] is Mark.UNDECIDED
        await group.focus("worse.jpg")
        assert "worse.CR2 lies beside it" in group.text("why")
        await group.press("space", "space")
        await group.review.pilot.press("enter")
        assert isinstance(group.review.app.screen, CompanionScreen)
        assert (shots / "worse.jpg").exists()
        await group.review.pilot.press("y")
        await group.review.settled()
    assert trashed(shots) == ["copy.jpg", "small.jpg", "small.jpg.xmp", "worse.jpg"]
    assert (shots / "worse.CR2").exists()


async def test_a_field_that_the_policy_leaves_open_is_told_ahead_and_asked_at_the_key(
    shots: Path, tmp_path: Path
) -> None:
    async with grouping(shots, tmp_path / "c.db", merge="immich-3, tags ask") as group:
        await group.review.until(lambda: "asks what to do with tags" in group.text("gains"))
        await group.review.pilot.press("enter")
        assert isinstance(group.review.app.screen, MergeScreen)
        await group.review.pilot.press("1")
        await group.review.settled()
        assert set(snapshot(shots)) == {"a.jpg", "a.jpg.xmp"}


async def test_a_changed_file_brings_its_group_back_with_the_reason(
    shots: Path, tmp_path: Path
) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        gallery.recompressed(gallery.photo("coffee"), shots / "worse.jpg", quality=70)
        await group.press("enter")
        assert trashed(shots) == []
        assert "changed since it was scanned" in group.text("flash")
        assert set(group.marks()) == {"a.jpg", "copy.jpg", "small.jpg", "worse.jpg"}


async def test_two_of_a_group_are_compared_side_by_side(shots: Path, tmp_path: Path) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.focus("small.jpg")
        await group.review.pilot.press("v")
        compare = group.review.app.screen
        assert isinstance(compare, CompareScreen)
        pair = compare.pair
        assert pair is not None
        assert (pair.view.left.path.name, pair.view.right.path.name) == ("a.jpg", "small.jpg")
        assert "A is the larger original" in str(compare.query_one("#evidence").render())
        await group.review.pilot.press("f")
        await group.review.until(lambda: "flicker" in compare.panel.pictures.caption)
        await group.review.pilot.press("escape", "escape")
        await group.review.until(lambda: group.review.app.screen is group.screen)
        assert group.marks()["small.jpg"] is Mark.TRASH


async def test_groups_are_walked_through_and_the_pairs_are_one_key_away(
    two_groups: Path, tmp_path: Path
) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        first = set(group.marks())
        await group.press("space", "j")
        assert "group 2 of 2" in group.text("header")
        assert set(group.marks()).isdisjoint(first)
        await group.press("k")
        # What was marked is still marked.
        assert "(you said so)" in group.text("focused")
        await group.review.pilot.press("g")
        await group.review.until(lambda: group.review.app.screen is group.review.screen)


@pytest.mark.parametrize("start", ["group", "review"])
async def test_all_suggestions_are_followed_once_they_are_told_and_agreed_to(
    two_groups: Path, tmp_path: Path, start: str
) -> None:
    before = snapshot(two_groups)
    async with grouping(two_groups, tmp_path / "c.db") as group:
        review, pilot = group.review, group.review.pilot
        if start == "review":
            await pilot.press("escape")
        await pilot.press("D")
        screen = review.app.screen
        assert isinstance(screen, DeduplicateScreen)

        def said() -> str:
            return str(screen.query_one("#body").render())

        await review.until(lambda: "do it" in said())
        assert "2 of 2 groups would be decided: 2 kept, 4 to the trash" in said()
        assert snapshot(two_groups) == before
        await pilot.press("y")
        await review.until(lambda: "2 of 2 groups decided" in said())
        assert "--undo last" in said()
        assert set(snapshot(two_groups)) == {"a.jpg", "a.jpg.xmp", "cat.jpg"}
        await pilot.press("escape")
        await review.settled()
        assert len(review.screen.queue) == 0
        await review.press("u", "u")
        assert snapshot(two_groups) == before
        decisions = await review.session.decisions([1])
        assert decisions[0].choice.rule == "deduplicate all"


async def test_who_does_not_agree_has_lost_nothing(two_groups: Path, tmp_path: Path) -> None:
    before = snapshot(two_groups)
    async with grouping(two_groups, tmp_path / "c.db") as group:
        await group.review.pilot.press("D")
        screen = group.review.app.screen
        await group.review.until(lambda: "do it" in str(screen.query_one("#body").render()))
        await group.review.pilot.press("n")
        await group.review.until(lambda: group.review.app.screen is group.screen)
    assert snapshot(two_groups) == before


async def test_who_leaves_while_all_is_being_done_is_not_followed(
    two_groups: Path, tmp_path: Path
) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        review = group.review
        await review.pilot.press("D")
        screen = review.app.screen
        assert isinstance(screen, DeduplicateScreen)
        await review.until(lambda: "do it" in str(screen.query_one("#body").render()))
        await review.pilot.press("y", "escape")
        await review.until(lambda: not screen.children)
        await review.settled()
        # The news of what was still being done comes late.
        screen.working(1, 2)
        screen.ended(["1 of 2 groups decided"])
        assert review.app.screen is group.screen


async def neighbour(group: Group) -> PotentialGroup:
    """The next group; the person stays at theirs."""
    group.screen.action_next_group()
    await group.shown()
    other = group.screen.walk.current
    assert other is not None
    group.screen.action_previous_group()
    await group.shown()
    return other


async def test_a_key_does_not_decide_a_group_that_has_come_up_under_it(
    two_groups: Path, tmp_path: Path
) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        before = snapshot(two_groups)
        group.screen.groups_changed([await neighbour(group)])
        group.screen.action_apply()
        await group.review.settled()
        assert "just come up by itself" in group.text("flash")
        assert snapshot(two_groups) == before
        await group.press("enter")
        assert snapshot(two_groups) != before


async def test_an_answer_about_a_group_that_is_gone_marks_no_other(
    two_groups: Path, tmp_path: Path
) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        other = await neighbour(group)
        await group.review.pilot.press("X")
        group.screen.groups_changed([other])
        await group.review.pilot.press("y")
        assert "Another group has come up" in group.text("flash")
        assert Mark.KEEP in group.marks().values()


async def test_pictures_of_the_next_group_wait_until_there_is_room(
    shots: Path, tmp_path: Path
) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        tiles = group.screen.tiles
        for tile in tiles.tiles:
            tile.preview.styles.height = 0
        await group.review.until(lambda: not any(each.preview.room[1] for each in tiles.tiles))
        tiles.prefetch(group.draft.members)
        await group.review.app.workers.wait_for_complete(
            [each for each in group.review.app.workers if each.group == "prefetch"]
        )


async def test_a_held_key_decides_one_group(two_groups: Path, tmp_path: Path) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        for _ in range(5):
            group.screen.action_apply()
        await group.review.settled()
        assert len(trashed(two_groups)) < 5
        assert (two_groups / "cat-worse.jpg").exists() or (two_groups / "worse.jpg").exists()


@pytest.mark.parametrize(
    ("count", "room", "shape"),
    [
        (2, (80, 10), (2, 1)),
        (4, (80, 10), (4, 1)),
        (8, (120, 22), (4, 2)),
        (9, (120, 60), (3, 3)),
        # More than there is room for: a page of them.
        (40, (80, 10), (5, 2)),
        (3, (5, 2), (1, 1)),
        (0, (0, 0), (1, 1)),
    ],
)
def test_pictures_are_as_large_as_there_is_room_for_all(
    count: int, room: tuple[int, int], shape: tuple[int, int]
) -> None:
    assert arranged(count, *room) == shape


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (1, 1)])
async def test_a_terminal_that_is_too_small_for_it_ends_nothing(
    shots: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with grouping(shots, tmp_path / "c.db") as group:
        await group.review.pilot.resize_terminal(*size)
        await group.press("right", "m", "tab", "pagedown")
        await group.review.pilot.resize_terminal(80, 24)
        await group.press("tab", "tab", "enter")
        assert set(snapshot(shots)) == {"a.jpg", "a.jpg.xmp"}


async def test_who_quits_while_all_is_being_done_has_whole_groups_decided(
    two_groups: Path, tmp_path: Path
) -> None:
    async with grouping(two_groups, tmp_path / "c.db") as group:
        await group.review.pilot.press("D")
        screen = group.review.app.screen
        await group.review.until(lambda: "do it" in str(screen.query_one("#body").render()))
        await group.review.pilot.press("y", "q")
        await group.review.app.decisions_done()
    left = {path.name for path in two_groups.glob("*.jpg")}
    assert ({"copy.jpg", "small.jpg", "worse.jpg"} <= left) == ("worse.jpg" in left)
    assert "a.jpg" in left
    assert "cat.jpg" in left


async def test_what_was_decided_otherwise_is_told_ahead_and_ends_where_it_is_overruled(
    library: Path, tmp_path: Path
) -> None:
    for number in range(3):
        name = library / f"{number}.jpg"
        gallery.recompressed(gallery.photo("chelsea"), name, quality=80 - 10 * number)
        os.utime(name, (1e9 + number, 1e9 + number))
    before = snapshot(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        first = review.sides()
        await review.press("n")
        await review.pilot.press("g")
        await review.until(lambda: review.app.group_view)
        group = Group(review)
        await group.shown()
        (third,) = set(group.marks()) - set(first)
        await group.focus(third)
        await group.press("x")
        await review.until(lambda: "decision 1 calls them" in group.text("gains"))
        await review.pilot.press("enter")
        screen = review.app.screen
        assert isinstance(screen, ContradictionScreen)
        assert "#1 by you" in str(screen.query_one("#body").render())
        await review.pilot.press("o")
        await review.settled()
        assert set(snapshot(library)) == {third}
        await group.press("u")
        assert snapshot(library) == before
        assert [each.state for each in await review.session.decisions([1])] == ["done"]
