"""How a picture can be put on a terminal, and how many pixels a place for one has."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Protocol(StrEnum):
    """Ways to draw, by the names ``--images`` takes."""

    KITTY = "kitty"
    """Graphics protocol with Unicode placeholders: kitty, Ghostty."""
    SIXEL = "sixel"
    HALF = "half"
    """Two coloured pixels a cell, in any terminal."""
    OFF = "off"


class Cell(NamedTuple):
    """A character cell in pixels."""

    width: int
    height: int


class Frame(NamedTuple):
    """A picture's place."""

    columns: int
    rows: int
    pixels: tuple[int, int]
    """Width and height the picture has to be encoded at."""
