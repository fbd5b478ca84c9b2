"""The bottom line: keys and what they do, for eyes and for the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual import getters
from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from tui.commands import Command
from tui.display import PictureApp
from tui.views import lines


class Hints(Widget, can_focus=False):
    """As many commands as there is room for; a click on one does it."""

    DEFAULT_CSS = """
    Hints { height: 1; width: 1fr; background: $surface; text-wrap: nowrap; }
    """
    app = getters.app(PictureApp)

    def __init__(self, screen: str, *, id: str) -> None:  # noqa: A002
        """`screen` is one of `tui.commands.SCREENS`."""
        super().__init__(id=id)
        self._screen = screen
        self._offered: Sequence[Command] | None = None

    def offer(self, commands: Sequence[Command]) -> None:
        """Offer these instead of all that the screen has."""
        if commands != self._offered:
            self._offered = commands
            self.refresh()

    def render(self) -> Content:
        """The line, as wide as there is room."""
        return lines.hints(self._hinted)

    async def on_click(self, event: Click) -> None:
        left = 0
        for command in self._hinted:
            left += cell_len(lines.hints([command]).plain)
            if event.x < left:
                await self.screen.run_action(command.id)
                return

    @property
    def _hinted(self) -> list[Command]:
        offered: Sequence[Command] = self.app.keymap.commands[self._screen]
        if self._offered is not None:
            # Their keys may have become others since.
            keys = {each.id: each.keys for each in offered}
            offered = [replace(each, keys=keys[each.id]) for each in self._offered]
        return lines.hinted(offered, self.size.width)
