"""Pictures that leave little to compare, or much: an answer all the same, and never too sure."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ImageError
from core.imaging.verdict.look import MOST_PIXELS
from core.model import Confidence, Judgement
from tests import gallery
from tests.core.imaging.judged import compare_bytes, encoded, is_certain, photo, subject, verdict

SIZES = [
    (1, 1),
    (1, 40),
    (2, 3),
    (8, 8),
    (15, 15),
    (16, 16),
    (17, 64),
    (64, 64),
    (8000, 20),
    (9, 4000),
]


def sized(name: str, size: tuple[int, int]) -> Image.Image:
    return photo(name).resize(size, Image.Resampling.BOX)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_size_gets_an_answer(size: tuple[int, int]) -> None:
    one, other = sized("coffee", size), sized("grass", size)
    assert verdict(encoded(one), encoded(one, "TIFF")).judgement is Judgement.PIXELS
    again = encoded(one, "JPEG", quality=70)
    assert verdict(encoded(one), again).judgement is not Judgement.PIXELS
    assert not is_certain(verdict(encoded(one), encoded(other)))
    for flat in (Image.new("RGB", size, "teal"), Image.new("L", size, 7)):
        assert not is_certain(verdict(encoded(one), encoded(flat)))


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (15, 400)], ids=str)
def test_what_is_too_small_to_be_sure_of_is_left_to_a_person(size: tuple[int, int]) -> None:
    found = verdict(
        encoded(photo("coffee").resize((size[0] * 9, size[1] * 9))), encoded(sized("coffee", size))
    )
    assert not is_certain(found)


def test_an_icon_of_64_pixels_is_a_duplicate_of_its_jpeg() -> None:
    for name in ("astronaut", "coffee", "retina"):
        icon = sized(name, (64, 64))
        assert is_certain(verdict(encoded(icon), encoded(icon, "JPEG", quality=90))), name


@pytest.mark.parametrize("size", [(64, 64), (400, 300)], ids=str)
def test_flat_pictures_are_told_apart_by_their_colour(size: tuple[int, int]) -> None:
    colours = ["black", "white", "#808080", "#8c8c8c", "#8080a0"]
    files = [encoded(Image.new("RGB", size, colour)) for colour in colours]
    for number, one in enumerate(files):
        again = encoded(Image.new("RGB", size, colours[number]), "JPEG", quality=80)
        assert verdict(one, again).judgement is not Judgement.DIFFERENT
        for other in files[number + 1 :]:
            assert not is_certain(verdict(one, other))


def test_a_mark_on_a_flat_picture_is_seen() -> None:
    flat = Image.new("RGB", (300, 200), "white")
    dotted = flat.copy()
    dotted.paste((40, 40, 40), (140, 90, 152, 102))
    assert not is_certain(verdict(encoded(flat), encoded(dotted)))


def test_sixteen_bits_are_a_duplicate_of_eight(tmp_path: Path) -> None:
    source = gallery.photo("clock")
    deep = gallery.as_tiff_16bit(source, tmp_path / "deep.tif").read_bytes()
    found = verdict(deep, source.read_bytes())
    assert found.judgement is Judgement.VISUAL
    assert found.confidence is Confidence.NEAR_PERFECT
    grey = np.asarray(photo("coffee").convert("L"))
    wide = Image.fromarray(grey.astype(np.uint16) * 257)
    found = verdict(encoded(wide), encoded(photo("coffee").convert("L")))
    assert found.confidence is Confidence.NEAR_PERFECT


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_judged_and_no_rule_may_trust_that(kind: str) -> None:
    frames = [
        photo(name).resize((300, 200)).convert("L") for name in ("coffee", "chelsea", "grass")
    ]
    options = {"save_all": True, "append_images": frames[1:], "duration": 100}
    if kind == "WEBP":
        options["lossless"] = True
    moving = encoded(frames[0], kind, **options)
    found = verdict(moving, encoded(frames[0]))
    assert (found.judgement, found.confidence) == (Judgement.VISUAL, Confidence.VERY_PROBABLE)
    assert found.directions == ()
    assert verdict(moving, encoded(frames[1])).judgement is Judgement.DIFFERENT
    assert verdict(moving, moving).judgement is Judgement.PIXELS


def test_a_hundred_megapixels_are_judged_like_any_other() -> None:
    small = photo("coffee").convert("L").resize((500, 500))
    # Columns and rows repeated: cheap to make, and a PNG of it cheap to read.
    large = Image.fromarray(np.asarray(small).repeat(20, axis=0).repeat(20, axis=1))
    assert large.width * large.height == 100_000_000
    buffer = io.BytesIO()
    large.save(buffer, "PNG", compress_level=1)
    found = verdict(buffer.getvalue(), encoded(small))
    assert found.judgement is Judgement.VISUAL
    assert subject(buffer.getvalue()).look.shown.luma.size <= 1.01 * MOST_PIXELS


def test_a_different_ratio_of_long_strips_is_told() -> None:
    strip = photo("grass").resize((4000, 20))
    found = verdict(encoded(strip), encoded(strip.crop((0, 0, 3000, 20))))
    assert not is_certain(found)
    assert found.judgement in (Judgement.ALTERNATE, Judgement.DIFFERENT)


def test_only_an_image_error_comes_of_bad_bytes() -> None:
    good = encoded(photo("chelsea"), "JPEG")
    for bad in (b"", b"nonsense", good[:2000], encoded(photo("chelsea"))[:3000]):
        for pair in ((good, bad), (bad, good)):
            with pytest.raises(ImageError):
                compare_bytes(*pair)
    assert compare_bytes(good, good).judgement is Judgement.PIXELS
