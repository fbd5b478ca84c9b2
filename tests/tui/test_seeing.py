"""The ways of looking, by their keys, on a review of real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests import gallery
from tests.tui.review import Review, reviewing
from tui.preview.view import FIT, Look
from tui.terminal import Terminal


@pytest.fixture
def edited(library: Path) -> Path:
    """A photo, and a smaller copy of it with a spot."""
    gallery.png_of(gallery.photo("coffee"), library / "a.png")
    with Image.open(gallery.photo("coffee")) as photo:
        copy = photo.convert("RGB").resize((photo.width * 3 // 4, photo.height * 3 // 4))
    ImageDraw.Draw(copy).ellipse((188, 90, 218, 120), fill=(30, 120, 60))
    copy.save(library / "b.jpg", quality=90)
    return library


async def drawn(review: Review, places: int = 2) -> None:
    """Wait until as many pictures are drawn as the look has places."""
    pictures = review.pictures

    def whole() -> bool:
        shown = [pictures.left, pictures.right][:places]
        return all(place.picture is not None for place in shown)

    await review.until(whole)
    await review.pilot.pause()


def labels(review: Review) -> list[str]:
    """What is written over the picture on the left."""
    picture = review.pictures.left.picture
    return [label.text.strip() for label in picture.labels] if picture is not None else []


async def test_flicker_shows_both_in_one_place(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await drawn(review)
        wide = review.pictures.left.room[0]
        await review.press("f")
        await review.until(lambda: labels(review) == ["A"])
        assert not review.pictures.right.display
        assert review.pictures.left.room[0] > 1.8 * wide
        one = review.pictures.left.picture
        await review.press("f")
        await review.until(lambda: labels(review) == ["B"])
        other = review.pictures.left.picture
        assert one is not None
        assert other is not None
        assert one.frame == other.frame
        await review.press("escape")
        await review.until(lambda: review.pictures.right.display)
        assert review.pictures.sight.look is Look.SIDE_BY_SIDE


async def test_sides_take_turns_by_themselves(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await review.press("F")
        for side in ("A", "B", "A"):
            await review.until(lambda side=side: labels(review) == [side])
        await review.press("F")
        assert not review.pictures.motion.flickering


async def test_the_difference_is_numbered_and_gone_through(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await review.press("d")
        await review.until(lambda: labels(review) == ["1"])
        assert "1 place" in review.text("flash")
        await review.press("right_square_bracket")
        await review.until(lambda: labels(review) == ["[1]"])
        assert "place 1 of 1" in review.text("flash")


async def test_a_pair_that_is_the_same_says_so(library: Path, tmp_path: Path) -> None:
    gallery.png_of(gallery.photo("coffee"), library / "a.png")
    gallery.recompressed(gallery.photo("coffee"), library / "b.jpg", quality=90)
    async with reviewing([library], tmp_path / "c.db") as review:
        await review.press("d")
        await review.until(lambda: "nothing beyond coding noise" in review.text("flash"))


async def test_the_loupe_goes_where_they_differ(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await review.press("o")
        await review.until(lambda: review.pictures.sight.chosen == 0)
        await drawn(review)
        (place,) = review.pictures.sight.places
        viewport = review.pictures.sight.viewport
        assert place.left < viewport.x < place.right
        assert place.top < viewport.y < place.bottom
        await review.press("o")
        assert review.pictures.sight.viewport == FIT


async def test_both_are_seen_near_at_one_scale(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await drawn(review)
        await review.press("z")
        assert "1:" in review.text("flash")
        before = review.pictures.sight.viewport
        await review.press("shift+right", "shift+down")
        after = review.pictures.sight.viewport
        assert after.x > before.x
        assert after.y > before.y
        await drawn(review)
        left, right = review.pictures.left.picture, review.pictures.right.picture
        assert left is not None
        assert right is not None
        assert left.frame == right.frame
        await review.press("Z")
        assert review.pictures.sight.viewport == FIT
        await review.press("z", "0")
        assert review.pictures.sight.viewport == FIT


async def test_one_alone_has_the_whole_screen(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db", size=(80, 24)) as review:
        await review.press("i")
        await review.until(lambda: labels(review) == ["A"])
        assert review.pictures.left.room == (80, 24)
        await review.press("f")
        await review.until(lambda: labels(review) == ["B"])
        await review.press("i")
        await review.until(lambda: review.pictures.left.room != (80, 24))
        assert "pair 1 of 1" in review.text("header")


async def test_the_next_pair_is_looked_at_in_the_same_way(library: Path, tmp_path: Path) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        await review.press("f", "z")
        await review.press("s")
        assert review.pictures.sight.look is Look.FLICKER
        assert review.pictures.sight.viewport == FIT
        await review.until(lambda: labels(review) == ["A"])


async def test_an_animation_is_stepped_and_played(library: Path, tmp_path: Path) -> None:
    with Image.open(gallery.photo("coffee")) as photo:
        small = photo.convert("RGB").resize((120, 80))
    frames = []
    for number in range(5):
        frame = small.copy()
        frame.paste((255, 255, 0), (number * 20, 10, number * 20 + 15, 25))
        frames.append(frame)
    for name in ("a.gif", "b.webp"):
        frames[0].save(library / name, save_all=True, append_images=frames[1:], duration=40)
    async with reviewing([library], tmp_path / "c.db") as review:
        await drawn(review)
        await review.press("full_stop", "full_stop")
        assert "frame 3 of 5" in review.text("flash")
        await review.press("comma")
        assert "frame 2 of 5" in review.text("flash")
        await review.press("greater_than_sign")
        await review.until(lambda: (review.pictures.sight.page or 0) > 6)
        await review.press("greater_than_sign")
        assert not review.pictures.playing


async def test_a_still_picture_does_not_move(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        for key in ("full_stop", "greater_than_sign"):
            await review.press(key)
            assert "Neither is an animation" in review.text("flash")


async def test_looking_at_pictures_that_are_gone_says_so(edited: Path, tmp_path: Path) -> None:
    async with reviewing([edited], tmp_path / "c.db") as review:
        await drawn(review)
        (edited / "b.jpg").unlink()
        for key in ("d", "o", "f", "z"):
            await review.press(key)
        await review.press("escape", "z")
        right = review.pictures.right
        await review.until(lambda: right.picture is None and "it is gone" in right.text)


async def test_the_last_pair_may_be_decided_before_it_is_drawn_in_full(
    edited: Path, tmp_path: Path
) -> None:
    distant = Terminal(distant=True)
    async with reviewing([edited], tmp_path / "c.db", terminal=distant) as review:
        await drawn(review)
        await review.press("b")
        assert not review.pictures.drawing
        at_work = [each for each in review.app.workers if each.node is review.pictures]
        await review.until(lambda: all(each.is_finished for each in at_work))
        assert review.app.is_running
