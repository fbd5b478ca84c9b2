"""What coding can do to a pixel, so that what is more than that is an edit.

A codec's error swings around zero and rises with the texture it could not afford to keep; an edit
pushes neighbouring pixels the same way. So residuals are averaged over a window, where noise
cancels and an edit does not, and held against the noise of places of like texture: half by what
this very pair shows there (its own quality), half by a law for every pair (else an edit
everywhere would be the pair's own quality).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MARGIN = 3
"""Pixels along the edges that are left out: padding and odd sizes change them."""

_WINDOW = 25
"""Pixels of the window in which texture is measured: a transform block and its neighbours."""

LAW_OF_LUMA, LAW_OF_CHROMA = (0.3, 0.06), (1.0, 0.06)
"""Levels of mean residual that coding may leave where there is nothing, and per level of texture.

Codecs spare chroma: its steps are two to four times as coarse (ITU-T T.81, annex K).
"""

_FLOOR = 0.1
"""Levels: the rounding of a mean of whole samples."""

_BINS = 10
_SAMPLES = 6_000
_QUANTILE, _QUANTILE_OF_NORMAL = 0.8, 1.2816
"""A pair's own noise is read below its outliers: |z| of the 80th percentile."""

_LEVELS = np.arange(256, dtype=np.float64) / 2


def box(plane: Floats, window: int) -> Floats:
    """Mean over a square window."""
    found = cv2.blur(plane, (window, window), borderType=cv2.BORDER_REFLECT)
    return np.asarray(found, dtype=np.float32)


def texture(plane: Floats) -> Floats:
    """Standard deviation around each pixel, in levels."""
    mean = box(plane, _WINDOW)
    found = box(plane * plane, _WINDOW) - mean * mean
    np.maximum(found, 0, out=found)
    return np.sqrt(found, out=found)


def inner(plane: Floats) -> Floats:
    """`plane` without its margin."""
    return plane[MARGIN:-MARGIN, MARGIN:-MARGIN]


def edges(plane: Floats) -> Floats:
    """Steepness near each pixel, in levels per pixel: resizers differ most where it is large."""
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    steep = box(np.asarray(cv2.magnitude(across, down), dtype=np.float32), 3)
    return np.asarray(cv2.dilate(steep, np.ones((3, 3), np.uint8)), dtype=np.float32)


def excess(residual: Floats, window: int, around: Floats, law: tuple[float, float]) -> Floats:
    """How far the mean residual is beyond coding noise, in units of that noise.

    Args:
        residual: one picture minus the other, in levels, signed.
        window: edge of the averaging window in pixels.
        around: how busy the calmer of the two is at each pixel, in levels, of the same shape.
        law: `LAW_OF_LUMA` or `LAW_OF_CHROMA`.

    Returns:
        The inner part, never negative.
    """
    mean = np.abs(inner(box(residual, window)))
    around = inner(around)
    at, spread = _own_noise(mean, around)
    quality = float(np.clip(np.median((spread + _FLOOR) / (law[0] + law[1] * at)), 0.1, 3))
    own = np.interp(_LEVELS, at, np.maximum.accumulate(spread)) + _FLOOR
    noise = np.sqrt(own * (law[0] + law[1] * _LEVELS) * quality**0.5)
    steps = np.minimum(around * 2, 255).astype(np.uint8)
    return np.asarray(mean * cv2.LUT(steps, (1 / noise).astype(np.float32)), dtype=np.float32)


def _own_noise(mean: Floats, around: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each bin of like places: how busy it is, and the pair's own noise there."""
    step = max(1, int((mean.size / _SAMPLES) ** 0.5))
    busy, means = around[::step, ::step].ravel(), mean[::step, ::step].ravel()
    bins = np.array_split(np.argsort(busy, kind="stable"), min(_BINS, len(busy)))
    at = np.array([busy[members].mean() for members in bins])
    spread = np.array([np.quantile(means[members], _QUANTILE) for members in bins])
    return at, spread / _QUANTILE_OF_NORMAL
