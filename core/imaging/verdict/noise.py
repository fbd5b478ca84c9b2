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

_ROOTS = 8.0
"""Steps of a table by the root of how busy a place is: 256 of them reach to 1000 levels."""
_LEVELS = (np.arange(256, dtype=np.float64) / _ROOTS) ** 2

ROUNDED = 0.5
"""Levels by which every pixel may be off: conversions between colour spaces round."""


def box(plane: Floats, window: int) -> Floats:
    """Mean over a square window."""
    found = cv2.blur(plane, (window, window), borderType=cv2.BORDER_REFLECT)
    return np.asarray(found, dtype=np.float32)


def halved(plane: Floats) -> Floats:
    """`plane` at half its size, each pixel the mean of four; an odd last row or column is left."""
    height, width = (edge // 2 for edge in plane.shape[:2])
    even = plane[: 2 * height, : 2 * width]
    found = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(found, dtype=np.float32)


def like(plane: Floats, shape: tuple[int, ...]) -> Floats:
    """`plane` at the size of `shape`, which is about its own or twice it."""
    if plane.shape == shape:
        return plane
    found = cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(found, dtype=np.float32)


def texture(plane: Floats) -> Floats:
    """Standard deviation around each pixel, in levels."""
    return _deviation(plane, plane * plane, _WINDOW)


def half_texture(plane: Floats) -> Floats:
    """`texture` at half the size of `plane`, which is as good where there are pixels enough."""
    return _deviation(halved(plane), halved(plane * plane), _WINDOW // 2 + 1)


def _deviation(plane: Floats, square: Floats, window: int) -> Floats:
    mean = box(plane, window)
    found = box(square, window)
    found -= mean * mean
    np.maximum(found, 0, out=found)
    return np.sqrt(found, out=found)


def inner(plane: Floats, margin: int = MARGIN) -> Floats:
    """`plane` without its margin."""
    return plane[margin:-margin, margin:-margin]


def edges(plane: Floats) -> Floats:
    """Steepness near each pixel, in levels per pixel: resizers differ most where it is large."""
    across = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8), np.float32)
    down = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8), np.float32)
    # Not cv2.magnitude, whose last bit depends on where in memory the planes lie.
    across *= across
    down *= down
    across += down
    steep = box(np.sqrt(across, out=across), 3)
    return np.asarray(cv2.dilate(steep, np.ones((3, 3), np.uint8)), dtype=np.float32)


class Places:
    """The places of a picture by how busy they are, for any number of residuals there."""

    def __init__(self, around: Floats, margin: int = MARGIN) -> None:
        """`around` is how busy the calmer of two pictures is at each pixel, in levels."""
        self._margin = margin
        around = inner(around, margin)
        self._steps = np.minimum(np.sqrt(np.maximum(around, 0)) * _ROOTS, 255).astype(np.uint8)
        self._step = max(1, int((around.size / _SAMPLES) ** 0.5))
        busy = around[:: self._step, :: self._step].ravel()
        bins = min(_BINS, len(busy))
        # Sorting sixteen bits is faster by far than sorting floats.
        order = np.argsort((busy * 64).astype(np.uint16), kind="stable")
        self._members = order[: len(order) // bins * bins].reshape(bins, -1)
        self._at = busy[self._members].mean(axis=1)

    def excess(self, residual: Floats, window: int, law: tuple[float, float]) -> Floats:
        """How far the mean residual is beyond coding noise, in units of that noise.

        Args:
            residual: one picture minus the other, in levels, signed.
            window: edge of the averaging window in pixels.
            law: `LAW_OF_LUMA` or `LAW_OF_CHROMA`.

        Returns:
            The inner part, never negative.
        """
        mean = np.abs(inner(box(residual, window), self._margin))
        spread = self._own_noise(mean)
        quality = np.median((spread + _FLOOR) / (law[0] + law[1] * self._at))
        own = np.interp(_LEVELS, self._at, np.maximum.accumulate(spread)) + _FLOOR
        noise = np.sqrt(own * (law[0] + law[1] * _LEVELS) * float(np.clip(quality, 0.1, 3)) ** 0.5)
        np.maximum(mean - ROUNDED, 0, out=mean)
        mean *= cv2.LUT(self._steps, (1 / noise).astype(np.float32))
        return np.asarray(mean, dtype=np.float32)

    def _own_noise(self, mean: Floats) -> NDArray[np.float64]:
        """The pair's own noise in each bin of like places."""
        means = mean[:: self._step, :: self._step].ravel()[self._members]
        place = round(_QUANTILE * (means.shape[1] - 1))
        found = np.partition(means, place, axis=1)[:, place]
        return found.astype(np.float64) / _QUANTILE_OF_NORMAL
