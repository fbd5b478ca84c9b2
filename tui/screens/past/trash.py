"""What lies in the trashes of the libraries: put back, or, where that is up to us, removed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.address import shown
from core.errors import BetterhalfError
from core.text import counted, human_size, printable
from core.workers.records import Heap
from tui.commands import bindings
from tui.past import EmptyingPlan, PastServices
from tui.screens.dialogs import AskLine, Confirm, Pick
from tui.screens.past.undoing import UndoingPage
from tui.screens.text import TextScreen
from tui.views import history as history_views
from tui.views import trash as views
from tui.views.rules import title
from tui.widgets.listing import Listing

_EMPTY = """\

  The trash is empty.

  What loses against a better one goes here, and comes back with u."""
_AGES = ((None, "everything"), (30.0, "older than 30 days"), (365.0, "older than a year"))


class TrashScreen(UndoingPage[Heap]):
    """The list, and below it which files the marked one has there."""

    DEFAULT_CSS = """
    TrashScreen {
        #detail { height: auto; max-height: 40%; width: 1fr; }
    }
    """
    NAME = "trash"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("trash")]

    detail = query_one("#detail", Static)

    def __init__(self, services: PastServices) -> None:
        super().__init__(services)
        self._library: Path | None = None
        self._text = ""
        self._bytes = 0
        self._asked = False
        """Whether servers were asked what they have removed by themselves."""
        self._alone: set[int] = set()
        """Decisions of which what was kept is in the trash, too."""

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield Listing(id="list")
        yield Static(id="detail")

    async def fetch(self, place: int) -> Sequence[Heap]:
        return await self.services.heaps(self._library, self._text, place)

    async def fetch_count(self) -> int:
        count, self._bytes = await self.services.heap(self._library, self._text)
        return count

    async def load(self) -> None:
        await super().load()
        if not self._asked:
            # What is seen comes first.
            self._asked = True
            self.run_worker(self._ask_servers, group="servers")

    async def _ask_servers(self) -> None:
        for server in self.services.servers:
            try:
                left = await self.services.note_left(server)
            except BetterhalfError as error:
                self.flash(f"not known what is still there: {shown(str(error))}")
                continue
            said = views.has_left(server, left)
            if said:
                self._alone |= left.alone
                self.flash(said)
                await self.loaded()

    def columns(self, width: int) -> Content:
        return views.columns(width)

    def line(self, place: int, width: int) -> Content:
        found = self.row(place)
        number = found.decision.id if found is not None else 0
        chosen = number in self.chosen
        conflict = number in self.conflicts or number in self._alone
        now, roots = self.services.now(), self.services.roots
        return views.line(found, now, chosen, conflict, roots, width)

    def number(self, row: Heap) -> int:
        return row.decision.id

    @property
    def empty(self) -> str:
        return "\n  looking …" if self.count is None else _EMPTY

    def heading(self, width: int) -> Content:
        name = ["Trash"]
        name += [views.name_of(self._library)] if self._library is not None else []
        name += [f"“{printable(self._text)}”"] if self._text else []
        told = [*self.position, *([human_size(self._bytes)] if self.count else [])]
        return title(" · ".join(name), " · ".join(told), width)

    def draw_detail(self) -> None:
        said = views.detail(self.marked, self.services.now(), self.services.roots)
        marked = self.marked
        if marked is not None and marked.decision.id in self._alone:
            said.append(views.left_alone(marked))
        conflict = self.conflicts.get(marked.decision.id) if marked is not None else None
        if conflict is not None:
            said.append(Content.styled(f" ! {printable(shown(str(conflict)))}", "$attention"))
        self.detail.update(Content("\n").join(said))

    # What is listed

    def action_find(self) -> None:
        def found(text: str | None) -> None:
            if text is not None:
                self._text = text.strip()
                self.show_other()

        title = "List only those with this in a path; nothing: all"
        self.app.push_screen(AskLine(title, self._text), found)

    def action_library(self) -> None:
        libraries = [None, *self.services.roots]
        place = libraries.index(self._library)
        self._library = libraries[(place + 1) % len(libraries)]
        self.flash("")
        self.show_other()

    @on(Listing.Chosen)
    def action_open(self) -> None:
        if self.marked is not None:
            self.run_worker(partial(self._show_all, self.marked.decision.id), group="detail")

    async def _show_all(self, number: int) -> None:
        try:
            found = await self.services.particulars(number)
        except BetterhalfError as error:
            self.flash(str(error))
            return
        if found is not None:
            conflict = self.conflicts.get(number)
            said = history_views.detail(found, conflict, self.services.roots)
            self.app.push_screen(TextScreen(f"Decision {number}", Content("\n").join(said)))

    # Back, or away

    def action_undo(self) -> None:
        self.ask_undo(self.meant, asks=len(self.chosen) > 1)
        self.chosen.clear()

    def action_redo(self) -> None:
        self.ask_redo(())

    def action_empty(self) -> None:
        if self._library in self.services.servers or not self.services.folders:
            self.flash(views.SERVERS_EMPTY_THEIRS)
            return
        everywhere = "all folders" if self.services.servers else "all libraries"
        where = views.name_of(self._library) if self._library is not None else everywhere
        options = [(f"{name}, of {where}", "") for _, name in _AGES]

        def picked(place: int | None) -> None:
            if place is not None:
                self.flash("looking at each file, and at what was kept in its stead …")
                self.run_worker(partial(self._plan, _AGES[place][0]), group="empty", exclusive=True)

        self.app.push_screen(Pick("Remove for good", options), picked)

    async def _plan(self, days: float | None) -> None:
        try:
            plan = await self.services.plan_emptying(self._library, days)
        except BetterhalfError as error:
            self.complain("not emptied", error)
            return
        self.flash("")
        servers = self._library is None and bool(self.services.servers)
        if not plan.files:
            body = views.nothing_goes(plan, servers)
            self.app.push_screen(TextScreen("Nothing was removed", body))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.flash(f"removing {counted(plan.files, 'file')} …")
                self.run_worker(partial(self._empty, plan), group="answers")

        body = views.before_emptying(plan, servers)
        yes = "remove them for good"
        self.app.push_screen(Confirm("Empty the trash", body, yes), answered)

    async def _empty(self, plan: EmptyingPlan) -> None:
        try:
            told = await self.services.empty(plan)
        except BetterhalfError as error:
            self.complain("not all was removed", error)
        else:
            self.flash(views.emptied(told))
        await self.loaded()
