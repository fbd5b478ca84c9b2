"""A picture as sixels, by textual-image's encoder.

Sixels are no text: the terminal paints them at the cursor over cells that stay blank, and text that
is written there takes them away again. `tui/preview/mirror.py` keeps both in step.

They are not compressed, and each colour of each six rows costs: where a picture is all grain, it is
drawn with fewer colours, and at last with larger dots, rather than in a megabyte.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from textual_image._sixel import SixelOptions, image_to_sixels

_STEPS = ((64, 1), (32, 1), (16, 1), (16, 2))
"""Colours, and the side of a dot in pixels: each step takes about two thirds of the one before."""
_DRAFT = ((32, 2), (12, 2))
"""As above, over a slow link."""

_BYTES_A_CELL, _DRAFT_BYTES_A_CELL = 120, 50
"""What a picture may take: two of them 320 kB where the screen has 120 x 40 cells."""

_REDUCED, _ROUNDS = 8, 3
"""The palette is that of a picture so much smaller, made better so many times (k-means): 10 ms for
what a palette of the whole takes a second, and 2 dB above the octree that is as fast."""


def encode(picture: Image.Image, whole: bool, cells: int, size: tuple[int, int]) -> str:
    """`picture` (RGB) as one sixel sequence.

    Args:
        picture: of any size.
        whole: in full; else in fewer bytes.
        cells: that it covers.
        size: pixels that it fills.
    """
    budget = cells * (_BYTES_A_CELL if whole else _DRAFT_BYTES_A_CELL)
    steps = _STEPS if whole else _DRAFT
    for colours, dot in steps:
        last = (colours, dot) == steps[-1]
        drawn = _quantized(picture, colours, (size[0] // dot, size[1] // dot), size)
        if not last and _changes(drawn) > budget:
            # Each of them takes a byte at least.
            continue
        sixels = image_to_sixels(drawn, SixelOptions(), None)
        if last or len(sixels) <= budget:
            break
    return sixels


def _quantized(
    picture: Image.Image, colours: int, dots: tuple[int, int], size: tuple[int, int]
) -> Image.Image:
    dots = max(1, dots[0]), max(1, dots[1])
    if picture.size != dots:
        picture = picture.resize(dots, Image.Resampling.BILINEAR)
    palette = picture.reduce(min(_REDUCED, *dots)).quantize(
        colours, Image.Quantize.MEDIANCUT, kmeans=_ROUNDS
    )
    drawn = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    return drawn if dots == size else drawn.resize(size, Image.Resampling.NEAREST)


def _changes(drawn: Image.Image) -> int:
    """Pixels that differ from their left neighbour."""
    indices = np.asarray(drawn)
    return int((indices[:, 1:] != indices[:, :-1]).sum())
