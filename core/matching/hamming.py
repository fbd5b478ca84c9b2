"""Which 64-bit hashes lie within a radius of each other: exact, in numpy blocks.

Comparing everything with everything beats search trees up to some ten thousand hashes, and is
never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 22
"""Distances computed at once: 32 MB of XORs."""


def neighbours(
    new: NDArray[np.uint64], known: NDArray[np.uint64], radius: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint8]]]:
    """Positions in `new` and in `known`, and distances, of all hashes within `radius`.

    Args:
        new: shape (n,).
        known: shape (m,).
        radius: largest Hamming distance, 0..64.

    Yields:
        Arrays of equal length, block by block.
    """
    if not len(known):
        return
    rows = max(1, _BLOCK // len(known))
    for start in range(0, len(new), rows):
        block = new[start : start + rows]
        distances = np.bitwise_count(block[:, None] ^ known[None, :])
        left, right = np.nonzero(distances <= radius)
        if len(left):
            yield left + start, right, distances[left, right]
