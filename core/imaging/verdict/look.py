"""The look: one picture at the size and in the planes that verdicts compare.

A look is made once per file and serves every pair the file is in. It holds no more pixels than
telling an edit from coding noise needs, so that comparing two of them costs milliseconds whatever
the cameras were.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from core.imaging.decode import (
    decoding,
    eight_bit,
    flattened,
    open_image,
    orientation_of,
    upright,
)
from core.imaging.pixels import has_other_colours, to_srgb
from core.imaging.raw import read_raw

MOST_PIXELS = 1 << 18
"""Pixels of a look: an edit of 0.25 % of a picture still covers 25 x 25 of them."""

Plane = NDArray[np.uint8]

_OPAQUE = 253
"""Alpha from which on nobody sees what is behind: one level of a whole picture."""

cv2.setNumThreads(1)  # Pairs are spread over processes; threads below them only get in the way.


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as luma and chroma, full-range BT.601 as JPEG has them."""

    luma: Plane
    """Shape (h, w)."""
    chroma: Plane
    """Shape (h // 2, w // 2, 2): Cr and Cb around 128; most codecs keep no more of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a verdict sees of a picture."""

    width: int
    """Of the shown picture in full, in pixels."""
    height: int
    shown: Planes
    """Over white where it is transparent."""
    over_black: Planes | None
    """Over black, where any of it shows through."""
    unmanaged: Planes | None
    """Without its colour profile, where that says anything but sRGB."""
    slack: float
    """Pixels of the look by which its frame may be off: see `_filling`."""


def look_at(image: ImageFile.ImageFile, orientation: int) -> Look:
    """The look of a picture, or of an animation's first frame.

    Args:
        image: opened, or already loaded at its full size.
        orientation: EXIF 1..8 of what is stored.

    Raises:
        ImageError: it cannot be decoded to its end.
    """
    width, height = image.size
    size = look_size(width, height)
    coloured = has_other_colours(image)
    with decoding():
        # Of what has been loaded, nothing is left to be drafted.
        drafted = image.draft(None, size)
        image.load()
        shown = eight_bit(to_srgb(image))
        alpha = _alpha_of(shown)

        def planes(of: Image.Image, background: int) -> Planes:
            return _planes(_over(of, alpha, background), size, orientation)

        found = planes(shown, 255)
        over_black = planes(shown, 0) if alpha is not None else None
        unmanaged = planes(eight_bit(image), 255) if coloured else None
    if orientation >= 5:
        width, height = height, width
    slack = _filling(image.size, drafted[1][2:], size) if drafted else 0.0
    return Look(width, height, found, over_black, unmanaged, slack)


def full_luma(data: bytes) -> Plane:
    """Luma of the picture in `data` as it is shown, at its full size, shape (h, w).

    Raises:
        ImageError: the bytes cannot be decoded to their end.
    """
    raw = read_raw(data)
    image = open_image(data if raw is None else raw.preview)
    orientation = orientation_of(image) if raw is None else raw.orientation
    with decoding():
        image.draft("L", image.size)
        image.load()
        return np.asarray(upright(flattened(image).convert("L"), orientation))


def _filling(decoded: tuple[int, int], extent: tuple[float, float], size: tuple[int, int]) -> float:
    """Pixels of the look that the filling of a reduced decode takes of its longer edge.

    libjpeg rounds the size up when it reduces; Pillow says in `extent` what is picture.
    """
    shares = [(whole - part) / whole for whole, part in zip(decoded, extent, strict=True)]
    return max(share * edge for share, edge in zip(shares, size, strict=True))


def look_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the look of a picture, never larger than the picture."""
    scale = min(1.0, (MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _alpha_of(image: Image.Image) -> Image.Image | None:
    if image.mode not in ("LA", "RGBA") and "transparency" not in image.info:
        return None
    alpha = image.convert("RGBA").getchannel("A")
    return alpha if int(np.asarray(alpha).min(initial=255)) < _OPAQUE else None


def _over(image: Image.Image, alpha: Image.Image | None, background: int) -> Image.Image:
    image = image.convert("RGB")
    if alpha is None:
        return image
    return Image.composite(image, Image.new("RGB", image.size, (background,) * 3), alpha)


def _planes(image: Image.Image, size: tuple[int, int], orientation: int) -> Planes:
    small = Image.fromarray(_reduced(np.asarray(image), size))
    planes = cv2.cvtColor(np.asarray(upright(small, orientation)), cv2.COLOR_RGB2YCrCb)
    half = (max(1, planes.shape[1] // 2), max(1, planes.shape[0] // 2))
    luma = np.ascontiguousarray(planes[..., 0], dtype=np.uint8)
    return Planes(luma, _reduced(np.asarray(planes[..., 1:], dtype=np.uint8), half))


def _reduced(pixels: Plane, size: tuple[int, int]) -> Plane:
    """The mean of the area below each pixel of `size`, by exact shares of cover."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return np.ascontiguousarray(pixels)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
