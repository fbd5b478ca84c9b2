"""A picture as half blocks: the upper pixel is the foreground, the lower one the background.

Real segments, so that it crops, dims under a dialog and shows in a screenshot like any text.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.preview.pen import ink

_FINE, _COARSE = 0xFC, 0xF0
"""Bits kept of each colour. A quarter as fine, a quarter fewer bytes are sent and no eye tells;
the coarser colours band, and send half as many."""


@lru_cache(maxsize=65_536)
def _style(red: int, green: int, blue: int, red2: int, green2: int, blue2: int) -> Style:
    style = Style(
        color=Color.from_rgb(red, green, blue), bgcolor=Color.from_rgb(red2, green2, blue2)
    )
    # Of thousands of them, this takes as long as all the rest of drawing; here nobody waits.
    ink(style, ColorSystem.TRUECOLOR)
    return style


def encode(picture: Image.Image, whole: bool) -> list[Strip]:
    """`picture` (RGB, an even number of pixel rows) as one strip for every two rows.

    One that is not `whole` has fewer colours.
    """
    pixels = np.asarray(picture) & (_FINE if whole else _COARSE)
    cells = np.concatenate([pixels[0::2], pixels[1::2]], axis=2)
    return [_strip(row) for row in cells]


def _strip(row: NDArray[np.uint8]) -> Strip:
    """One row of cells, shape (columns, 6), as runs of equal cells."""
    changes = np.flatnonzero((row[1:] != row[:-1]).any(axis=1)) + 1
    starts = [0, *changes.tolist(), len(row)]
    segments = [
        Segment("▀" * (end - start), _style(*row[start].tolist()))
        for start, end in pairwise(starts)
    ]
    return Strip(segments, len(row))
