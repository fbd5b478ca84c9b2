"""The application: it owns the session, and is the only place where screens meet services."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from pathlib import Path

from textual import on
from textual.messages import ExitApp
from textual.theme import Theme

from core.errors import (
    BetterhalfError,
    UnavailableError,
)
from core.settings import Settings, config_path
from core.text import printable
from core.workers.background import RulesAtWork
from core.workers.events import (
    Acted,
    Event,
    Notice,
    PairsFound,
    Problem,
    Progress,
    RuleLeftOut,
    RulesFailed,
    RulesWorked,
    ScanEnded,
)
from core.workers.latest import Latest
from core.workers.session import Session
from core.workers.shown import ShownPairs
from tui.archive import Archive
from tui.bookmark import Bookmark
from tui.decisions import DecidingApp
from tui.desk import Desk
from tui.keymap import Keymap
from tui.librarian import Librarian
from tui.logs import log
from tui.messages import (
    CoreEvent,
    QuitAsked,
)
from tui.places import Places
from tui.queue.run import Run
from tui.screens.review.screen import ReviewScreen
from tui.screens.rules.offers import OffersScreen
from tui.terminal import Terminal
from tui.themed import Themed
from tui.theming import shipped_themes
from tui.tidying import Tidying
from tui.views import lines
from tui.widgets.pictures import PairPictures
from tui.widgets.tiles import Tiles

_REFRESH_SECONDS = 0.3
"""Shortest time between two looks at the open pairs while a scan brings new ones."""
_REST = 3
"""Times as long as such a look took; that of a hundred thousand pairs takes seconds."""


class BetterhalfApp(Themed, Places, DecidingApp):
    """Review of one session's pairs."""

    TITLE = "betterhalf"

    def __init__(
        self,
        session: Session,
        terminal: Terminal,
        theme: str,
        notes: Mapping[str, Iterable[str]],
        watch: bool = False,
        bookmark: Bookmark | None = None,
        themes: Iterable[Theme] = (),
        keymap: Keymap | None = None,
        first: bool = False,
        settings: Settings | None = None,
        config: Path | None = None,
    ) -> None:
        """A review of `session`'s pairs on `terminal`, in the colours of `theme`.

        Args:
            session: the opened libraries.
            terminal: what it can do.
            theme: the name of one of `themes`.
            notes: told at the start, by their headings.
            watch: files that arrive later are taken in.
            bookmark: where the review begins, and where it is left.
            themes: to choose from; none: the shipped ones.
            keymap: the keys; None: as they are declared.
            first: nothing is known of the libraries yet: rules are offered to begin with.
            settings: what the settings file says; None: nothing.
            config: that file; None: the usual one.
        """
        super().__init__(terminal, keymap or Keymap.of({}), session.homes.picture)
        self._session = session
        self._watch = watch
        self._notes = notes
        self._bookmark = bookmark
        self._first = first
        self._goes_on_at = bookmark.read() if bookmark is not None else None
        distance = session.distances.largest(session.roots)
        self.review = ReviewScreen(session.roots, distance, self.loader, watch)
        self._latest = Latest(session)
        self._shown = ShownPairs(session)
        self._rules = RulesAtWork(session, self._hear)
        self.desk = Desk(
            session,
            self._rules,
            lambda: self.review.queue.everything,
            lambda job: self._jobs.put_nowait(job),
            self._touched,
        )
        names = [each.name for each in themes or shipped_themes()]
        self.librarian = Librarian(
            session,
            self.desk,
            settings or Settings(),
            config or config_path(),
            names,
            self._hear,
            self._rescan,
            lambda name: setattr(self, "theme", name),
            self.rekey,
            self.review.mended,
        )
        self.archive = Archive(
            session,
            self._rules,
            lambda: len(self.review.queue.everything),
            lambda: self.desk.edition,
            lambda job: self._jobs.put_nowait(job),
            self._touched,
        )
        self._jobs: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._pairs_dirty = asyncio.Event()
        self._refreshing = self._is_done = False
        self.tidying = Tidying(self.set_timer)
        for each in themes or shipped_themes():
            self.register_theme(each)
        self.theme = theme

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.push_screen(self.review)
        if self._first:
            self._open(OffersScreen(self.desk, then="rules"))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.review.post_message, QuitAsked())
        for title, notes in self._notes.items():
            for note in notes:
                self.notify(printable(note), title=title, markup=False, timeout=30)
        self.run_worker(self._keep_pairs_current, group="pairs")
        self.run_worker(self._do_jobs, group="jobs")
        self.run_worker(self._rules.run, group="rules")
        self.run_worker(self._rules.keep_up, group="edits")
        self.run_worker(self._scan, group="scan")

    async def action_quit(self) -> None:
        """Textual's own way out takes the same door."""
        self.review.post_message(QuitAsked())

    def on_quit_asked(self) -> None:
        if not self._jobs.empty():
            self.say("finishing your last decisions …")
        self.run_worker(self._leave, group="quit", exclusive=True)

    async def _leave(self) -> None:
        await self.decisions_done()
        current = self.review.queue.current
        if self._bookmark is not None and current is not None:
            self._bookmark.write(current.key)
        self._is_done = True
        self.exit()

    @on(ExitApp)
    def _not_yet(self, message: ExitApp) -> None:
        if not self._is_done:
            # A browser's page was closed, which asks nobody.
            message.prevent_default()
            self.on_quit_asked()

    @property
    def pairs_stale(self) -> bool:
        """Whether the screen may show other pairs in a moment, without anybody's doing."""
        return self._pairs_dirty.is_set() or self._refreshing

    # The scan

    async def _scan(self) -> None:
        self._pairs_dirty.set()
        watch: AbstractAsyncContextManager[AsyncIterator[set[str]] | None] = nullcontext()
        if self._watch:
            # Who does not watch does not wait for watchfiles to load.
            from core.workers.watch import watching

            watch = watching(self._session.folders, self._hear)
        try:
            async with watch as settled:
                await self._session.scan(self._hear)
                if settled is not None:
                    async for paths in settled:
                        update = await self._session.update(paths, self._hear)
                        self.review.assets_changed(update.changed)
                        self.walk.forget(list(update.changed))
                        arrived = {each.asset_id for each in update.arrived}
                        self._rules.look_again(update.changed | arrived)
        except UnavailableError as error:
            self._complain(error)
            self._hear(ScanEnded())

    def _rescan(self) -> str:
        """Look at all libraries again; returns why not, where that is not done."""
        if self.desk.scanning:
            return "a scan is going on"
        if self._watch:
            return "they are watched: what arrives is taken in as it comes"
        self.review.mended({each.subject for each in self.review.problems})
        self.run_worker(self._scan, group="scan")
        return ""

    def _hear(self, event: Event) -> None:
        self.post_message(CoreEvent(event))

    def on_core_event(self, message: CoreEvent) -> None:
        if self.review.is_mounted and not self.review.children:
            # It is being taken down, and the workers do not know yet.
            return
        self.desk.heard(message.event)
        self.librarian.heard(message.event)
        match message.event:
            case Progress() as progress:
                self.review.progressed(progress)
            case PairsFound():
                self._pairs_dirty.set()
            case Problem(error):
                self.review.problem_found(error)
            case Notice(error):
                self.review.noted(error)
            case ScanEnded():
                self._pairs_dirty.set()
                self.review.scan_ended()
                self._rules.look_again()
                self.run_worker(self._add_up, group="adding up", exclusive=True)
            case Acted(plan, decision):
                self._pairs_dirty.set()
                self.review.flash(lines.acted(plan, decision))
            case RulesFailed(error) | RuleLeftOut(error):
                self._complain(error)
            case RulesWorked(waiting):
                self.review.proposed(waiting)
                self.tidying.soon()

    async def _add_up(self) -> None:
        """What takes longest of what pages show: it is there when the first one is opened."""
        with suppress(UnavailableError):
            await self.archive.book("", True)
            await self.desk.overview()

    async def _keep_pairs_current(self) -> None:
        while True:
            await self._pairs_dirty.wait()
            self._pairs_dirty.clear()
            started = time.monotonic()
            await self._refresh_pairs()
            if self.review.queue.unplaced:
                await self.arrange(self.review.queue.lens)
            spent = time.monotonic() - started
            await asyncio.sleep(max(_REFRESH_SECONDS, _REST * spent))

    async def _refresh_pairs(self) -> None:
        self._refreshing = True
        try:
            if not len(self.review.queue) and (first := await self._session.glimpse()):
                self.review.pairs_changed(Run(first))
            self.review.pairs_changed(await asyncio.to_thread(Run, await self._shown.all()))
            self.tidying.soon()
            if self._goes_on_at is not None:
                self.review.go_on_at(self._goes_on_at)
                self._goes_on_at = None
            await self.regroup()
        except UnavailableError as error:
            self._complain(error)
        finally:
            self._refreshing = False

    # The terminal

    @on(PairPictures.Shown)
    @on(Tiles.Shown)
    def _tidy_soon(self) -> None:
        self.tidying.soon()

    def _complain(self, error: BetterhalfError) -> None:
        # One at a time: they lie over what there is to see.
        self.clear_notifications()
        self.notify(printable(str(error)), severity="error", markup=False, timeout=15)

    def _fatal_error(self) -> None:
        # A traceback is for the log; a person gets one line, with Textual's screen put away.
        log.exception("internal error")
        if self._is_done:
            # A screen that opened while all were being put away: nobody has to be told.
            return
        self.panic(
            "betterhalf: internal error; nothing is lost. The log beside the catalog has it."
        )
