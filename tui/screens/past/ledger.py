"""What rules and people did: how much it freed, how often it was right, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.model import RelationKind
from core.text import counted, human_size
from core.workers.records import Book
from tui.commands import bindings
from tui.messages import PlaceAsked
from tui.past import PastServices
from tui.screens.page import ListPage, LivePage
from tui.views import ledger as views
from tui.views.ledger import EVERYBODY, Accounts, Quantity, Span
from tui.views.rules import title
from tui.widgets.listing import Listing

_EMPTY = """\

  Nothing has been done yet.

  What you and your rules do is added up here."""


class LedgerScreen(ListPage, LivePage):
    """A plot of what the marked one did, and below it a line each."""

    DEFAULT_CSS = """
    LedgerScreen {
        #caption, #states { height: 1; width: 1fr; text-wrap: nowrap; }
        #plot { height: 35%; min-height: 4; width: 1fr; text-wrap: nowrap; }
        #states { color: $foreground; margin: 1 0; }
    }
    """
    NAME = "ledger"
    LOOK_SECONDS = 2.0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("ledger")]

    caption = query_one("#caption", Static)
    plot = query_one("#plot", Static)
    states = query_one("#states", Static)

    def __init__(self, services: PastServices) -> None:
        super().__init__()
        self._services = services
        book = services.last_book
        self._accounts = Accounts.of(book) if book is not None else None
        self._days: Book | None = None
        """Of the last days; None until somebody wants to see them."""
        self._relations: Mapping[RelationKind, int] | None = None
        self._denied = 0
        self._added_up: object = None
        """The version of the decisions that is shown."""
        self._arrivals: Mapping[str, int] | None = None
        self._quantity, self._span = Quantity.FREED, Span.MONTHS

    def body(self) -> ComposeResult:
        yield Static(id="caption")
        yield Static(id="plot")
        yield Static(id="states")
        yield Static(id="columns")
        yield Listing(id="list")

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    @property
    def version(self) -> object:
        return self._services.version, self._services.open_pairs

    async def load(self) -> None:
        version = self._services.version
        if version != self._added_up:
            self._accounts = Accounts.of(await self._services.book("", True))
            self._draw()
            await self._load_more()
            self._relations = await self._services.relations()
            self._denied = await self._services.count_denied()
            self._added_up = version
        self._draw()

    async def _load_more(self) -> None:
        """What only some of the plots need."""
        if self._span is Span.DAYS:
            first = self._services.now().date() - timedelta(days=views.DAYS - 1)
            self._days = await self._services.book(f"{first}", False)
        if self._quantity is Quantity.ONE_PER and self._arrivals is None:
            self._arrivals = await self._services.arrivals()

    def _draw(self) -> None:
        accounts = self._accounts
        if accounts is None or not self.is_up:
            return
        width = self.size.width
        self.query_one("#columns", Static).update(views.columns(width), layout=False)
        done = accounts.rows if accounts.book.days else {}
        self.listing.show([(rule,) for rule in done], self._line, _EMPTY)
        pairs = *self._services.open_pairs, self._denied
        self.states.update(views.states(pairs, self._relations, width), layout=False)
        self._draw_plot()
        self.draw_frame()

    def _line(self, place: int, width: int) -> Content:
        assert self._accounts is not None
        rule = list(self._accounts.rows)[place]
        return views.line(rule, self._accounts.rows[rule], self._accounts.book.files, width)

    @property
    def _marked(self) -> str | None:
        """The marked rule; None: people without one."""
        key = self.listing.key
        return key[0] if isinstance(key, tuple) else EVERYBODY

    @on(Listing.Marked)
    def _draw_plot(self) -> None:
        if self._accounts is None:
            return
        rule, span, quantity = self._marked, self._span, self._quantity
        self.caption.update(views.caption(rule, quantity, span), layout=False)
        book = self._days if span is Span.DAYS else self._accounts.book
        missing = quantity is Quantity.ONE_PER and self._arrivals is None
        if book is None or missing:
            self.plot.update(Content.styled("  adding up …", "$faint"), layout=False)
            return
        labels = views.times(self._accounts.book, span, self._services.now().date())
        found = views.over_time(rule, book.days, labels)
        acts = self._accounts.rows[rule].acts - sum(each.acts for each in found)
        files = views.files_at(labels, self._arrivals or {})
        size = self.plot.size
        lines = views.drawn(quantity, labels, acts, found, files, size.width, size.height)
        self.plot.update(Content("\n").join(lines), layout=False)

    def heading(self, width: int) -> Content:
        accounts = self._accounts
        told = ""
        if accounts is not None:
            everybody = accounts.rows[EVERYBODY]
            told = (
                f"{human_size(everybody.freed)} freed by {counted(everybody.acts, 'choice')}"
                f" · {counted(accounts.book.files, 'file')}"
            )
        return title("Ledger", told, width)

    # Commands

    def action_plot(self) -> None:
        self._show(1)

    def action_previous_plot(self) -> None:
        self._show(-1)

    def _show(self, step: int) -> None:
        quantities = list(Quantity)
        place = quantities.index(self._quantity) + step
        self._quantity = quantities[place % len(quantities)]
        self._plot_other()

    def action_span(self) -> None:
        spans = list(Span)
        self._span = spans[(spans.index(self._span) + 1) % len(spans)]
        self._plot_other()

    def _plot_other(self) -> None:
        self._draw_plot()
        self.run_worker(self._load_plot, group="plot", exclusive=True)

    async def _load_plot(self) -> None:
        try:
            await self._load_more()
        except BetterhalfError as error:
            self.flash(str(error))
            return
        self._draw_plot()

    @on(Listing.Chosen)
    def action_open(self) -> None:
        marked = self._marked
        self.post_message(PlaceAsked("history", marked or "", people=marked is None))
