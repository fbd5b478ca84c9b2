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


def fit(size: tuple[int, int], columns: int, rows: int, cell: Cell, protocol: Protocol) -> Frame:
    """The largest frame of the ratio of `size` within `columns` x `rows` cells.

    Args:
        size: shown width and height of the picture, in any unit.
        columns: cells across.
        rows: cells down.
        cell: the terminal's cell.
        protocol: decides the pixels a cell has; half-cells have 1 x 2.
    """
    width, height = size
    scale = min(columns * cell.width / width, rows * cell.height / height)
    across = min(columns, max(1, round(width * scale / cell.width)))
    down = min(rows, max(1, round(height * scale / cell.height)))
    if protocol is Protocol.HALF:
        return Frame(across, down, (across, down * 2))
    return Frame(across, down, (across * cell.width, down * cell.height))
