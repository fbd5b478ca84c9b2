"""The pictures of a group: as large as there is room for all, or a page of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from core.errors import ImageError
from core.model import Asset
from tui.preview.loader import PictureLoader
from tui.preview.picture import Picture
from tui.preview.protocol import Protocol
from tui.preview.view import View
from tui.preview.widget import Preview

_LEAST_WIDTH, _LEAST_HEIGHT = 15, 5
"""Cells of a tile below which there are pages instead."""
_LINE = 1
"""Cells that a tile takes where nothing is drawn."""
_CELLS_WIDE = 3
"""Cells across that a common photo takes for one down: 3:2, and a cell is twice as high as wide."""
_SETTLE = 0.03
"""Seconds that a group stays before its pictures are begun."""

Labels = Callable[[Asset, int], Content]
"""The line below a picture, of so many cells."""


def arranged(count: int, width: int, height: int, least: int = _LEAST_HEIGHT) -> tuple[int, int]:
    """Columns and rows for `count` tiles in so many cells: those that make pictures largest, or as
    many as there is room for; a tile takes at least so many rows of cells."""
    best, size = (1, 1), 0.0
    count = max(1, count)
    for rows in range(1, max(1, height // least) + 1):
        columns = min(-(-count // rows), max(1, width // _LEAST_WIDTH))
        shown = min(count, columns * rows)
        across = min(width / columns, (height / rows - 1) * _CELLS_WIDE)
        # Who sees all of them sees more than who sees a few larger.
        if shown * 1e6 + across > size:
            best, size = (columns, rows), shown * 1e6 + across
    return best


class Tile(Vertical):
    """One picture and the line below it."""

    class Clicked(Message):
        """A person points at it."""

        def __init__(self, tile: Tile) -> None:
            super().__init__()
            self.tile = tile

    def __init__(self) -> None:
        super().__init__()
        # Kept here, as they are written on while others take them down.
        self.preview = Preview(id="picture")
        self.label = Static(id="label")

    def compose(self) -> ComposeResult:
        yield self.preview
        yield self.label

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Clicked(self))


class Tiles(Widget, can_focus=False):
    """A page of pictures, and which one is focused."""

    DEFAULT_CSS = """
    Tiles {
        layout: grid; grid-gutter: 0 1;
        Tile { height: 1fr; width: 1fr; }
        Preview { height: 1fr; width: 1fr; color: $faint; }
        #label { height: 1; width: 1fr; text-wrap: nowrap; }
    }
    """

    class Shown(Message):
        """All there will be of the pictures is on the screen: there is time for other work."""

    class Picked(Message):
        """A person points at a picture."""

        def __init__(self, asset: Asset) -> None:
            super().__init__()
            self.asset = asset

    def __init__(self, loader: PictureLoader, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._loader = loader
        self._members: Sequence[Asset] = ()
        self._focused = 0
        self._labels: Labels | None = None
        self._due: Timer | None = None

    def show(self, members: Sequence[Asset], focused: int, labels: Labels) -> None:
        """Show these, the page on which `focused` is; none: nothing."""
        page = self._page if self._members == tuple(members) else ()
        self._members, self._focused, self._labels = tuple(members), focused, labels
        self._arrange()
        if self._page != page:
            self._restart()

    def prefetch(self, members: Sequence[Asset]) -> None:
        """Make the pictures of a group that comes next."""
        self.run_worker(partial(self._make, members), group="prefetch", exclusive=True)

    @property
    def tiles(self) -> list[Tile]:
        """Those that are shown, in the order of the pictures."""
        return list(self.query(Tile))[: len(self._page)]

    def on_resize(self) -> None:
        if self._labels is not None:
            self._arrange()

    def on_preview_room_changed(self) -> None:
        self._restart()

    def on_tile_clicked(self, message: Tile.Clicked) -> None:
        message.stop()
        place = self.tiles.index(message.tile) if message.tile in self.tiles else None
        if place is not None:
            self.post_message(self.Picked(self._page[place]))

    @property
    def _page(self) -> Sequence[Asset]:
        columns, rows = self._shape
        start = self._focused // (columns * rows) * columns * rows
        return self._members[start : start + columns * rows]

    @property
    def _shape(self) -> tuple[int, int]:
        return self._arranged(len(self._members))

    def _arranged(self, count: int) -> tuple[int, int]:
        least = _LINE if self._loader.protocol is Protocol.OFF else _LEAST_HEIGHT
        return arranged(count, self.size.width, self.size.height, least)

    def _arrange(self) -> None:
        """Have as many tiles as the page needs, and write what is below them."""
        columns, rows = self._shape
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, rows
        tiles = list(self.query(Tile))
        missing = len(self._page) - len(tiles)
        if missing > 0:
            self.mount_all([Tile() for _ in range(missing)])
        for place, tile in enumerate(self.query(Tile)):
            tile.display = place < len(self._page)
        self._label()

    def _label(self) -> None:
        if self._labels is None or not self.size:
            return
        width = (self.size.width - self._shape[0] + 1) // self._shape[0]
        for tile, asset in zip(self.tiles, self._page, strict=False):
            tile.label.update(self._labels(asset, width), layout=False)

    def _restart(self) -> None:
        if self._due is not None:
            self._due.stop()
        self.workers.cancel_group(self, "pictures")
        self._due = self.set_timer(_SETTLE, self._draw)

    def _draw(self) -> None:
        if self._drawing:
            for tile, asset in zip(self.tiles, self._page, strict=False):
                if tile.preview.asset is not asset:
                    tile.preview.say("…")
        self.run_worker(self._load, group="pictures", exclusive=True)

    @property
    def _drawing(self) -> bool:
        return self._loader.protocol is not Protocol.OFF and bool(self.size)

    async def _load(self) -> None:
        places = zip(self.tiles, self._page, strict=False)
        await asyncio.gather(*(self._load_one(tile, asset) for tile, asset in places))
        self.post_message(self.Shown())

    async def _load_one(self, tile: Tile, asset: Asset) -> None:
        room = tile.preview.room
        if not (self._drawing and all(room)):
            return

        def show(picture: Picture) -> None:
            tile.preview.show(picture, asset)

        try:
            picture = await self._loader.load_by_steps(asset, _whole(asset), room, show)
        except ImageError as error:
            tile.preview.say(f"no picture: {error.reason}")
            return
        await self._loader.place(picture)
        tile.preview.show(picture, asset)

    async def _make(self, members: Sequence[Asset]) -> None:
        shown = self.tiles
        if not (self._drawing and shown):
            return
        columns, rows = self._arranged(len(members))
        if (columns, rows) != self._shape:
            # In places of another size they would be made once more.
            return
        room = shown[0].preview.room
        if not all(room):
            # They have no size before they are first laid out.
            return
        for asset in members[: columns * rows]:
            try:
                await self._loader.load(asset, _whole(asset), room)
            except ImageError:
                # Said when it is looked at.
                continue


def _whole(asset: Asset) -> View:
    return View((asset.facts.width, asset.facts.height))
