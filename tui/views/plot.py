"""Values over time as bars of block characters: eight steps a cell, and a gap where there is none.

Braille would show twice as many values a cell, but a bar of dots is no calm sight, and the blocks
are in every terminal's font.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from rich.cells import cell_len
from textual.content import Content

from tui.views.cells import padded

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST = 8
"""Cells of a bar."""


def bars(values: Sequence[float | None], height: int, most: float) -> list[list[str]]:
    """One character a value in each of `height` lines, the top one first; `most` reaches the top. A
    value that is more than nothing is always seen."""
    lines = []
    for line in range(height - 1, -1, -1):
        row = []
        for value in values:
            filled = round(8 * height * value / most) if value and most > 0 else 0
            if value and not filled:
                filled = 1
            row.append(_EIGHTHS[max(0, min(8, filled - 8 * line))])
        lines.append(row)
    return lines


def plot(
    values: Sequence[float | None],
    labels: Sequence[str],
    named: Callable[[float], str],
    width: int,
    height: int,
    most: float | None = None,
) -> list[Content]:
    """Values over time, with what the tallest stands for at the left and the times below.

    Args:
        values: one each for the times; None where there is nothing to tell.
        labels: the times; at most as many as `room` says.
        named: a value in words.
        width: cells of all of it.
        height: lines of it, two at least: the last one has the times.
        most: what reaches the top; None: the largest value.
    """
    top = max((value for value in values if value is not None), default=0.0)
    top = top if most is None else most
    margin = _margin(named, top)
    each = max(1, min(_WIDEST, (width - margin) // max(1, len(values))))
    gap = 1 if each > 2 else 0
    drawn = bars(values, height - 1, top)
    lines = []
    for at, row in enumerate(drawn):
        name = named(top) if at == 0 and top else "0" if at == len(drawn) - 1 else ""
        text = "".join(character * (each - gap) + " " * gap for character in row)
        lines.append(Content.assemble((f"{name:>{margin - 2}} │", "$faint"), (text, "$accent")))
    axis = _axis(labels, each)
    return [*lines, Content.styled(padded(" " * margin + axis, width), "$faint")]


def room(width: int, named: Callable[[float], str], top: float) -> int:
    """How many values `plot` has room for."""
    return max(1, width - _margin(named, top))


def _margin(named: Callable[[float], str], top: float) -> int:
    return max(8, cell_len(named(top)) + 2)


def _axis(labels: Sequence[str], each: int) -> str:
    """As many of the times as fit below their bars, the first one and whatever has room."""
    text = ""
    for at, label in enumerate(labels):
        place = at * each
        if place >= len(text) + (2 if text else 0):
            text += " " * (place - len(text)) + label
    return text


def merged(count: int, most: int) -> list[range]:
    """`count` neighbours as at most `most` runs of the same length, but for the first."""
    length = -(-count // max(1, most))
    ends = list(range(count, 0, -length))[::-1]
    return [range(first, last) for first, last in pairwise([0, *ends])]
