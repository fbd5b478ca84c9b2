"""Taking back from a list: at once where nothing stands in the way, else after a question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from core.errors import ActionRefused, BetterhalfError
from core.model import Decision
from core.text import counted
from tui.past import Foreseen, PastServices
from tui.screens.past.paged import PagedPage
from tui.views import history as views

Row = TypeVar("Row")

_PLAIN, _LEAVE_EDITED = "plain", "leave edited"
_OFFERED = (
    ("y", _PLAIN, "take back what can be"),
    ("e", _LEAVE_EDITED, "leave what was edited as it is, and take back all else"),
    ("n", "", "leave everything as it is"),
)
"""Keys, the answers they are, and what those mean where something is in the way ..."""
_PLAINLY_OFFERED = (("y", _PLAIN, "take them back"), ("n", "", "no, back"))
"""... and where nothing is."""


class TakeBack(ModalScreen[str]):
    """Whether decisions are taken back, as far as they can be; None: no."""

    DEFAULT_CSS = """
    TakeBack { align: center middle; }
    TakeBack > VerticalScroll {
        width: 90%; max-width: 100; height: auto; max-height: 90%;
        background: $surface; border: round $attention; padding: 1 2;
        border-title-color: $foreground; scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('plain')", "Yes", show=False),
        Binding("e", "answer('leave edited')", "Leave edits", show=False),
        Binding("n,escape,q", "answer('')", "No", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    def __init__(self, title: str, body: Content, found: Foreseen) -> None:
        super().__init__()
        self._title, self._body = title, body
        self._conflicts = found.conflicts
        self._answers = [""]
        if found.going:
            self._answers.append(_PLAIN)
        if any(each.edited for each in found.conflicts):
            self._answers.append(_LEAVE_EDITED)

    def compose(self) -> ComposeResult:
        offered = _OFFERED if self._conflicts else _PLAINLY_OFFERED
        keys = [
            Content.assemble((f" {key} ", "$accent bold"), (text, ""))
            for key, answer, text in offered
            if answer in self._answers
        ]
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content(self._title)
            yield Static(Content("\n\n").join([self._body, Content("\n").join(keys)]))

    def action_answer(self, answer: str) -> None:
        if answer in self._answers:
            self.dismiss(answer)

    def action_scroll(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)


class UndoingPage(PagedPage[Row]):
    """A page from which decisions are taken back, and made again."""

    def __init__(self, services: PastServices) -> None:
        super().__init__(services)
        self.conflicts: dict[int, ActionRefused] = {}
        """Decisions that could not be taken back, and why; they stay marked until they are."""
        self._undone: list[list[int]] = []
        """What was taken back here, each time."""

    def ask_undo(self, numbers: Sequence[int], asks: bool) -> None:
        """Take these back; `asks`: say before what that comes to."""
        if not numbers:
            self.flash("There is nothing here that could be taken back.")
            return
        self.flash(f"looking at {counted(len(numbers), 'decision')} …")
        self.run_worker(partial(self._foresee, numbers, asks), group="undo", exclusive=True)

    async def _foresee(self, numbers: Sequence[int], asks: bool) -> None:
        try:
            found = await self.services.foresee(numbers)
        except BetterhalfError as error:
            self.complain("not undone", error)
            return
        self.conflicts |= {each.decision.id: each.error for each in found.conflicts}
        self.draw()
        if not (asks or found.conflicts):
            await self._take_back(found, False)
            return
        body = views.foreseen(found, self.services.roots)
        self.flash("")

        def answered(answer: str | None) -> None:
            if answer:
                leave = answer == _LEAVE_EDITED
                self.run_worker(partial(self._take_back, found, leave), group="answers")

        self.app.push_screen(TakeBack("Take back", body, found), answered)

    async def _take_back(self, found: Foreseen, leave_edited: bool) -> None:
        numbers = {each.id for each in found.going}
        if leave_edited:
            numbers |= {each.decision.id for each in found.conflicts if each.edited}
        self.flash(f"taking back {counted(len(numbers), 'decision')} …")
        try:
            told = await self.services.take_back(list(numbers), leave_edited)
        except BetterhalfError as error:
            self.complain("not all was undone", error)
        else:
            self._settle(told.done)
            self._undone.append([each.id for each in told.done])
            self.conflicts |= {each.id: error for each, error in told.refused}
            self._tell(views.undone(told), told.refused)
        await self.loaded()

    @property
    def just_undone(self) -> Sequence[int]:
        """What was taken back here last, and not made again since."""
        return self._undone[-1] if self._undone else ()

    def ask_redo(self, numbers: Sequence[int]) -> None:
        """Make these again; none: what was taken back here last."""
        wanted = numbers or (self._undone.pop() if self._undone else ())
        if not wanted:
            self.flash("There is nothing here that was taken back.")
            return
        self.flash(f"making {counted(len(wanted), 'decision')} again …")
        self.run_worker(partial(self._make_again, wanted), group="answers")

    async def _make_again(self, numbers: Sequence[int]) -> None:
        try:
            told = await self.services.make_again(numbers)
        except BetterhalfError as error:
            self.complain("not all was made again", error)
        else:
            self._settle(told.done)
            if told.refused:
                # All else that was taken back here comes before another try.
                self._undone.insert(0, [each.id for each, _ in told.refused])
            self._tell(views.redone(told), told.refused)
        await self.loaded()

    def _settle(self, done: Sequence[Decision]) -> None:
        for each in done:
            self.conflicts.pop(each.id, None)

    def _tell(self, done: str, refused: Sequence[tuple[Decision, ActionRefused]]) -> None:
        if refused and not done:
            self.complain("not done", refused[0][1])
            return
        self.flash(" · ".join(filter(None, (done, views.refused(refused)))))
