"""The home screen: one pair at a time, its text at once, its pictures as soon as they are made."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.binding import BindingType
from textual.content import Content

from core.text import counted, printable
from tui.commands import bindings
from tui.display import PictureApp
from tui.messages import QuitAsked
from tui.preview.view import Look
from tui.screens.review.answers import Answers
from tui.screens.review.looking import LookingCommands
from tui.screens.review.moving import MovingCommands
from tui.screens.review.seeing import SeeingCommands
from tui.screens.text import TextScreen


class ReviewScreen(Answers, LookingCommands, SeeingCommands, MovingCommands):
    """Shows the queue's current pair, and posts what the person decides."""

    app = getters.app(PictureApp)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]

    def action_plain(self) -> None:
        if self.panel.pictures.sight.look is Look.SIDE_BY_SIDE:
            self.show_everything()
        else:
            self.show_side_by_side()

    def action_problems(self) -> None:
        if not self.problems and not self.notes:
            self.flash("Every file could be read.")
            return
        lines = [Content(printable(str(error))) for error in self.problems]
        lines += [Content(printable(f"note: {error}")) for error in self.notes]
        title = f"{counted(len(self.problems), 'file')} could not be read"
        self.app.push_screen(TextScreen(title, Content("\n\n").join(lines)))

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
