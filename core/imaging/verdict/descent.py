"""Which of two files was made from the other: JPEG's quantisation leaves a comb behind.

Whatever is made from a JPEG of the same size still has frequencies near multiples of that JPEG's
steps, even if it was coded again with finer ones or without loss. A quality in a header says how
the last save was made, never how good the picture is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.jpeg import ijg_steps
from core.imaging.verdict.look import Plane

_SIDE = 1024
"""Pixels of the middle that are looked at, each way."""

_FINEST = 3
"""Steps below this are lost in the rounding of pixels."""

_PER_LEVEL = 8
"""Bins a level in which strengths are counted. Half steps, where it turns which multiple is the
nearest, lie on the borders of bins; so the middle of a bin stands for all that is in it."""

_BINS = 1024 * _PER_LEVEL
"""Of a frequency, whose strength is below 1024 levels in pixels of 8 bits."""

_LEAST_VALUES = 400
"""Frequencies, beyond half a step, that there must be to tell."""

_QUALITIES = (30, 40, 50, 60, 65, 70, 75, 80, 85, 88, 90, 92)
"""Those that programs save at."""

COMBED = 0.16
"""Mean distance from the nearest multiple, in steps, below which a picture carries the comb; where
there is none it is 0.25."""


def _dct_matrix() -> NDArray[np.float32]:
    """Orthonormal DCT-II of a block's 64 pixels, row by row; rows are frequencies (ITU-T T.81,
    A.3.3)."""
    k, n = np.arange(8)[:, None], np.arange(8)[None, :]
    matrix = np.cos(np.pi * k * (2 * n + 1) / 16) / 2
    matrix[0] /= np.sqrt(2)
    return np.kron(matrix, matrix).astype(np.float32)


_DCT = _dct_matrix()


@dataclass(frozen=True, slots=True)
class Strengths:
    """How strong the frequencies in the blocks of a picture's middle are: all that has to be known
    of a picture to look for any JPEG's comb in it."""

    bins: NDArray[np.uint32]
    """Shape (n,), ascending: frequency * `_BINS` + strength in bins, where there is any. The first
    frequency is left out: the mean of a block moves with every rounding."""
    counts: NDArray[np.uint16]
    """Shape (n,): in how many blocks."""


def strengths(luma: Plane) -> Strengths:
    """The strengths of a picture.

    Args:
        luma: at full size and as it is stored, shape (h, w): blocks begin at its corner.
    """
    top, left = (max(0, (edge - _SIDE) // 16 * 8) for edge in luma.shape)
    part = luma[top : top + _SIDE, left : left + _SIDE]
    down, across = part.shape[0] // 8, part.shape[1] // 8
    blocks = part[: down * 8, : across * 8].reshape(down, 8, across, 8).swapaxes(1, 2)
    # Frequency by frequency, so that counting stays within a few kilobytes.
    found = np.abs(_DCT[1:] @ blocks.reshape(-1, 64).T.astype(np.float32))
    bins, counts = [], []
    for frequency, row in enumerate((found * _PER_LEVEL).astype(np.uint16), 1):
        counted = np.bincount(row)
        # What is below half of the finest step belongs to no multiple.
        counted[: _FINEST * _PER_LEVEL // 2] = 0
        there = np.flatnonzero(counted)
        bins.append(there + frequency * _BINS)
        counts.append(counted[there])
    return Strengths(
        np.concatenate(bins).astype(np.uint32), np.concatenate(counts).astype(np.uint16)
    )


def carries_comb(found: Strengths, steps: tuple[int, ...]) -> bool:
    """Whether a picture was made from a JPEG of its size whose luma was quantised by `steps`.

    Args:
        found: its `strengths`.
        steps: 64, row by row.
    """
    return _is_combed(found, np.asarray(steps, dtype=np.float32))


def hidden_quality(found: Strengths) -> int | None:
    """The quality of a JPEG, on the IJG's scale, that a picture stored otherwise once was.

    Args:
        found: its `strengths`.
    """
    # Finer combs lie within coarser ones, so the coarsest is the one.
    for quality in _QUALITIES:
        if _is_combed(found, ijg_steps(quality).astype(np.float32)):
            return quality
    return None


def _is_combed(found: Strengths, steps: NDArray[np.float32]) -> bool:
    frequency, strength = np.divmod(found.bins, _BINS)
    step = steps[frequency]
    in_steps = ((strength + 0.5) / _PER_LEVEL).astype(np.float32) / step
    # What was dropped is near 0 anyway.
    wanted = (in_steps > 0.5) & (step >= _FINEST)
    counts = found.counts * wanted
    values = int(counts.sum(dtype=np.int64))
    if values < _LEAST_VALUES:
        return False
    return float(np.abs(in_steps - np.rint(in_steps)) @ counts) / values < COMBED
