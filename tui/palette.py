"""The palette, for who types faster than it is drawn.

Textual's own goes through its list by lines that are counted when the list is first drawn, and its
keys end the program before. The private name that this needs is used here and nowhere else.
"""

from __future__ import annotations

from contextlib import suppress

from textual.command import CommandPalette
from textual.css.query import NoMatches


class Palette(CommandPalette):
    """Finds any command by name."""

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError, IndexError, NoMatches):
            super()._action_command_list(action)
