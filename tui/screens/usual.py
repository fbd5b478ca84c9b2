"""The commands that every large screen has."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.content import Content
from textual.screen import Screen

from tui.commands import Command
from tui.display import PictureApp
from tui.messages import QuitAsked
from tui.screens.text import TextScreen


class UsualCommands(Screen[None]):
    """Help, palette, the terminal, and the way out."""

    app = getters.app(PictureApp)
    SCREEN: ClassVar[str]
    """Its name in the settings."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """What can be done on this screen, with the keys that a person wants for it."""
        return self.app.keymap.commands[self.SCREEN]

    def action_redraw(self) -> None:
        self.app.redraw()

    def action_suspend(self) -> None:
        self.app.action_suspend_process()

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_help(self) -> None:
        lines = [
            Content.assemble(
                (f"{'  '.join(command.key_names):<12}", "$accent bold"), (command.help, "")
            )
            for command in self.commands
        ]
        self.app.push_screen(TextScreen("Keys", Content("\n").join(lines)))

    def action_quit(self) -> None:
        self.post_message(QuitAsked())
