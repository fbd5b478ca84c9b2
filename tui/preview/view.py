"""Ways of looking at a pair, as values: what of which picture is drawn, and at which scale.

| look | what is drawn where |
|---|---|
| side by side | A on the left, B on the right |
| flicker | both, in turn, in one place: switching sends no picture again |
| difference | A in one place, with what differs from B lit and numbered |
| loupe | side by side, enlarged, around a place that differs |
| single | one of them in one place |

What a screen keeps is a `Sight` (`tui/preview/sight.py`): the `Look`, the `Viewport` that both
sides share, and what is known of how B lies over A. Its methods are what keys do, and its `scenes`
are what `PictureLoader.load(asset, view, room)` has to make. A `Stage` is a place on the screen.

All scales are those of the larger picture of a pair, its *canvas*: at scale 1 it shows each of its
pixels as a dot, and the smaller one is enlarged to the same size, whatever its own pixels are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from core.model import WHOLE, Region
from tui.preview.protocol import Cell, Frame, Protocol

Size = tuple[int, int]
"""Width and height in pixels."""


class Look(StrEnum):
    """Ways to look at a pair."""

    SIDE_BY_SIDE = "side by side"
    FLICKER = "flicker"
    DIFFERENCE = "difference"
    LOUPE = "loupe"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Viewport:
    """What is seen of a canvas."""

    scale: float | None = None
    """Dots a pixel of the canvas; None shows all of it, as large as there is room."""
    x: float = 0.5
    """The middle of what is seen, in shares of the canvas."""
    y: float = 0.5


FIT = Viewport()
"""All of it."""


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn of a picture."""

    canvas: Size
    """The size that the scale is about."""
    viewport: Viewport = FIT
    place: Region = WHOLE
    """Where the picture lies in the canvas."""
    turn: int = 1
    """The EXIF orientation that turns it as it lies there."""
    page: int | None = None
    """Which frame of an animation; None shows it as a still picture."""
    lit: bool = False
    """Whether the picture is dimmed and what differs from the other one is lit."""
    marked: tuple[Region, ...] = ()
    """Parts of the canvas that get a frame and a number."""
    chosen: int | None = None
    """The one of them that stands out."""
    label: str = ""
    """Written into the corner."""


class Laid(NamedTuple):
    """How B lies over A."""

    turn: int = 1
    """The EXIF orientation that turns B back."""
    place: Region = WHOLE
    """Where it lies in A."""


def views(look: Look, a: Size, b: Size, viewport: Viewport, laid: Laid | None) -> tuple[View, View]:
    """The views of A and B, of these sizes.

    Args:
        look: how.
        a: A's size, as it is shown.
        b: B's.
        viewport: of both.
        laid: how B lies over A, once that is known.
    """
    if look in (Look.FLICKER, Look.DIFFERENCE):
        return _in_one_place(a, b, viewport, laid or _guessed(a, b))
    if laid is not None and laid.turn == 1 and viewport.scale is not None:
        # Beside each other, too, both show the same part of what is in them.
        one, other = _in_one_place(a, b, viewport, laid)
        return replace(one, label=""), replace(other, label="")
    canvases = _scaled_alike(a, b)
    return View(canvases[0], viewport), View(canvases[1], viewport)


def _scaled_alike(a: Size, b: Size) -> tuple[Size, Size]:
    """Both sizes at the larger one's scale, by the side of them that was cut less."""
    if a[0] * a[1] < b[0] * b[1]:
        other, one = _scaled_alike(b, a)
        return one, other
    factor = min(a[0] / b[0], a[1] / b[1])
    return a, (round(b[0] * factor), round(b[1] * factor))


def _in_one_place(a: Size, b: Size, viewport: Viewport, laid: Laid) -> tuple[View, View]:
    upright = b if laid.turn < 5 else (b[1], b[0])
    # The canvas is A's frame, with pixels as fine as those of the finer one.
    finer = max(1.0, upright[0] / (a[0] * laid.place.width))
    canvas = round(a[0] * finer), round(a[1] * finer)
    return (
        View(canvas, viewport, label="A"),
        View(canvas, viewport, laid.place, laid.turn, label="B"),
    )


