"""From a file to something a terminal can draw. Blocks: threads only."""

from __future__ import annotations

import os
from dataclasses import dataclass

from PIL import Image
from textual.strip import Strip

from core.imaging.preview import preview
from core.model import Asset
from tui.preview import half, kitty, sixel
from tui.preview.protocol import Cell, Frame, Protocol, fit

_SLOW_COLOURS = 128
"""Palette of kitty pictures on a link that may be slow; bands only in skies."""


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

    @property
    def bytes(self) -> int:
        """Roughly what it occupies in memory."""
        segments = sum(len(list(strip)) for strip in self.strips)
        return len(self.sixels) + sum(map(len, self.transmission)) + 120 * segments


def encode(
    asset: Asset, columns: int, rows: int, protocol: Protocol, cell: Cell, thrifty: bool = False
) -> Picture:
    """The picture of `asset` for a place of `columns` x `rows` cells.

    Args:
        asset: of which.
        columns: of the place.
        rows: of the place.
        protocol: how the terminal draws.
        cell: its size.
        thrifty: whether to send fewer bytes: half resolution and a palette, where the terminal
            can enlarge.

    Raises:
        ImageError: it cannot be decoded (any more).
        OSError: it cannot be read (any more).
    """
    size = asset.facts.width, asset.facts.height
    columns, rows = min(columns, kitty.MOST_CELLS), min(rows, kitty.MOST_CELLS)
    frame = fit(size, columns, rows, cell, protocol)
    width, height = frame.pixels
    if thrifty and protocol is Protocol.KITTY:
        width, height = max(1, width // 2), max(1, height // 2)
    with open(os.fspath(asset.path), "rb") as file:
        data = file.read()
    picture = preview(data, width, height)
    if picture.size != (width, height):
        # The ratio of whole cells is not quite the picture's.
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    if protocol is Protocol.SIXEL:
        return Picture(frame, sixels=sixel.encode(picture))
    if protocol is Protocol.KITTY:
        image_id = kitty.next_id()
        colours = _SLOW_COLOURS if thrifty else None
        return Picture(
            frame,
            image_id=image_id,
            transmission=kitty.transmission(picture, frame, image_id, colours),
        )
    return Picture(frame, strips=tuple(half.encode(picture)))
