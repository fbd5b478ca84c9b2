"""From a view of a file to something a terminal can draw. Blocks: threads only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image
from textual.strip import Strip

from core.imaging.decode import upright
from core.imaging.preview import Shown, turned, turned_back
from core.model import Asset, Region
from tui.preview import half, kitty, sixel
from tui.preview.compose import cut, framed, lit
from tui.preview.protocol import Frame, Protocol
from tui.preview.sources import Sources
from tui.preview.view import Size, Stage, View

_SQUARE = 8
"""Dots of a square behind what shows through; of half blocks, which are larger, a quarter."""


_SEGMENT_MEMORY, _SEGMENT_SENT = 120, 36
"""Bytes of a run of half blocks."""


class Label(NamedTuple):
    """Text over a picture."""

    column: int
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, drawn by one of `strips`, `sixels` and `image_id`."""

    frame: Frame
    strips: tuple[Strip, ...] = ()
    sixels: str = ""
    image_id: int = 0
    """kitty's number for it."""
    transmission: tuple[str, ...] = ()
    """What kitty has to be sent before it can draw it."""
    labels: tuple[Label, ...] = ()
    pause: int = 0
    """Milliseconds it stays, as a frame of an animation."""

    @property
    def bytes(self) -> int:
        """Roughly what it occupies in memory."""
        return self._sequences + _SEGMENT_MEMORY * self._segments

    @property
    def sent(self) -> int:
        """Roughly what drawing it sends."""
        return self._sequences + _SEGMENT_SENT * self._segments

    @property
    def _sequences(self) -> int:
        return len(self.sixels) + sum(map(len, self.transmission))

    @property
    def _segments(self) -> int:
        return sum(len(list(strip)) for strip in self.strips)


def draw(
    sources: Sources, asset: Asset, view: View, stage: Stage, against: Asset | None, whole: bool
) -> Picture:
    """The picture of a view.

    Args:
        sources: where pixels come from.
        asset: whose.
        view: of it.
        stage: where it is drawn.
        against: the other one of its pair, where differences are lit.
        whole: in full; else in fewer bytes, as the terminal can enlarge them.

    Raises:
        ImageError: it cannot be decoded (any more).
        OSError: it cannot be read (any more).
    """
    frame, region = stage.shot(view.canvas, view.viewport)
    size = frame.pixels
    if not whole and stage.protocol is not Protocol.HALF:
        size = max(1, size[0] // 2), max(1, size[1] // 2)
    picture, pause = _source(sources, asset, view, region, size)
    square = _SQUARE // 4 if stage.protocol is Protocol.HALF else _SQUARE
    image = cut(picture, view.place, region, size, square)
    if view.lit and against is not None:
        difference = sources.difference(asset, against).picture
        if difference is not None:
            image = lit(image, difference, region)
    if view.marked:
        image = framed(image, view.marked, view.chosen, region)
    return _encoded(image, frame, stage.protocol, whole, _labels(view, region, frame), pause)


def _source(
    sources: Sources, asset: Asset, view: View, region: Region, size: Size
) -> tuple[Shown, int]:
    """What of a picture is seen, turned as it lies in the canvas, and how long it stays."""
    place = view.place
    seen = (place.shared(region) or _SPECK).seen_from(place)
    # As wide as all of the picture would be drawn; as it is stored, that may be its height.
    side, share = (
        (0, place.width / region.width) if view.turn < 5 else (1, place.height / region.height)
    )
    width, stored = math.ceil(size[side] * share), turned_back(seen, view.turn)
    if view.page is None:
        found, pause = sources.picture(asset, width, stored, view.viewport.scale is not None), 0
    else:
        found, pause = sources.frame(asset, view.page, width, stored)
    if view.turn == 1:
        return found, pause
    return Shown(upright(found.image, view.turn), turned(found.region, view.turn)), pause


_SPECK = Region(0.0, 0.0, 0.001, 0.001)
"""Read where nothing of a picture is seen."""


def _encoded(
    image: Image.Image,
    frame: Frame,
    protocol: Protocol,
    whole: bool,
    labels: tuple[Label, ...],
    pause: int,
) -> Picture:
    if protocol is Protocol.SIXEL:
        sixels = sixel.encode(image, whole, frame.columns * frame.rows, frame.pixels)
        return Picture(frame, sixels=sixels, labels=labels, pause=pause)
    if protocol is Protocol.KITTY:
        image_id = kitty.next_id()
        sent = kitty.transmission(image, frame, image_id, whole)
        return Picture(frame, image_id=image_id, transmission=sent, labels=labels, pause=pause)
    return Picture(frame, strips=tuple(half.encode(image, whole)), labels=labels, pause=pause)


def _labels(view: View, region: Region, frame: Frame) -> tuple[Label, ...]:
    labels = [Label(0, 0, f" {view.label} ")] if view.label else []
    for number, each in enumerate(view.marked, 1):
        if each.shared(region) is None:
            continue
        left, top, _, _ = each.seen_from(region).pixels((frame.columns, frame.rows))
        text = f"[{number}]" if number - 1 == view.chosen else str(number)
        column = min(max(0, int(left)), max(0, frame.columns - len(text)))
        labels.append(Label(column, min(max(0, int(top)), frame.rows - 1), text))
    return tuple(labels)
