"""One picture, changed: never a duplicate that a rule may act on, and where the change can be
told, by its name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

from core.model import Change, Judgement, Role
from tests.core.imaging.judged import changed, encoded, is_certain, only, photo, verdict

PHOTOS = ("astronaut", "chelsea", "coffee", "grass")

Edit = Callable[[Image.Image], Image.Image]


def as_jpeg(picture: Image.Image) -> bytes:
    return encoded(picture, "JPEG", quality=88)


def box_of(picture: Image.Image, *shares: float) -> tuple[int, int, int, int]:
    width, height = picture.size
    left, top, right, bottom = shares
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def cropped(picture: Image.Image, percent: float) -> Image.Image:
    share = percent / 100
    return picture.crop(box_of(picture, share, share, 1 - share, 1 - share))


def with_text(picture: Image.Image, text: str, fill: tuple[int, ...]) -> Image.Image:
    overlay = Image.new("RGBA", picture.size)
    font = ImageFont.load_default(size=max(14, picture.height // 12))
    place = picture.width * 0.1, picture.height * 0.45
    ImageDraw.Draw(overlay).text(place, text, fill=fill, font=font)
    return Image.alpha_composite(picture.convert("RGBA"), overlay).convert("RGB")


def erased(picture: Image.Image) -> Image.Image:
    box, found = box_of(picture, 0.4, 0.4, 0.5, 0.5), picture.copy()
    found.paste(picture.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)), box)
    return found


def pasted(picture: Image.Image) -> Image.Image:
    found = picture.copy()
    found.paste(
        picture.crop(box_of(picture, 0, 0, 0.12, 0.12)), box_of(picture, 0.5, 0.5, 1, 1)[:2]
    )
    return found


def in_hsv(picture: Image.Image, turn: int = 0, saturation: float = 1) -> Image.Image:
    hue, chroma, value = picture.convert("HSV").split()
    hue = hue.point(lambda level: (level + turn) % 256)
    chroma = chroma.point(lambda level: min(255, round(level * saturation)))
    return Image.merge("HSV", (hue, chroma, value)).convert("RGB")


def recoloured(picture: Image.Image) -> Image.Image:
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse(box_of(picture, 0.4, 0.4, 0.6, 0.6), fill=255)
    return Image.composite(in_hsv(picture, 90, 1.5), picture, mask)


def rolled(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.roll(np.asarray(picture), 5, axis=1))


EDITS: dict[str, Edit] = {
    **{f"crop {p} %": lambda picture, p=p: cropped(picture, p) for p in (1, 2, 5, 10)},  # type: ignore[misc]
    "crop to the old size": lambda picture: cropped(picture, 3).resize(picture.size),
    "crop of one side": lambda picture: picture.crop(box_of(picture, 0.02, 0, 1, 1)),
    "border": lambda picture: ImageOps.expand(picture, 8, "white"),
    "watermark": lambda picture: with_text(picture, "© Example", (255, 255, 255, 130)),
    "text": lambda picture: with_text(picture, "Hello", (255, 255, 0, 255)),
    "erased": erased,
    "pasted": pasted,
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.06),
    "contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(0.85),
    "mirror": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "quarter turn": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "half turn": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    "slight turn": lambda picture: cropped(picture.rotate(1.5, Image.Resampling.BICUBIC), 4),
    "squash": lambda picture: picture.resize((round(picture.width * 0.95), picture.height)),
    "next frame": rolled,
}
COLOUR_EDITS: dict[str, Edit] = {
    "local recolour": recoloured,
    "hue": lambda picture: in_hsv(picture, turn=12),
    "less saturation": lambda picture: ImageEnhance.Color(picture).enhance(0.7),
    "greyscale": lambda picture: picture.convert("L"),
    "greyscale in colours": lambda picture: picture.convert("L").convert("RGB"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_never_taken_for_a_duplicate(edit: str) -> None:
    for name in PHOTOS:
        found = verdict(encoded(photo(name)), as_jpeg(EDITS[edit](photo(name))))
        assert not is_certain(found), (name, found)


@pytest.mark.parametrize("edit", COLOUR_EDITS)
def test_an_edit_of_colours_is_never_taken_for_a_duplicate(edit: str) -> None:
    # The others have no colours to speak of.
    for name in ("astronaut", "chelsea", "coffee", "retina"):
        found = verdict(encoded(photo(name)), as_jpeg(COLOUR_EDITS[edit](photo(name))))
        assert not is_certain(found), (name, found)


@pytest.mark.parametrize("percent", [2, 5, 10])
def test_a_crop_is_told_from_what_it_was_cut_from(percent: float) -> None:
    for name in PHOTOS:
        whole, part = encoded(photo(name)), as_jpeg(cropped(photo(name), percent))
        assert changed(whole, part) == (Change.CROP, only("b", Role.CROPPED)), name
        assert changed(part, whole) == (Change.CROP, only("a", Role.CROPPED)), name


@pytest.mark.parametrize("over", [False, True], ids=["around", "over the edges"])
def test_the_one_with_the_border_is_named(over: bool) -> None:
    for name in PHOTOS:
        picture = photo(name)
        inner = picture.crop((9, 9, picture.width - 9, picture.height - 9)) if over else picture
        framed = as_jpeg(ImageOps.expand(inner, 9, "white"))
        found = changed(encoded(picture), framed)
        assert found == (Change.BORDER, only("b", Role.MARKED)), name


def test_a_mirrored_and_a_turned_picture_are_named() -> None:
    turns = {
        Image.Transpose.FLIP_LEFT_RIGHT: Change.MIRRORED,
        Image.Transpose.FLIP_TOP_BOTTOM: Change.MIRRORED,
        Image.Transpose.ROTATE_90: Change.ROTATED,
        Image.Transpose.ROTATE_180: Change.ROTATED,
        Image.Transpose.ROTATE_270: Change.ROTATED,
        Image.Transpose.TRANSPOSE: Change.MIRRORED,
    }
    for name in PHOTOS:
        for turn, change in turns.items():
            other = as_jpeg(photo(name).transpose(turn))
            assert changed(encoded(photo(name)), other) == (change, ()), (name, turn)


def test_a_slight_turn_and_a_squash_are_named() -> None:
    for name in PHOTOS:
        given = encoded(photo(name))
        assert changed(given, as_jpeg(EDITS["slight turn"](photo(name))))[0] is Change.ROTATED
        assert changed(given, as_jpeg(EDITS["squash"](photo(name))))[0] is Change.RATIO


def test_the_one_without_colours_is_named() -> None:
    for name in ("astronaut", "chelsea", "coffee", "retina"):
        grey = as_jpeg(photo(name).convert("L"))
        found = verdict(encoded(photo(name)), grey)
        assert found.change is Change.GREYSCALE
        assert found.reasons[0] == "B has no colours."


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.1])
def test_brightness_and_contrast_are_no_change_of_colours(factor: float) -> None:
    for name in ("astronaut", "chelsea", "coffee"):
        for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast):
            other = as_jpeg(enhance(photo(name)).enhance(factor))
            assert changed(encoded(photo(name)), other) == (Change.TONE, ()), name


def test_colours_changed_all_over_are_named() -> None:
    for name in ("astronaut", "chelsea", "coffee"):
        for edit in (COLOUR_EDITS["less saturation"], ImageOps.invert):
            other = as_jpeg(edit(photo(name)))
            assert changed(encoded(photo(name)), other) == (Change.RECOLOUR, ()), name


def test_a_place_of_another_colour_is_named_and_found() -> None:
    found = verdict(encoded(photo("coffee")), as_jpeg(recoloured(photo("coffee"))))
    assert found.change is Change.RECOLOUR
    region = found.regions[0]
    assert region.left < 0.5 < region.left + region.width
    assert region.top < 0.5 < region.top + region.height


def test_the_one_with_text_on_it_is_named_and_the_wiped_one_is_not() -> None:
    for name in ("astronaut", "coffee", "retina"):
        written = as_jpeg(with_text(photo(name), "Hello", (255, 255, 255, 255)))
        found = changed(encoded(photo(name)), written)
        assert found == (Change.MARK, only("b", Role.MARKED)), name
    for name in PHOTOS:
        wiped = as_jpeg(erased(photo(name)))
        assert changed(encoded(photo(name)), wiped) == (Change.EDIT, ()), name


def test_a_hole_cut_into_a_picture_is_seen_on_any_background() -> None:
    picture = photo("chelsea").convert("RGBA")
    mask = Image.new("L", picture.size, 255)
    ImageDraw.Draw(mask).ellipse(box_of(picture, 0.3, 0.3, 0.6, 0.6), fill=0)
    cut = picture.copy()
    cut.putalpha(mask)
    assert changed(encoded(picture), encoded(cut)) == (Change.TRANSPARENCY, ())
    for background in ("white", "black"):
        shown = Image.new("RGBA", picture.size, background)
        shown.alpha_composite(cut)
        found = verdict(encoded(cut), encoded(shown.convert("RGB")))
        assert found.change is Change.TRANSPARENCY, background


def test_different_photos_are_different() -> None:
    files = [encoded(photo(name)) for name in (*PHOTOS, "camera", "brick")]
    for number, one in enumerate(files):
        for other in files[number + 1 :]:
            assert verdict(one, other).judgement is Judgement.DIFFERENT
