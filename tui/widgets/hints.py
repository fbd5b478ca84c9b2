"""The bottom line: keys and what they do, for eyes and for the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from tui.commands import Command
from tui.views import lines


class Hints(Widget, can_focus=False):
    """As many commands as there is room for; a click on one does it."""

    DEFAULT_CSS = """
    Hints { height: 1; width: 1fr; background: $surface; text-wrap: nowrap; }
    """

    def __init__(self, commands: Sequence[Command], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._commands = commands

    def render(self) -> Content:
        """The line, as wide as there is room."""
        return lines.hints(lines.hinted(self._commands, self.size.width))

    async def on_click(self, event: Click) -> None:
        left = 0
        for command in lines.hinted(self._commands, self.size.width):
            left += cell_len(lines.hints([command]).plain)
            if event.x < left:
                await self.screen.run_action(command.id)
                return
