"""Whether a larger file shows more: an upscale found out by the detail it does not have."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.verdict.look import Plane

UPSCALED, RESOLVED = 0.12, 0.36
"""`detail_beyond` up to which a picture is an upscale, and from which on it is none. Twofold
enlargements have at most 0.10, those by 1.6 at most 0.35; soft originals as little as 0.16, most
0.4 and more. What lies between is called neither."""

_ENLARGEMENTS = (cv2.INTER_CUBIC, cv2.INTER_LANCZOS4, cv2.INTER_NEAREST_EXACT)

_MOST_PIXELS = 4_000_000
"""Of a larger picture only the middle is looked at."""

_STEP = 2**-0.25

_LEAST_SIDE = 16
"""Pixels of the shorter edge below which no real size is looked for."""

_FLAT = 0.5
"""Levels squared: below it a picture has no detail to judge by."""


def detail_beyond(luma: Plane, size: tuple[int, int]) -> float | None:
    """Energy of what `luma` shows beyond the resolution of `size`, against the octave below that.

    Args:
        luma: the larger picture in full, shape (h, w).
        size: width and height of the smaller picture of the same scene.

    Returns:
        A ratio; None where the picture is too flat to tell.
    """
    height, width = luma.shape
    scale = (size[0] * size[1] / (width * height)) ** 0.5
    luma = _middle(luma)
    height, width = luma.shape
    smaller = (max(4, round(width * scale)), max(4, round(height * scale)))
    half = (max(2, smaller[0] // 2), max(2, smaller[1] // 2))
    whole = luma.astype(np.float32)
    down = cv2.resize(whole, smaller, interpolation=cv2.INTER_AREA)
    below = cv2.resize(down, half, interpolation=cv2.INTER_AREA)
    octave = _apart(down, cv2.resize(below, smaller, interpolation=cv2.INTER_CUBIC))
    if octave < _FLAT:
        return None
    again = (cv2.resize(down, (width, height), interpolation=by) for by in _ENLARGEMENTS)
    return min(_apart(whole, each) for each in again) / octave


def _apart(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Mean square of the difference."""
    return float(cv2.norm(one, other, cv2.NORM_L2SQR)) / one.size


def real_size(luma: Plane, size: tuple[int, int]) -> tuple[int, int]:
    """The smallest width and height at which an upscale would still show all that it does.

    Found in steps of a fourth of an octave, and rather too large than too small: what was enlarged
    bilinearly looks like the soft original of twice its size.

    Args:
        luma: the upscale in full, shape (h, w).
        size: width and height of the smaller picture of the same scene.
    """
    height, width = luma.shape
    luma = _middle(luma)
    scale = (size[0] * size[1] / (width * height)) ** 0.5
    while True:
        finer = scale * _STEP
        smaller = round(luma.shape[1] * finer), round(luma.shape[0] * finer)
        if min(smaller) < _LEAST_SIDE:
            break
        beyond = detail_beyond(luma, smaller)
        if beyond is None or beyond > UPSCALED:
            break
        scale = finer
    return round(width * scale), round(height * scale)


def _middle(luma: Plane) -> Plane:
    share = min(1.0, (_MOST_PIXELS / luma.size) ** 0.5)
    height, width = round(luma.shape[0] * share), round(luma.shape[1] * share)
    top, left = (luma.shape[0] - height) // 2, (luma.shape[1] - width) // 2
    return luma[top : top + height, left : left + width]
