"""The part of the app that answers what screens ask of pairs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from core.errors import BetterhalfError, ImageError, UnavailableError
from core.model import PairRef
from core.workers.background import RulesAtWork
from core.workers.session import Session
from tui.asking import Questions
from tui.display import PictureApp
from tui.keymap import Keymap
from tui.messages import (
    LensWanted,
    LookedAt,
    OutlooksWanted,
    TableWanted,
    VerdictsWanted,
    ViewsWanted,
)
from tui.outlook import outlook
from tui.overview import overview
from tui.preview.loader import Fetch
from tui.queue.lens import Lens
from tui.screens.lens import LensScreen
from tui.screens.pairs import PairsScreen
from tui.screens.review.screen import ReviewScreen
from tui.terminal import Terminal
from tui.widgets.pairlist import PairList


class PairApp(PictureApp):
    """Loads pairs, judges them, works out what would become of them, and lists them."""

    review: ReviewScreen
    _session: Session
    _rules: RulesAtWork
    _pairs_dirty: asyncio.Event
    _complain: Callable[[BetterhalfError], None]

    def __init__(self, terminal: Terminal, keymap: Keymap, fetch: Fetch | None = None) -> None:
        super().__init__(terminal, keymap, fetch)
        self._verdicts = Questions(self._give_verdict)
        self._outlooks = Questions(self._give_outlook)

    def on_mount(self) -> None:
        self.run_worker(self._verdicts.run, group="verdicts")
        self.run_worker(self._outlooks.run, group="outlooks")

    # The current pair and those around it

    def on_views_wanted(self, message: ViewsWanted) -> None:
        self.run_worker(partial(self._load_views, message.refs), group="views", exclusive=True)

    async def _load_views(self, refs: Iterable[PairRef]) -> None:
        try:
            for ref in refs:
                view = await self._session.view(ref)
                self.review.view_ready(ref, view)
                if view is None:
                    self._pairs_dirty.set()
        except UnavailableError as error:
            self._complain(error)

    def on_looked_at(self, message: LookedAt) -> None:
        self._rules.spare({asset_id for ref in message.refs for asset_id in ref.key})

    def on_verdicts_wanted(self, message: VerdictsWanted) -> None:
        self._verdicts.ask(message.refs)

    def on_outlooks_wanted(self, message: OutlooksWanted) -> None:
        self._outlooks.ask(message.refs)

    async def _give_verdict(self, ref: PairRef) -> None:
        try:
            verdict = await self._session.verdict(ref, originals=False)
        except ImageError as error:
            self.review.verdict_ready(ref, error)
        except UnavailableError as error:
            self._complain(error)
        else:
            if verdict is not None:
                self.review.verdict_ready(ref, verdict)

    async def _give_outlook(self, ref: PairRef) -> None:
        try:
            self.review.outlook_ready(ref, await outlook(self._session, self._rules, ref))
        except UnavailableError as error:
            self._complain(error)

    # All of them

    def on_lens_wanted(self, message: LensWanted) -> None:
        self.run_worker(partial(self.arrange, message.lens), group="lens", exclusive=True)

    async def arrange(self, lens: Lens) -> None:
        """Show what `lens` makes of all pairs that wait now."""
        if lens.is_plain:
            self.review.arranged(lens, None)
            return
        try:
            table = await overview(self._session, self._rules, self.review.queue.everything)
        except UnavailableError as error:
            self._complain(error)
            return
        self.review.arranged(lens, await asyncio.to_thread(table.select, lens))

    def on_table_wanted(self, message: TableWanted) -> None:
        self.run_worker(self._give_table, group="table", exclusive=True)

    async def _give_table(self) -> None:
        try:
            table = await overview(self._session, self._rules, self.review.queue.everything)
        except UnavailableError as error:
            self._complain(error)
            return
        if isinstance(self.screen, LensScreen | PairsScreen):
            self.screen.table_ready(table)

    def on_pair_list_assets_wanted(self, message: PairList.AssetsWanted) -> None:
        self.run_worker(partial(self._list_assets, message), group=f"list {id(message.sender)}")

    async def _list_assets(self, message: PairList.AssetsWanted) -> None:
        try:
            message.sender.learn(await self._session.entries(message.asset_ids))
        except UnavailableError as error:
            self._complain(error)
