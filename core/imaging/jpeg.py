"""How a JPEG was saved, as its header tells: quality, subsampling, passes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from PIL import Image

_LUMA = np.array(
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ],
    dtype=np.float64,
)  # fmt: skip
"""Quantisation of luma at quality 50 (ITU-T T.81, table K.1), row by row."""

_LAYOUTS = {
    (1, 1): "4:4:4",
    (2, 1): "4:2:2",
    (2, 2): "4:2:0",
    (1, 2): "4:4:0",
    (4, 1): "4:1:1",
    (4, 2): "4:1:0",
}
"""How many times as many samples luma has as chroma, across and down, and what that is called."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """What the header of a JPEG says of how it was saved."""

    quality: int
    """1..100 on the scale of the Independent JPEG Group; other encoders' tables get the nearest."""
    subsampling: str | None
    """``4:4:4``, ``4:2:2``, ``4:2:0`` ..., or ``grey``; None where it has no name."""
    progressive: bool
    """Coded in several passes."""
    steps: tuple[int, ...]
    """Quantisation of luma, 64 steps row by row."""


def jpeg_of(image: Image.Image) -> Jpeg | None:
    """What the header of a picture, opened and not yet loaded, tells; None where it is no JPEG."""
    tables: dict[int, Any] | None = getattr(image, "quantization", None)
    if image.format not in ("JPEG", "MPO") or not tables:
        return None
    steps = tuple(tables[min(tables)])
    progressive = bool(image.info.get("progressive"))
    return Jpeg(ijg_quality(steps), _layout(image), progressive, steps)


def ijg_steps(quality: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Quantisation of luma at `quality` 1..100, 64 steps row by row.

    The IJG's scale: step * 5000 / q below quality 50, step * (200 - 2 q) above, in percent,
    clipped to 1..255 (jcparam.c of libjpeg).
    """
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip(np.floor((_LUMA * percent + 50) / 100), 1, 255)


@lru_cache(1024)
def ijg_quality(steps: tuple[int, ...]) -> int:
    """The quality whose luma table is nearest to `steps` (64, row by row).

    Nearest by the mean difference of logarithms, since half the steps are small numbers. Cameras
    use few tables, so most of a library is answered from memory.
    """
    apart = np.abs(_scale() - np.log(np.clip(steps, 1, None))).mean(axis=1)
    # Several qualities share the finest tables; the highest is what encoders call it.
    return int(np.flatnonzero(apart == apart.min())[-1]) + 1


@cache
def _scale() -> np.ndarray[Any, np.dtype[np.float64]]:
    """Logarithms of `ijg_steps` by quality, shape (100, 64)."""
    return np.log([ijg_steps(quality) for quality in range(1, 101)])


def _layout(image: Image.Image) -> str | None:
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    if len(layers) == 1:
        return "grey"
    if len(layers) < 3 or layers[1][1:3] != layers[2][1:3]:
        return None
    (_, across, down, _), (_, *chroma, _) = layers[:2]
    if across % chroma[0] or down % chroma[1]:
        return None
    return _LAYOUTS.get((across // chroma[0], down // chroma[1]))
