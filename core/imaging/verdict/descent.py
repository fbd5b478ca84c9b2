"""Which of two files was made from the other: JPEG's quantisation leaves a comb behind.

Whatever is made from a JPEG of the same size still has frequencies near multiples of that JPEG's
steps, even if it was coded again with finer ones or without loss. A quality in a header says how
the last save was made, never how good the picture is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.imaging.jpeg import ijg_steps
from core.imaging.verdict.look import Plane

_SIDE = 1024
"""Pixels of the middle that are looked at, each way."""

_FINEST = 3
"""Steps below this are lost in the rounding of pixels."""

_LEAST_VALUES = 400
"""Frequencies, beyond half a step, that there must be to tell."""

_QUALITIES = (30, 40, 50, 60, 65, 70, 75, 80, 85, 88, 90, 92)
"""Those that programs save at."""

COMBED = 0.16
"""Mean distance from the nearest multiple, in steps, below which a picture carries the comb; where
there is none it is 0.25."""


def _dct_matrix() -> NDArray[np.float32]:
    """Orthonormal DCT-II of length 8, rows are frequencies (ITU-T T.81, A.3.3)."""
    k, n = np.arange(8)[:, None], np.arange(8)[None, :]
    matrix = np.cos(np.pi * k * (2 * n + 1) / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix.astype(np.float32)


_DCT = _dct_matrix()


def carries_comb(found: NDArray[np.float32], steps: tuple[int, ...]) -> bool:
    """Whether a picture was made from a JPEG of its size whose luma was quantised by `steps`.

    Args:
        found: its `frequencies`.
        steps: 64, row by row.
    """
    return _is_combed(found, np.asarray(steps, dtype=np.float32))


def hidden_quality(found: NDArray[np.float32]) -> int | None:
    """The quality of a JPEG, on the IJG's scale, that a picture stored otherwise once was.

    Args:
        found: its `frequencies`.
    """
    # Finer combs lie within coarser ones, so the coarsest is the one.
    for quality in _QUALITIES:
        if _is_combed(found, ijg_steps(quality).astype(np.float32)):
            return quality
    return None


def frequencies(luma: Plane) -> NDArray[np.float32]:
    """Frequencies of the 8 x 8 blocks of a picture's middle, shape (n, 64), in levels.

    Args:
        luma: at full size and as it is stored, shape (h, w): blocks begin at its corner.
    """
    top, left = (max(0, (edge - _SIDE) // 16 * 8) for edge in luma.shape)
    part = luma[top : top + _SIDE, left : left + _SIDE]
    down, across = part.shape[0] // 8, part.shape[1] // 8
    blocks = part[: down * 8, : across * 8].reshape(down, 8, across, 8).swapaxes(1, 2)
    found = _DCT @ (blocks.astype(np.float32) - 128) @ _DCT.T
    return np.asarray(found.reshape(-1, 64), dtype=np.float32)


def _is_combed(found: NDArray[np.float32], steps: NDArray[np.float32]) -> bool:
    in_steps = found / steps
    # The mean of a block moves with every rounding, and dropped frequencies are near 0 anyway.
    wanted = (np.abs(in_steps) > 0.5) & (steps >= _FINEST)
    wanted[:, 0] = False
    values = in_steps[wanted]
    if len(values) < _LEAST_VALUES:
        return False
    return float(np.mean(np.abs(values - np.round(values)))) < COMBED
