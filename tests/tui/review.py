"""A review that a test can drive: the real app on a real session, drawn nowhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from textual.pilot import Pilot

from core.actions.holdings import Wishes
from core.libraries.immich.access import Access
from core.metadata.policies import Merging
from core.model import ByFolder, Distances, Writing
from core.settings import Settings
from core.workers.session import Session, open_session
from tui.app import BetterhalfApp
from tui.bookmark import Bookmark
from tui.keymap import Keymap
from tui.screens.review.screen import ReviewScreen
from tui.terminal import Terminal
from tui.widgets.pictures import PairPictures

TERMINAL = Terminal()
"""One that shows half blocks."""


@dataclass
class Review:
    """The running app and short words for what a test asks of it."""

    app: BetterhalfApp
    pilot: Pilot[Any]
    session: Session
    pressed_at: float = 0.0

    @property
    def screen(self) -> ReviewScreen:
        return self.app.review

    @property
    def pictures(self) -> PairPictures:
        return self.screen.panel.pictures

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the app work until `holds()`; pytest's own time limit is the only other way out."""
        while not holds():
            await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        """Press keys, each once the pair before it is loaded, and wait for all decisions."""
        for key in keys:
            # At a person's pace; what comes faster is a held key.
            await self.until(lambda: time.monotonic() - self.pressed_at > 0.1)
            # What came up by itself is looked at first.
            await self.until(lambda: not self._unseen)
            self.pressed_at = time.monotonic()
            await self.pilot.press(key)
            await self.settled()

    @property
    def _unseen(self) -> bool:
        views = (self.screen, self.app.group_view)
        return any(each.pace.unseen for each in views if each is not None)

    async def settled(self) -> None:
        """Wait until everything asked so far has been carried out and shown."""
        heard = asyncio.Event()
        # Behind every message that the screen has sent on to the app.
        self.screen.call_later(lambda: self.app.call_later(heard.set))
        await heard.wait()
        await self.app.decisions_done()
        await self.shown()

    async def shown(self) -> None:
        """Wait until the screen shows what the catalog says."""
        await self.until(lambda: not self.app.pairs_stale)
        await self.until(lambda: not self.screen.queue or self.screen.pair is not None)
        await self.pilot.pause()

    def text(self, widget: str) -> str:
        """What a part of the screen says."""
        return str(self.screen.query_one(f"#{widget}").render())

    def sides(self) -> tuple[str, str]:
        """The file names of A and B."""
        pair = self.screen.pair
        assert pair is not None
        return pair.view.left.path.name, pair.view.right.path.name


@asynccontextmanager
async def reviewing(
    roots: Sequence[Path],
    database: Path,
    size: tuple[int, int] = (120, 40),
    distance: int = 4,
    terminal: Terminal = TERMINAL,
    watch: bool = False,
    merge: str = "immich-3",
    bookmark: Bookmark | None = None,
    keys: Mapping[str, Sequence[str]] | None = None,
    theme: str = "betterhalf-dark",
    accesses: Mapping[Path, Access] = MappingProxyType({}),
    first: bool = False,
    settings: Settings | None = None,
    config: Path | None = None,
    writing: Writing = Writing.SIDECAR,
) -> AsyncIterator[Review]:
    """The review of `roots`, scanned to the end."""
    keymap = Keymap.of(keys or {})
    wishes = Wishes(merging=Merging.parse(merge, []), writing=ByFolder(writing))
    opened = open_session(database, roots, Distances(distance), 2, wishes=wishes, accesses=accesses)
    async with opened as (session, notes):
        app = BetterhalfApp(
            session,
            terminal,
            theme,
            {"Repaired": notes, "Settings": keymap.problems},
            watch,
            bookmark,
            keymap=keymap,
            first=first,
            settings=settings,
            config=config,
        )
        async with app.run_test(size=size) as pilot:
            review = Review(app, pilot, session)
            await review.until(lambda: review.screen.scanned)
            await review.shown()
            try:
                yield review
            finally:
                # An answer that comes while screens are put away finds one without its parts.
                app.workers.cancel_all()
