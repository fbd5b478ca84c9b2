"""Questions that a decision has to ask before anything moves, or anything said before is ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from core.errors import CompanionQuestion, MergeQuestion
from core.model import Decision
from core.text import printable
from tui.questions import Answer, Question, Voice
from tui.views import decisions

_CSS = """
Dialog { align: center bottom; }
Dialog > VerticalScroll {
    width: 80%; max-width: 76; height: auto; max-height: 90%;
    background: $surface; border: round $attention; padding: 1 2;
    scrollbar-size-vertical: 1;
}
"""


class Dialog(ModalScreen[Answer]):
    """A question in a frame; its result is the answer, or None: back to where it came from."""

    DEFAULT_CSS = _CSS
    TITLE_LINE = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content(self.TITLE_LINE)
            yield Static(self.body(), id="body")

    def body(self) -> Content:
        """What is asked."""
        raise NotImplementedError

    def action_back(self) -> None:
        self.dismiss(None)

    def action_scroll(self, pages: int) -> None:
        frame = self.query_one(VerticalScroll)
        frame.scroll_relative(y=pages * frame.size.height, animate=False)


def dialog(question: Question, picture: str, voices: Sequence[Voice]) -> Dialog:
    """The dialog that asks `question`.

    Args:
        question: what is to be asked.
        picture: the path of what would go, for people.
        voices: the pictures it is about, the one that is kept first.
    """
    error = question.error
    if isinstance(error, CompanionQuestion):
        return CompanionScreen(picture, error.names)
    if isinstance(error, MergeQuestion):
        return MergeScreen(error, voices)
    return ContradictionScreen(error.cause, error.decisions, question.decisions)


class CompanionScreen(Dialog):
    """Whether the picture may go while its companions stay."""

    TITLE_LINE = "Content of its own"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "yes", "Yes", show=False),
        Binding("n", "back", "No", show=False),
    ]

    def __init__(self, picture: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self._picture = picture
        self._names = names

    def body(self) -> Content:
        names = printable(", ".join(self._names))
        it = "it is" if len(self._names) == 1 else "they are"
        return Content.assemble(
            ("Beside the picture that would go lies ", ""),
            (names, "bold"),
            (", and the one you keep has no equal of it.\n\n", ""),
            ("Trash only the picture ", ""),
            (printable(self._picture), "bold"),
            (f", and leave {names} where {it}?\n\n", ""),
            *_keys(("y", "yes, only the picture"), ("n", "no, back")),
        )

    def action_yes(self) -> None:
        self.dismiss(Answer(leave_companions=True))


class ContradictionScreen(Dialog):
    """Whether earlier decisions that say otherwise end with this one."""

    TITLE_LINE = "This was decided otherwise"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "overrule", "Overrule", show=False),
        Binding("n", "back", "No", show=False),
    ]

    def __init__(self, cause: str, numbers: tuple[int, ...], earlier: Sequence[Decision]) -> None:
        super().__init__()
        self._cause = cause
        self._numbers = numbers
        self._earlier = earlier

    def body(self) -> Content:
        told = [line for each in self._earlier for line in (*decisions.told(each), Content(""))]
        these = "this decision" if len(self._numbers) == 1 else "these decisions"
        return Content("\n").join(
            [
                Content.styled(printable(self._cause), "bold"),
                Content(""),
                *told,
                Content(f"Both cannot hold. Overruled, {these} hold no longer; files stay as"),
                Content("they are, and undoing the new decision brings the old back."),
                Content(""),
                Content.assemble(*_keys(("o", "overrule what was said"), ("n", "no, back"))),
            ]
        )

    def action_overrule(self) -> None:
        self.dismiss(Answer(overrules=self._numbers))


class SureScreen(Dialog):
    """Whether a person is sure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n", "back", "No", show=False),
    ]

    def __init__(self, title: str, text: str, yes: str) -> None:
        super().__init__()
        self.TITLE_LINE = title
        self._text = text
        self._yes = yes

    def body(self) -> Content:
        keys = _keys(("y", f"yes, {self._yes}"), ("n", "no, back"))
        return Content.assemble((f"{self._text}\n\n", ""), *keys)

    def action_yes(self) -> None:
        self.dismiss(Answer())


_DIGITS = "123456789"


class MergeScreen(Dialog):
    """What fields of metadata become that the merge policy leaves to a person."""

    TITLE_LINE = "What will the kept one say?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter", "take", show=False),
        Binding("0,n", "take_nothing", show=False),
        Binding("backspace", "before", show=False),
        *(Binding(digit, f"take({int(digit) - 1})", show=False) for digit in _DIGITS),
    ]

    def __init__(self, error: MergeQuestion, voices: Sequence[Voice]) -> None:
        super().__init__()
        self._fields = error.fields
        self._voices = voices
        self._settled: list[tuple[str, object]] = []
        self._marked = 0

    def body(self) -> Content:
        number = len(self._settled)
        field, values = self._fields[number]
        of = f"{number + 1} of {len(self._fields)} · " if len(self._fields) > 1 else ""
        options = decisions.options(field, values, self._voices, self._marked)
        keys = [("⏎", "take the marked one"), ("1-9 0", "take one"), ("Esc", "back")]
        return Content("\n").join(
            [
                Content.assemble((of, "$faint"), (field, "bold")),
                Content(""),
                *options,
                Content(""),
                Content.assemble(*_keys(*keys)),
            ]
        )

    def action_move(self, step: int) -> None:
        _, values = self._fields[len(self._settled)]
        self._marked = (self._marked + step) % (len(values) + 1)
        self._draw()

    def action_take(self, place: int | None = None) -> None:
        field, values = self._fields[len(self._settled)]
        place = self._marked if place is None else place
        if place > len(values):
            return
        # The last one is to say nothing; of lists that is an empty one.
        nothing = () if any(isinstance(each, tuple) for each in values) else None
        self._take(field, values[place] if place < len(values) else nothing)

    def action_take_nothing(self) -> None:
        _, values = self._fields[len(self._settled)]
        self.action_take(len(values))

    def action_before(self) -> None:
        if self._settled:
            self._settled.pop()
            self._marked = 0
            self._draw()

    def _take(self, field: str, value: object) -> None:
        self._settled.append((field, value))
        self._marked = 0
        if len(self._settled) == len(self._fields):
            self.dismiss(Answer(settled=tuple(self._settled)))
        else:
            self._draw()

    def _draw(self) -> None:
        self.query_one("#body", Static).update(self.body())


def _keys(*keys: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        part for key, says in keys for part in ((f" {key} ", "$accent bold"), (f"{says}    ", ""))
    ]
