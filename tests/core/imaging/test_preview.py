from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ImageError
from core.imaging.preview import Frames, shown
from core.model import WHOLE, Region
from tests import gallery

PHOTO = gallery.photo("coffee")


def _apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in levels."""
    assert one.size == other.size
    pixels = (np.asarray(each.convert("RGB")).astype(int) for each in (one, other))
    return float(np.abs(next(pixels) - next(pixels)).mean())


@pytest.mark.parametrize("scale", [1.0, 0.6, 0.3, 0.07])
@pytest.mark.parametrize("name", ["coffee", "retina"])
def test_no_fewer_pixels_are_decoded_than_asked_for(name: str, scale: float) -> None:
    path = gallery.photo(name)
    with Image.open(path) as whole:
        drawn = shown(path.read_bytes(), round(whole.width * scale))
        assert drawn.region.shared(WHOLE) == WHOLE
        assert drawn.image.width >= whole.width * scale
        assert drawn.image.width < whole.width * scale * 2.1
        assert _apart(drawn.image.resize((60, 60)), whole.resize((60, 60))) < 4


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_part_of_a_turned_picture_is_that_part_upright(orientation: int, tmp_path: Path) -> None:
    turned = gallery.exif_rotated_png(PHOTO, tmp_path / "turned.png", orientation=orientation)
    with Image.open(PHOTO) as photo:
        whole = photo.convert("RGB")
    assert _apart(shown(turned.read_bytes()).image, whole) == 0
    part, found = shown(turned.read_bytes(), None, Region(0.1, 0.25, 0.3, 0.65))
    left, right = (round(share * whole.width) for share in (found.left, found.right))
    top, bottom = (round(share * whole.height) for share in (found.top, found.bottom))
    assert _apart(part, whole.crop((left, top, right, bottom))) == 0
    assert 0.09 < found.left <= 0.1
    assert 0.9 <= found.bottom < 0.91


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("width", [90, 130, 200])
def test_where_the_pixels_of_a_small_version_are_is_told(
    tmp_path: Path, suffix: str, width: int
) -> None:
    step = Image.new("L", (801, 601), 0)
    step.paste(255, (400, 300, 801, 601))
    path = tmp_path / f"step{suffix}"
    step.convert("RGB").save(path, **({"quality": 95} if suffix == ".jpg" else {}))
    image, region = shown(path.read_bytes(), width)
    levels = np.asarray(image.convert("L")).astype(float) / 255
    # Where it changes, from what share of it is bright.
    edge = 1 - levels[-4].mean()
    assert (region.left + edge * region.width) * 801 == pytest.approx(400, abs=1.5)
    edge = 1 - levels[:, -4].mean()
    assert (region.top + edge * region.height) * 601 == pytest.approx(300, abs=1.5)


def test_what_shows_through_is_kept(tmp_path: Path) -> None:
    drawing = Image.new("RGBA", (40, 30), (200, 0, 0, 255))
    drawing.save(tmp_path / "opaque.png")
    drawing.paste((0, 0, 0, 0), (10, 10, 20, 20))
    drawing.save(tmp_path / "hole.png")
    assert shown((tmp_path / "opaque.png").read_bytes()).image.mode == "RGB"
    assert shown((tmp_path / "hole.png").read_bytes()).image.getpixel((15, 15))[3] == 0


def _moving(path: Path, count: int, pause: int) -> Path:
    """An animation of which frame n is of level 10 n."""
    first, *rest = (Image.new("RGB", (30, 20), (10 * n, 0, 0)) for n in range(count))
    first.save(path, save_all=True, append_images=rest, duration=pause, lossless=True)
    return path


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_frames_come_in_any_order(tmp_path: Path, suffix: str) -> None:
    frames = Frames(_moving(tmp_path / f"moving{suffix}", 6, 70).read_bytes())
    assert frames.count == 6
    for number in (0, 3, 4, 1, 5):
        drawn, pause = frames.frame(number)
        red, green, blue = drawn.image.getpixel((5, 5))
        assert abs(red - 10 * number) <= 2
        assert (green, blue) == (0, 0)
        assert pause == 70


def test_a_frame_that_states_no_time_stays_a_tenth_of_a_second(tmp_path: Path) -> None:
    frames = Frames(_moving(tmp_path / "moving.gif", 2, 0).read_bytes())
    assert frames.frame(1)[1] == 100


def test_a_bomb_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="decompression bomb"):
        shown(gallery.bomb_png(tmp_path / "bomb.png").read_bytes(), 10)
