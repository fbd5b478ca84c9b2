"""Which of two files is the original, and what stays an edit whatever was done to it after."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from core.model import Judgement, Role
from tests import gallery
from tests.core.imaging.judged import (
    compare_bytes,
    decoded,
    encoded,
    is_certain,
    only,
    photo,
    verdict,
)

PHOTOS = ("astronaut", "chelsea", "coffee")


def jpeg(picture: Image.Image, quality: int) -> bytes:
    return encoded(picture, "JPEG", quality=quality)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_copy_made_twice_as_large_is_found_out(name: str) -> None:
    picture = photo(name)
    double = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    found = verdict(jpeg(picture, 90), jpeg(double, 95))
    assert is_certain(found), found.reasons
    assert found.directions == only("b", Role.UPSCALE)


def test_a_better_save_of_a_worse_jpeg_is_no_better() -> None:
    first = jpeg(photo("astronaut", 512), 60)
    again = encoded(decoded(first), "JPEG", quality=95, subsampling=0)
    assert verdict(first, again).directions == only("b", Role.REENCODED)


def marked(picture: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", picture.size)
    place = (picture.width // 3, picture.height // 2)
    ImageDraw.Draw(layer).text(place, "PREVIEW ONLY", (255, 255, 255, 120), size=30)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def pasted(picture: Image.Image) -> Image.Image:
    found = picture.copy()
    found.paste(photo("coffee").crop((60, 60, 90, 90)), (found.width // 2, found.height // 3))
    return found


EDITS = {
    "watermark": marked,
    "object": pasted,
    "crop": lambda picture: picture.crop((8, 8, picture.width, picture.height)),
    "brightness": lambda picture: ImageEnhance.Brightness(picture).enhance(1.08),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_stays_one_after_it_was_resized(edit: str) -> None:
    picture = photo("astronaut")
    edited = EDITS[edit](picture)
    half = (edited.width // 2, edited.height // 2)
    smaller = edited.resize(half, Image.Resampling.LANCZOS)
    assert not is_certain(verdict(encoded(picture), jpeg(smaller, 80)))


def test_the_place_of_an_edit_is_told() -> None:
    picture = photo("astronaut")
    box = verdict(encoded(picture), encoded(pasted(picture))).regions[0]
    assert box.left <= 0.5 <= box.left + box.width
    assert 0.1 < box.percent < 3


def test_one_pixel_cropped_from_a_thumbnail_is_not_trusted() -> None:
    picture = photo("astronaut", 64)
    less = picture.crop((1, 1, 64, 64)).resize((64, 64), Image.Resampling.BICUBIC)
    assert not is_certain(verdict(encoded(picture), encoded(less)))


def test_of_a_raw_and_its_preview_none_is_called_the_worse(tmp_path: Path) -> None:
    raw = gallery.dng_of(gallery.photo("coffee"), tmp_path / "a.dng").read_bytes()
    larger = photo("coffee", 600).resize((1200, 800), Image.Resampling.LANCZOS)
    for other in (gallery.photo("coffee").read_bytes(), jpeg(larger, 95)):
        found = compare_bytes(raw, other)
        assert found.judgement is Judgement.VISUAL
        assert found.directions == ()
