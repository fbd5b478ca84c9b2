"""A list, and beside or below it what there is to say of its marked row: with small pictures where
the row is a pair and there is room for them.

The text never waits for the pictures, and their place is kept for them, so that nothing moves when
they come, or when there are none of a row.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static

from core.errors import ImageError
from core.model import Asset
from tui.preview.loader import PictureLoader
from tui.preview.protocol import Protocol
from tui.widgets.listing import Listing
from tui.widgets.pictures import PairPictures

_BESIDE = 120
"""Cells from which on the detail stands beside the list."""
_TALL = 24
"""Rows from which on there is room for pictures above it, and still for what it says."""


class Sides(NamedTuple):
    """The two assets of a row."""

    left: Asset
    right: Asset


class SmallPictures(PairPictures):
    """Those of a pair that is not decided here."""

    def excuse(self, error: ImageError) -> str:
        # What could be done about it is not for the past.
        return f"no picture: {error.cause}"


class DetailedList(Widget):
    """The list is `#list`."""

    DEFAULT_CSS = """
    DetailedList {
        height: 1fr; width: 1fr; layout: vertical;
        #detail { height: auto; max-height: 50%; width: 1fr; padding: 0 1; }
        #said { height: auto; scrollbar-size-vertical: 1; }
        SmallPictures { display: none; }
        &.-beside {
            layout: horizontal;
            #detail { height: 1fr; max-height: 100%; width: 45%; max-width: 90; }
            #detail { border-left: solid $panel; }
            #said { height: 1fr; }
        }
        /* Two of 35 x 10 half-cells, the most there is room for, are 27 kB. */
        &.-pictured SmallPictures { display: block; height: 10; max-width: 71; margin-bottom: 1; }
    }
    """

    text = query_one("#text", Static)
    said = query_one("#said", VerticalScroll)

    def __init__(self, loader: PictureLoader, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._loader = loader
        self._sides: Sides | None = None

    def compose(self) -> ComposeResult:
        yield Listing(id="list")
        with Vertical(id="detail"):
            if self._loader.protocol is not Protocol.OFF:
                yield SmallPictures(self._loader, id="pictures")
            with VerticalScroll(id="said", can_focus=False):
                yield Static(id="text")

    def on_resize(self) -> None:
        self.set_class(self.size.width >= _BESIDE, "-beside")
        self.set_class(self._roomy, "-pictured")

    @property
    def pictured(self) -> bool:
        """Whether there is room for pictures, and a terminal that draws them."""
        return self._roomy and self._loader.protocol is not Protocol.OFF

    @property
    def _roomy(self) -> bool:
        return self.size.width >= _BESIDE and self.size.height >= _TALL

    def say(self, text: Content) -> None:
        """Say this of the marked row."""
        self.text.update(text)

    def show(self, sides: Sides | None) -> None:
        """Draw these two, as soon as they are made; None: nothing."""
        if self.pictured and sides != self._sides:
            self._sides = sides
            pictures = self.query_one(SmallPictures)
            if sides is None:
                pictures.clear()
            else:
                pictures.show(sides)

    def scroll_to_top(self) -> None:
        """Show what is said from its beginning."""
        self.said.scroll_home(animate=False)

    def scroll_text(self, lines: int) -> None:
        """Scroll what is said down by so many lines, or up."""
        self.said.scroll_relative(y=lines, animate=False)
