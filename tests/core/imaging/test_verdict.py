"""What a person would say of two pictures, asked of the verdict."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from core.errors import ImageError
from core.imaging.verdict.compare import compare_bytes
from core.imaging.verdict.quality import ijg_steps, quality_of
from core.model import Change, Confidence, Direction, Judgement, Role, Verdict
from core.sides import swapped
from tests import gallery

pillow_heif.register_heif_opener()

PHOTOS = ("astronaut", "chelsea", "coffee")

TRUSTED = (Confidence.NEAR_PERFECT, Confidence.ALMOST_CERTAIN)


def photo(name: str) -> Image.Image:
    with Image.open(gallery.photo(name)) as image:
        return image.convert("RGB")


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(image: Image.Image, quality: int, subsampling: int = 2) -> bytes:
    return saved(image, "JPEG", quality=quality, subsampling=subsampling)


def scaled(image: Image.Image, scale: float, by: Image.Resampling) -> Image.Image:
    return image.resize((round(image.width * scale), round(image.height * scale)), by)


def is_trusted(verdict: Verdict) -> bool:
    return verdict.judgement is Judgement.PIXELS or verdict.confidence in TRUSTED


CODINGS: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG 95 4:4:4": lambda image: jpeg(image, 95, 0),
    "JPEG 80 4:2:0": lambda image: jpeg(image, 80),
    "JPEG 60 4:2:2": lambda image: jpeg(image, 60, 1),
    "progressive JPEG": lambda image: saved(image, "JPEG", quality=85, progressive=True),
    "WebP 75": lambda image: saved(image, "WEBP", quality=75),
    "AVIF 70": lambda image: saved(image, "AVIF", quality=70),
    "HEIC 70": lambda image: saved(image, "HEIF", quality=70),
    "JPEG twice": lambda image: jpeg(Image.open(io.BytesIO(jpeg(image, 70))), 85),
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("coding", CODINGS)
def test_a_picture_coded_again_is_the_same_picture(name: str, coding: str) -> None:
    image = photo(name)
    verdict = compare_bytes(saved(image), CODINGS[coding](image))
    assert verdict.judgement is Judgement.VISUAL
    assert is_trusted(verdict), verdict.reasons


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("scale", [0.35, 0.5, 0.8])
@pytest.mark.parametrize("by", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_a_picture_made_smaller_is_the_same_picture(
    name: str, scale: float, by: Image.Resampling
) -> None:
    image = photo(name)
    verdict = compare_bytes(saved(image), jpeg(scaled(image, scale, by), 88))
    assert is_trusted(verdict), verdict.reasons
    assert Direction("a", Role.LARGER) in verdict.directions


@pytest.mark.parametrize("name", PHOTOS)
def test_an_enlarged_copy_is_found_out(name: str) -> None:
    image = photo(name)
    verdict = compare_bytes(jpeg(image, 90), jpeg(scaled(image, 2, Image.Resampling.BICUBIC), 95))
    assert is_trusted(verdict), verdict.reasons
    assert verdict.directions[0] == Direction("b", Role.UPSCALE)


def test_a_better_save_of_a_worse_jpeg_is_no_better() -> None:
    first = jpeg(photo("astronaut"), 60)
    again = jpeg(Image.open(io.BytesIO(first)), 95, 0)
    verdict = compare_bytes(first, again)
    assert is_trusted(verdict)
    assert verdict.directions == (Direction("b", Role.REENCODED),)


def marked(image: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", image.size)
    drawn = ImageDraw.Draw(layer)
    drawn.text((image.width // 3, image.height // 2), "PREVIEW ONLY", (255, 255, 255, 120), size=30)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def pasted(image: Image.Image) -> Image.Image:
    other = photo("coffee" if image.size != photo("coffee").size else "chelsea")
    copy = image.copy()
    copy.paste(other.crop((60, 60, 90, 90)), (image.width // 2, image.height // 3))
    return copy


def cropped(image: Image.Image, share: float) -> Image.Image:
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width, image.height))


EDITS: dict[str, tuple[Callable[[Image.Image], Image.Image], Change | None]] = {
    "crop of 2 %": (lambda image: cropped(image, 0.02), Change.CROP),
    "crop of 10 %": (lambda image: cropped(image, 0.1), Change.CROP),
    "crop, resized back": (lambda image: cropped(image, 0.05).resize(image.size), Change.CROP),
    "border": (lambda image: ImageOps.expand(image, 12, "white"), Change.BORDER),
    "watermark": (marked, None),
    "object": (pasted, None),
    "brighter": (lambda image: ImageEnhance.Brightness(image).enhance(1.08), Change.TONE),
    "more colour": (lambda image: ImageEnhance.Color(image).enhance(1.3), Change.RECOLOUR),
    "no colour": (lambda image: image.convert("L").convert("RGB"), Change.GREYSCALE),
    "mirrored": (ImageOps.mirror, Change.MIRRORED),
    "upside down": (lambda image: image.rotate(180), Change.ROTATED),
    "quarter turn": (lambda image: image.transpose(Image.Transpose.ROTATE_90), Change.ROTATED),
    "squashed": (lambda image: image.resize((image.width, image.height * 9 // 10)), Change.RATIO),
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_picture_is_an_alternate_and_named(name: str, edit: str) -> None:
    image = photo(name)
    change, kind = EDITS[edit]
    verdict = compare_bytes(jpeg(image, 92), jpeg(change(image), 85))
    assert verdict.judgement is Judgement.ALTERNATE, verdict.reasons
    if kind is not None:
        assert verdict.change is kind


@pytest.mark.parametrize("edit", ["watermark", "object", "crop of 2 %", "brighter"])
def test_an_edit_stays_one_after_it_was_resized(edit: str) -> None:
    image = photo("astronaut")
    smaller = scaled(EDITS[edit][0](image), 0.5, Image.Resampling.LANCZOS)
    assert not is_trusted(compare_bytes(saved(image), jpeg(smaller, 80)))


def test_the_cropped_side_is_named_and_so_is_the_marked_one() -> None:
    image = photo("astronaut")
    crop = compare_bytes(jpeg(cropped(image, 0.1), 90), jpeg(image, 90))
    assert crop.directions == (Direction("a", Role.CROPPED),)
    mark = compare_bytes(jpeg(image, 90), jpeg(marked(image), 90))
    assert mark.directions == (Direction("b", Role.MARKED),)


def test_the_place_of_an_edit_is_told() -> None:
    image = photo("astronaut")
    box = compare_bytes(saved(image), saved(pasted(image))).regions[0]
    assert box.left <= 0.5 <= box.left + box.width
    assert 0.1 < box.percent < 3


def test_what_lies_under_full_transparency_does_not_count() -> None:
    image = photo("chelsea").convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda v: 255 * (v > 90)))
    hidden = np.asarray(image).copy()
    hidden[hidden[..., 3] == 0, :3] = 0
    half = (image.width // 2, image.height // 2)
    smaller = Image.fromarray(hidden).resize(half, Image.Resampling.LANCZOS)
    verdict = compare_bytes(saved(image), saved(smaller))
    assert is_trusted(verdict), verdict.reasons


def test_a_cut_out_is_an_alternate() -> None:
    image = photo("chelsea")
    cut = image.convert("RGBA")
    cut.putalpha(Image.radial_gradient("L").resize(image.size).point(lambda v: 255 * (v < 150)))
    verdict = compare_bytes(saved(image), saved(cut))
    assert (verdict.judgement, verdict.change) == (Judgement.ALTERNATE, Change.TRANSPARENCY)


def test_photos_of_different_things_are_different() -> None:
    for one, other in itertools.combinations(PHOTOS, 2):
        verdict = compare_bytes(jpeg(photo(one), 90), jpeg(photo(other), 90))
        assert verdict.judgement is Judgement.DIFFERENT


def test_a_turn_by_exif_is_no_turn() -> None:
    image = photo("coffee")
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = saved(image.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)
    assert is_trusted(compare_bytes(saved(image), turned))


PAIRS = {
    "resized": lambda image: jpeg(scaled(image, 0.6, Image.Resampling.BICUBIC), 80),
    "marked": lambda image: jpeg(marked(image), 80),
    "cropped": lambda image: jpeg(cropped(image, 0.07), 80),
    "coded": lambda image: jpeg(image, 55),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_verdict_is_the_same_from_either_side(pair: str) -> None:
    one = saved(photo("astronaut"))
    other = PAIRS[pair](photo("astronaut"))
    assert compare_bytes(other, one) == swapped(compare_bytes(one, other))
    assert compare_bytes(one, other) == compare_bytes(one, other)


SIZES = [(1, 1), (3, 200), (15, 15), (64, 64), (3000, 17)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("flat", [True, False])
def test_odd_sizes_are_judged_without_a_fuss(size: tuple[int, int], flat: bool) -> None:
    image = Image.new("RGB", size, "teal") if flat else photo("coffee").resize(size)
    for other in (jpeg(image, 70), saved(ImageOps.mirror(image)), jpeg(photo("chelsea"), 60)):
        try:
            verdict = compare_bytes(saved(image), other)
        except ImageError:
            continue
        assert math.isfinite(verdict.score)
        assert verdict.reasons


def test_one_pixel_cropped_from_a_thumbnail_is_not_trusted() -> None:
    image = photo("astronaut").resize((64, 64), Image.Resampling.LANCZOS)
    less = image.crop((1, 1, 64, 64)).resize((64, 64), Image.Resampling.BICUBIC)
    assert not is_trusted(compare_bytes(saved(image), saved(less)))


@pytest.mark.parametrize("quality", range(5, 101, 5))
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality: int) -> None:
    with Image.open(io.BytesIO(jpeg(photo("coffee"), quality))) as image:
        found = quality_of(image)
    assert found.jpeg == quality
    assert found.subsampling == "4:2:0"
    assert found.steps == tuple(int(step) for step in ijg_steps(quality))
