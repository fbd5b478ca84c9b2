"""A screen with the keys that a person has for it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import getters
from textual.screen import Screen

from tui.commands import Command
from tui.display import PictureApp

Result = TypeVar("Result")


class CommandedScreen(Screen[Result]):
    """What can be done on it is declared in `tui.commands`."""

    app = getters.app(PictureApp)
    NAME: ClassVar[str]
    """One of `tui.commands.SCREENS`."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """What can be done here, with the keys that do it."""
        return self.app.keymap.commands[self.NAME]

    def said(self, text: str) -> str:
        """`text` with today's keys, where it names them as they are declared, in backquotes."""
        return self.app.keymap.said(self.NAME, text)
