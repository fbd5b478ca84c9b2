"""The dialog that follows the suggestions for all groups: what it comes to, then yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widgets import Static

from core.text import printable
from tui.messages import DeduplicateStopped, DeduplicateWanted


class DeduplicateScreen(ModalScreen[None]):
    """Weighing, asking, working, done: one after the other, and each can be left."""

    DEFAULT_CSS = """
    DeduplicateScreen { align: center middle; }
    DeduplicateScreen > VerticalScroll {
        width: 90%; max-width: 90; height: auto; max-height: 90%;
        background: $surface; border: round $attention; padding: 1 2;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Do it", show=False),
        Binding("escape,n,q", "leave", "Leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._asking = False
        self._lines: Sequence[str] = ("Looking at what is suggested …",)
        self._keys: Sequence[tuple[str, str]] = (("Esc", "leave all as it is"),)

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content("Deduplicate all")
            yield Static(self._body(), id="body")

    def weighing(self, done: int, total: int) -> None:
        """So many groups have been looked at."""
        self._say([f"Looking at what is suggested: {done:,} of {total:,} groups …"], self._keys)

    def ask(self, lines: Sequence[str], can_act: bool) -> None:
        """This is what it comes to."""
        self._asking = can_act
        if can_act:
            more = "Nothing is deleted, and each group is one step of undo."
            self._say([*lines, "", more], (("y", "do it"), ("n", "leave all as it is")))
        else:
            self._say([*lines, "", "There is nothing to do."], (("Esc", "back"),))

    def working(self, done: int, total: int) -> None:
        """So many groups have been decided."""
        self._say([f"{done:,} of {total:,} groups …"], (("Esc", "stop after this one"),))

    def ended(self, lines: Sequence[str]) -> None:
        """All has been done, or refused, or stopped."""
        self._say(lines, (("Esc", "back"),))

    def action_yes(self) -> None:
        if self._asking:
            self._asking = False
            self.post_message(DeduplicateWanted())

    def action_leave(self) -> None:
        self.post_message(DeduplicateStopped())

    def _say(self, lines: Sequence[str], keys: Sequence[tuple[str, str]]) -> None:
        self._lines, self._keys = lines, keys
        # Before it is up it says so when it is; while it is taken down nobody reads it.
        with suppress(NoMatches):
            self.query_one("#body", Static).update(self._body())

    def _body(self) -> Content:
        keys = [
            part
            for key, says in self._keys
            for part in ((f" {key} ", "$accent bold"), (f"{says}    ", ""))
        ]
        lines = [Content(printable(line)) for line in self._lines]
        return Content("\n").join([*lines, Content(""), Content.assemble(*keys)])
