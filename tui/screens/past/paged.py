"""Lists of a hundred thousand rows, of which only what is seen is ever loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import on
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from tui.past import PastServices
from tui.screens.page import ListPage, LivePage
from tui.widgets.listing import Listing

Row = TypeVar("Row")

_FRAME_SECONDS = 1 / 60
"""For a count that takes no longer, nothing is drawn twice."""


class PagedPage(ListPage, LivePage, Generic[Row]):
    """A subclass says how rows are fetched and drawn."""

    columns_line = query_one("#columns", Static)

    def __init__(self, services: PastServices) -> None:
        super().__init__()
        self.services = services
        self.count: int | None = None
        """How many rows there are; None until that is known."""
        self.chosen: set[int] = set()
        """Numbers of the selected rows."""
        self._pages: dict[int, Sequence[Row]] = {}

    # What a subclass says

    async def fetch(self, place: int) -> Sequence[Row]:
        """A page of rows from a place on."""
        raise NotImplementedError

    async def fetch_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    async def fetch_place(self) -> int | None:
        """Where the marked row is now; None: where it was."""
        return None

    def columns(self, width: int) -> Content:
        """What stands above the rows."""
        raise NotImplementedError

    def line(self, place: int, width: int) -> Content:
        """A row, or what stands there until it is loaded."""
        raise NotImplementedError

    def number(self, row: Row) -> int:
        """What a row is known by, wherever it stands."""
        raise NotImplementedError

    @property
    def empty(self) -> str:
        """What is said where there are no rows."""
        raise NotImplementedError

    def draw_detail(self) -> None:
        """Say all there is to say of the marked row."""

    # What is done with that

    def on_resize(self) -> None:
        # Not before everything has its new place.
        self.call_after_refresh(self.draw)

    def row(self, place: int) -> Row | None:
        """The row at a place; None until it is loaded, and where there is none."""
        page = self._pages.get(place // self.services.PAGE, ())
        at = place % self.services.PAGE
        return page[at] if at < len(page) else None

    @property
    def marked(self) -> Row | None:
        """The marked row."""
        return self.row(self.listing.place) if self.listing.key is not None else None

    @property
    def position(self) -> list[str]:
        """Which row is marked, of how many, and how many are selected."""
        told = [f"{self.listing.place + 1:,} of {self.count:,}"] if self.count else []
        return told + ([f"{len(self.chosen):,} selected"] if self.chosen else [])

    @property
    def meant(self) -> Sequence[int]:
        """The numbers of the selected rows, or else of the marked one."""
        if self.chosen:
            return sorted(self.chosen)
        return [self.number(self.marked)] if self.marked is not None else []

    def action_select(self) -> None:
        if self.marked is not None:
            self.chosen ^= {self.number(self.marked)}
            self.listing.step(1)
            self.draw()

    def show_other(self) -> None:
        """Other rows are wanted, from the first one on."""
        self.count = None
        self._pages.clear()
        self.listing.mark(0)
        self.reload()

    @property
    def version(self) -> object:
        return self.services.version

    async def load(self) -> None:
        """Load what is seen, then how much there is."""
        before = self.listing.place
        counting = asyncio.create_task(self.fetch_count())
        try:
            place = await self.fetch_place() if self.count is not None else 0
            place = before if place is None else place
            self._pages = await self._fetched(self._around(place))
            if self.count is None:
                await asyncio.wait([counting], timeout=_FRAME_SECONDS)
                if not counting.done():
                    # What is seen is there before it is known how much there is of it.
                    self._show(sum(map(len, self._pages.values())), place - before)
            self.count = await counting
        finally:
            counting.cancel()
        self._show(self.count, place - before)

    def _show(self, count: int, moved: int) -> None:
        """`moved`: rows by which what was marked has moved; whoever marks another row meanwhile
        means that one."""
        place = self.listing.place + moved
        self.listing.show(range(count), self.line, self.empty)
        self.listing.mark(place)
        self.draw()

    def _around(self, place: int) -> set[int]:
        """The numbers of the pages that are seen where the row at `place` is."""
        height, size = self.listing.size.height, self.services.PAGE
        return {max(0, at) // size for at in (place - height, place, place + height)}

    async def _fetched(self, numbers: set[int]) -> dict[int, Sequence[Row]]:
        size = self.services.PAGE
        return {number: await self.fetch(number * size) for number in sorted(numbers)}

    @on(Listing.Marked)
    def _marked_other(self) -> None:
        self.draw_frame()
        self.draw_detail()
        missing = self._around(self.listing.place) - self._pages.keys()
        if missing and self.count is not None:
            self.run_worker(lambda: self._load_more(missing), group="more", exclusive=True)

    async def _load_more(self, missing: set[int]) -> None:
        try:
            self._pages |= await self._fetched(missing)
        except BetterhalfError as error:
            self.flash(str(error))
            return
        self.listing.refresh()
        self.draw_detail()

    def draw(self) -> None:
        """Draw all of it."""
        if self.is_up:
            self.columns_line.update(self.columns(self.listing.size.width), layout=False)
            self.listing.refresh()
            self.draw_frame()
            self.draw_detail()
