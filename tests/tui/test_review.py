"""The review as a person uses it: real files, real keys, and what the disk says afterwards."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.events import Key

from core.model import Writing
from tests import gallery
from tests.tui.review import TERMINAL, Review, reviewing
from tui.preview.protocol import Protocol
from tui.queue.run import Run
from tui.screens.question import CompanionScreen
from tui.screens.text import TextScreen

SIZES = [(80, 24), (120, 40), (200, 60)]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file outside the trash: path to content and modification time."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".betterhalf-trash" not in path.parts
    }


@pytest.fixture
def pair(library: Path) -> Path:
    """A library with one similar pair: `a.jpg` is older and larger, `b.jpg` a small copy."""
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    os.utime(gallery.resized(library / "a.jpg", library / "b.jpg"), (2e9, 2e9))
    return library


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_pair_shows_pictures_differences_and_keys(
    pair: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with reviewing([pair], tmp_path / "c.db", size) as review:
        await review.until(lambda: review.pictures.left.picture and review.pictures.right.picture)
        assert "pair 1 of 1" in review.text("header")
        await review.until(lambda: "▲ 600 × 400" in review.text("table"))
        assert "▼ 300 × 200" in review.text("table")
        assert "distance" in review.text("evidence")
        assert "? help" in review.text("hints")
        assert review.text("paths").split() == ["A", "●", "a.jpg", "B", "○", "b.jpg"]
        drawn = review.pictures.left.picture
        assert drawn is not None
        assert drawn.frame.columns <= review.pictures.left.room[0]


@pytest.mark.parametrize(
    ("key", "kept", "gone"),
    [("left", "a", "b"), ("h", "a", "b"), ("right", "b", "a"), ("l", "b", "a")],
)
async def test_keeping_one_side_moves_the_other_to_the_trash_and_undo_brings_it_back(
    pair: Path, tmp_path: Path, key: str, kept: str, gone: str
) -> None:
    gallery.with_sidecar(pair / f"{gone}.jpg", rating=4, tags=["beach"])
    before = snapshot(pair)
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press(key)
        # What only the other had been given is said of the one that stays, in a sidecar of its own.
        assert set(snapshot(pair)) == {f"{kept}.jpg", f"{kept}.jpg.xmp"}
        trashed = {path.name for path in (pair / ".betterhalf-trash").rglob("*.*")}
        assert {f"{gone}.jpg", f"{gone}.jpg.xmp"} <= trashed
        assert "u undoes" in review.text("flash")
        assert review.screen.has_class("-empty")
        await review.press("u")
        assert snapshot(pair) == before
        assert review.sides() == ("a.jpg", "b.jpg")
        assert "back in its place" in review.text("flash")


@pytest.mark.parametrize(
    ("key", "word"), [("b", "alternates"), ("n", "no duplicates"), ("equals_sign", "equally good")]
)
async def test_keeping_both_moves_nothing_and_is_remembered(
    pair: Path, tmp_path: Path, key: str, word: str
) -> None:
    before = snapshot(pair)
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press(key)
        assert word in review.text("flash")
    assert snapshot(pair) == before
    async with reviewing([pair], tmp_path / "c.db") as review:
        assert review.screen.has_class("-empty")
        assert "No pairs wait here" in review.text("empty")
        await review.press("u")
        assert len(review.screen.queue) == 1


async def test_swapping_the_sides_swaps_what_the_keys_keep(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("x")
        assert review.sides() == ("b.jpg", "a.jpg")
        await review.until(lambda: "▼ 300 × 200" in review.text("table"))
        await review.press("left")
    assert set(snapshot(pair)) == {"b.jpg"}


@pytest.mark.parametrize("images", [Protocol.HALF, Protocol.OFF])
async def test_the_verdict_comes_by_itself_and_follows_the_sides(
    pair: Path, tmp_path: Path, images: Protocol
) -> None:
    terminal = replace(TERMINAL, protocol=images)
    async with reviewing([pair], tmp_path / "c.db", terminal=terminal) as review:
        await review.until(lambda: "the same picture" in review.text("evidence"))
        assert "A is the larger original" in review.text("evidence")
        await review.press("x")
        assert "B is the larger original" in review.text("evidence")


async def test_the_next_pairs_verdict_is_there_before_it_is_looked_at(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        refs = await review.session.open_pairs()
        while len(await review.session.told_verdicts()) < 2:
            await review.pilot.pause(0.01)
        await review.press("s")
        assert review.screen.queue.current == refs[1]
        assert "the same picture" in review.text("evidence")


async def test_what_is_suggested_is_done_with_one_key(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.until(lambda: "A by " in review.text("suggestion"))
        assert review.text("paths").split() == ["A", "●", "a.jpg", "B", "○", "b.jpg"]
        await review.press("x")
        assert "B by " in review.text("suggestion")
        await review.press("enter")
    assert set(snapshot(pair)) == {"a.jpg"}


async def test_where_nothing_is_suggested_the_key_only_says_why(
    library: Path, tmp_path: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    gallery.exact_copy(photo, library / "b.jpg", modified=1e9)
    async with reviewing([library], tmp_path / "c.db") as review:
        await review.press("enter")
        assert "There is no suggestion: little tells them apart." in review.text("flash")
        await review.press("w")
        assert "no suggestion" in str(review.app.screen.query("Static").last().render())
    assert set(snapshot(library)) == {"a.jpg", "b.jpg"}


async def test_what_the_better_one_will_receive_is_said_before_it_does(
    pair: Path, tmp_path: Path
) -> None:
    gallery.with_sidecar(pair / "b.jpg", rating=4, tags=["beach"])
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.until(lambda: "→ A will receive: beach" in review.text("table"))
        assert "→ A will receive: ★★★★☆" in review.text("table")
        await review.press("x")
        assert "→ B will receive: beach" in review.text("table")


async def test_skip_and_back_walk_through_the_pairs(library: Path, tmp_path: Path) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        first = review.sides()
        await review.press("s")
        second = review.sides()
        assert second != first
        assert "pair 2 of" in review.text("header")
        await review.press("k")
        assert review.sides() == first
        await review.press("j", "down", "up")
        assert review.sides() == second


async def test_all_decisions_of_a_walk_can_be_undone_one_by_one(
    library: Path, tmp_path: Path
) -> None:
    gallery.build(library)
    before = snapshot(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        keys = ["left", "right", "b", "left", "n", "left", "equals_sign", "right"]
        await review.press(*keys)
        assert len(snapshot(library)) < len(before)
        await review.press(*"u" * len(keys))
        assert snapshot(library) == before
        await review.press("u")
        assert "nothing to undo" in review.text("flash")


async def test_what_was_undone_step_by_step_is_redone_step_by_step(
    library: Path, tmp_path: Path
) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        await review.press("left", "right", "b", "left")
        after, left = snapshot(library), len(review.screen.queue)
        await review.press(*"uuuu")
        await review.press("ctrl+r", "ctrl+r", "ctrl+r", "ctrl+r")
        assert (snapshot(library), len(review.screen.queue)) == (after, left)
        assert "→ trash · u undoes" in review.text("flash")
        await review.press("ctrl+r")
        assert "nothing to redo" in review.text("flash")
        await review.press("u", "u", "ctrl+r", "u", "ctrl+r", "ctrl+r")
        assert (snapshot(library), len(review.screen.queue)) == (after, left)


async def test_what_was_undone_before_a_new_decision_stays_undone(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        await review.press("left", "u", "b", "ctrl+r")
        assert "nothing to redo" in review.text("flash")
        await review.press("u", "ctrl+r")
        assert "both kept as alternates" in review.text("flash")
        await review.press("ctrl+r")
        assert "nothing to redo" in review.text("flash")
    assert len(snapshot(three)) == 3


async def test_the_other_pairs_of_a_trashed_photo_leave_with_it(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        assert len(review.screen.queue) == 3
        await review.press("left")
        assert len(review.screen.queue) == 1


async def test_a_changed_file_is_not_moved_and_its_pair_comes_back_with_the_reason(
    pair: Path, tmp_path: Path
) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.until(lambda: review.screen.pair)
        gallery.recompressed(gallery.photo("coffee"), pair / "b.jpg", quality=70)
        await review.press("left")
        assert (pair / "b.jpg").exists()
        assert "changed since it was scanned" in review.text("flash")
        await review.until(lambda: review.screen.queue and review.screen.pair)
        await review.press("left")
        assert not (pair / "b.jpg").exists()


async def test_nothing_moves_when_the_keeper_is_gone(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.until(lambda: review.screen.pair)
        (pair / "a.jpg").unlink()
        await review.press("left")
        assert (pair / "b.jpg").exists()
        assert "gone" in review.text("flash")


async def test_what_is_done_otherwise_than_wished_is_said(pair: Path, tmp_path: Path) -> None:
    gallery.with_sidecar(pair / "a.jpg", rating=1)
    gallery.with_sidecar(pair / "b.jpg", rating=3)
    async with reviewing([pair], tmp_path / "c.db", writing=Writing.EMBEDDED) as review:
        await review.press("left")
        await review.settled()
        said = review.text("flash")
    assert "what a.jpg is told goes into a sidecar: a.jpg.xmp is beside it" in said


@pytest.mark.parametrize(("answer", "left"), [("y", {"b.CR2"}), ("n", {"b.jpg", "b.CR2"})])
async def test_a_raw_of_its_own_is_asked_about(
    pair: Path, tmp_path: Path, answer: str, left: set[str]
) -> None:
    (pair / "b.CR2").write_bytes(b"raw")
    async with reviewing([pair], tmp_path / "c.db") as review:
        assert "b.CR2 has no counterpart" in review.text("evidence")
        await review.press("left")
        assert isinstance(review.app.screen, CompanionScreen)
        assert (pair / "b.jpg").exists()
        await review.pilot.press(answer)
        await review.settled()
    assert {path.name for path in pair.iterdir() if path.name.startswith("b.")} == left


async def test_a_raw_that_differs_from_the_keepers_is_asked_about_at_the_next_press(
    pair: Path, tmp_path: Path
) -> None:
    (pair / "a.CR2").write_bytes(b"raw")
    (pair / "b.CR2").write_bytes(b"another")
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("left")
        assert not isinstance(review.app.screen, CompanionScreen)
        assert "b.CR2 has no equal beside the keeper; press again" in review.text("flash")
        await review.press("left")
        assert isinstance(review.app.screen, CompanionScreen)
        await review.pilot.press("y")
        await review.settled()
    assert {path.name for path in pair.glob("[ab].*")} == {"a.jpg", "a.CR2", "b.CR2"}


async def test_a_held_key_decides_once(library: Path, tmp_path: Path) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        before = len(review.screen.queue)
        for _ in range(10):
            # The pilot presses too slowly to hold a key.
            review.app.post_message(Key("b", "b"))
        await review.settled()
        assert len(review.screen.queue) == before - 1
        assert "A held key decides once" in review.text("flash")


async def test_a_key_does_not_decide_a_pair_that_has_come_up_under_it(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        before = snapshot(three)
        first, *others = review.screen.queue.everything
        review.screen.pairs_changed(Run(others))
        review.app.post_message(Key("right", None))
        await review.settled()
        assert "just come up by itself" in review.text("flash")
        assert snapshot(three) == before
        assert review.screen.queue.current != first
        await review.press("right")
        assert len(snapshot(three)) == 2


async def test_a_decision_that_cannot_be_undone_does_not_block_the_one_before(
    three: Path, tmp_path: Path
) -> None:
    async with reviewing([three], tmp_path / "c.db") as review:
        await review.press("left", "left")
        assert set(snapshot(three)) == {"0.jpg"}
        trash = three / ".betterhalf-trash"
        newest = max(trash.rglob("*.*"), key=lambda path: path.stat().st_ctime_ns)
        newest.unlink()
        await review.press("u")
        assert "the trash no longer holds it" in review.text("flash")
        await review.press("u")
        assert "back in its place" in review.text("flash")
    assert len(snapshot(three)) == 2


async def test_a_name_taken_meanwhile_is_reported_and_not_overwritten(
    pair: Path, tmp_path: Path
) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("left")
        (pair / "b.jpg").write_bytes(b"somebody else's")
        await review.press("u")
        assert "another file has this name now" in review.text("flash")
    assert (pair / "b.jpg").read_bytes() == b"somebody else's"


async def test_the_last_decision_of_another_library_is_left_alone(
    pair: Path, tmp_path: Path
) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("left")
    other = tmp_path / "other"
    other.mkdir()
    async with reviewing([other], tmp_path / "c.db") as review:
        await review.press("u")
        assert "nothing to undo" in review.text("flash")
    assert not (pair / "b.jpg").exists()


async def test_fields_fold_and_layouts_turn(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db", (80, 24)) as review:
        assert "format" not in review.text("table")
        await review.press("m")
        assert "= JPEG" in review.text("table")
        shared = review.pictures.left.room[1]
        await review.press("tab")
        assert review.pictures.left.room[1] > shared
        assert not review.screen.panel.fields.display
        await review.press("tab")
        assert not review.screen.query_one("#pictures").display
        await review.press("tab")
        assert review.pictures.left.room[1] == shared


async def test_the_full_path_is_copied(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("y")
        assert review.app.clipboard == str(pair / "a.jpg")
        await review.press("Y")
        assert review.app.clipboard == str(pair / "b.jpg")


async def test_help_lists_the_keys_and_the_palette_finds_commands(
    pair: Path, tmp_path: Path
) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.press("question_mark")
        assert isinstance(review.app.screen, TextScreen)
        await review.pilot.press("escape")
        await review.pilot.press("colon", *"not related", "enter")
        await review.until(lambda: not review.screen.queue)
        await review.settled()
        assert "no duplicates" in review.text("flash")


async def test_a_palette_that_is_not_drawn_yet_takes_keys(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.pilot.resize_terminal(1, 1)
        await review.pilot.press("colon")
        commands = review.app.screen.query_one(CommandList)
        await review.until(lambda: commands.option_count)
        await review.pilot.press("pageup", "pagedown", "escape")
        await review.pilot.resize_terminal(120, 40)
        assert review.app.screen is review.screen


async def test_hostile_names_and_captions_are_shown_and_do_nothing(
    library: Path, tmp_path: Path
) -> None:
    paths = gallery.hostile_names(library, gallery.photo("coffee"))
    gallery.hostile_metadata(gallery.photo("coffee"), library / "caption.jpg")
    async with reviewing([library], tmp_path / "c.db") as review:
        for _ in range(len(paths) + 1):
            await review.until(lambda: review.screen.pair)
            await review.press("m")
            for widget in ("paths", "table", "flash", "header"):
                assert not any(
                    (ord(character) < 32 and character != "\n") or 0x7F <= ord(character) < 0xA0
                    for character in review.text(widget)
                )
            await review.press("y", "s")


async def test_unreadable_files_are_counted_and_listed(library: Path, tmp_path: Path) -> None:
    gallery.truncated(gallery.photo("coffee"), library / "cut.jpg")
    gallery.png_named_jpg(gallery.photo("coffee"), library / "really.jpg")
    async with reviewing([library], tmp_path / "c.db") as review:
        assert "1 unreadable (p)" in review.text("header")
        await review.press("p")
        shown = str(review.app.screen.query("Static").last().render())
        assert "cut.jpg: the picture is cut off; restore it from a backup" in shown
        assert "really.jpg: its bytes are PNG" in shown


async def test_a_tiny_terminal_is_survived(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        for width, height in ((1, 1), (40, 10), (120, 40)):
            await review.pilot.resize_terminal(width, height)
            await review.pilot.pause()
            if width == 40:
                assert "60 × 15 cells are needed, here are 40 × 10" in review.text("small")
        assert not review.screen.query_one("#small").display
        await review.until(lambda: "▲ 600 × 400" in review.text("table"))


async def test_a_picture_that_vanished_says_so(pair: Path, tmp_path: Path) -> None:
    async with reviewing([pair], tmp_path / "c.db") as review:
        await review.until(lambda: review.pictures.right.picture)
        (pair / "b.jpg").unlink()
        await review.pilot.resize_terminal(90, 30)
        await review.until(lambda: "it is gone" in drawn(review))


def drawn(review: Review) -> str:
    """The right preview's text."""
    height = review.pictures.right.room[1]
    return "".join(review.pictures.right.render_line(y).text for y in range(height))
