"""What resampling did between two pictures of one size: fitted, so that the rest can be judged.

Resizers differ in their filters and conventions, and each leaves its mark on every edge. A small
kernel and a small affine displacement, found by least squares, take that away; what they cannot
take away is coding noise or an edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SAMPLES = 20_000
"""Pixels that take part in the fit; its unknowns are sixteen."""

_ROUNDS = 3
"""Of reweighting, so that an edit does not pull the fit."""

_RINGS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 1), (0, -1)),
    ((1, 0), (-1, 0)),
    ((1, 1), (-1, -1), (1, -1), (-1, 1)),
    ((0, 2), (0, -2)),
    ((2, 0), (-2, 0)),
    ((2, 1), (2, -1), (-2, 1), (-2, -1)),
    ((1, 2), (1, -2), (-1, 2), (-1, -2)),
    ((2, 2), (2, -2), (-2, 2), (-2, -2)),
)
"""Neighbours (dy, dx) that share a weight: the kernel is symmetric and its weights sum to 1."""

_MARGIN = 3

_WORTH_WARPING = 0.02
"""Pixels of displacement below which moving the picture would only blur it."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How one picture has to be filtered and moved to lie over the other."""

    kernel: Floats
    """Shape (5, 5)."""
    matrix: NDArray[np.float64]
    """Shape (2, 3): where each pixel of the result is taken from."""
    offset: float
    """In levels."""
    shift: float
    """Displacement of the middle, in pixels."""
    stretch: float
    """Displacement of the corners against the middle, in pixels."""

    def __call__(self, plane: Floats) -> Floats:
        """`plane`, filtered and moved."""
        found = cv2.filter2D(plane, -1, self.kernel, borderType=cv2.BORDER_REFLECT)
        if self.shift + self.stretch > _WORTH_WARPING:
            found = cv2.warpAffine(
                found,
                self.matrix,
                (plane.shape[1], plane.shape[0]),
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REFLECT,
            )
        return np.asarray(found, dtype=np.float32)


def register(sharper: Floats, blurrier: Floats) -> Registration:
    """The registration that makes `sharper` resemble `blurrier`; both of one shape, >= 16 x 16.

    Least squares over first-order terms (Lucas and Kanade 1981), so the displacement is right
    up to about a pixel and too small beyond.
    """
    height, width = sharper.shape
    step = max(1, int((height * width / _SAMPLES) ** 0.5))

    def moved(plane: Floats, dy: int, dx: int) -> Floats:
        return plane[
            _MARGIN + dy : height - _MARGIN + dy : step, _MARGIN + dx : width - _MARGIN + dx : step
        ]

    here = moved(sharper, 0, 0)
    across = (moved(sharper, 0, 1) - moved(sharper, 0, -1)) / 2
    down = (moved(sharper, 1, 0) - moved(sharper, -1, 0)) / 2
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, _MARGIN : width - _MARGIN : step]
    y = np.linspace(-1, 1, height, dtype=np.float32)[_MARGIN : height - _MARGIN : step, None]
    rings = [sum(moved(sharper, *at) for at in ring) / len(ring) - here for ring in _RINGS]
    columns = [*rings, across, down, x * across, y * across, x * down, y * down]
    columns += [here - here.mean(), np.ones_like(here)]
    design = np.stack([column.ravel() for column in columns], axis=1).astype(np.float64)
    target = (moved(blurrier, 0, 0) - here).ravel().astype(np.float64)
    weights = np.ones(len(target))
    for _ in range(_ROUNDS):
        weighted = design * weights[:, None]
        normal = weighted.T @ design
        normal[np.diag_indices(len(normal))] += 1e-3 * len(target)
        found = np.linalg.solve(normal, weighted.T @ target)
        rest = target - design @ found
        spread = float(np.median(np.abs(rest))) * 1.4826 + 0.3
        weights = 1 / (1 + (rest / (2 * spread)) ** 2)
    return _registration(np.asarray(found, np.float64), height, width)


def _registration(found: NDArray[np.float64], height: int, width: int) -> Registration:
    rings = len(_RINGS)
    kernel = np.zeros((5, 5), dtype=np.float32)
    kernel[2, 2] = 1 - found[:rings].sum()
    for value, ring in zip(found[:rings], _RINGS, strict=True):
        for dy, dx in ring:
            kernel[2 + dy, 2 + dx] += value / len(ring)
    right, low, xx, xy, yx, yy = found[rings : rings + 6]
    matrix = np.array(
        [
            [1 + 2 * xx / (width - 1), 2 * xy / (height - 1), right - xx - xy],
            [2 * yx / (width - 1), 1 + 2 * yy / (height - 1), low - yx - yy],
        ]
    )
    stretch = max(np.hypot(xx + turn * xy, yx + turn * yy) for turn in (-1, 1))
    return Registration(
        kernel,
        matrix,
        float(found[-1]),
        float(np.hypot(right, low)),
        float(stretch),
    )
