"""Keys for a command, pressed by the person who wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.command import Command
from tui.keymap import Ruling
from tui.views import keys as views


class PressScreen(ModalScreen[list[str]]):
    """The keys that were pressed, by Textual's names; None: all stays as it is.

    What works the dialog itself cannot be pressed for the command: it can be written.
    """

    DEFAULT_CSS = """
    PressScreen { align: center middle; }
    PressScreen > Vertical {
        width: 90%; max-width: 90; height: auto;
        background: $surface; border: round $accent; padding: 0 1;
        border-title-color: $foreground; border-subtitle-color: $faint;
    }
    PressScreen #ruled { height: auto; min-height: 1; margin-top: 1; }
    """
    TAKES_EVERY_KEY: ClassVar[bool] = True

    def __init__(
        self,
        command: Command,
        usual: tuple[str, ...],
        ruling: Callable[[Sequence[str]], Ruling],
    ) -> None:
        """`usual` are the keys that it is declared with; `ruling` is of keys that are wanted."""
        super().__init__()
        self._command = command
        self._usual = usual
        self._ruling = ruling
        self._pressed: list[str] | None = None
        """By Textual's names; None: none was pressed yet."""

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(self._command.title)
            frame.border_subtitle = Content("press keys · ⏎ takes them · ⌫ drops one · Esc back")
            yield Static(Content.styled(self._command.help, "$faint"))
            yield Static(id="asked")
            yield Static(id="ruled")

    def on_mount(self) -> None:
        self._draw()

    def on_key(self, event: Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            self._take()
        elif event.key == "backspace":
            self._press(list(self._command.keys if self._pressed is None else self._pressed)[:-1])
        elif event.key not in (self._pressed or ()):
            self._press([*(self._pressed or ()), event.key])

    def _press(self, keys: list[str]) -> None:
        self._pressed = keys
        self._draw()

    def _take(self) -> None:
        if self._pressed is None or not self._ruling(self._pressed).problem:
            self.dismiss(self._pressed)

    def _draw(self) -> None:
        pressed = self._pressed
        keys = self._command.keys if pressed is None else tuple(pressed)
        ruling = Ruling() if pressed is None else self._ruling(pressed)
        self.query_one("#asked", Static).update(views.asked(self._usual, keys, pressed is not None))
        self.query_one("#ruled", Static).update(views.ruled(ruling))
