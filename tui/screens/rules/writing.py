"""One text of a rule is written: what may come next is offered, what is wrong is said."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import UsageError
from core.metadata.policies import Policy
from core.rules.keys import Shape
from core.rules.parse import WordingError, parse_criterion, parse_one, parse_pair
from core.rules.phrases import Completion, completions
from core.text import printable
from tui.views.cells import padded
from tui.widgets.listing import Listing

_READERS = {
    Shape.ONE: parse_one,
    Shape.PAIR: parse_pair,
    Shape.CRITERIA: parse_criterion,
    Shape.POLICY: Policy.parse,
}
_TITLES = {
    Shape.ONE: "A test of {}",
    Shape.PAIR: "A test of the pair",
    Shape.CRITERIA: "What to keep of a group",
    Shape.POLICY: "What becomes of metadata",
}
_PIECE = 30


def problem_of(text: str, shape: Shape) -> str:
    """What is wrong with `text`; empty where nothing is."""
    if shape is Shape.POLICY and not text.strip():
        # As the library says.
        return ""
    try:
        _READERS[shape](text)
    except WordingError as error:
        return str(error)
    except UsageError as error:
        return error.reason
    return ""


class Writing(ModalScreen[str]):
    """The text that was written; None: nothing is wanted after all."""

    DEFAULT_CSS = """
    Writing { align: center bottom; }
    Writing > Vertical {
        width: 100%; height: 60%; min-height: 12;
        background: $surface; border: round $accent; padding: 0 1;
        border-title-color: $foreground; border-subtitle-color: $faint;
    }
    Writing #wrong { height: auto; max-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", show=False),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("tab", "take", show=False, priority=True),
    ]

    listing = query_one("#list", Listing)
    line = query_one(Input)

    def __init__(self, text: str, shape: Shape, of: str = "") -> None:
        """`of` says which files a test of one file is of."""
        super().__init__()
        self._text = text
        self._shape = shape
        self._of = of
        self._offered: list[Completion] = []
        self._stepped = False
        """Whether the person has moved among what is offered, and so means it."""

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(_TITLES[self._shape].format(self._of))
            frame.border_subtitle = Content("↑ ↓ ⇥ take what is offered · ⏎ done · Esc back")
            yield Input(self._text, "type any word of it", compact=True, select_on_focus=False)
            yield Static(id="wrong")
            yield Listing(id="list")

    def on_mount(self) -> None:
        self.line.cursor_position = len(self._text)
        self._offer()

    @on(Input.Changed)
    def _offer(self) -> None:
        text = self.line.value
        self._stepped = False
        self._offered = completions(text, self._shape)
        offered = self._offered
        self.listing.show(
            [each.text for each in offered],
            lambda place, width: _offered(offered[place], width),
            " nothing more comes here" if text else "",
        )
        self.listing.mark(0)
        self.query_one("#wrong", Static).update(self._judged(text))

    def _judged(self, text: str) -> Content:
        problem = problem_of(text, self._shape)
        if not problem:
            return Content.assemble(("✓ ", "$keep"), ("⏎ takes it as it is", "$faint"))
        if not text.strip() or self._offered:
            return Content.styled("… and go on", "$faint")
        return Content.styled(f"! {printable(problem)}", "$attention")

    def action_step(self, lines: int) -> None:
        self._stepped = True
        self.listing.step(lines)

    def action_page(self, pages: int) -> None:
        self._stepped = True
        self.listing.page(pages)

    @on(Listing.Chosen)
    def action_take(self) -> None:
        if self._offered:
            self.line.value = self._offered[self.listing.place].text
            self.line.cursor_position = len(self.line.value)

    @on(Input.Submitted)
    def _done(self) -> None:
        text = self.line.value.strip()
        if self._offered and (self._stepped or problem_of(text, self._shape)):
            self.action_take()
        elif not problem_of(text, self._shape):
            self.dismiss(text)


def _offered(found: Completion, width: int) -> Content:
    return Content.assemble(
        ("  ", ""),
        (padded(printable(found.shown), _PIECE), "bold"),
        (printable(found.means), "$faint"),
    )
