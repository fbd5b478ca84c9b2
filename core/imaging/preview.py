"""A picture to be looked at, decoded no larger than it will be shown."""

from __future__ import annotations

import math
from typing import NamedTuple

from PIL import Image, ImageFile

from core.imaging.decode import (
    decoding,
    eight_bit,
    frames_of,
    open_image,
    orientation_of,
    upright,
)
from core.imaging.pixels import to_srgb
from core.imaging.raw import read_raw
from core.model import WHOLE, Region

_PAUSE = 100
"""Milliseconds of a frame that states none, or less than a screen can show."""
_LEAST_PAUSE = 20


class Shown(NamedTuple):
    """Pixels of a picture."""

    image: Image.Image
    """Upright and in sRGB: RGB, or RGBA where something shows through."""
    region: Region
    """What of the picture it is; a little more than was asked for, to whole pixels. It reaches
    beyond the picture where that is no whole number of the larger pixels it was reduced to."""


def shown(data: bytes, width: int | None = None, region: Region = WHOLE) -> Shown:
    """The picture in `data`, or its first frame.

    Args:
        data: the whole file.
        width: as wide as the whole picture has to be at least, if it is; None: all its pixels.
        region: what of it is needed.

    Raises:
        ImageError: the bytes cannot be decoded.
    """
    raw = read_raw(data)
    image = open_image(raw.preview if raw else data)
    orientation = raw.orientation if raw else orientation_of(image)
    with decoding():
        scale = _scale(image, orientation, width)
        extent: tuple[float, float] = image.size
        if scale < 1:
            size = math.ceil(image.width * scale), math.ceil(image.height * scale)
            drafted = image.draft("RGB", size)
            extent = drafted[1][2:] if drafted else image.size
        image.load()
        return _taken(image, extent, orientation, width, region)


class Frames:
    """The frames of an animation, or the pages of a stack: cheapest one after the other."""

    def __init__(self, data: bytes) -> None:
        """
        Raises:
            ImageError: the bytes cannot be decoded.
        """
        self._data = data
        # Of a PNG, asking reads on to its end, where no frame is found any more.
        self._orientation = orientation_of(open_image(data))
        self._image: ImageFile.ImageFile = open_image(data)
        with decoding():
            self.count = frames_of(self._image)

    def frame(
        self, number: int, width: int | None = None, region: Region = WHOLE
    ) -> tuple[Shown, int]:
        """One of them, from 0, and the milliseconds it stays; the other arguments as of `shown`.

        Raises:
            ImageError: it cannot be decoded.
        """
        with decoding():
            if number < self._image.tell():
                # Not every decoder can go back.
                self._image = open_image(self._data)
            self._image.seek(number)
            self._image.load()
            stated = self._image.info.get("duration", 0) or 0
            pause = int(stated) if stated >= _LEAST_PAUSE else _PAUSE
            image = self._image
            return _taken(image, image.size, self._orientation, width, region), pause


def _scale(image: Image.Image, orientation: int, width: int | None) -> float:
    """The share of its pixels that makes an image so wide when it is upright."""
    return 1.0 if width is None else width / (image.height if orientation >= 5 else image.width)


def _taken(
    image: Image.Image,
    extent: tuple[float, float],
    orientation: int,
    width: int | None,
    region: Region,
) -> Shown:
    """What is asked for of a loaded image, which stays as it is.

    Args:
        image: as it is stored; its last pixels may be of beyond the picture.
        extent: width and height of the picture in pixels of `image`.
        orientation: EXIF 1..8.
        width: as in `shown`.
        region: as in `shown`.
    """
    left = top = 0
    part = image
    if region != WHOLE:
        edges = turned_back(region, orientation).pixels((1, 1))
        left, top = math.floor(edges[0] * extent[0]), math.floor(edges[1] * extent[1])
        right, bottom = math.ceil(edges[2] * extent[0]), math.ceil(edges[3] * extent[1])
        left, top = max(0, left), max(0, top)
        part = image.crop((left, top, min(image.width, right), min(image.height, bottom)))
    factor = math.floor(1 / min(1.0, _scale(image, orientation, width)))
    if factor > 1 and part.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        part = part.reduce(factor)
    else:
        factor = 1
    across, down = 1 / extent[0], 1 / extent[1]
    found = Region(
        left * across, top * down, part.width * factor * across, part.height * factor * down
    )
    return Shown(upright(_rgb(to_srgb(part)), orientation), turned(found, orientation))


def _rgb(image: Image.Image) -> Image.Image:
    image = eight_bit(image)
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB")
    image = image.convert("RGBA")
    least, _ = image.getchannel("A").getextrema()
    return image.convert("RGB") if least == 255 else image


def turned(region: Region, orientation: int) -> Region:
    """Where `region` is once its picture was turned as EXIF `orientation` asks."""
    left, top, width, height = region.left, region.top, region.width, region.height
    if orientation >= 5:
        # These swap the axes, before they mirror.
        left, top, width, height = top, left, height, width
    if orientation in (2, 3, 6, 7):
        left = 1 - left - width
    if orientation in (3, 4, 7, 8):
        top = 1 - top - height
    return Region(left, top, width, height)


def turned_back(region: Region, orientation: int) -> Region:
    """Where `region` was before."""
    return turned(region, {6: 8, 8: 6}.get(orientation, orientation))
