"""A picture in kitty's graphics protocol, placed by Unicode placeholders.

The placeholders are text that Textual lays out like any other; the terminal draws the picture
where they are, also inside tmux. The data is sent once and freed by its id when it leaves the
cache. (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders)
"""

from __future__ import annotations

import base64
import io
from functools import cache
from itertools import count
from random import randrange

from PIL import Image

from tui.preview.protocol import Frame

_CHUNK = 4096
"""Characters of payload one escape sequence may carry."""

PICTURE = "\U0010eeee"
"""The placeholder: a private-use character that nothing else on a screen is."""

_DIACRITICS = """
    305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599
    59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec
    730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827
    829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73
    1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7
    20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0
    aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""
"""Combining marks that count rows and columns, hexadecimal: kitty's rowcolumn-diacritics.txt."""

# 24 bits, so that the id fits a colour and two diacritics are enough.
_ids = count(randrange(1, 1 << 23))


def next_id() -> int:
    """An id that no other picture of this process has, 1 .. 2**24 - 1."""
    return next(_ids) % ((1 << 24) - 1) + 1


_FEWER = 128
"""Colours of a picture that has to be small: it bands only in skies."""


def transmission(picture: Image.Image, frame: Frame, image_id: int, whole: bool) -> tuple[str, ...]:
    """The escape sequences, in that order, that send `picture` and make a virtual placement of it.

    Args:
        picture: RGB, of any size.
        frame: the cells it will fill.
        image_id: from `next_id`.
        whole: every colour; else fewer, in fewer bytes.
    """
    if not whole:
        picture = picture.quantize(_FEWER, Image.Quantize.FASTOCTREE)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1 if whole else 6)
    payload = base64.standard_b64encode(buffer.getvalue()).decode()
    parts = [payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK)]
    sequences = []
    for number, part in enumerate(parts):
        more = int(number < len(parts) - 1)
        control = f"m={more},q=2"
        if number == 0:
            control = f"a=T,U=1,f=100,i={image_id},c={frame.columns},r={frame.rows},{control}"
        sequences.append(f"\x1b_G{control};{part}\x1b\\")
    return tuple(sequences)


END = "\x1b_Gm=0,q=2;\x1b\\"
"""Ends a transmission that is broken off; what was sent of it is no picture."""


def deletion(image_id: int) -> str:
    """The escape sequence that frees a picture and its data."""
    return f"\x1b_Ga=d,d=I,i={image_id},q=2\x1b\\"


@cache
def _marks() -> tuple[str, ...]:
    """The diacritic of each number, from 0."""
    marks: list[str] = []
    for item in _DIACRITICS.split():
        first, _, last = item.partition("-")
        marks.extend(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return tuple(marks)


MOST_CELLS = 297
"""Rows or columns that the diacritics can count."""


def marks(row: int, column: int) -> str:
    """What makes a placeholder show that piece of its picture."""
    numbers = _marks()
    return numbers[row] + numbers[column]
