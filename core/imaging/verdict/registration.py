"""What resampling did between two pictures of one size: fitted, so that the rest can be judged.

Resizers differ in their filters and conventions, and each leaves its mark on every edge. A small
kernel and a small affine displacement, found by least squares, take that away; what they cannot
take away is coding noise or an edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SAMPLES = 20_000
"""Pixels that take part in the fit; its unknowns are sixteen."""

_TILE = 16
"""Pixels on the edges of the tiles that they lie in. Scattered pixels would feign displacements: of
neighbours the errors cancel, since what one loses to a filter its neighbour gains."""

_ROUNDS = 5
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


def _terms() -> Floats:
    """What a pixel's 25 neighbours, row by row, have to be multiplied by to give each ring's mean
    minus the pixel, and the steepness across and down; shape (rings + 2, 25)."""
    found = np.zeros((len(_RINGS) + 2, 5, 5), dtype=np.float32)
    for term, ring in zip(found, _RINGS, strict=False):
        for dy, dx in ring:
            term[2 + dy, 2 + dx] = 1 / len(ring)
        term[2, 2] = -1
    found[-2, 2, [1, 3]] = found[-1, [1, 3], 2] = -0.5, 0.5
    return found.reshape(len(found), 25)


_TERMS = _terms()

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
    """The registration that makes `sharper` resemble `blurrier`; both of one shape, >= 8 x 8.

    Least squares over first-order terms (Lucas and Kanade 1981), so the displacement is right
    up to about a pixel and too small beyond.
    """
    height, width = sharper.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x, y, target = (
        _samples(np.broadcast_to(plane, sharper.shape)).ravel() for plane in (x, y, blurrier)
    )
    near = np.stack([_samples(sharper, *by).ravel() for by in product(range(-2, 3), repeat=2)])
    here = near[12]
    target -= here
    rings = len(_RINGS)
    design = np.empty((rings + 8, len(here)), dtype=np.float32)
    np.matmul(_TERMS, near, out=design[: rings + 2])
    across, down = design[rings : rings + 2]
    for row, (steep, along) in enumerate(product((across, down), (x, y)), rings + 2):
        np.multiply(steep, along, out=design[row])
    np.subtract(here, here.mean(), out=design[-2])
    design[-1] = 1
    ridge = np.diag(np.full(len(design), 1e-3 * len(target)))
    found = np.linalg.solve(design @ design.T + ridge, design @ target)
    for _ in range(_ROUNDS - 1):
        weighted = design * _weights(target - found.astype(np.float32) @ design)
        found = np.linalg.solve(weighted @ design.T + ridge, weighted @ target)
    return _registration(found, height, width)


def _weights(rest: Floats) -> Floats:
    """Of samples by what a fit leaves of them, so that an edit does not pull the next fit."""
    rest = np.abs(rest)
    # The median of a few thousand is as good.
    rest *= 0.5 / (float(np.median(rest[::7])) * 1.4826 + 0.3)
    return np.asarray(1 / (1 + rest * rest), dtype=np.float32)


def _samples(plane: Floats, dy: int = 0, dx: int = 0) -> Floats:
    """Tiles of the inner part of `plane`, or of the same places `dy` and `dx` pixels away."""
    inner = plane.shape[0] - 2 * _MARGIN, plane.shape[1] - 2 * _MARGIN
    stride = max(_TILE, round(_TILE * (plane.size / _SAMPLES) ** 0.5))
    top, left = _MARGIN + dy, _MARGIN + dx
    if min(inner) < stride:
        return plane[top : top + inner[0], left : left + inner[1]]
    down, across = (edge // stride for edge in inner)
    whole = plane[top : top + down * stride, left : left + across * stride]
    return whole.reshape(down, stride, across, stride)[:, :_TILE, :, :_TILE]


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
