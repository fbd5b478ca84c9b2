"""What could not be read: each file with its reason, to be read again once that is mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from tui.commands import bindings
from tui.screens.page import ListPage
from tui.shelves import LibraryServices
from tui.views import libraries as views
from tui.views import rules as rule_views
from tui.widgets.listing import Listing

_EMPTY = """\

  Everything could be read.

  A file that cannot be read stays where it is, and no decision touches it."""


class UnreadableScreen(ListPage):
    """A line for each, and below it what to do about the marked one."""

    DEFAULT_CSS = """
    UnreadableScreen {
        #detail { height: auto; max-height: 40%; width: 1fr; padding: 1 2 0 2; }
    }
    """
    NAME = "unreadable"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("unreadable")]

    detail = query_one("#detail", Static)

    def __init__(self, services: LibraryServices) -> None:
        super().__init__()
        self._services = services
        self._problems: Sequence[BetterhalfError] = ()
        self._loaded = False
        self._busy: set[str] = set()
        """What is being read again."""

    def body(self) -> ComposeResult:
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        self.run_worker(self._load, group="problems", exclusive=True)

    def on_resize(self) -> None:
        self._draw()

    async def _load(self) -> None:
        try:
            self._problems = await self._services.problems()
        except BetterhalfError as error:
            self.flash(str(error))
        self._loaded = True
        self._draw()

    def _draw(self) -> None:
        if not self.is_up:
            return
        found = self._problems
        self.listing.show(
            [each.subject for each in found],
            lambda place, width: views.problem(
                found[place], found[place].subject in self._busy, width
            ),
            _EMPTY if self._loaded else "\n  looking …",
        )
        self._draw_detail()
        self.draw_frame()

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        marked = next((each for each in self._problems if each.subject == self.listing.key), None)
        self.detail.update("" if marked is None else views.problem_detail(marked))

    def heading(self, width: int) -> Content:
        told = views.unreadable(len(self._problems)) if self._loaded else "…"
        return rule_views.title("What could not be read", told, width)

    # Commands

    @on(Listing.Chosen)
    def action_retry(self) -> None:
        if self.listing.key is not None:
            self._retry([str(self.listing.key)])

    def action_retry_all(self) -> None:
        self._retry([each.subject for each in self._problems])

    def _retry(self, names: list[str]) -> None:
        if names:
            self._busy.update(names)
            self._draw()
            self.run_worker(self._read(names), group="retry")

    async def _read(self, names: list[str]) -> None:
        goes_on = ""
        try:
            goes_on = await self._services.retry(names)
        except BetterhalfError as error:
            self.complain("not read", error)
        finally:
            self._busy.difference_update(names)
        await self._load()
        still = {each.subject for each in self._problems}
        left = sum(name in still for name in names)
        told = [f"{len(names) - left:,} could be read"] if left < len(names) else []
        told += [f"{left:,} cannot be read still"] if left and not goes_on else []
        self.flash(" · ".join([*told, goes_on] if goes_on else told))

    def action_copy_path(self) -> None:
        if self.listing.key is not None:
            self.app.copy_to_clipboard(str(self.listing.key))
            self.flash("the path is copied")
