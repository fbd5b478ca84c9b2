"""The top line."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from core.text import printable
from core.workers.events import Progress
from tui.queue.lens import Lens
from tui.views import lines


class Heading(Widget, can_focus=False):
    """Where the person is, how far the scan is, what could not be read, what rules ask."""

    DEFAULT_CSS = """
    Heading { height: 1; width: 1fr; background: $surface; text-wrap: nowrap; }
    """

    position = reactive(0)
    """Of the current pair, from 1."""
    total = reactive(0)
    """Pairs in the queue."""
    lens: reactive[Lens] = reactive(Lens())
    """What of it is seen."""
    progress: reactive[Progress | None] = reactive(None)
    """Of the scan, while there is one."""
    problems = reactive(0)
    """Files that could not be read."""
    proposals = reactive(0)
    """Choices of rules that wait for a person."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = printable(title)

    def render(self) -> Content:
        """The line, as wide as there is room."""
        return lines.header(
            self._title,
            self.position,
            self.total,
            self.lens,
            self.progress,
            self.problems,
            self.proposals,
            self.size.width,
        )
