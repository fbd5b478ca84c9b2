"""A picture's ThumbHash: some twenty-five bytes that a server sends along with its name.

The form is published and settled (https://evanw.github.io/thumbhash/): a few waves of lightness and
of two colour differences, each wave four bits strong. Reading it takes these lines, and less
than any package for it would cost to load.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_WIDTH = 128
"""Pixels of what is drawn; there is nothing in it that more would show."""


def blurred(thumbhash: bytes, aspect: float) -> Image.Image | None:
    """What `thumbhash` tells of a picture: RGB; None where it is none.

    Args:
        thumbhash: of a picture that hides nothing, or that something shows through.
        aspect: the picture's width by its height.
    """
    if len(thumbhash) < 5:
        return None
    first, second = (int.from_bytes(thumbhash[a:b], "little") for a, b in ((0, 3), (3, 5)))
    see_through, wide = bool(first >> 23), bool(second >> 15)
    most, fewest = 5 if see_through else 7, second & 7
    waves = (most, fewest) if wide else (fewest, most)
    strengths = _Strengths(thumbhash[6 if see_through else 5 :])
    size = _WIDTH, max(1, round(_WIDTH / aspect))
    try:
        light = strengths.channel(max(3, waves[0]), max(3, waves[1]), (first >> 18 & 31) / 31, size)
        warm = strengths.channel(3, 3, (second >> 3 & 63) / 63 * 1.25, size)
        green = strengths.channel(3, 3, (second >> 9 & 63) / 63 * 1.25, size)
    except IndexError:
        return None
    light += (first & 63) / 63
    warm += (first >> 6 & 63) / 31.5 - 1
    green += (first >> 12 & 63) / 31.5 - 1
    blue = light - warm * 2 / 3
    red = (3 * light - blue + green) / 2
    colours = np.stack([red, red - green, blue], axis=-1)
    return Image.fromarray((colours.clip(0, 1) * 255).round().astype(np.uint8))


class _Strengths:
    """How strong waves are, four bits each, in their order."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._next = 0

    def channel(
        self, across: int, down: int, scale: float, size: tuple[int, int]
    ) -> NDArray[np.float64]:
        """The waves of one channel, added up.

        Raises:
            IndexError: there are fewer.
        """
        width, height = size
        x, y = (np.arange(each) + 0.5 for each in size)
        total = np.zeros((height, width))
        for number_y, number_x in product(range(down), range(across)):
            if (number_y or number_x) and number_x * down < across * (down - number_y):
                rows = np.cos(np.pi / height * y * number_y)
                columns = np.cos(np.pi / width * x * number_x)
                total += 2 * self._take() * scale * np.outer(rows, columns)
        return total

    def _take(self) -> float:
        found = self._packed[self._next >> 1] >> 4 * (self._next & 1) & 15
        self._next += 1
        return found / 7.5 - 1
