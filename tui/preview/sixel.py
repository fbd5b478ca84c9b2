"""A picture as sixels, by textual-image's encoder.

Sixels are no text: the terminal paints them at the cursor, so they ride behind the last row of
the blank cells they cover, with the cursor moved there and back.
"""

from __future__ import annotations

from PIL import Image
from rich.segment import ControlType, Segment
from textual.strip import Strip
from textual_image._sixel import SixelOptions, image_to_sixels

_COLOURS = 128


def encode(picture: Image.Image) -> str:
    """`picture` (RGB) as one sixel sequence."""
    return image_to_sixels(picture, SixelOptions(colors=_COLOURS), None)


def over(blank: Strip, sixels: str, x: int, y: int, after: tuple[int, int]) -> Strip:
    """`blank`, the picture's last row, with the sixels painted from cell (x, y) behind it.

    Args:
        blank: spaces in the widget's background.
        sixels: from `encode`.
        x: column of the picture's left edge on the screen, from 0.
        y: its top row.
        after: column and row where the cursor has to be afterwards.
    """
    # A control segment takes no cells; which control it claims to be is never looked at.
    control = [(ControlType.CURSOR_FORWARD, 0)]
    painted = f"\x1b[{y + 1};{x + 1}H{sixels}\x1b[{after[1] + 1};{after[0] + 1}H"
    return Strip([*blank, Segment(painted, None, control)], blank.cell_length)
