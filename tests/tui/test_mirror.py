"""Only what differs is written, and the terminal shows what it would show of everything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.emulator import Emulator
from tui.preview import kitty, sixel
from tui.preview.kitty import PICTURE
from tui.preview.mirror import Mirror
from tui.preview.pen import Place, Placed
from tui.preview.protocol import Cell, Frame, Protocol

COLUMNS, ROWS = 24, 9
CELL = Cell(4, 8)

PLACES = [(0, 0, 6, 3), (3, 2, 8, 5), (12, 1, 12, 8)]
"""Column, row, columns and rows of a picture."""

_STYLES = [
    Style(),
    Style(color=Color.from_rgb(250, 20, 20)),
    Style(color=Color.from_rgb(20, 20, 250), bgcolor=Color.from_rgb(90, 90, 0), bold=True),
    Style(bgcolor=Color.from_rgb(0, 90, 0), reverse=True),
]


def _picture(number: int, frame: tuple[int, int]) -> Image.Image:
    """A picture of which every cell differs."""
    width, height = frame[0] * CELL.width, frame[1] * CELL.height
    y, x = np.mgrid[0:height, 0:width]
    channels = [x * 255 // width, y * 255 // height, np.full_like(x, 60 * number)]
    return Image.fromarray(np.stack(channels, axis=2).astype(np.uint8))


class _Screen:
    """Rows of text with pictures, drawn by and by on one terminal, at once on another."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.emulator = self._emulator()
        self.mirror = Mirror()
        self.segments: list[list[tuple[str, Style]]] = [
            [(" ", _STYLES[0])] * COLUMNS for _ in range(ROWS)
        ]
        self.placed: dict[tuple[int, int, int, int], Placed] = {}

    def _emulator(self) -> Emulator:
        return Emulator(COLUMNS, ROWS, CELL, self.protocol)

    def write(self, x: int, y: int, text: str, style: int) -> tuple[int, int]:
        cells: list[tuple[str, Style]] = []
        for character in text:
            cells.append((character, _STYLES[style]))
            if character == "宽":
                cells.append(("", _STYLES[style]))
        cells = cells[: COLUMNS - x]
        if cells and cells[-1][0] == "宽":
            cells.pop()
        row = self.segments[y]
        end = x + len(cells)
        if row[x][0] == "" and x:
            row[x - 1] = (" ", row[x - 1][1])
        if end < COLUMNS and row[end][0] == "":
            row[end] = (" ", row[end][1])
        row[x:end] = cells
        return y, y + 1

    def place(self, at: tuple[int, int, int, int], number: int) -> tuple[int, int]:
        x, y, columns, rows = at
        picture = _picture(number, (columns, rows))
        image_id, sixels = 0, ""
        if self.protocol is Protocol.KITTY:
            image_id = number * 1000 + x + 1
            frame = Frame(columns, rows, picture.size)
            for sequence in kitty.transmission(picture, frame, image_id, True):
                self.emulator.feed(sequence.encode())
        else:
            sixels = sixel.encode(picture, True, columns * rows, picture.size)
        self.placed[at] = Placed(Place(*at), image_id, sixels)
        for row in range(y, y + rows):
            self.write(x, row, PICTURE * columns, 1)
        return y, y + rows

    def strips(self, first: int, last: int) -> Iterator[tuple[int, int, Strip]]:
        for y in range(first, last):
            yield 0, y, Strip([Segment(*cell) for cell in self.segments[y]], COLUMNS)

    def update(self, first: int, last: int) -> str:
        placed = list(self.placed.values())
        written = self.mirror.update((COLUMNS, ROWS), self.strips(first, last), placed)
        self.emulator.feed(written.encode())
        return written

    def at_once(self) -> Image.Image:
        whole = self._emulator()
        whole.kitty.update(self.emulator.kitty)
        placed = list(self.placed.values())
        text = Mirror().update((COLUMNS, ROWS), self.strips(0, ROWS), placed)
        whole.feed(text.encode())
        return whole.picture()


_texts = st.tuples(
    st.just("text"),
    st.integers(0, COLUMNS - 1),
    st.integers(0, ROWS - 1),
    st.text("ab 宽é▀●", min_size=1, max_size=12),
    st.integers(0, len(_STYLES) - 1),
)
_pictures = st.tuples(st.just("picture"), st.sampled_from(PLACES), st.integers(1, 3))


@pytest.mark.parametrize("protocol", [Protocol.KITTY, Protocol.SIXEL])
@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.one_of(_texts, _pictures), max_size=8))
def test_updates_come_to_what_drawing_everything_comes_to(
    protocol: Protocol, steps: list[tuple[object, ...]]
) -> None:
    screen = _Screen(protocol)
    screen.update(0, ROWS)
    for kind, *arguments in steps:
        changed = screen.write(*arguments) if kind == "text" else screen.place(*arguments)  # type: ignore[arg-type]
        screen.update(*changed)
    assert np.array_equal(np.asarray(screen.emulator.picture()), np.asarray(screen.at_once()))


@pytest.mark.parametrize("protocol", [Protocol.KITTY, Protocol.SIXEL])
def test_the_same_again_is_not_written(protocol: Protocol) -> None:
    screen = _Screen(protocol)
    screen.place(PLACES[1], 1)
    screen.write(0, 0, "text", 2)
    assert screen.update(0, ROWS)
    assert screen.update(0, ROWS) == ""


def test_text_over_sixels_brings_them_back_when_it_goes() -> None:
    screen = _Screen(Protocol.SIXEL)
    screen.place(PLACES[1], 1)
    screen.update(0, ROWS)
    before = np.asarray(screen.emulator.picture())
    row = list(screen.segments[3])
    screen.write(0, 3, "a dialog over it", 2)
    screen.update(3, 4)
    assert not np.array_equal(np.asarray(screen.emulator.picture()), before)
    screen.segments[3] = row
    screen.update(3, 4)
    assert np.array_equal(np.asarray(screen.emulator.picture()), before)


@pytest.mark.parametrize("at", [(3, -2), (-1, 2), (3, 6), (20, 2)], ids=str)
def test_sixels_that_are_not_all_on_the_screen_wait_until_they_are(at: tuple[int, int]) -> None:
    picture = sixel.encode(_picture(1, (8, 5)), True, 40, (8 * CELL.width, 5 * CELL.height))
    mirror = Mirror()
    blank = [(0, y, Strip([Segment(PICTURE * COLUMNS)], COLUMNS)) for y in range(ROWS)]
    cut = mirror.update((COLUMNS, ROWS), blank, [Placed(Place(*at, 8, 5), 0, picture)])
    assert picture not in cut
    whole = Placed(Place(3, 2, 8, 5), 0, picture)
    assert picture in mirror.update((COLUMNS, ROWS), blank, [whole])


def test_a_resized_terminal_is_drawn_in_full() -> None:
    mirror = Mirror()
    strips = [(0, 0, Strip([Segment("text")]))]
    first = mirror.update((4, 1), strips, [])
    assert mirror.update((4, 1), strips, []) == ""
    assert mirror.update((4, 2), strips, []) == first


def test_a_picture_of_kitty_costs_four_bytes_a_cell() -> None:
    screen = _Screen(Protocol.KITTY)
    screen.update(0, ROWS)
    screen.place(PLACES[2], 1)
    written = screen.update(0, ROWS)
    assert len(written.encode()) < 12 * 8 * 4 + 8 * 30
