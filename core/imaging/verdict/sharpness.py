"""Which of two pictures shows more fine detail, and which has more noise: two numbers, for rules.

Both are read from the looks, at the size of the smaller one. What is lost by being smaller is told
by the sizes, and what a look is too small to show is not told at all: of 12 megapixels, a blur
within 7 x 7 pixels. Nothing has to be registered: detail is energy, wherever it lies.

A picture is split into octaves, each half as fine as the one before. Noise is in the calmest
places, too, and detail is what the others have beyond these. Noise is told from texture by the
next octave, where white noise has a quarter of its energy and texture about as much as before.
Contrast as a whole is taken out by the coarsest octave, which no usual blur reaches.

On generated copies of eight photos of 200 to 600 pixels, a Gaussian blur of 0.5, 1 and 2 pixels
comes to 0.0 to 0.5, 0.2 to 1.2 and 0.9 to 2.0 octaves, the more the less texture there is; coding
(JPEG from quality 60, WebP, AVIF) to at most 0.16, resizing with other filters to at most 0.65 and
added noise to at most 0.08. Noise of 5 and 10 levels, where it is found, comes to 4.6 to 5.1 and
9.4 to 10.4; in grass, in bricks and among other texture it is not found. Where none was added, it
is at most 0.5.
"""

from __future__ import annotations

from math import copysign, exp, log, sqrt
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.verdict.look import Plane
from core.imaging.verdict.noise import Floats, halved, like

_OCTAVES = 5
"""That are looked at, where there are pixels enough; the coarsest is the measure of contrast."""

_LEAST_SIDE = 24
"""Pixels that the shorter edge must have to be split."""

_CELL = 8
"""Edge in pixels of the places that are told calm from busy."""

_CALM = 25
"""Percent of places that are the calmest."""

_CLIPPED = 120.0
"""Levels from the middle beyond which a place has lost part of its noise to black or white."""

_LEFT = 0.25
"""Share of places that must be left without those; else they count like the others."""

_FLOOR = 0.5
"""Levels squared: an octave that has less tells nothing, as rounding alone leaves as much."""

_UNSURE = 0.1
"""Of the energy of calm places: by so much may that of the others be off."""

_WHITE = 1 - 9 / 32 + 25 / 256
"""Share of white noise in the finest octave: a pixel without the means of four around it, laid
over it bilinearly."""

_TEXTURE = 0.75
"""Of the energy that texture has in the second octave, what it has in the finest at most."""

_STEEP = 2.0
"""How many times as much energy calm places have in the finest octave as in the second where that
is noise; resizers with negative lobes leave fine texture up to 1.7."""

_Places = NDArray[np.bool_]


class Sharpness(NamedTuple):
    """What one picture, A, is to the other."""

    blur: float
    """Octaves of detail that A shows less of than B; negative where B shows less. Half an octave
    is half of the contrast of the finest detail."""
    noise: float
    """Standard deviation of A's noise minus that of B's, in levels of 255."""


class _Octave(NamedTuple):
    """What a picture shows that it would not at half its size, by cells."""

    energy: Floats
    """Mean square, in levels squared."""
    level: Floats
    """Mean of the picture, from -128 to 127."""


def compare_sharpness(a: Plane, b: Plane) -> Sharpness | None:
    """How fine and how noisy A is against B.

    Args:
        a: luma of the look of one picture, shape (h, w).
        b: of the other, which has the same ratio.

    Returns:
        None where one is too small to tell.
    """
    size = min(a.shape[1], b.shape[1]), min(a.shape[0], b.shape[0])
    one, other = _octaves(a, size), _octaves(b, size)
    if len(one) < 2:
        return None
    pairs = list(zip(one, other, strict=True))
    found = []
    for pair, coarser in zip(pairs, [*pairs[1:], pairs[-1]], strict=True):
        calm, busy = _places(pair, coarser)
        found.append(_apart(_detail(pair[0], calm, busy), _detail(pair[1], calm, busy)))
    calm, _ = _places(pairs[0], pairs[1])
    noise = _noise(one[0], one[1], calm) - _noise(other[0], other[1], calm)
    *finer, contrast = found
    return Sharpness(sum(_octaves_lost(each - contrast) for each in finer), noise)


def _octaves(plane: Plane, size: tuple[int, int]) -> list[_Octave]:
    """The finest first."""
    if (plane.shape[1], plane.shape[0]) != size:
        plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
    left = plane.astype(np.float32) - 128
    found: list[_Octave] = []
    while len(found) < _OCTAVES and min(left.shape) >= _LEAST_SIDE:
        half = halved(left)
        even = left[: 2 * half.shape[0], : 2 * half.shape[1]]
        fine = even - like(half, even.shape)
        found.append(_Octave(_pooled(fine * fine), _pooled(even)))
        left = half
    return found


def _pooled(plane: Floats) -> Floats:
    """The mean of each cell."""
    height, width = (edge // _CELL for edge in plane.shape)
    even = plane[: height * _CELL, : width * _CELL]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _places(
    pair: tuple[_Octave, _Octave], coarser: tuple[_Octave, _Octave]
) -> tuple[_Places, _Places]:
    """Which cells of both pictures are calm, judged by the next octave, and which are not."""
    shape = pair[0].energy.shape
    told = np.maximum(np.abs(pair[0].level), np.abs(pair[1].level)) < _CLIPPED
    if told.mean() < _LEFT:
        told = np.ones(shape, np.bool_)
    structure = like(coarser[0].energy + coarser[1].energy, shape)
    calm = told & (structure <= np.percentile(structure[told], _CALM))
    return calm, told & ~calm


def _detail(octave: _Octave, calm: _Places, busy: _Places) -> tuple[float, float]:
    """The least and the most energy there may be beyond what is everywhere."""
    everywhere = float(np.median(octave.energy[calm]))
    beyond = float(octave.energy[busy].mean()) - everywhere if busy.any() else 0.0
    unsure = _UNSURE * everywhere
    return max(beyond - unsure, _FLOOR), max(beyond + unsure, _FLOOR)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Logarithm of the ratio that two ranges of energy have at least."""
    if one[0] > other[1]:
        return log(one[0] / other[1])
    if other[0] > one[1]:
        return -log(other[0] / one[1])
    return 0.0


def _octaves_lost(apart: float) -> float:
    """The share of the weaker one's missing amplitude; below 0 where the other is the weaker."""
    return copysign(1 - exp(-abs(apart) / 2), -apart)


def _noise(finest: _Octave, coarser: _Octave, calm: _Places) -> float:
    """Standard deviation of white noise, in levels; 0 where texture explains the calm places."""
    energy = float(np.median(finest.energy[calm]))
    second = float(np.median(like(coarser.energy, calm.shape)[calm]))
    if energy < _STEEP * second:
        return 0.0
    return sqrt((energy - _TEXTURE * second) / (_WHITE * (1 - _TEXTURE / 4)))
