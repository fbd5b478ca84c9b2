"""The safe rules that come with betterhalf, with what each would do here, before any is saved."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError, ImageError
from core.model import PairRef
from core.rules.templates import RECOMMENDED
from core.workers.claims import Standing
from tui.commands import bindings
from tui.known import Look, RuleWish
from tui.messages import LookAsked, PlaceAsked
from tui.screens.page import ListPage
from tui.services import RuleServices, Tried
from tui.views import offers as views
from tui.views import rules as rule_views
from tui.widgets.listing import Listing

_LOOK_SECONDS = 0.3
_REST = 3
"""Times as long as trying all took, before it is done again for what has come since."""
_AT_ONCE = 12
"""Pairs that are compared before the rules are tried again."""


class OffersScreen(ListPage):
    """A line for each rule; those that are chosen are saved as rules that ask."""

    DEFAULT_CSS = """
    OffersScreen {
        #progress { height: auto; padding: 1 1; }
        #list { min-height: 7; }
        #detail { height: auto; max-height: 50%; width: 1fr; padding: 0 2; }
    }
    """
    NAME = "offers"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("offers")]

    progress_lines = query_one("#progress", Static)
    detail = query_one("#detail", Static)

    def __init__(self, services: RuleServices, then: str = "") -> None:
        """`then` is the page to go on to once rules were saved; none: back."""
        super().__init__()
        self._services = services
        self._then = then
        self._rules = {each.name: each for each in services.templates() if each.name in RECOMMENDED}
        self._tried: dict[str, Tried] = {}
        self._chosen: set[str] = set()
        self._saved: set[str] = set()
        self._asked: object = None
        """What was there to be tried on the last time."""
        self._again_at = 0.0
        self._compared: set[PairRef] = set()

    def body(self) -> ComposeResult:
        yield Static(id="progress")
        yield Static(id="columns")
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        self.set_interval(_LOOK_SECONDS, self._look)
        self._look()

    def on_resize(self) -> None:
        self._draw()

    def _look(self) -> None:
        """Try the rules on what has come since, and say how far the scan is."""
        now = self._services.scanning, self._services.pairs
        if now != self._asked and time.monotonic() >= self._again_at:
            self._asked = now
            self._again_at = float("inf")
            self.run_worker(self._try, group="trial", exclusive=True)
        self._draw()

    async def _try(self) -> None:
        began = time.monotonic()
        try:
            overview = await self._services.overview()
            self._saved = {each.saved.name for each in overview.rules}
            for name, rule in self._rules.items():
                tried = self._services.try_rule(rule, None)
                await tried.run(lambda _: None)
                self._tried[name] = tried
                self._draw()
            await self._compare()
        except BetterhalfError as error:
            self.flash(str(error))
        self._again_at = time.monotonic() + _REST * (time.monotonic() - began)

    async def _compare(self) -> None:
        """Have some pairs looked at that a rule cannot tell of before."""
        missing = [
            row.ref
            for tried in self._tried.values()
            for row in tried.others
            if row.standing is Standing.UNKNOWN and row.ref not in self._compared
        ]
        for ref in list(dict.fromkeys(missing))[:_AT_ONCE]:
            self._compared.add(ref)
            self._asked = None
            try:
                await self._services.verdict(ref)
            except ImageError:
                # The rules then say that it is not comparable.
                continue

    # What is shown

    def _draw(self) -> None:
        if not self.is_up:
            return
        services, width = self._services, self.size.width
        said = views.progress(services.progress, services.scanning, services.pairs)
        self.progress_lines.update(said)
        self.query_one("#columns", Static).update(views.columns(width), layout=False)
        self.listing.show(list(self._rules), self._line)
        self._draw_detail()
        self.draw_frame()

    def _line(self, place: int, width: int) -> Content:
        name = list(self._rules)[place]
        tried = self._tried.get(name)
        counts = tried.counts if tried is not None else None
        return views.line(name, counts, name in self._chosen, name in self._saved, width)

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        rule = self._rules[self._marked]
        self.detail.update(views.detail(rule, self._services.usual, self.size.height))

    def heading(self, width: int) -> Content:
        told = f"{len(self._chosen)} chosen" if self._chosen else ""
        return rule_views.title("What betterhalf could do here", told, width)

    @property
    def _marked(self) -> str:
        return str(self.listing.key or next(iter(self._rules)))

    # Commands

    @on(Listing.Chosen)
    def action_choose(self) -> None:
        self._chosen ^= {self._marked} - self._saved
        self.listing.step(1)
        self._draw()

    def action_choose_all(self) -> None:
        found = {
            name
            for name, tried in self._tried.items()
            if tried.counts.acts or tried.counts.counts.get(Standing.UNKNOWN)
        } - self._saved
        self._chosen = set() if self._chosen >= found else found
        if not found:
            self.flash("none of them has found a pair so far")
        self._draw()

    def action_take(self) -> None:
        if self._chosen:
            self.run_worker(self._take, group="take", exclusive=True)
        else:
            self.flash("␣ chooses a rule; Esc goes to the pairs without any")

    async def _take(self) -> None:
        # In the order in which they are safest to be asked.
        try:
            # Nor in place of what somebody has made of them elsewhere.
            known = {each.saved.name.casefold() for each in (await self._services.overview()).rules}
            rules = [
                rule
                for name, rule in self._rules.items()
                if name in self._chosen and name.casefold() not in known
            ]
            await self._services.add(rules)
        except BetterhalfError as error:
            self.complain("not saved", error)
            return
        self.dismiss(None)
        if self._then:
            # Not by way of this screen, which is being taken down.
            self.app.post_message(PlaceAsked(self._then))

    def action_example(self) -> None:
        tried = self._tried.get(self._marked)
        rows = tried.acts if tried is not None else []
        looks = [Look(row.ref, RuleWish.of(row.choice)) for row in rows if row.choice is not None]
        if looks:
            self.post_message(LookAsked(looks, 0))
        else:
            self.flash("it would act on nothing so far")
