"""What the terminal shows, cell by cell, so that only what differs from it is written.

Textual paints whole rows again when a layout, a style or the focus changes, and a dialog that
closes paints everything. For text that is cheap; for pictures it is a hundred thousand bytes that
change nothing. So each update is compared with what is there, and the rest of it stays unsent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.color import ColorSystem
from textual.strip import Strip

from tui.preview.kitty import PICTURE
from tui.preview.pen import Cell, Pen, Piece, Placed, Reader

_NEAR = 4
"""Unchanged cells between two changed ones that are written again: to skip them costs as much."""


class Mirror:
    """The cells of one terminal. An update of them comes out as what has to be written."""

    def __init__(self, system: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self._system = system
        self._rows: list[list[Cell | None]] = []
        """None where nobody knows what the terminal shows."""
        self._width = 0
        self._painted: list[Placed] = []
        """Sixels that are on the screen."""

    def forget(self) -> None:
        """The terminal may show anything by now."""
        self._rows, self._painted = [], []

    def update(
        self,
        size: tuple[int, int],
        strips: Iterable[tuple[int, int, Strip]],
        placed: Sequence[Placed],
    ) -> str:
        """What has to be written for the terminal to show `strips`, each at its column and row.

        Args:
            size: columns and rows of the terminal.
            strips: no more of them than may have changed.
            placed: the pictures on its screen, the topmost last.
        """
        width, height = size
        if width != self._width or height != len(self._rows):
            self._width = width
            self._rows = [[None] * width for _ in range(height)]
            self._painted = []
        pen, reader = Pen(), Reader(self._system, placed)
        emptied: list[tuple[int, int, int]] = []
        for x, y, strip in strips:
            if not 0 <= y < height:
                continue
            row = self._rows[y]
            cells = reader.cells(strip, x, y)[: max(0, width - x)]
            for start, end in _changes(row[x : x + len(cells)], cells):
                row[x + start : x + end] = cells[start:end]
                # The placeholder behind it may have taken its column from what has been here.
                follows = x + end < width and _is_placeholder(row[x + end])
                pen.write(x + start, y, row[x + start : x + end + follows])
                if any(text == PICTURE for text, _ in cells[start:end]):
                    emptied.append((y, x + start, x + end))
        self._paint(pen, [each for each in placed if each.sixels], emptied)
        return pen.text

    def _paint(
        self, pen: Pen, sixels: Sequence[Placed], emptied: list[tuple[int, int, int]]
    ) -> None:
        """Paint those that are new or have lost cells, and write what lies over them again.

        Args:
            pen: what writes.
            sixels: all that are placed.
            emptied: row, start and end of cells that now wait for some.
        """
        shown = []
        for each in sixels:
            place = each.place
            if not place.within(self._width, len(self._rows)):
                # Sixels cannot be cropped: they would lie elsewhere, or scroll the screen.
                continue
            rows = range(place.y, place.y + place.rows)
            columns = range(place.x, place.x + place.columns)
            room = PICTURE, place
            over = [(x, y) for y in rows for x in columns if self._rows[y][x] != room]
            if len(over) == len(rows) * len(columns):
                continue
            shown.append(each)
            if each in self._painted and not any(place.meets(*span) for span in emptied):
                continue
            pen.raw(place.x, place.y, each.sixels)
            for x, y in over:
                start = _beginning(self._rows[y], x)
                pen.write(start, y, self._rows[y][start : x + 1])
                emptied.append((y, x, x + 1))
        self._painted = shown


def _is_placeholder(cell: Cell | None) -> bool:
    return cell is not None and isinstance(cell[1], Piece)


def _beginning(row: Sequence[Cell | None], at: int) -> int:
    """Where to begin to write a cell: half of a wide character cannot be written."""
    cell = row[at]
    return at - 1 if at and cell is not None and cell[0] == "" else at


def _changes(before: Sequence[Cell | None], after: Sequence[Cell]) -> list[tuple[int, int]]:
    """Where `after` differs: starts and ends, with near ones joined."""
    if before == after:
        return []
    spans: list[tuple[int, int]] = []
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        start = _beginning(after, at)
        if spans and start - spans[-1][1] <= _NEAR:
            spans[-1] = spans[-1][0], at + 1
        else:
            spans.append((start, at + 1))
    return spans
