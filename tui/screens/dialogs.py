"""Small dialogs: yes or no, one line to be written, one to be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.text import printable
from tui.widgets.listing import Listing


class Confirm(ModalScreen[bool]):
    """Whether something is done. True: yes."""

    DEFAULT_CSS = """
    Confirm { align: center middle; }
    Confirm > VerticalScroll {
        width: 80%; max-width: 76; height: auto; max-height: 90%;
        background: $surface; border: round $attention; padding: 1 2;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "No", show=False),
    ]

    def __init__(self, title: str, body: Content, yes: str, no: str = "no, back") -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content(self._title)
            keys = Content.assemble(
                (" y ", "$accent bold"),
                (f"{self._yes}    ", ""),
                (" n ", "$accent bold"),
                (self._no, ""),
            )
            yield Static(Content("\n\n").join([self._body, keys]))

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class AskLine(ModalScreen[str]):
    """One line of text; None: nothing is wanted after all."""

    DEFAULT_CSS = """
    AskLine { align: center middle; }
    AskLine > Vertical {
        width: 90%; max-width: 90; height: auto;
        background: $surface; border: round $accent; padding: 0 1;
        border-title-color: $foreground; border-subtitle-color: $faint;
    }
    AskLine #wrong { color: $attention; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back", show=False)]

    def __init__(
        self,
        title: str,
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], str] = lambda text: "",
        goes_on: bool = False,
        note: Callable[[str], str] = lambda text: "",
    ) -> None:
        """`check` says what is wrong with a text, or nothing; `note` what comes of one that is
        right. What is typed takes the place of `value`, unless it `goes_on`."""
        super().__init__()
        self._title = title
        self._value, self._placeholder = value, placeholder
        self._check, self._note = check, note
        self._goes_on = goes_on

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(printable(self._title))
            frame.border_subtitle = Content("⏎ takes it · Esc goes back")
            over = not self._goes_on
            yield Input(self._value, self._placeholder, compact=True, select_on_focus=over)
            yield Static(id="wrong")

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        wrong = self._check(message.value)
        said = Content.styled(printable(self._note(message.value)), "$faint")
        said = Content(printable(wrong)) if wrong else said
        self.query_one("#wrong", Static).update(said)

    @on(Input.Submitted)
    def _taken(self, message: Input.Submitted) -> None:
        if not self._check(message.value):
            self.dismiss(message.value)


class Pick(ModalScreen[int]):
    """The place of one of some lines, found by moving or by typing; None: none of them."""

    DEFAULT_CSS = """
    Pick { align: center middle; }
    Pick > Vertical {
        width: 90%; max-width: 100; height: 80%; max-height: 30;
        background: $surface; border: round $accent; padding: 0 1;
        border-title-color: $foreground; border-subtitle-color: $faint;
    }
    Pick #said { height: auto; max-height: 5; color: $faint; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", show=False),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    listing = query_one("#list", Listing)

    def __init__(self, title: str, options: Sequence[tuple[str, str]], marked: int = 0) -> None:
        """`options` are names, each with what there is to say of it."""
        super().__init__()
        self._title = title
        self._options = [(printable(name), printable(said)) for name, said in options]
        self._marked = marked

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(printable(self._title))
            frame.border_subtitle = Content("type to find · ⏎ takes it · Esc goes back")
            yield Input(placeholder="a part of a name", compact=True)
            yield Listing(id="list")
            yield Static(id="said")

    def on_mount(self) -> None:
        self._search("")
        self.listing.mark(self._marked)
        self._say()

    def action_step(self, lines: int) -> None:
        self.listing.step(lines)

    def action_page(self, pages: int) -> None:
        self.listing.page(pages)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._search(message.value)

    @on(Input.Submitted)
    @on(Listing.Chosen)
    def _taken(self) -> None:
        place = self.listing.key
        if isinstance(place, int):
            self.dismiss(place)

    @on(Listing.Marked)
    def _say(self) -> None:
        place = self.listing.key
        said = self._options[place][1] if isinstance(place, int) else ""
        self.query_one("#said", Static).update(Content(said))

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        found = [
            place
            for place, option in enumerate(self._options)
            if all(word in " ".join(option).casefold() for word in words)
        ]
        self.listing.show(
            found, lambda at, width: Content(f" {self._options[found[at]][0]}"), "There is none."
        )
        self._say()
