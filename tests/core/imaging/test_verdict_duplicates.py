"""One picture, coded or resized again: a rule may trust that these are duplicates."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.imaging.decode import upright
from core.model import Confidence, Judgement, Role
from tests.benchmarks.hardpairs import profiles
from tests.core.imaging.judged import CERTAIN, decoded, encoded, is_certain, only, photo, verdict

Resampling = Image.Resampling

PHOTOS = ("astronaut", "chelsea", "coffee", "grass", "retina")

CODERS: dict[str, tuple[str, dict[str, object]]] = {
    **{f"jpeg {q}": ("JPEG", {"quality": q}) for q in (50, 75, 90, 98)},
    **{f"jpeg {s}": ("JPEG", {"quality": 80, "subsampling": s}) for s in ("4:4:4", "4:2:2")},
    "jpeg progressive": ("JPEG", {"quality": 80, "progressive": True, "subsampling": "4:2:0"}),
    **{f"webp {q}": ("WEBP", {"quality": q}) for q in (60, 85)},
    **{f"avif {q}": ("AVIF", {"quality": q, "speed": 9}) for q in (60, 85)},
    **{f"heic {q}": ("HEIF", {"quality": q}) for q in (60, 85)},
}


def scaled(picture: Image.Image, factor: float, resampling: Resampling) -> Image.Image:
    width, height = picture.size
    return picture.resize((round(width * factor), round(height * factor)), resampling)


@pytest.mark.parametrize("coder", CODERS)
def test_a_picture_coded_again_is_a_duplicate(coder: str) -> None:
    kind, options = CODERS[coder]
    for name in PHOTOS:
        found = verdict(encoded(photo(name)), encoded(photo(name), kind, **options))
        assert is_certain(found), (name, found)
        assert found.directions in ((), only("b", Role.REENCODED)), name


def test_jpeg_xl_coded_again_is_a_duplicate() -> None:
    pytest.importorskip("pillow_jxl")
    for name in PHOTOS[:2]:
        assert is_certain(verdict(encoded(photo(name)), encoded(photo(name), "JXL", quality=85)))


def test_ringing_clipped_at_white_is_no_change_of_tone() -> None:
    drawing = Image.new("RGB", (600, 450), "white")
    draw = ImageDraw.Draw(drawing)
    for x in range(40, 440, 8):
        draw.line((x, 60, x + 50, 200), (90, 90, 90))
    for x in range(60, 540, 80):
        draw.ellipse((x, 250, x + 70, 400), outline=(20, 20, 20), width=2)
    for quality in (50, 60, 80):
        found = verdict(encoded(drawing), encoded(drawing, "JPEG", quality=quality))
        assert is_certain(found), (quality, found)


def test_a_level_that_rounding_gave_or_took_is_no_change_of_tone() -> None:
    for name in PHOTOS[:3]:
        lighter = photo(name).point([min(255, level + 1) for level in range(256)] * 3)
        assert is_certain(verdict(encoded(photo(name)), encoded(lighter))), name


def test_a_verdict_does_not_hang_on_what_else_is_in_memory() -> None:
    larger = scaled(photo("coffee"), 1.6, Resampling.BOX)
    files = encoded(photo("coffee")), encoded(larger, "JPEG", quality=90)
    first = verdict(*files)
    # Blocks of many sizes move whatever is made next to other places.
    random, kept = Random(1), list[bytes]()
    for _ in range(20):
        kept.append(bytes(random.randrange(3_000_000)))
        assert verdict(*files) == first


@pytest.mark.parametrize("factor", [0.4, 0.75, 1.6])
@pytest.mark.parametrize(
    "resampling",
    [
        Resampling.BOX,
        Resampling.BILINEAR,
        Resampling.HAMMING,
        Resampling.BICUBIC,
        Resampling.LANCZOS,
    ],
    ids=lambda each: each.name.lower(),
)
def test_a_resized_picture_is_a_duplicate(resampling: Resampling, factor: float) -> None:
    for name in PHOTOS[:3]:
        other = encoded(scaled(photo(name), factor, resampling), "JPEG", quality=90)
        found = verdict(encoded(photo(name)), other)
        assert is_certain(found), (name, found)
        # Enlarged by little, a copy shows too much for one and too little for an original.
        expected = {Role.LARGER} if factor < 1 else {Role.UPSCALE}
        assert {each.role for each in found.directions} <= expected


def test_the_larger_one_is_named_from_both_sides() -> None:
    large, small = encoded(photo("chelsea")), encoded(photo("chelsea").resize((200, 133)))
    assert verdict(large, small).directions == only("a", Role.LARGER)
    assert verdict(small, large).directions == only("b", Role.LARGER)


def test_what_was_enlarged_from_little_is_called_an_upscale() -> None:
    picture = photo("coffee")
    tiny = picture.resize((picture.width // 4, picture.height // 4), Resampling.LANCZOS)
    blown_up = tiny.resize((picture.width * 2, picture.height * 2), Resampling.BICUBIC)
    found = verdict(encoded(picture), encoded(blown_up))
    assert found.directions == only("b", Role.UPSCALE)


def test_messengers_one_after_the_other_leave_a_duplicate() -> None:
    for name in PHOTOS:
        picture = photo(name)
        sent = decoded(encoded(scaled(picture, 0.8, Resampling.LANCZOS), "JPEG", quality=80))
        sent = decoded(encoded(sent, "WEBP", quality=80))
        back = sent.resize(picture.size, Resampling.BICUBIC)
        assert is_certain(verdict(encoded(picture), encoded(back, "JPEG", quality=80))), name


def test_of_two_jpegs_the_one_of_lower_quality_is_named() -> None:
    files = [encoded(photo("coffee"), "JPEG", quality=quality) for quality in (60, 85, 87)]
    assert verdict(files[0], files[1]).directions == only("a", Role.REENCODED)
    assert verdict(files[1], files[0]).directions == only("b", Role.REENCODED)
    assert verdict(files[1], files[2]).directions == ()


def test_the_same_pixels_are_more_than_a_visual_duplicate() -> None:
    picture = photo("chelsea")
    for other in (
        encoded(picture, "TIFF"),
        encoded(picture, "WEBP", lossless=True),
        encoded(picture.convert("RGBA")),
    ):
        assert verdict(encoded(picture), other).judgement is Judgement.PIXELS


def test_a_palette_holds_a_grey_picture_and_may_hold_a_coloured_one() -> None:
    grey = photo("grass").convert("L")
    assert is_certain(verdict(encoded(grey), encoded(grey, "GIF")))
    for name in ("chelsea", "coffee"):
        found = verdict(encoded(photo(name)), encoded(photo(name).quantize(256), "GIF"))
        assert found.judgement is Judgement.VISUAL, found


def test_inks_instead_of_light_are_a_duplicate() -> None:
    for name in PHOTOS:
        inks = encoded(photo(name).convert("CMYK"), "JPEG", quality=92)
        assert is_certain(verdict(encoded(photo(name), "JPEG", quality=92), inks)), name


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turn_in_the_header_equals_one_in_the_pixels(orientation: int) -> None:
    stored, exif = photo("chelsea"), Image.Exif()
    exif[0x0112] = orientation
    in_header = encoded(stored, "JPEG", quality=90, exif=exif)
    in_pixels = encoded(upright(stored, orientation), "JPEG", quality=90)
    assert is_certain(verdict(in_header, in_pixels))


@pytest.mark.parametrize("name", profiles.NAMES)
def test_a_profile_that_shows_the_same_colours_changes_nothing(name: str) -> None:
    picture = profiles.shown(profiles.converted(photo("coffee"), name), name)
    other = profiles.converted(picture, name)
    managed = encoded(other, "JPEG", quality=95, icc_profile=profiles.profile(name))
    found = verdict(encoded(picture, "JPEG", quality=95), managed)
    assert is_certain(found), found
    assert found.directions == ()


@pytest.mark.parametrize("name", profiles.NAMES)
def test_the_one_that_lost_its_colour_profile_is_named(name: str) -> None:
    stored = profiles.converted(photo("coffee"), name)
    managed = encoded(stored, "JPEG", quality=95, icc_profile=profiles.profile(name))
    found = verdict(managed, encoded(stored, "JPEG", quality=80))
    assert found.judgement is Judgement.VISUAL
    assert found.confidence is Confidence.ALMOST_CERTAIN
    assert found.directions[0] == only("b", Role.WITHOUT_PROFILE)[0]
    assert found.reasons[0] == "B has lost its colour profile."


def test_what_lies_under_full_transparency_is_nobodys_business() -> None:
    picture = photo("chelsea").convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (100, 80, 200, 180))
    picture.putalpha(alpha)
    other = picture.copy()
    other.paste((255, 0, 0, 0), (100, 80, 200, 180))
    assert verdict(encoded(picture), encoded(other)).judgement is Judgement.PIXELS
    lossy = verdict(encoded(picture), encoded(other, "WEBP", quality=85, alpha_quality=100))
    assert is_certain(lossy), lossy


def test_an_alpha_that_is_nearly_opaque_is_no_difference() -> None:
    picture = photo("chelsea").convert("RGBA")
    picture.putalpha(254)
    found = verdict(encoded(photo("chelsea"), "JPEG", quality=90), encoded(picture))
    assert found.confidence in CERTAIN


def test_the_same_two_files_get_the_same_answer_again() -> None:
    a, b = encoded(photo("grass")), encoded(photo("grass"), "JPEG", quality=60)
    first = verdict(a, b)
    # Beside other work, as in a worker that has done much.
    np.random.default_rng(1).random(10)
    verdict(a, encoded(photo("coffee")))
    assert verdict(a, b) == first
