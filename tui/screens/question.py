"""The question a decision has to ask before it moves a picture away from its RAW or video."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from core.text import printable


class CompanionScreen(ModalScreen[bool]):
    """Whether the picture may go while its companions stay. True: yes."""

    DEFAULT_CSS = """
    CompanionScreen { align: center middle; }
    CompanionScreen > Vertical {
        width: 80%; max-width: 76; height: auto;
        background: $surface; border: round $attention; padding: 1 2;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "No", show=False),
    ]

    def __init__(self, picture: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self._picture = picture
        self._names = names

    def compose(self) -> ComposeResult:
        names = printable(", ".join(self._names))
        with Vertical() as frame:
            frame.border_title = Content("Content of its own")
            yield Static(
                Content.assemble(
                    ("Beside the picture that would go lies ", ""),
                    (names, "bold"),
                    (", and the one you keep has no equal of it.\n\n", ""),
                    ("Trash only the picture ", ""),
                    (printable(self._picture), "bold"),
                    (f", and leave {names} where it is?\n\n", ""),
                    (" y ", "$accent bold"),
                    ("yes, only the picture    ", ""),
                    (" n ", "$accent bold"),
                    ("no, back to the pair", ""),
                )
            )

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
