"""The home screen: one pair at a time, its text at once, its pictures as soon as they are made."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from core.text import counted, printable
from tui.commands import bindings
from tui.messages import DeduplicateAsked, GroupAsked
from tui.screens.review.answers import Answers
from tui.screens.review.looking import LookingCommands
from tui.screens.review.moving import MovingCommands
from tui.screens.review.seeing import SeeingCommands
from tui.screens.text import TextScreen
from tui.screens.usual import UsualCommands
from tui.screens.ways import Ways


class ReviewScreen(Answers, LookingCommands, SeeingCommands, MovingCommands, UsualCommands, Ways):
    """Shows the queue's current pair, and posts what the person decides."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]
    NAME = "review"

    def action_leave(self) -> None:
        if not self.look_plainly():
            self.see_everything()

    def action_group(self) -> None:
        ref = self.queue.current
        if ref is not None:
            self.post_message(GroupAsked(ref))
        else:
            self.flash("There is no pair.")

    def action_deduplicate(self) -> None:
        self.post_message(DeduplicateAsked())

    def action_problems(self) -> None:
        if not self.problems and not self.notes:
            self.flash("Every file could be read.")
            return
        lines = [Content(printable(str(error))) for error in self.problems]
        lines += [Content(printable(f"note: {error}")) for error in self.notes]
        title = f"{counted(len(self.problems), 'file')} could not be read"
        self.app.push_screen(TextScreen(title, Content("\n\n").join(lines)))
