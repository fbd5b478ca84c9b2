"""A picture small enough to send to a terminal, decoded no larger than it will be shown."""

from __future__ import annotations

from PIL import Image

from core.imaging.decode import decoding, flattened, open_image, orientation_of, upright
from core.imaging.facts import draft_size
from core.imaging.pixels import to_srgb
from core.imaging.raw import read_raw

_BACKGROUND = 128
"""Grey under transparency: dark and light drawings both stay visible on it."""


def preview(data: bytes, width: int, height: int) -> Image.Image:
    """The picture in `data` upright, in sRGB, scaled to fit `width` x `height` pixels (RGB).

    Small pictures are enlarged to the box, so that both sides of a pair compare at one size.

    Raises:
        ImageError: the bytes cannot be decoded.
    """
    raw = read_raw(data)
    image = open_image(raw.preview if raw else data)
    orientation = raw.orientation if raw else orientation_of(image)
    if orientation >= 5:
        width, height = height, width
    with decoding():
        scale = min(width / image.width, height / image.height)
        target = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        if scale < 1:
            image.draft("RGB", draft_size(image.size, min(target)))
        image.load()
        factor = min(image.width // target[0], image.height // target[1])
        small: Image.Image = image
        if factor > 1 and image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
            info = image.info
            small = image.reduce(factor)
            small.info = info
        small = flattened(to_srgb(small), _BACKGROUND).convert("RGB")
        return upright(small.resize(target, Image.Resampling.BILINEAR), orientation)
