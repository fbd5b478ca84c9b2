"""The libraries that are open: how far their scan is, what they hold, what holds for them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.libraries.opening import library_roots
from core.text import counted
from tui.commands import bindings
from tui.screens.dialogs import AskLine
from tui.screens.libraries.settings import SettingsScreen
from tui.screens.libraries.unreadable import UnreadableScreen
from tui.screens.page import ListPage
from tui.shelves import LibraryServices, Shelf
from tui.views import libraries as views
from tui.views import rules as rule_views
from tui.widgets.listing import Listing

_LOOK_SECONDS = 0.5
_REST = 3
"""Times as long as counting took, before it is done again while a scan goes on."""


class LibrariesScreen(ListPage):
    """The list, and below it what holds for the marked one."""

    DEFAULT_CSS = """
    LibrariesScreen {
        #detail { height: auto; max-height: 60%; width: 1fr; padding: 0 2; }
    }
    """
    NAME = "libraries"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("libraries")]

    detail = query_one("#detail", Static)

    def __init__(self, services: LibraryServices) -> None:
        super().__init__()
        self._services = services
        self._shelves: Sequence[Shelf] = ()
        self._version = -1
        self._again_at = 0.0

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        self.set_interval(_LOOK_SECONDS, self._look)
        self._reload()

    def on_screen_resume(self) -> None:
        self._reload()

    def on_resize(self) -> None:
        self._draw()

    def _look(self) -> None:
        stale = self._services.version != self._version
        if self.is_active and stale and time.monotonic() >= self._again_at:
            self._reload()

    def _reload(self) -> None:
        self.run_worker(self._load, group="shelves", exclusive=True)

    async def _load(self) -> None:
        self._version = self._services.version
        began = time.monotonic()
        self._again_at = float("inf")
        try:
            self._shelves = await self._services.shelves()
        except BetterhalfError as error:
            self.flash(str(error))
        finally:
            self._again_at = time.monotonic() + _REST * (time.monotonic() - began)
        self._draw()

    # What is shown

    def _draw(self) -> None:
        if not self.is_up:
            return
        width = self.size.width
        self.query_one("#columns", Static).update(views.columns(width), layout=False)
        self.listing.show(
            [each.root for each in self._shelves],
            lambda place, wide: views.line(self._shelves[place], wide),
            "\n  counting …",
        )
        self._draw_detail()
        self.draw_frame()

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        shelf, settings = self._marked, self._services.settings
        told = [] if shelf is None else views.detail(shelf, settings)
        self.detail.update(Content("\n").join([*told, views.preferred(settings)]))

    def heading(self, width: int) -> Content:
        scan = views.scan(self._services.progress, self._services.scanning)
        libraries = counted(len(self._shelves), "library", "libraries")
        return rule_views.title("Libraries", f"{libraries} · {scan}", width)

    @property
    def _marked(self) -> Shelf | None:
        return next((each for each in self._shelves if each.root == self.listing.key), None)

    # Commands

    @on(Listing.Chosen)
    def action_open(self) -> None:
        if self._marked is None:
            return
        try:
            name = self._services.name_of(self._marked.root)
        except BetterhalfError as error:
            self.complain("not opened", error)
        else:
            self.app.push_screen(SettingsScreen(self._services, name))

    def action_settings(self) -> None:
        self.app.push_screen(SettingsScreen(self._services))

    def action_problems(self) -> None:
        self.app.push_screen(UnreadableScreen(self._services))

    def action_scan(self) -> None:
        self.flash(self._services.scan_again() or "all libraries are looked at again")

    def action_add(self) -> None:
        def written(text: str | None) -> None:
            if text:
                self.run_worker(self._add(text), group="changes")

        title = "A folder's path, or immich+https://… for an Immich server"
        self.app.push_screen(AskLine(title, placeholder="/mnt/photos", check=_problem), written)

    async def _add(self, text: str) -> None:
        services = self._services
        try:
            said = services.said().get("folders")
            names = (
                [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
            )
            # What the command line has named is opened the next time, too.
            roots = [] if names else [each.root for each in self._shelves]
            roots += library_roots([os.path.expanduser(text.strip())])
            names += [services.name_of(root) for root in roots]
            await services.change(("folders",), list(dict.fromkeys(names)))
        except BetterhalfError as error:
            self.complain("not added", error)
            return
        self.flash(f"{text} is opened from the next start on")


def _problem(text: str) -> str:
    """Why a library of this name cannot be opened; empty where it can."""
    if not text.strip():
        return ""
    try:
        library_roots([os.path.expanduser(text.strip())])
    except BetterhalfError as error:
        return str(error)
    return ""
