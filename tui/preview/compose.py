"""Pixels of pictures put together as a person looks at them. Pure functions; threads only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from core.imaging.preview import Shown
from core.model import Region
from tui.preview.view import Size

_LIGHT, _DARK = 153, 102
"""Grey levels of the squares behind what shows through: dark and light drawings both stand out."""

_NOTHING = (32, 32, 32)
"""Where a canvas has no picture."""

_SHARP = 2.0
"""Dots a pixel from which on the pixels themselves are meant to be seen."""

_THIN = 1e-3
"""Pixels that are left of a part, however far it is enlarged."""

_MARK, _CHOSEN = (255, 208, 0), (255, 255, 255)


def cut(picture: Shown, place: Region, region: Region, size: Size, square: int) -> Image.Image:
    """What `region` of a canvas shows, if `picture` lies at `place` in it: RGB of that size.

    Args:
        picture: at least what of it lies in `region`.
        place: in shares of the canvas; it may reach beyond.
        region: in shares of the canvas.
        size: of the result, in pixels.
        square: pixels of the squares behind what shows through.
    """
    out = Image.new("RGB", size, _NOTHING)
    seen = place.shared(region)
    if seen is None:
        return out
    left, top, right, bottom = map(round, seen.seen_from(region).pixels(size))
    wide, high = max(1, right - left), max(1, bottom - top)
    image = picture.image
    source = _within(seen.seen_from(place).seen_from(picture.region).pixels(image.size), image.size)
    enlarged = wide / (source[2] - source[0])
    resampling = Image.Resampling.NEAREST if enlarged >= _SHARP else Image.Resampling.BILINEAR
    part = image.resize((wide, high), resampling, source)
    out.paste(over_squares(part, square) if part.mode == "RGBA" else part, (left, top))
    return out


def _within(
    box: tuple[float, float, float, float], size: Size
) -> tuple[float, float, float, float]:
    """`box` without what rounding put beyond the edges, and never quite empty."""
    width, height = size
    left, top = min(max(0.0, box[0]), width - _THIN), min(max(0.0, box[1]), height - _THIN)
    return left, top, min(max(box[2], left + _THIN), width), min(max(box[3], top + _THIN), height)


def over_squares(image: Image.Image, square: int) -> Image.Image:
    """`image` (RGBA) over a board of squares of so many pixels: RGB."""
    y, x = np.ogrid[0 : image.height, 0 : image.width]
    light = (x // square + y // square) % 2 == 0
    board = Image.fromarray(np.where(light, _LIGHT, _DARK).astype(np.uint8)).convert("RGBA")
    return Image.alpha_composite(board, image).convert("RGB")


def lit(image: Image.Image, difference: Image.Image, region: Region) -> Image.Image:
    """`image` (RGB), which shows `region` of A, dimmed, with what differs lit.

    Args:
        image: of A.
        difference: RGBA, of all of A.
        region: in shares of A.
    """
    # By then it has been loaded, as somebody made the difference.
    from core.imaging.verdict.difference import dimmed

    box = _within(region.pixels(difference.size), difference.size)
    above = difference.resize(image.size, Image.Resampling.BILINEAR, box)
    ground = dimmed(np.asarray(image.convert("L"))).convert("RGBA")
    return Image.alpha_composite(ground, above).convert("RGB")


def framed(
    image: Image.Image, marked: Sequence[Region], chosen: int | None, region: Region
) -> Image.Image:
    """`image`, which shows `region` of a canvas, with a frame around each of `marked`."""
    out = image.copy()
    draw = ImageDraw.Draw(out)
    for number, each in enumerate(marked):
        left, top, right, bottom = each.seen_from(region).pixels(image.size)
        box = round(left) - 1, round(top) - 1, round(right), round(bottom)
        draw.rectangle(box, outline=_CHOSEN if number == chosen else _MARK)
    return out
