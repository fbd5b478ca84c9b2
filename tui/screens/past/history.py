"""All that was decided, by whom and why, and the way back from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.model import Decision, DecisionFilter, DecisionState, RelationKind
from core.text import counted, local_time
from core.workers.records import Particulars
from tui.commands import bindings
from tui.messages import PlaceAsked
from tui.past import PastServices
from tui.preview.loader import PictureLoader
from tui.screens.dialogs import AskLine, Pick
from tui.screens.past.undoing import UndoingPage
from tui.screens.text import TextScreen
from tui.views import history as views
from tui.views.rules import title
from tui.widgets.detail import DetailedList, Sides
from tui.widgets.listing import Listing

_EMPTY = """\

  Nothing has been decided yet.

  What you and your rules decide is listed here, and can be taken back from here."""
_NONE = """\

  Nothing here is like that.

  x lists everything again."""
_STATES = ((), (DecisionState.DONE,), (DecisionState.UNDONE,), (DecisionState.DISSOLVED,))
_KINDS: Sequence[tuple[RelationKind, ...]] = ((), *((each,) for each in RelationKind))


class HistoryScreen(UndoingPage[Decision]):
    """The list, and beside or below it what there is to say of the marked one."""

    NAME = "history"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("history")]

    detail = query_one("#both", DetailedList)

    def __init__(
        self, services: PastServices, which: DecisionFilter, loader: PictureLoader
    ) -> None:
        """`which` are listed at first."""
        super().__init__(services)
        self._which = which
        self._loader = loader
        self._known: Particulars | None = None
        self._asked: int | None = None
        self._pictured: int | None = None
        """The decision whose pictures were asked for."""

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield DetailedList(self._loader, id="both")

    # What is listed

    async def fetch(self, place: int) -> Sequence[Decision]:
        return await self.services.page(self._which, place)

    async def fetch_count(self) -> int:
        return await self.services.count(self._which)

    async def fetch_place(self) -> int | None:
        marked = self.marked
        return await self.services.place_of(self._which, marked.id) if marked else None

    async def load(self) -> None:
        await super().load()
        self._asked = self._pictured = None
        self.draw_detail()

    def columns(self, width: int) -> Content:
        return views.columns(width)

    def line(self, place: int, width: int) -> Content:
        found = self.row(place)
        number = found.id if found is not None else 0
        chosen, conflict = number in self.chosen, number in self.conflicts
        return views.line(found, chosen, conflict, self.services.roots, width)

    def number(self, row: Decision) -> int:
        return row.id

    @property
    def empty(self) -> str:
        if self.count is None:
            return "\n  looking …"
        return _EMPTY if self._which == DecisionFilter() else _NONE

    def heading(self, width: int) -> Content:
        name = " · ".join(["History", *views.told(self._which)])
        return title(name, " · ".join(self.position), width)

    # What there is to say of one

    def draw_detail(self) -> None:
        marked = self.marked
        if marked is None:
            self._known = self._asked = self._pictured = None
            self.detail.say(Content(""))
            self.detail.show(None)
            return
        if self._asked != marked.id:
            self._asked = marked.id
            self.run_worker(partial(self._ask, marked.id), group="detail", exclusive=True)
        if self._known is not None and self._known.decision.id == marked.id:
            self.detail.say(Content("\n").join(self._said(self._known)))
            if self.detail.pictured and self._pictured != marked.id:
                self._pictured = marked.id
                self.run_worker(partial(self._ask_sides, marked.id), group="sides", exclusive=True)

    async def _ask(self, number: int) -> None:
        try:
            found = await self.services.particulars(number)
        except BetterhalfError as error:
            self.flash(str(error))
            return
        if found is not None and self._asked == number:
            if self._known is None or self._known.decision.id != number:
                self.detail.scroll_to_top()
            self._known = found
            self.draw_detail()

    async def _ask_sides(self, number: int) -> None:
        try:
            sides = await self.services.sides(number)
        except BetterhalfError as error:
            self.flash(str(error))
            return
        if self._pictured == number:
            self.detail.show(Sides(*sides) if sides is not None else None)

    def _said(self, found: Particulars) -> list[Content]:
        conflict = self.conflicts.get(found.decision.id)
        return views.detail(found, conflict, self.services.roots)

    @on(Listing.Chosen)
    def action_open(self) -> None:
        if self._known is not None:
            body = Content("\n").join(self._said(self._known))
            self.app.push_screen(TextScreen(f"Decision {self._known.decision.id}", body))

    def action_scroll_down(self) -> None:
        self.detail.scroll_text(5)

    def action_scroll_up(self) -> None:
        self.detail.scroll_text(-5)

    # Which are listed

    def _list(self, which: DecisionFilter) -> None:
        self._which = which
        self.chosen.clear()
        self.show_other()

    def action_find(self) -> None:
        def found(text: str | None) -> None:
            if text is not None:
                self._list(replace(self._which, text=text.strip()))

        title = "List only those with this in a path; nothing: all"
        self.app.push_screen(AskLine(title, self._which.text), found)

    def action_who(self) -> None:
        self.run_worker(self._ask_who, group="who", exclusive=True)

    async def _ask_who(self) -> None:
        try:
            rules, runs = await self.services.deciders()
        except BetterhalfError as error:
            self.flash(str(error))
            return
        base = replace(self._which, rules=(), run=None, people=False, runs=False)
        options = [("everybody", ""), ("you", "without a rule"), ("any run", "without a screen")]
        meant = [base, replace(base, people=True), replace(base, runs=True)]
        options += [(f"rule {name}", "") for name in rules]
        meant += [replace(base, rules=(name,)) for name in rules]
        options += views.runs(runs)
        meant += [replace(base, run=number) for number in runs]

        def picked(place: int | None) -> None:
            if place is not None:
                self._list(meant[place])

        marked = meant.index(self._which) if self._which in meant else 0
        self.app.push_screen(Pick("Decided by", options, marked), picked)

    def action_state(self) -> None:
        place = _STATES.index(self._which.states) if self._which.states in _STATES else 0
        self._list(replace(self._which, states=_STATES[(place + 1) % len(_STATES)]))

    def action_kind(self) -> None:
        place = _KINDS.index(self._which.kinds)
        self._list(replace(self._which, kinds=_KINDS[(place + 1) % len(_KINDS)]))

    def action_time(self) -> None:
        def found(text: str | None) -> None:
            if text is not None:
                since, until = self._times(text)
                self._list(replace(self._which, since=since, until=until))

        title = "From a day or time on, or FROM..TO; nothing: always"
        self.app.push_screen(AskLine(title, placeholder="2024-05-31", check=self._wrong), found)

    def _times(self, text: str) -> tuple[str | None, str | None]:
        first, _, last = (part.strip() for part in text.partition(".."))
        moment = self.services.moment
        return moment(first) if first else None, moment(last, end=True) if last else None

    def _wrong(self, text: str) -> str:
        try:
            self._times(text)
        except BetterhalfError as error:
            return str(error)
        return ""

    def action_everything(self) -> None:
        self._list(DecisionFilter())

    def action_denied(self) -> None:
        (rule,) = self._which.rules or ("",)
        self.post_message(PlaceAsked("denied", rule))

    # Back, and forth

    def action_select_all(self) -> None:
        if self.chosen:
            self.chosen.clear()
            self.draw()
        else:
            self.run_worker(self._select_all, group="select", exclusive=True)

    async def _select_all(self) -> None:
        try:
            self.chosen = set(await self.services.standing(self._which))
        except BetterhalfError as error:
            self.flash(str(error))
        self.draw()

    def action_undo(self) -> None:
        self.ask_undo(self.meant, asks=len(self.chosen) > 1)
        self.chosen.clear()

    def action_redo(self) -> None:
        marked = self.marked
        again = (DecisionState.UNDONE, DecisionState.DISSOLVED)
        is_back = marked is not None and marked.state in again
        # Of what was just taken back as one, the marked one is only a part.
        alone = marked is not None and marked.id not in self.just_undone
        self.ask_redo(self.meant if self.chosen or (is_back and alone) else ())
        self.chosen.clear()

    def action_undo_more(self) -> None:
        marked = self.marked
        if marked is None:
            return
        when = local_time(marked.decided_at)
        options = [(f"all since {when}", "by whomever, this one included")]
        meant = [DecisionFilter(since=marked.decided_at)]
        if marked.choice.rule is not None:
            options.append((f"all by rule {marked.choice.rule}", "ever, as far as it stands"))
            meant.append(DecisionFilter(rules=(marked.choice.rule,)))
        if marked.run is not None:
            options.append((f"all of run {marked.run}", "of that headless run"))
            meant.append(DecisionFilter(run=marked.run))
        options.append(("all that are listed", counted(self.count or 0, "decision")))
        meant.append(self._which)

        def picked(place: int | None) -> None:
            if place is not None:
                self.run_worker(partial(self._undo_all, meant[place]), group="select")

        self.app.push_screen(Pick("Take back", options), picked)

    async def _undo_all(self, which: DecisionFilter) -> None:
        try:
            numbers = await self.services.standing(which)
        except BetterhalfError as error:
            self.flash(str(error))
            return
        self.ask_undo(numbers, asks=True)
