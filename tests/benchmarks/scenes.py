"""Pictures as heavy as a camera's, made from the few small photos that are shipped.

A decoder's work follows the bytes it is given, so an enlarged photo alone would measure nothing:
it is smooth and weighs a fifth of what a camera writes. Each scene therefore gets grain until its
JPEG weighs what was asked for. Light and shadow of its own make it a picture of its own, too: two
crops of one lawn would be near-copies to any fingerprint.
"""

from __future__ import annotations

import io
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.gallery import PHOTOS

Pixels = NDArray[np.float32]

_TILE = 512
"""Edge of the piece of grain that is repeated; a JPEG block is 8, so nothing gets cheaper."""
_PROBE = 512
"""Edge of the piece that is encoded to find the grain a scene needs."""
_STEPS = 6


@cache
def _photos() -> tuple[Image.Image, ...]:
    found = sorted(PHOTOS.glob("*.jpg"))
    return tuple(ImageOps.exif_transpose(Image.open(path)).convert("RGB") for path in found)


@cache
def _grain() -> Pixels:
    """Noise of deviation 1, a little smeared as demosaicing leaves it."""
    noise = np.random.default_rng(7).normal(size=(_TILE, _TILE)).astype(np.float32)
    smeared = noise + 0.5 * (np.roll(noise, 1, 0) + np.roll(noise, 1, 1))
    grain: Pixels = (smeared / smeared.std()).astype(np.float32)
    return grain


def _light(random: Random, size: tuple[int, int]) -> Pixels:
    """A smooth field around 1: where light and shadow fall, shape (height, width)."""
    cells = [random.uniform(0.35, 1.5) for _ in range(25)]
    small = Image.new("F", (5, 5))
    small.putdata(cells)
    field: Pixels = np.asarray(small.resize(size, Image.Resampling.BICUBIC), np.float32)
    return field


def _view(random: Random, size: tuple[int, int]) -> Image.Image:
    """A piece of one of the photos: cut out, turned, coloured, lit and enlarged to `size`."""
    photo = random.choice(_photos())
    share = random.uniform(0.45, 0.95)
    width, height = round(photo.width * share), round(photo.height * share)
    left, top = random.randint(0, photo.width - width), random.randint(0, photo.height - height)
    piece = photo.crop((left, top, left + width, top + height))
    turn = random.choice([None, *Image.Transpose])
    piece = piece.transpose(turn) if turn is not None else piece
    # Lit while it is small: the light is smooth, and 40 times fewer pixels are multiplied.
    piece = ImageOps.fit(piece, (size[0] // 6, size[1] // 6), Image.Resampling.BICUBIC)
    tint = np.array([random.uniform(0.75, 1.2) for _ in range(3)], dtype=np.float32)
    lit = np.asarray(piece, np.float32) * _light(random, piece.size)[..., None] * tint
    shown = Image.fromarray(lit.clip(0, 255).astype(np.uint8))
    return shown.resize(size, Image.Resampling.BICUBIC).convert("YCbCr")


def _grained(picture: Image.Image, amount: float) -> Image.Image:
    """`picture` (YCbCr) with grain of that deviation, less of it in the colours."""
    pixels = np.asarray(picture).copy()
    height, width = pixels.shape[:2]
    grain = np.tile(_grain(), (height // _TILE + 1, width // _TILE + 1))[:height, :width] * amount
    for plane, part in enumerate((grain, grain[::-1] / 3, grain[:, ::-1] / 3)):
        pixels[..., plane] = (pixels[..., plane] + part).clip(0, 255).astype(np.uint8)
    return Image.frombytes("YCbCr", picture.size, pixels.tobytes())


def _weight(picture: Image.Image, quality: int) -> float:
    """Bytes a pixel as JPEG, without the few hundred that every file has."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    return (buffer.tell() - 620) / (picture.width * picture.height)


def scene(random: Random, size: tuple[int, int], weight: float, quality: int) -> Image.Image:
    """A picture (YCbCr) that no other `random` gives, as heavy as a camera's.

    Args:
        random: decides everything.
        size: width and height.
        weight: bytes a pixel that it should come to as JPEG.
        quality: of that JPEG.
    """
    view = _view(random, size)
    left, top = (size[0] - _PROBE) // 2, (size[1] - _PROBE) // 2
    probe = view.crop((left, top, left + _PROBE, top + _PROBE))
    low, high = 0.0, 24.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _weight(_grained(probe, middle), quality) < weight:
            low = middle
        else:
            high = middle
    return _grained(view, (low + high) / 2)
