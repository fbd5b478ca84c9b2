"""The group view: all of a group at once, marked one key each, decided as one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tui.commands import bindings
from tui.messages import DeduplicateAsked
from tui.screens.group.answers import Answers
from tui.screens.group.looking import LookingCommands
from tui.screens.group.marking import MarkingCommands
from tui.screens.usual import UsualCommands


class GroupScreen(Answers, MarkingCommands, LookingCommands, UsualCommands):
    """Shows the walk's current group, and posts what the person decides."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("group")]
    NAME = "group"

    def action_deduplicate(self) -> None:
        self.post_message(DeduplicateAsked())

    def action_leave(self) -> None:
        self.dismiss(None)
