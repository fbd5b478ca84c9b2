"""A setting that is a list: its lines, in the order that counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from core.settings.schema import Setting
from core.text import counted
from tui.commands import bindings
from tui.screens.dialogs import AskLine
from tui.screens.page import ListPage
from tui.views import libraries as views
from tui.views import rules as rule_views
from tui.widgets.listing import Listing


class FolderListScreen(ListPage):
    """Ends with the list that is wanted, or with None where it is as it was."""

    DEFAULT_CSS = """
    FolderListScreen #detail { height: auto; width: 1fr; padding: 1 2 0 2; }
    """
    NAME = "folder_list"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("folder_list")]

    def __init__(
        self,
        setting: Setting,
        before: Sequence[str],
        lacks: Callable[[str], str],
        wanted: Sequence[str] | None = None,
    ) -> None:
        """`before` is what is saved, and `wanted` what a person has made of it already; `lacks`
        says what is not there of what a line names, or nothing."""
        super().__init__()
        self._setting = setting
        self._lacks = lacks
        self._before = list(before)
        self._wanted = list(before if wanted is None else wanted)
        self._lacking: dict[str, str] = {}

    def body(self) -> ComposeResult:
        yield Listing(id="list")
        yield Static(Content.styled(f"{self._setting.means}", "$faint"), id="detail")

    def on_mount(self) -> None:
        self._draw()

    def _note(self, text: str) -> str:
        return self._lacks(text.strip()) if text.strip() else ""

    def _draw(self, marked: int | None = None) -> None:
        wanted = self._wanted
        self._lacking = {each: self._lacks(each) for each in wanted}
        self.listing.show(
            list(enumerate(wanted)),
            lambda place, width: views.listed(
                place, wanted[place], self._lacking[wanted[place]], width
            ),
            "\n  It is empty; a adds one.",
        )
        if marked is not None:
            self.listing.mark(marked)
        self.draw_frame()

    def heading(self, width: int) -> Content:
        return rule_views.title(self._setting.name, counted(len(self._wanted), "line"), width)

    def action_add(self) -> None:
        def written(text: str | None) -> None:
            if text and text.strip():
                place = self.listing.place + 1 if self._wanted else 0
                self._wanted.insert(place, text.strip())
                self._draw(place)

        title = f"{self._setting.name}: another one"
        ask = AskLine(title, check=self._problem, note=self._note)
        self.app.push_screen(ask, written)

    @on(Listing.Chosen)
    def action_edit(self) -> None:
        if not self._wanted:
            self.action_add()
            return
        place = self.listing.place

        def written(text: str | None) -> None:
            if text and text.strip():
                self._wanted[place] = text.strip()
                self._draw()

        ask = AskLine(
            self._setting.name,
            self._wanted[place],
            check=self._problem,
            goes_on=True,
            note=self._note,
        )
        self.app.push_screen(ask, written)

    def _problem(self, text: str) -> str:
        return self._setting.problem([text.strip()]) if text.strip() else ""

    def action_remove(self) -> None:
        if self._wanted:
            del self._wanted[self.listing.place]
            self._draw()

    def action_earlier(self) -> None:
        self._move(-1)

    def action_later(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        here, there = self.listing.place, self.listing.place + step
        if self._wanted and 0 <= there < len(self._wanted):
            wanted = self._wanted
            wanted[here], wanted[there] = wanted[there], wanted[here]
            self._draw(there)

    def action_leave(self) -> None:
        self.dismiss(self._wanted if self._wanted != self._before else None)
