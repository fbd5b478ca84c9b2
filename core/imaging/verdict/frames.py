"""Where one picture's frame lies in the other's: what tells a crop from a border and a turn.

Corners that both pictures share are matched (ORB, Rublee et al. 2011) and an affine map is fitted
to them with outliers left out (RANSAC). It serves to name what happened; whether two files are
duplicates is never decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.verdict.look import Plane

_CORNERS = 700
_LEAST_MATCHES = 14
"""Corners that must agree: chance brings fewer than eight to one affine map."""

_SIDE = 640
"""Pixels of the longer edge; more would only cost time."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The second picture's frame in the first's, in shares of the first's edges."""

    left: float
    top: float
    right: float
    bottom: float
    turned: float
    """Degrees, counted against the clock, -180..180."""
    squashed: float
    """Relative difference of the two scales."""

    @property
    def same(self) -> bool:
        """Whether both show the same cut, to half a percent."""
        return self.within(0.005)

    def within(self, share: float) -> bool:
        """Whether no edge is off by more than `share` of the first's, or half a percent."""
        edges = (self.left, self.top, self.right - 1, self.bottom - 1)
        return max(abs(edge) for edge in edges) < max(0.005, share)

    @property
    def centred(self) -> bool:
        """Whether both show about the same cut, turned or not."""
        across, down = self.left + self.right - 1, self.top + self.bottom - 1
        return max(abs(across), abs(down)) < 0.12 and 0.7 < self.right - self.left < 1.4

    @property
    def inside(self) -> bool:
        """Whether the second shows a part of the first."""
        least = min(self.left, self.top, 1 - self.right, 1 - self.bottom)
        return least > -0.004 and not self.same

    @property
    def around(self) -> bool:
        """Whether the second shows the first and more."""
        most = max(self.left, self.top, 1 - self.right, 1 - self.bottom)
        return most < 0.004 and not self.same


def frame_in(first: Plane, second: Plane, ratio: float) -> Frame | None:
    """The frame of `second` in `first`, or None where they share too little.

    Args:
        first: luma, shape (h, w).
        second: luma, of its own shape.
        ratio: width / height of `second`'s pixels against `first`'s, 1 unless they were reduced
            unevenly.
    """
    one, two = _small(first), _small(second)
    matrix = _matched(one, two)
    return None if matrix is None else _frame(matrix, one.shape, two.shape, ratio)


def lay_over(first: Plane, second: Plane) -> NDArray[np.float64] | None:
    """Where each pixel of `second` lies in `first`, or None where they share too little.

    Returns:
        Shape (2, 3): an affine map of (x, y), in pixels of the two planes as they are.
    """
    one, two = _small(first), _small(second)
    matrix = _matched(one, two)
    if matrix is None:
        return None
    here, there = _scale(first, one), _scale(second, two)
    # The middle of the first pixel is at 0, its corner half a pixel before.
    offset = matrix[:, :2] @ ((there - 1) / 2) + matrix[:, 2] - (here - 1) / 2
    return np.column_stack([matrix[:, :2] * there, offset]) / here[:, None]


def _scale(plane: Plane, small: Plane) -> NDArray[np.float64]:
    """Pixels of `small` a pixel of `plane`, across and down."""
    return np.array([small.shape[1] / plane.shape[1], small.shape[0] / plane.shape[0]])


def _matched(one: Plane, two: Plane) -> NDArray[np.float64] | None:
    """The affine map from `two` to `one` that enough of their common corners agree on."""
    found = cv2.ORB.create(nfeatures=_CORNERS, fastThreshold=8)
    here, codes = found.detectAndCompute(one, None)
    there, other_codes = found.detectAndCompute(two, None)
    if codes is None or other_codes is None:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(codes, other_codes)
    if len(matches) < _LEAST_MATCHES:
        return None
    source = np.array([there[match.trainIdx].pt for match in matches], dtype=np.float64)
    target = np.array([here[match.queryIdx].pt for match in matches], dtype=np.float64)
    cv2.setRNGSeed(1)
    matrix, kept = cv2.estimateAffine2D(source, target, ransacReprojThreshold=2.5)
    if matrix is None or int(kept.sum()) < max(_LEAST_MATCHES, len(matches) // 12):
        return None
    scales = np.hypot(*matrix[:, :2])
    if scales.min() < 0.05 or scales.max() > 20 or abs(np.linalg.det(matrix[:, :2])) < 0.0025:
        return None
    return np.asarray(matrix, np.float64)


def _small(plane: Plane) -> Plane:
    scale = min(1.0, _SIDE / max(plane.shape))
    size = (max(8, round(plane.shape[1] * scale)), max(8, round(plane.shape[0] * scale)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _frame(
    matrix: NDArray[np.float64], one: tuple[int, ...], two: tuple[int, ...], ratio: float
) -> Frame:
    across, down = np.hypot(*matrix[:, 0]) * ratio, np.hypot(*matrix[:, 1])
    corners = np.array([[0, 0], [two[1], 0], [0, two[0]], [two[1], two[0]]], dtype=np.float64)
    mapped = (corners @ matrix[:, :2].T + matrix[:, 2]) / (one[1], one[0])
    left, top = mapped.min(axis=0)
    right, bottom = mapped.max(axis=0)
    turned = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    return Frame(
        float(left), float(top), float(right), float(bottom), turned, float(across / down - 1)
    )
