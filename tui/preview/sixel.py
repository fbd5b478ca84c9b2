"""A picture as sixels, by textual-image's encoder.

Sixels are no text: the terminal paints them at the cursor over cells that stay blank, and text that
is written there takes them away again. `tui/preview/mirror.py` keeps both in step.
"""

from __future__ import annotations

from PIL import Image
from textual_image._sixel import SixelOptions, image_to_sixels

_COLOURS = 128


def encode(picture: Image.Image) -> str:
    """`picture` (RGB) as one sixel sequence."""
    return image_to_sixels(picture, SixelOptions(colors=_COLOURS), None)
