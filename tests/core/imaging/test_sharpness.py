"""Which side of a pair shows more, and which is noisier."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.imaging.verdict.sharpness import Sharpness, compare_sharpness
from core.model import Judgement
from tests.core.imaging.judged import encoded, photo, subject, verdict

PHOTOS = ("astronaut", "chelsea", "coffee", "camera", "retina")


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def noisy(picture: Image.Image, levels: float) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, levels, (picture.height, picture.width, 1))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))


def scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = round(picture.width * factor), round(picture.height * factor)
    return picture.resize(size, Image.Resampling.BICUBIC)


def sharpness(a: Image.Image, b: Image.Image) -> Sharpness:
    """Of A against B, after a look at what holds for every pair."""
    one, other = (subject(encoded(each)).look.shown.luma for each in (a, b))
    found, back = compare_sharpness(one, other), compare_sharpness(other, one)
    assert found is not None
    assert back is not None
    assert (back.blur, back.noise) == (-found.blur, -found.noise)
    return found


@pytest.mark.parametrize("name", PHOTOS)
def test_the_more_a_copy_is_blurred_the_more_octaves_it_lacks(name: str) -> None:
    found = [sharpness(blurred(photo(name), radius), photo(name)).blur for radius in (0.5, 1, 2)]
    assert found == sorted(found)
    assert 0.2 < found[0] < 0.6
    assert 0.7 < found[1] < 1.3
    assert 1.3 < found[2] < 2.2


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "camera", "retina"])
@pytest.mark.parametrize("levels", [6, 12])
def test_a_noisy_copy_is_noisier_by_what_was_added_and_no_sharper(name: str, levels: int) -> None:
    found = sharpness(noisy(photo(name), levels), photo(name))
    assert found.noise == pytest.approx(levels, rel=0.15)
    assert abs(found.blur) < 0.1


@pytest.mark.parametrize("name", PHOTOS)
def test_noise_does_not_hide_a_blur(name: str) -> None:
    found = sharpness(noisy(blurred(photo(name), 1), 6), photo(name))
    assert found.blur > 0.6
    assert found.noise > 4


@pytest.mark.parametrize("name", ["grass", "brick"])
def test_texture_is_not_taken_for_noise(name: str) -> None:
    for side in (200, 400):
        picture = photo(name, side)
        assert sharpness(blurred(picture, 1), picture).noise == 0


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 60}), ("JPEG", {"quality": 92}), ("WEBP", {"quality": 75})],
    ids=["jpeg 60", "jpeg 92", "webp"],
)
def test_a_copy_coded_again_is_as_sharp(kind: str, options: dict[str, int]) -> None:
    for name in PHOTOS:
        found = verdict(encoded(photo(name)), encoded(photo(name), kind, **options))
        assert found.blur is not None
        assert found.noise is not None
        assert abs(found.blur) < 0.2
        assert abs(found.noise) < 0.5


def test_brightness_and_contrast_are_no_sharpness() -> None:
    paler = photo("chelsea").point(lambda level: level * 0.8 + 20)
    assert abs(sharpness(paler, photo("chelsea")).blur) < 0.15


def test_a_verdict_tells_the_blurred_side() -> None:
    found = verdict(encoded(blurred(photo("coffee"), 0.8)), encoded(photo("coffee")))
    assert found.judgement is Judgement.VISUAL
    assert found.blur is not None
    assert found.blur > 0.5


def test_pictures_that_are_too_small_are_not_asked() -> None:
    tiny = np.zeros((20, 30), np.uint8)
    assert compare_sharpness(tiny, tiny) is None
    plain = np.full((60, 80), 90, np.uint8)
    assert compare_sharpness(plain, plain) == (0, 0)


@pytest.mark.parametrize("factor", [1, 0.5])
def test_the_real_size_of_an_upscale_is_what_it_was_made_from(factor: float) -> None:
    for name in ("astronaut", "chelsea", "coffee"):
        picture = photo(name)
        truth = scaled(picture, factor)
        twice = 2 * picture.width, 2 * picture.height
        upscale = truth.resize(twice, Image.Resampling.LANCZOS)
        found = verdict(encoded(picture), encoded(upscale))
        assert found.real_size is not None
        width, height = found.real_size
        assert truth.width * 0.9 <= width <= truth.width * 1.5
        assert width / height == pytest.approx(picture.width / picture.height, rel=0.02)
        assert f"B shows no more than {width} × {height} pixels can." in found.reasons


def test_a_larger_original_is_no_upscale() -> None:
    assert (
        verdict(encoded(photo("coffee")), encoded(scaled(photo("coffee"), 0.5))).real_size is None
    )
