"""Lines of which one is marked; only those that are seen are ever made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.widget import Widget

Line = Callable[[int, int], Content]
"""The line at a place, in so many cells."""


class Listing(Widget, can_focus=False):
    """A list that keeps its mark on what it marks, wherever that goes."""

    DEFAULT_CSS = """
    Listing { height: 1fr; width: 1fr; }
    """

    class Marked(Message):
        """Another line is marked, or what is marked is another."""

        def __init__(self, listing: Listing) -> None:
            super().__init__()
            self.listing = listing

    class Chosen(Message):
        """A marked line was clicked on."""

        def __init__(self, listing: Listing) -> None:
            super().__init__()
            self.listing = listing

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys: Sequence[Hashable] = ()
        self._line: Line = lambda place, width: Content("")
        self._empty = Content("")
        self._top = 0
        self.place = 0
        """Of the marked line."""

    @property
    def key(self) -> Hashable | None:
        """What is marked; None where there is nothing."""
        return self._keys[self.place] if self._keys else None

    @property
    def keys(self) -> Sequence[Hashable]:
        """What is listed."""
        return self._keys

    @property
    def seen(self) -> range:
        """The places that are seen."""
        return range(self._top, min(len(self._keys), self._top + self._height))

    def show(self, keys: Sequence[Hashable], line: Line, empty: str | Content = "") -> None:
        """List these, each by its line; `empty` is said where there are none."""
        before, place = self.key, self.place
        self._keys, self._line = keys, line
        self._empty = empty if isinstance(empty, Content) else Content(empty)
        if before is not None and not (place < len(keys) and keys[place] == before):
            # It may have moved, or be gone: then it is the one that has taken its place.
            place = next((at for at, key in enumerate(keys) if key == before), place)
        self.place = max(0, min(place, len(keys) - 1))
        self._scroll()
        self.refresh()
        if self.key != before:
            self.post_message(self.Marked(self))

    def mark(self, place: int) -> None:
        """Mark the line at `place`, or the nearest to it."""
        place = max(0, min(place, len(self._keys) - 1))
        if place != self.place:
            self.place = place
            self._scroll()
            self.refresh()
            self.post_message(self.Marked(self))

    def mark_key(self, key: object) -> None:
        """Mark this, where it is listed."""
        for place, each in enumerate(self._keys):
            if each == key:
                self.mark(place)
                return

    def step(self, lines: int) -> None:
        """Mark the line so many below, or above."""
        self.mark(self.place + lines)

    def page(self, pages: int) -> None:
        """Mark the line so many pages below, or above."""
        self.step(pages * max(1, self._height - 1))

    def render(self) -> Content:
        width = self.size.width
        if not self._keys:
            return self._empty
        self._scroll()
        lines = []
        for place in self.seen:
            line = self._line(place, width).truncate(width, pad=True)
            lines.append(line.stylize("on $panel") if place == self.place else line)
        return Content("\n").join(lines)

    def on_click(self, event: Click) -> None:
        place = self._top + event.y
        if place >= len(self._keys):
            return
        if place == self.place:
            self.post_message(self.Chosen(self))
        self.mark(place)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self.step(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self.step(-3)

    @property
    def _height(self) -> int:
        return max(1, self.size.height)

    def _scroll(self) -> None:
        """Have the marked line seen."""
        height = self._height
        last = max(0, len(self._keys) - height)
        self._top = min(max(self._top, self.place - height + 1), self.place, last)