def _guessed(a: Size, b: Size) -> Laid:
    """B over A in the middle, as large as it fits."""
    scale = min(a[0] / b[0], a[1] / b[1])
    width, height = b[0] * scale / a[0], b[1] * scale / a[1]
    return Laid(place=Region((1 - width) / 2, (1 - height) / 2, width, height))


_STEPS = [2.0**power for power in range(-6, 5)]
"""Scales to stop at: halves of 1:1, and up to 16 dots a pixel."""

_OVERLAP = 0.75
"""Share of what is seen that a step to the side leaves."""

_MARGIN = 3.0
"""How much more than a place is shown around it, across and down."""

_LEAST_ENLARGED, _MOST_ENLARGED = 2.0, 8.0
"""Dots a pixel in a loupe."""


class Shot(NamedTuple):
    """A view on a stage."""

    frame: Frame
    region: Region
    """What of the canvas it shows."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A place for a picture."""

    columns: int
    rows: int
    cell: Cell
    protocol: Protocol

    @property
    def _dot(self) -> tuple[float, float]:
        """The smallest thing that can be drawn, in pixels of the screen."""
        half = self.protocol is Protocol.HALF
        return (self.cell.width, self.cell.height / 2) if half else (1, 1)

    @property
    def _pixels(self) -> Size:
        return self.columns * self.cell.width, self.rows * self.cell.height

    def fit(self, canvas: Size) -> float:
        """The scale at which all of a canvas is seen."""
        width, height = self._pixels
        return min(width / canvas[0], height / canvas[1]) / self._dot[0]

    def scale(self, canvas: Size, viewport: Viewport) -> float:
        """Dots a pixel of the canvas; never less than what shows all of it."""
        return max(self.fit(canvas), viewport.scale or 0.0)

    def shot(self, canvas: Size, viewport: Viewport) -> Shot:
        """What a viewport shows of a canvas here, and in how many cells."""
        scale = self.scale(canvas, viewport) * self._dot[0]
        room = self._pixels
        width, height = (
            min(1.0, side / (scale * whole)) for side, whole in zip(room, canvas, strict=True)
        )
        left = min(max(0.0, viewport.x - width / 2), 1 - width)
        top = min(max(0.0, viewport.y - height / 2), 1 - height)
        columns = round(width * canvas[0] * scale / self.cell.width)
        rows = round(height * canvas[1] * scale / self.cell.height)
        columns, rows = min(self.columns, max(1, columns)), min(self.rows, max(1, rows))
        across, down = self._dot
        dots = (
            round(columns * self.cell.width / across),
            round(rows * self.cell.height / down),
        )
        return Shot(Frame(columns, rows, dots), Region(left, top, width, height))

    def zoomed(self, canvas: Size, viewport: Viewport, steps: int) -> Viewport:
        """Nearer by so many steps, or further away; 1:1 is always one of them."""
        for _ in range(abs(steps)):
            now = self.scale(canvas, viewport)
            if steps > 0:
                nearer = [step for step in _STEPS if step > now * 1.01]
                viewport = replace(viewport, scale=min(nearer, default=now))
            else:
                further = [step for step in _STEPS if step < now * 0.99]
                viewport = replace(viewport, scale=max(further, default=0.0))
            if self.scale(canvas, viewport) <= self.fit(canvas) * 1.01:
                return FIT
        return viewport

    def panned(self, canvas: Size, viewport: Viewport, across: int, down: int) -> Viewport:
        """So many steps to the right and down, as far as there is anything to see."""
        region = self.shot(canvas, viewport).region
        left = region.left + across * region.width * (1 - _OVERLAP)
        top = region.top + down * region.height * (1 - _OVERLAP)
        return replace(
            viewport,
            x=min(max(0.0, left), 1 - region.width) + region.width / 2,
            y=min(max(0.0, top), 1 - region.height) + region.height / 2,
        )

    def around(self, canvas: Size, place: Region) -> Viewport:
        """A part of a canvas and what is about it, enlarged."""
        width, height = self._pixels
        scale = min(
            width / (place.width * canvas[0] * _MARGIN),
            height / (place.height * canvas[1] * _MARGIN),
        )
        scale = min(max(scale / self._dot[0], _LEAST_ENLARGED), _MOST_ENLARGED)
        return Viewport(scale, place.left + place.width / 2, place.top + place.height / 2)
