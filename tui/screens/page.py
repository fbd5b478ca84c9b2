"""What all pages besides the review have in common: a title, one line of news, and a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static
from textual.worker import Worker

from core.address import shown
from core.errors import BetterhalfError
from core.text import printable
from tui.command import Command
from tui.screens.text import TextScreen
from tui.screens.usual import UsualCommands
from tui.screens.ways import Ways
from tui.widgets.hints import Hints
from tui.widgets.listing import Listing


class Page(UsualCommands, Ways):
    """A screen with commands. A subclass names them, and composes what is between the lines."""

    DEFAULT_CSS = """
    Page {
        #title, #columns, #flash { height: 1; width: 1fr; text-wrap: nowrap; }
        #title { background: $surface; }
        #flash { color: $attention; text-overflow: ellipsis; }
    }
    """
    AUTO_FOCUS = ""
    title_line = query_one("#title", Static)
    flash_line = query_one("#flash", Static)
    hint_bar = query_one("#hints", Hints)

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        yield from self.body()
        yield Static(id="flash")
        yield Hints(self.NAME, id="hints")

    def body(self) -> ComposeResult:
        """What is between the lines."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.draw_frame()

    def on_resize(self) -> None:
        self.draw_frame()

    @property
    def is_up(self) -> bool:
        """Whether there is something to draw on: not while it is being made, or taken down."""
        return self.is_mounted and self in self.app.screen_stack

    def draw_frame(self) -> None:
        """Draw the lines above and below."""
        if self.is_up:
            self.title_line.update(self.heading(self.size.width), layout=False)
            self.hint_bar.offer(self.hinted)

    @property
    def hinted(self) -> Sequence[Command]:
        """The commands that the bottom line offers."""
        return self.commands

    def heading(self, width: int) -> Content:
        """The top line."""
        raise NotImplementedError

    def flash(self, text: str) -> None:
        """One line that stays until the next one."""
        if self.is_up:
            self.flash_line.update(Content(" " + printable(self.said(text))), layout=False)

    def complain(self, said: str, error: BetterhalfError) -> None:
        """Say what was not done, and why; in a frame where that is more than a line."""
        told = shown(str(error))
        text = f"{said}: {told}"
        self.flash(text)
        if cell_len(text) >= self.size.width:
            body = Content("\n\n").join(Content(each) for each in printable(told).split("; "))
            self.app.push_screen(TextScreen(said.capitalize(), body))

    def action_leave(self) -> None:
        self.dismiss(None)


class LivePage(Page):
    """A page that looks now and then whether what it shows has changed."""

    LOOK_SECONDS: ClassVar[float] = 0.7
    """Between two looks."""
    _loading: Worker[None] | None = None
    _shown: object = None
    """The version that is shown."""

    @property
    def version(self) -> object:
        """Stays the same as long as nothing can have changed; None while anything may."""
        raise NotImplementedError

    async def load(self) -> None:
        """Ask for what is shown, and show it."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.set_interval(self.LOOK_SECONDS, self._look)
        self.reload()

    def on_screen_resume(self) -> None:
        # Not one that is being left together with what was on top of it.
        if self.is_current:
            self._look(anyway=True)

    def _look(self, anyway: bool = False) -> None:
        # What takes longer than the time between two looks would never come to its end.
        busy = self._loading is not None and not self._loading.is_finished
        version = self.version
        changed = anyway or version is None or version != self._shown
        if self.is_active and changed and not busy:
            self.reload()

    def reload(self) -> None:
        """Ask anew, whatever is being asked for just now."""
        self._loading = self.run_worker(self.loaded, group="load", exclusive=True)

    async def loaded(self) -> None:
        """Ask anew, and say what keeps from that."""
        version = self.version
        try:
            await self.load()
        except BetterhalfError as error:
            self.flash(str(error))
        else:
            self._shown = version


class ListPage(Page):
    """A page with a list, `#list`."""

    listing = query_one("#list", Listing)

    def action_up(self) -> None:
        self.listing.step(-1)

    def action_down(self) -> None:
        self.listing.step(1)

    def action_page_up(self) -> None:
        self.listing.page(-1)

    def action_page_down(self) -> None:
        self.listing.page(1)

    def action_first(self) -> None:
        self.listing.mark(0)

    def action_last(self) -> None:
        self.listing.mark(len(self.listing.keys))
