"""The widget that draws one picture. Everything slow has happened before it gets one."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from core.model import Asset
from core.text import printable
from tui.preview.kitty import PICTURE
from tui.preview.pen import Place, Placed
from tui.preview.picture import Label, Picture


class Preview(Widget, can_focus=False):
    """A place for a picture, or for some text while there is none."""

    class RoomChanged(Message):
        """It has another size: a picture of that size is needed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._asset: Asset | None = None
        self._text = ""

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows a picture may fill."""
        return self.content_size.width, self.content_size.height

    @property
    def picture(self) -> Picture | None:
        """What it draws."""
        return self._picture

    @property
    def asset(self) -> Asset | None:
        """What the picture is of."""
        return self._asset

    @property
    def text(self) -> str:
        """What it says in place of a picture."""
        return self._text

    def on_resize(self) -> None:
        self.post_message(self.RoomChanged())

    def show(self, picture: Picture, asset: Asset) -> None:
        """Draw `picture`, which is of `asset`."""
        self._asset = asset
        if picture is not self._picture:
            self._picture = picture
            self.refresh()

    def say(self, text: str) -> None:
        """Take the picture away and say why there is none."""
        text = printable(text)
        if self._picture is not None or text != self._text:
            self._picture, self._asset, self._text = None, None, text
            self.refresh()

    @property
    def placed(self) -> Placed | None:
        """Where the terminal draws a picture for it; None where text draws it, or nothing does."""
        picture = self._picture
        region = self.content_region
        if picture is None or picture.strips or not region:
            return None
        left, top = self._corner(picture)
        columns, rows, _ = picture.frame
        place = Place(region.x + left, region.y + top, columns, rows)
        return Placed(place, picture.image_id, picture.sixels)

    def render_line(self, y: int) -> Strip:
        """One row of cells; `y` counts from the top of the content."""
        picture = self._picture
        if picture is not None:
            return self._picture_line(picture, y)
        width, height = self.room
        lines = _wrapped(self._text, width)[:height]
        place = y - (height - len(lines) + 1) // 2
        return self._centred(lines[place] if 0 <= place < len(lines) else "")

    def _corner(self, picture: Picture) -> tuple[int, int]:
        """Cells to the left of a picture and above it."""
        width, height = self.room
        return (width - picture.frame.columns) // 2, (height - picture.frame.rows) // 2

    def _picture_line(self, picture: Picture, y: int) -> Strip:
        width, _ = self.room
        left, top = self._corner(picture)
        columns, rows, _ = picture.frame
        if not 0 <= y - top < rows or left < 0:
            return self._centred("")
        if picture.strips:
            strip = picture.strips[y - top]
        else:
            strip = Strip([Segment(PICTURE * columns, self.visual_style.rich_style)], columns)
        for label in picture.labels:
            if label.row == y - top:
                strip = self._labelled(strip, label)
        return Strip.join([self._blank(left), strip, self._blank(width - left - columns)])

    def _labelled(self, strip: Strip, label: Label) -> Strip:
        """A row of a picture with text over it."""
        end = label.column + len(label.text)
        text = Strip([Segment(label.text, self._label_style)], len(label.text))
        before, after = strip.crop(0, label.column), strip.crop(end, strip.cell_length)
        return Strip.join([before, text, after]).crop(0, strip.cell_length)

    @property
    def _label_style(self) -> Style:
        return self.visual_style.rich_style + Style(reverse=True, bold=True)

    def _centred(self, text: str) -> Strip:
        width, _ = self.room
        before = max(0, width - cell_len(text)) // 2
        line = Strip([Segment(" " * before + text, self.visual_style.rich_style)])
        return line.adjust_cell_length(width, self.visual_style.rich_style)

    def _blank(self, width: int) -> Strip:
        return Strip.blank(width, self.visual_style.rich_style)


@lru_cache(maxsize=8)
def _wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most so many cells."""
    return [line.plain.rstrip() for line in Content(text).wrap(width)] if width and text else []
