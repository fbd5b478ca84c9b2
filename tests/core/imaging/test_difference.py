"""The difference picture: a person sees where two pictures differ, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from core.imaging.verdict.difference import DIFFERS, ONLY_IN_A, difference_picture, over_grey
from core.model import WHOLE
from tests.core.imaging.judged import encoded, photo, subject

SPOT = (250, 120, 290, 160)
"""Of `photo("coffee")`, 400 x 267 pixels."""

Mask = NDArray[np.bool_]


def spotted() -> Image.Image:
    found = photo("coffee").copy()
    ImageDraw.Draw(found).ellipse(SPOT, fill=(30, 120, 60))
    return found


def as_jpeg(picture: Image.Image) -> bytes:
    return encoded(picture, "JPEG", quality=88)


def painted(a: bytes, b: bytes) -> tuple[Mask, Mask]:
    """Where the picture says that they differ, and what only A shows."""
    found = difference_picture(subject(a), subject(b)).picture
    assert found is not None
    assert (found.height, found.width) == subject(a).look.shown.luma.shape
    assert found.mode == "RGBA"
    pixels = np.asarray(found)
    seen = pixels[..., 3] > 0
    differs, only = ((pixels[..., :3] == colour).all(axis=-1) for colour in (DIFFERS, ONLY_IN_A))
    assert not (seen & ~differs & ~only).any()
    return differs & seen, only & seen


def share_within(mask: Mask, box: tuple[int, int, int, int], reach: int = 12) -> float:
    """Of what is painted, the share that lies in `box` or near it."""
    left, top, right, bottom = box
    near = mask[max(0, top - reach) : bottom + reach, max(0, left - reach) : right + reach]
    return float(near.sum() / mask.sum())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_nothing_is_painted_where_only_coding_differs(kind: str) -> None:
    for name in ("coffee", "chelsea", "grass"):
        differs, only = painted(encoded(photo(name)), encoded(photo(name), kind, quality=75))
        assert not differs.any()
        assert not only.any()


def test_an_edit_is_painted_where_it_is_whatever_else_was_done() -> None:
    given, edited = encoded(photo("coffee")), spotted()
    width, height = edited.size
    for other in (
        edited,
        edited.resize((width * 3 // 2, height * 3 // 2)),
        ImageOps.mirror(edited),
        edited.transpose(Image.Transpose.ROTATE_90),
        edited.resize((width, height * 9 // 10)),
        edited.crop((25, 15, width - 20, height - 10)),
        ImageOps.expand(edited, 16, "white"),
        edited.rotate(2, Image.Resampling.BICUBIC),
    ):
        differs, _ = painted(given, as_jpeg(other))
        left, top, right, bottom = SPOT
        assert differs[top + 8 : bottom - 8, left + 8 : right - 8].all()
        assert differs[20:-20, 20:-20].mean() < 0.08
        assert (
            share_within(differs[20:-20, 20:-20], (left - 20, top - 20, right - 20, bottom - 20))
            > 0.8
        )


def test_what_was_cut_off_is_what_only_a_shows() -> None:
    width, height = photo("coffee").size
    whole, part = encoded(photo("coffee")), as_jpeg(photo("coffee").crop((60, 0, width, height)))
    differs, only = painted(whole, part)
    assert only[:, :54].all()
    assert not only[20:-20, 70:-10].any()
    assert differs.mean() < 0.02
    note = difference_picture(subject(whole), subject(part)).note
    assert "What only A shows is blue." in note
    differs, only = painted(part, whole)
    assert only.mean() < 0.02
    assert differs.mean() < 0.02


def test_a_moved_frame_is_said_and_not_painted() -> None:
    picture = photo("coffee").resize((600, 400))
    one, other = (as_jpeg(picture.crop((x, x, 590 + x, 390 + x))) for x in (0, 1))
    found = difference_picture(subject(one), subject(other))
    assert found.note == "B was moved a little to lie over A."
    assert painted(one, other)[0].mean() < 0.01


def test_a_stronger_change_is_painted_stronger() -> None:
    def alpha(level: int) -> int:
        picture = photo("coffee").copy()
        patch = picture.crop(SPOT).point(lambda value: min(255, value + level))
        picture.paste(patch, SPOT)
        found = difference_picture(subject(encoded(photo("coffee"))), subject(as_jpeg(picture)))
        assert found.picture is not None
        return int(np.asarray(found.picture)[140, 270, 3])

    faint, strong = alpha(9), alpha(60)
    assert 0 < faint < strong <= 255


def test_a_change_of_the_whole_is_painted_all_over() -> None:
    given = photo("coffee")
    for other in (ImageEnhance.Brightness(given).enhance(0.8), given.convert("L")):
        differs, only = painted(encoded(given), as_jpeg(other))
        assert differs.mean() > 0.7
        assert not only.any()


def test_transparent_places_are_compared_on_both_backgrounds() -> None:
    white = Image.new("RGBA", (300, 200), "white")
    hole = white.copy()
    hole.paste((0, 0, 0, 0), (100, 50, 160, 110))
    noise = photo("grass").resize((300, 90)).convert("RGBA")
    for each in (white, hole):
        each.paste(noise, (0, 110))
    differs, _ = painted(encoded(white), encoded(hole))
    assert differs[60:100, 110:150].all()
    assert share_within(differs, (100, 50, 160, 110), 16) > 0.9


def test_pictures_that_cannot_be_laid_over_each_other_say_why() -> None:
    given = subject(encoded(photo("coffee")))
    other = difference_picture(given, subject(encoded(photo("grass"))))
    assert (other.picture, other.note) == (None, "They show different pictures.")
    tiny = difference_picture(given, subject(encoded(photo("coffee").resize((12, 8)))))
    assert (tiny.picture, tiny.note) == (None, "One is too small to be laid over the other.")


def test_a_person_sees_it_over_a_grey_and_dimmed_picture() -> None:
    a, b = subject(encoded(photo("coffee"))), subject(as_jpeg(spotted()))
    found = difference_picture(a, b).picture
    assert found is not None
    shown = np.asarray(over_grey(a.look, found)).astype(int)
    apart = shown.max(axis=-1) - shown.min(axis=-1)
    assert apart[140, 270] > 80
    assert apart[:60].max() == 0
    assert shown[:60].max() < 180


def test_where_b_lies_in_a_is_told() -> None:
    whole = photo("coffee")
    width, height = whole.size
    part = whole.crop((40, 27, width - 80, height - 54))
    cut = difference_picture(subject(encoded(whole)), subject(as_jpeg(part)))
    assert cut.place.left == pytest.approx(40 / width, abs=0.01)
    assert cut.place.right == pytest.approx(1 - 80 / width, abs=0.01)
    assert cut.place.top == pytest.approx(27 / height, abs=0.01)
    assert cut.place.bottom == pytest.approx(1 - 54 / height, abs=0.01)
    turned = difference_picture(
        subject(encoded(whole)), subject(as_jpeg(whole.transpose(Image.Transpose.ROTATE_90)))
    )
    assert turned.turn == 6
    assert turned.place == WHOLE


def test_the_places_that_differ_are_told() -> None:
    whole = photo("coffee")
    found = difference_picture(subject(encoded(whole)), subject(as_jpeg(spotted())))
    left, top, right, bottom = SPOT
    (region,) = found.regions
    assert region.left * whole.width == pytest.approx(left, abs=15)
    assert region.right * whole.width == pytest.approx(right, abs=15)
    assert region.top * whole.height == pytest.approx(top, abs=15)
    assert region.bottom * whole.height == pytest.approx(bottom, abs=15)
    same = difference_picture(subject(encoded(whole)), subject(as_jpeg(whole)))
    assert same.regions == ()
