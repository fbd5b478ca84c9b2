"""The commands that every large screen has."""

from __future__ import annotations

from textual.content import Content

from tui.about import ABOUT
from tui.messages import QuitAsked
from tui.screens.commanded import CommandedScreen
from tui.screens.text import TextScreen


class UsualCommands(CommandedScreen[None]):
    """Help, palette, the terminal, and the way out."""

    def action_redraw(self) -> None:
        self.app.redraw()

    def action_suspend(self) -> None:
        self.app.action_suspend_process()

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_help(self) -> None:
        # Emphasis is the README's; here the words will do.
        about = self.said(ABOUT[self.NAME]).replace("`", "").replace("*", "")
        lines = [Content.styled(about, "$faint"), Content("")]
        lines += [
            Content.assemble(
                (f"{'  '.join(command.key_names):<12}", "$accent bold"), (command.help, "")
            )
            for command in self.commands
        ]
        self.app.push_screen(TextScreen("What this is, and its keys", Content("\n").join(lines)))

    def action_quit(self) -> None:
        self.post_message(QuitAsked())
