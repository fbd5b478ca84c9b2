"""Pairs that rules were denied, and the way back from that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.model import DeniedPair
from core.text import counted
from tui.commands import bindings
from tui.past import PastServices
from tui.screens.past.paged import PagedPage
from tui.views import history as views
from tui.views.rules import title
from tui.widgets.listing import Listing

_EMPTY = """\

  No rule was denied anything.

  What you say no to under P is listed here, and no rule asks for it again unless you reopen it."""


class DeniedScreen(PagedPage[DeniedPair]):
    """The list, and below it where the files of the marked one are."""

    DEFAULT_CSS = """
    DeniedScreen {
        #detail { height: 3; width: 1fr; }
    }
    """
    NAME = "denied"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("denied")]

    detail = query_one("#detail", Static)

    def __init__(self, services: PastServices, rule: str = "") -> None:
        """Only of `rule`, where one is named."""
        super().__init__(services)
        self._rule = rule
        self._all: Sequence[DeniedPair] = ()
        self._reopened: list[Sequence[DeniedPair]] = []

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield Listing(id="list")
        yield Static(id="detail")

    async def load(self) -> None:
        self._all = await self.services.denied(self._rule)
        self.chosen &= {each.id for each in self._all}
        await super().load()

    async def fetch(self, place: int) -> Sequence[DeniedPair]:
        return await self.services.with_paths(self._all[place : place + self.services.PAGE])

    async def fetch_count(self) -> int:
        return len(self._all)

    def columns(self, width: int) -> Content:
        return views.denied_columns(width)

    def line(self, place: int, width: int) -> Content:
        found = self.row(place)
        if found is None:
            return Content("  …")
        return views.denied_line(found, found.id in self.chosen, width)

    def number(self, row: DeniedPair) -> int:
        return row.id

    @property
    def empty(self) -> str:
        return "\n  looking …" if self.count is None else _EMPTY

    def heading(self, width: int) -> Content:
        name = f"Denied · rule {self._rule}" if self._rule else "Denied"
        return title(name, " · ".join(self.position), width)

    def draw_detail(self) -> None:
        told = views.denied_detail(self.marked, self.services.roots)
        self.detail.update(Content("\n").join(told), layout=False)

    # Commands

    def action_select_all(self) -> None:
        self.chosen = set() if self.chosen else {each.id for each in self._all}
        self.draw()

    def action_rule(self) -> None:
        self.run_worker(self._next_rule, group="rule", exclusive=True)

    async def _next_rule(self) -> None:
        try:
            found = await self.services.denied("")
        except BetterhalfError as error:
            self.flash(str(error))
            return
        names = ["", *sorted({each.rule for each in found})]
        place = names.index(self._rule) if self._rule in names else 0
        self._rule = names[(place + 1) % len(names)]
        self.show_other()

    def action_undo(self) -> None:
        wanted = set(self.meant)
        meant = [each for each in self._all if each.id in wanted]
        self.chosen.clear()
        if meant:
            self.run_worker(partial(self._reopen, meant), group="answers")

    async def _reopen(self, meant: Sequence[DeniedPair]) -> None:
        try:
            await self.services.reopen(meant)
        except BetterhalfError as error:
            self.complain("not reopened", error)
            return
        self._reopened.append(meant)
        self.flash(f"{counted(len(meant), 'pair')} may be proposed again · `Ctrl+R` denies again")
        await self.loaded()

    def action_redo(self) -> None:
        if self._reopened:
            self.run_worker(partial(self._deny_again, self._reopened.pop()), group="answers")
        else:
            self.flash("Nothing was reopened here.")

    async def _deny_again(self, meant: Sequence[DeniedPair]) -> None:
        try:
            await self.services.deny_again(meant)
        except BetterhalfError as error:
            self.complain("not denied", error)
            return
        self.flash(f"{counted(len(meant), 'pair')} denied again")
        await self.loaded()
