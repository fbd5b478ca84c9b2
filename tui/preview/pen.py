"""Cells of a terminal: taken from Textual's strips, and written with few escape sequences.

Cells of pictures that the terminal itself draws are one character, `PICTURE`, whichever protocol
draws them; here they become kitty's placeholders, or room for sixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip

from tui.preview.kitty import PICTURE, marks


class Ink(NamedTuple):
    """A style as the terminal is told: SGR codes, and the target of a link."""

    attributes: str
    colour: str
    ground: str
    link: str


class Piece(NamedTuple):
    """A cell of a kitty picture."""

    image_id: int
    row: int
    column: int


class Place(NamedTuple):
    """Where on the screen a picture is."""

    x: int
    y: int
    columns: int
    rows: int

    def covers(self, x: int, y: int) -> bool:
        """Whether it has that cell."""
        return 0 <= x - self.x < self.columns and 0 <= y - self.y < self.rows

    def within(self, columns: int, rows: int) -> bool:
        """Whether all of it is on a screen of so many columns and rows."""
        right, below = self.x + self.columns, self.y + self.rows
        return min(self.x, self.y) >= 0 and right <= columns and below <= rows

    def meets(self, y: int, start: int, end: int) -> bool:
        """Whether it has one of the cells from `start` to before `end` in row `y`."""
        across = start < self.x + self.columns and end > self.x
        return across and 0 <= y - self.y < self.rows


Cell = tuple[str, Ink | Piece | Place | None]
"""What is in a cell: its text and how it looks, or `PICTURE` and which piece of kitty's, or the
place of sixels. The right half of a wide character is empty."""


class Placed(NamedTuple):
    """A picture that the terminal draws."""

    place: Place
    image_id: int
    """kitty's number for it, or 0."""
    sixels: str
    """The sequence that paints it, or nothing."""


PLAIN = Ink("", "", "", "")


class Reader:
    """Takes strips apart into cells."""

    def __init__(self, system: ColorSystem, placed: Sequence[Placed]) -> None:
        """`system` is what the terminal can show; `placed`, the pictures on its screen."""
        self._system = system
        self._placed = placed

    def cells(self, strip: Strip, x: int, y: int) -> list[Cell]:
        """`strip`, which starts at that place, as one entry a cell."""
        cells: list[Cell] = []
        for text, style, control in strip:
            if control:
                continue
            worn = ink(style, self._system) if style is not None else PLAIN
            if text.isascii():
                cells += [(character, worn) for character in text]
                continue
            for character in text:
                width = get_character_cell_size(character)
                if character == PICTURE:
                    cells.append((PICTURE, self._piece(x + len(cells), y)))
                elif width:
                    cells.append((character, worn))
                    cells += [("", worn)] * (width - 1)
                elif cells:
                    before, its_ink = cells[-1]
                    cells[-1] = before + character, its_ink
        return cells

    def _piece(self, x: int, y: int) -> Piece | Place | None:
        for place, image_id, _ in reversed(self._placed):
            if place.covers(x, y):
                return Piece(image_id, y - place.y, x - place.x) if image_id else place
        return None


class Pen:
    """Writes cells, and remembers where it is and what colours are set."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at: tuple[int, int] | None = None
        self._ink = PLAIN

    @property
    def text(self) -> str:
        """All that has been written; what comes after it is plain."""
        self._wear(PLAIN)
        return "".join(self._parts)

    def write(self, x: int, y: int, cells: Sequence[Cell | None]) -> None:
        """Write `cells` from that place on."""
        self._move(x, y)
        before: Piece | None = None
        for at, cell in enumerate(cells, x):
            text, what = cell or (" ", None)
            if isinstance(what, Piece):
                self._wear(_number(what.image_id))
                # A placeholder that says nothing is the next piece of its left neighbour's picture.
                follows = before is not None and what == before._replace(column=before.column + 1)
                self._parts.append(text if follows else text + marks(what.row, what.column))
                before = what
                continue
            before = None
            if text:
                self._wear(what if isinstance(what, Ink) else PLAIN)
                self._parts.append(" " if text == PICTURE else text)
            if len(text) != 1:
                # Terminals disagree on how wide such characters are: say where the next one goes.
                self._parts.append(f"\x1b[{y + 1};{at + 2}H")
        self._at = x + len(cells), y

    def raw(self, x: int, y: int, sequences: str) -> None:
        """Write `sequences` at a cell; where the cursor is afterwards is anybody's guess."""
        self._move(x, y)
        self._wear(PLAIN)
        self._parts.append(sequences)
        self._at = None

    def _move(self, x: int, y: int) -> None:
        if self._at != (x, y):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")

    def _wear(self, ink: Ink) -> None:
        worn, self._ink = self._ink, ink
        if ink is worn or ink == worn:
            return
        if ink.link != worn.link:
            self._parts.append(f"\x1b]8;;{ink.link}\x1b\\")
        if (
            ink.attributes != worn.attributes
            or (worn.colour and not ink.colour)
            or (worn.ground and not ink.ground)
        ):
            codes = ["0", ink.attributes, ink.colour, ink.ground]
        else:
            codes = [
                ink.colour if ink.colour != worn.colour else "",
                ink.ground if ink.ground != worn.ground else "",
            ]
        sequence = ";".join(filter(None, codes))
        if sequence:
            self._parts.append(f"\x1b[{sequence}m")


@lru_cache(maxsize=64)
def _number(image_id: int) -> Ink:
    """The colour that names a kitty picture: no filter, theme or lesser terminal may change it."""
    return Ink("", f"38;2;{image_id >> 16};{image_id >> 8 & 255};{image_id & 255}", "", "")


_ATTRIBUTES = {
    **{"bold": "1", "dim": "2", "italic": "3", "underline": "4", "blink": "5", "blink2": "6"},
    **{"reverse": "7", "conceal": "8", "strike": "9", "underline2": "21", "frame": "51"},
    **{"encircle": "52", "overline": "53"},
}
"""Rich's names to SGR codes (ECMA-48, 8.3.117)."""


@lru_cache(maxsize=65_536)
def ink(style: Style, system: ColorSystem) -> Ink:
    """How `style` is told to a terminal that can show `system`."""
    colour, ground = _code(style.color, system, True), _code(style.bgcolor, system, False)
    if style == Style.from_color(style.color, style.bgcolor):
        # As of thousands of cells of a picture; to ask for each attribute takes longer than both.
        return Ink("", colour, ground, "")
    attributes = [code for name, code in _ATTRIBUTES.items() if getattr(style, name)]
    return Ink(";".join(attributes), colour, ground, style.link or "")


@lru_cache(maxsize=65_536)
def _code(colour: Color | None, system: ColorSystem, foreground: bool) -> str:
    if colour is None:
        return ""
    return ";".join(colour.downgrade(system).get_ansi_codes(foreground))
