"""Pixels of views, by way of kitty, which is sent them unchanged."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.imaging.verdict.difference import DIFFERS
from core.model import WHOLE, Asset, Facts, Metadata, Region
from tests import gallery
from tui.preview.picture import Picture, draw
from tui.preview.protocol import Cell, Protocol
from tui.preview.sources import Sources
from tui.preview.view import Stage, View, Viewport

STAGE = Stage(20, 8, Cell(8, 16), Protocol.KITTY)
"""160 x 128 pixels."""


def asset(path: Path) -> Asset:
    with Image.open(path) as image:
        frames = getattr(image, "n_frames", 1)
        facts = Facts(image.format or "", 1, *image.size, frames=frames)
    return Asset(1, path, 0, b"", 1, facts, Metadata())


def pixels(picture: Picture) -> np.ndarray:
    """What kitty is sent, decoded."""
    payload = "".join(re.findall(r";([^\x1b]*)\x1b", "".join(picture.transmission)))
    image = Image.open(io.BytesIO(base64.standard_b64decode(payload))).convert("RGB")
    return np.asarray(image).astype(int)


def drawn(of: Asset, view: View, against: Asset | None = None, whole: bool = True) -> np.ndarray:
    return pixels(draw(Sources(), of, view, STAGE, against, whole))


@pytest.fixture
def photo(tmp_path: Path) -> Asset:
    return asset(gallery.png_of(gallery.photo("coffee"), tmp_path / "a.png"))


def size(of: Asset) -> tuple[int, int]:
    return of.facts.width, of.facts.height


def region_of(image: Image.Image, region: Region) -> np.ndarray:
    left, top, right, bottom = map(round, region.pixels(image.size))
    return np.asarray(image.crop((left, top, right, bottom)).convert("RGB")).astype(int)


def test_one_to_one_shows_the_very_pixels(photo: Asset) -> None:
    width, height = size(photo)
    viewport = Viewport(1.0, 200 / width, 130 / height)
    region = STAGE.shot(size(photo), viewport).region
    with Image.open(photo.path) as image:
        expected = region_of(image, region)
    assert np.array_equal(drawn(photo, View(size(photo), viewport)), expected)


def test_beside_a_larger_one_a_picture_is_enlarged_to_its_scale(
    photo: Asset, tmp_path: Path
) -> None:
    with Image.open(photo.path) as image:
        half = image.resize((image.width // 2, image.height // 2))
        half.save(tmp_path / "half.png")
    small = asset(tmp_path / "half.png")
    canvas = small.facts.width * 2, small.facts.height * 2
    viewport = Viewport(1.0, 0.5, 0.5)
    found = drawn(small, View(canvas, viewport))
    assert found.shape == (128, 160, 3)
    region = STAGE.shot(canvas, viewport).region
    expected = Image.fromarray(region_of(half, region).astype(np.uint8)).resize((160, 128), 0)
    assert np.abs(found - np.asarray(expected)).mean() < 6


def test_a_crop_is_drawn_where_it_lies(photo: Asset, tmp_path: Path) -> None:
    with Image.open(photo.path) as image:
        box = image.width // 4, image.height // 4, image.width * 3 // 4, image.height * 3 // 4
        image.crop(box).save(tmp_path / "crop.png")
    place = Region(box[0] / size(photo)[0], box[1] / size(photo)[1], 0.5, 0.5)
    whole = drawn(photo, View(size(photo)))
    laid = drawn(asset(tmp_path / "crop.png"), View(size(photo), place=place))
    assert laid.shape == whole.shape
    height, width = whole.shape[:2]
    inner = slice(height // 4 + 3, height * 3 // 4 - 3), slice(width // 4 + 3, width * 3 // 4 - 3)
    assert np.abs(laid[inner] - whole[inner]).mean() < 4
    assert len(np.unique(laid[: height // 5].reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_a_turned_copy_is_drawn_as_it_lies(photo: Asset, tmp_path: Path, orientation: int) -> None:
    from core.imaging.decode import upright

    back = {6: 8, 8: 6}.get(orientation, orientation)
    with Image.open(photo.path) as image:
        upright(image.convert("RGB"), back).save(tmp_path / "turned.png")
    other = asset(tmp_path / "turned.png")
    for viewport in (Viewport(), Viewport(1.0, 0.3, 0.7)):
        view = View(size(photo), viewport)
        found = drawn(other, replace(view, turn=orientation))
        assert np.abs(found - drawn(photo, view)).mean() < 3


def test_squares_lie_behind_what_shows_through(tmp_path: Path) -> None:
    drawing = Image.new("RGBA", (160, 128), (0, 0, 0, 0))
    ImageDraw.Draw(drawing).rectangle((40, 40, 80, 80), fill=(200, 0, 0, 255))
    drawing.save(tmp_path / "a.png")
    found = drawn(asset(tmp_path / "a.png"), View((160, 128)))
    assert found[60, 60].tolist() == [200, 0, 0]
    assert sorted({int(level) for level in found[:16, :32, 0].ravel()}) == [102, 153]
    assert found[0, 0, 0] != found[0, 8, 0]


def test_what_differs_is_lit_and_framed(photo: Asset, tmp_path: Path) -> None:
    with Image.open(photo.path) as image:
        edited = image.convert("RGB")
    spot = (250, 120, 290, 160)
    ImageDraw.Draw(edited).ellipse(spot, fill=(30, 120, 60))
    edited.save(tmp_path / "b.png")
    other = asset(tmp_path / "b.png")
    sources = Sources()
    difference = sources.difference(photo, other)
    view = View(size(photo), lit=True, marked=difference.regions, chosen=0)
    picture = draw(sources, photo, view, STAGE, other, True)
    found = pixels(picture)
    scale = found.shape[1] / photo.facts.width
    inside = found[round(140 * scale), round(270 * scale)]
    assert np.abs(inside - np.array(DIFFERS)).max() < 90
    outside = found[round(40 * scale), round(60 * scale)]
    assert np.ptp(outside) == 0
    (label,) = picture.labels
    assert label.text == "[1]"
    assert abs((label.column + 1) * STAGE.cell.width - 250 * scale) < 24


def test_a_draft_has_fewer_dots_and_bytes(photo: Asset) -> None:
    view = View(size(photo))
    whole, draft = (draw(Sources(), photo, view, STAGE, None, full) for full in (True, False))
    assert draft.frame == whole.frame
    assert draft.bytes < whole.bytes / 3
    assert pixels(draft).shape[0] == pixels(whole).shape[0] // 2


def test_frames_of_an_animation_are_drawn_with_their_time(tmp_path: Path) -> None:
    first, *rest = (Image.new("RGB", (80, 64), (40 * n, 0, 0)) for n in range(5))
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=70)
    moving = asset(tmp_path / "a.gif")
    sources = Sources()
    for page in (0, 1, 4, 7):
        picture = draw(sources, moving, View((80, 64), page=page), STAGE, None, True)
        assert abs(pixels(picture)[10, 10, 0] - 40 * (page % 5)) < 4
        assert picture.pause == 70


def test_a_strip_of_thirty_thousand_pixels_is_seen_whole_and_near(tmp_path: Path) -> None:
    strip = Image.new("RGB", (300, 30_000), (0, 0, 90))
    ImageDraw.Draw(strip).rectangle((0, 29_900, 300, 30_000), fill=(0, 200, 0))
    strip.save(tmp_path / "strip.png")
    tall = asset(tmp_path / "strip.png")
    assert drawn(tall, View(size(tall))).shape == (128, 8, 3)
    bottom = drawn(tall, View(size(tall), Viewport(1.0, 0.5, 1.0)))
    assert bottom.shape == (128, 160, 3)
    assert bottom[-50, 80].tolist() == [0, 200, 0]


def test_a_hundred_megapixels_are_looked_at_without_being_kept(tmp_path: Path) -> None:
    huge = Image.new("L", (10_000, 10_000), 60)
    huge.paste(200, (4_000, 4_000, 6_000, 6_000))
    huge.save(tmp_path / "huge.jpg", quality=60)
    of = asset(tmp_path / "huge.jpg")
    sources = Sources()
    whole = pixels(draw(sources, of, View(size(of)), STAGE, None, True))
    assert abs(whole[64, 64, 0] - 200) < 10
    near = View(size(of), Viewport(1.0, 0.5, 0.5))
    assert abs(pixels(draw(sources, of, near, STAGE, None, True))[64, 80, 0] - 200) < 10
    kept = sources.picture(of, 10_000, STAGE.shot(size(of), near.viewport).region, True)
    assert kept.image.width * kept.image.height < 17_000_000
    assert kept.region != WHOLE
