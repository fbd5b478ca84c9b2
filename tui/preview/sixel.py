"""A picture as sixels, by textual-image's encoder.

Sixels are no text: the terminal paints them at the cursor over cells that stay blank, and text that
is written there takes them away again. `tui/preview/mirror.py` keeps both in step.
"""

from __future__ import annotations

from PIL import Image
from textual_image._sixel import SixelOptions, image_to_sixels

_COLOURS, _FEWER = 128, 48
"""Of a picture in full, and of one that has to be small."""


def encode(picture: Image.Image, whole: bool, size: tuple[int, int]) -> str:
    """`picture` (RGB) as one sixel sequence that fills `size` pixels.

    One that is not `whole` is made of larger dots, as no terminal enlarges sixels: a row of them
    takes hardly more bytes than one of its dots.
    """
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.NEAREST)
    return image_to_sixels(picture, SixelOptions(colors=_COLOURS if whole else _FEWER), None)
