"""The commands that every large screen has."""

from __future__ import annotations

import textwrap
from itertools import chain, repeat

from textual.content import Content

from tui.about import ABOUT
from tui.messages import QuitAsked
from tui.screens.commanded import CommandedScreen
from tui.screens.text import TextScreen

_KEYS = 12
"""Cells that keys stand in ..."""
_WIDEST, _FRAME = 100, 5
"""... and those of a text, with what is around it."""


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
        room = max(_KEYS, min(_WIDEST, self.size.width * 9 // 10) - _FRAME - _KEYS)
        for command in self.commands:
            keys = chain(["  ".join(command.key_names)], repeat(""))
            lines += [
                Content.assemble((f"{named:<{_KEYS}}", "$accent bold"), (said, ""))
                for named, said in zip(keys, textwrap.wrap(command.help, room), strict=False)
            ]
        self.app.push_screen(TextScreen("What this is, and its keys", Content("\n").join(lines)))

    def action_quit(self) -> None:
        self.post_message(QuitAsked())
