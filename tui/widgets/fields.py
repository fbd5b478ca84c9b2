"""The comparison of two assets, field by field."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.known import KnownPair
from tui.views import fields

_NARROWEST = 40
"""Cells of a table that is cut off rather than squeezed further."""


class Fields(VerticalScroll, can_focus=False):
    """A table that scrolls: what differs, or everything."""

    DEFAULT_CSS = """
    Fields {
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        #table { width: 1fr; height: auto; text-wrap: nowrap; }
    }
    """

    everything = False
    """Whether equal fields are shown as well."""

    def compose(self) -> ComposeResult:
        yield Static(id="table")

    def show(self, known: KnownPair) -> None:
        """Draw a pair's fields."""
        # One cell is the scroll bar's.
        width = max(_NARROWEST, (self.size.width or self.screen.size.width) - 1)
        self._table.update(fields.table(known, width, self.everything))

    def clear(self) -> None:
        """Draw nothing."""
        self._table.update("")

    @property
    def _table(self) -> Static:
        return self.query_one("#table", Static)
