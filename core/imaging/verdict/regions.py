"""Where two registered pictures differ: a map made into boxes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.model import Region

MOST = 8
"""Boxes told; further ones are weaker."""

_JOINED = 5
"""Pixels between places that belong to one box."""


def regions_of(excess: NDArray[np.float32], least: float) -> tuple[Region, ...]:
    """Boxes around the places of `excess` above `least`, the strongest first.

    Args:
        excess: shape (h, w), in units of the limits.
        least: what still counts.
    """
    strong = (excess > least).astype(np.uint8)
    joined = cv2.dilate(strong, np.ones((_JOINED, _JOINED), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined)
    height, width = excess.shape
    found = []
    for number in range(1, count):
        left, top, wide, high, _ = (int(value) for value in boxes[number])
        part = excess[top : top + high, left : left + wide]
        inside = labels[top : top + high, left : left + wide] == number
        total = float(np.where(inside, part, 0).sum())
        found.append((total, Region(left / width, top / height, wide / width, high / height)))
    found.sort(key=lambda entry: -entry[0])
    return tuple(region for _, region in found[:MOST])
