"""All pairs of the queue as a list, to see what there is and to go to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.getters import query_one
from textual.widgets import Input, Static

from core.model import PairRef
from tui.commands import bindings
from tui.messages import TableWanted
from tui.queue.lens import Lens
from tui.queue.table import PairTable
from tui.screens.commanded import CommandedScreen
from tui.views import lines, rows
from tui.widgets.hints import Hints
from tui.widgets.pairlist import PairList

_STYLES = {"": "", "faint": "$faint", "glyph": "$accent"}


class PairsScreen(CommandedScreen[PairRef]):
    """Dismissed with the pair to go to, or with nothing."""

    DEFAULT_CSS = """
    PairsScreen {
        #title, #columns { height: 1; width: 1fr; text-wrap: nowrap; }
        #title { background: $surface; }
        #search { padding: 0 1; background: $panel; display: none; }
        &.-searching #search { display: block; }
    }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pairs")]
    NAME = "pairs"

    pairs = query_one("#list", PairList)
    search = query_one("#search", Input)

    def __init__(
        self,
        refs: Sequence[PairRef],
        marked: int,
        roots: Sequence[Path],
        lens: Lens,
    ) -> None:
        super().__init__()
        self._refs = refs
        self._found = refs
        self._marked = marked
        self._roots = roots
        self._lens = lens
        self._table: PairTable | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        yield Static(id="columns")
        yield PairList(self._roots, id="list")
        yield Input(placeholder="a part of a name or a folder", id="search", compact=True)
        yield Hints(self.NAME, id="hints")

    def on_mount(self) -> None:
        # A cursor that blinks writes to the terminal for ever.
        self.search.cursor_blink = False
        self.pairs.show(self._refs, self._marked)
        self._show_lines()

    def on_resize(self, event: Resize) -> None:
        self._show_lines()

    def table_ready(self, table: PairTable) -> None:
        """What a search looks through."""
        self._table = table
        self._search(self.search.value)

    def action_up(self) -> None:
        self._step(-1)

    def action_down(self) -> None:
        self._step(1)

    def action_page_up(self) -> None:
        self._step(-self.pairs.page)

    def action_page_down(self) -> None:
        self._step(self.pairs.page)

    def action_first(self) -> None:
        self._step(-len(self._found))

    def action_last(self) -> None:
        self._step(len(self._found))

    def action_open(self) -> None:
        if self._found:
            self.dismiss(self._found[self.pairs.marked])

    def action_find(self) -> None:
        self.add_class("-searching")
        self.search.focus()
        if self._table is None:
            self.post_message(TableWanted())

    def action_close(self) -> None:
        if self.has_class("-searching"):
            self.remove_class("-searching")
            self.set_focus(None)
            self.search.value = ""
            self._search("")
        else:
            self.dismiss(None)

    @on(PairList.Chosen)
    def _go_to(self, message: PairList.Chosen) -> None:
        self.dismiss(message.ref)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._search(message.value)

    @on(Input.Submitted)
    def _enter(self) -> None:
        self.action_open()

    def _step(self, step: int) -> None:
        self.pairs.mark(max(0, min(self.pairs.marked + step, len(self._found) - 1)))
        self._show_lines()

    def _search(self, text: str) -> None:
        self._found = self._refs
        marked = self._marked
        if text and self._table is not None:
            named = self._table.named(text)
            self._found = [ref for ref in self._refs if ref.key in named]
            marked = 0
        self.pairs.show(self._found, marked)
        self._show_lines()

    def _show_lines(self) -> None:
        title = lines.listed(
            self.pairs.marked + 1 if self._found else 0,
            len(self._found),
            self._lens,
            bool(self.search.value) and self._table is None,
        )
        self.query_one("#title", Static).update(title, layout=False)
        heading = rows.heading(self.size.width)
        columns = Content.assemble(*((text, _STYLES[style]) for text, style in heading))
        self.query_one("#columns", Static).update(columns, layout=False)
