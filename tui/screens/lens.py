"""The dialog in which a person says what to see of the queue, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.screen import ModalScreen
from textual.widgets import Static

from core.text import counted, human_size, printable
from tui.messages import TableWanted
from tui.queue.lens import Lens, Sort
from tui.queue.table import PairTable, day_range


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing to choose."""

    field: str
    """Of a lens."""
    name: str
    typed: bool = False
    """Whether it is written rather than chosen."""


_ROWS = (
    _Row("library", "library"),
    _Row("folder", "folder with", typed=True),
    _Row("verdict", "verdict"),
    _Row("distance", "distance"),
    _Row("rule", "rule"),
    _Row("type", "type"),
    _Row("date", "date", typed=True),
    _Row("frees", "frees"),
    _Row("sort", "sorted by"),
)
_NAME = 14
"""Cells of the names."""


class LensScreen(ModalScreen[Lens]):
    """Shows how many pairs are left while it is being chosen."""

    DEFAULT_CSS = """
    LensScreen { align: center middle; }
    LensScreen > Vertical {
        width: 90%; max-width: 72; height: auto; max-height: 100%;
        background: $surface; border: round $accent; padding: 0 1;
        border-subtitle-color: $faint;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "row(-1)", show=False),
        Binding("down,tab", "row(1)", show=False),
        Binding("left", "value(-1)", show=False),
        Binding("right", "value(1)", show=False),
        Binding("delete", "clear", show=False),
        Binding("enter", "done", show=False),
        Binding("escape", "dismiss", show=False),
    ]

    def __init__(self, lens: Lens) -> None:
        super().__init__()
        self._lens = lens
        self._row = 0
        self._table: PairTable | None = None
        self._options: dict[str, Sequence[Any]] = {"sort": list(Sort)}

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content("What to see")
            frame.border_subtitle = Content("↑↓ ←→ choose · Del any · ⏎ see it · Esc leave it")
            yield Static(id="rows")

    def on_mount(self) -> None:
        self.post_message(TableWanted())
        self._show()

    def table_ready(self, table: PairTable) -> None:
        """What there is to choose from."""
        self._table = table
        self._options |= table.options()
        self._show()

    def action_row(self, step: int) -> None:
        self._row = (self._row + step) % len(_ROWS)
        self._show()

    def action_value(self, step: int) -> None:
        field = _ROWS[self._row].field
        options = self._options.get(field, [])
        value = getattr(self._lens, field)
        if options:
            at = options.index(value) if value in options else 0
            self._set(options[(at + step) % len(options)])

    def action_clear(self) -> None:
        self._set(getattr(Lens(), _ROWS[self._row].field))

    def action_done(self) -> None:
        if self._date_is_understood:
            self.dismiss(self._lens)

    def on_key(self, event: Key) -> None:
        row = _ROWS[self._row]
        if event.key == "backspace" and not row.typed:
            self.action_clear()
        elif row.typed and event.key == "backspace":
            self._set(getattr(self._lens, row.field)[:-1])
        elif row.typed and event.is_printable and event.character is not None:
            self._set(getattr(self._lens, row.field) + event.character)
        else:
            return
        event.stop()

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self.query_one("#rows"))
        if at is not None and at.y < len(_ROWS):
            again = at.y == self._row
            self._row = at.y
            if again:
                self.action_value(1)
            self._show()

    def _set(self, value: Any) -> None:
        self._lens = replace(self._lens, **{_ROWS[self._row].field: value})
        self._show()

    @property
    def _date_is_understood(self) -> bool:
        try:
            return not self._lens.date or bool(day_range(self._lens.date))
        except ValueError:
            return False

    def _show(self) -> None:
        lines = [self._line(row, number == self._row) for number, row in enumerate(_ROWS)]
        self.query_one("#rows", Static).update(
            Content("\n").join([*lines, Content(""), self._count()])
        )

    def _line(self, row: _Row, here: bool) -> Content:
        value = getattr(self._lens, row.field)
        plain = value == getattr(Lens(), row.field)
        text = "any" if plain and row.field != "sort" else printable(_said(row.field, value))
        if row.typed and here:
            text = ("" if plain else text) + "▏"
        elif here:
            text = f"‹ {text} ›"
        return Content.assemble(
            ("▸ " if here else "  ", "$accent bold"),
            (f"{row.name:<{_NAME}}", "" if here else "$faint"),
            (text, "bold" if here else "$faint" if plain else ""),
        )

    def _count(self) -> Content:
        if not self._date_is_understood:
            return Content.styled("  a date is as 2019, 2019-07 or 2019-07-14", "$attention")
        if self._table is None:
            return Content.styled("  looking through the pairs …", "$faint")
        left, all_ = self._table.count(self._lens), len(self._table.refs)
        return Content.styled(f"  {left:,} of {counted(all_, 'pair')}", "$faint")


def _said(field: str, value: Any) -> str:
    if field == "distance":
        return f"at most {value} bits"
    if field == "frees":
        return f"at least {human_size(value)}"
    return str(value)
