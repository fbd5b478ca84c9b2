"""The queue's current pair on the screen, and what is asked for ahead of need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.model import PairKind
from core.text import counted, printable
from core.workers.events import Progress
from tui.known import KnownPair, KnownPairs
from tui.messages import LookedAt, OutlooksWanted, VerdictsWanted, ViewsWanted
from tui.preview.loader import PictureLoader
from tui.queue.walk import ReviewQueue
from tui.screens.commanded import CommandedScreen
from tui.screens.review.draft import Drafts
from tui.widgets.heading import Heading
from tui.widgets.hints import Hints
from tui.widgets.pair import PairPanel
from tui.widgets.pairlist import PairList
from tui.widgets.pictures import PairPictures

_AHEAD, _BEHIND = 2, 1
"""Pairs prepared around the current one."""
_LEAST = 60, 15
"""Columns and rows below which nobody can compare anything."""
_WIDE = 160
"""Cells from which on the list of pairs stands beside the pair."""


class ReviewBase(CommandedScreen[None]):
    """What every part of the review stands on."""

    CSS_PATH = "review.tcss"

    heading = query_one("#header", Heading)
    pairs = query_one("#pairs", PairList)
    panel = query_one("#pair", PairPanel)
    empty = query_one("#empty", Static)
    flash_line = query_one("#flash", Static)

    def __init__(
        self,
        roots: Sequence[Path],
        distance: int,
        loader: PictureLoader,
        watched: bool = False,
    ) -> None:
        """Of the pairs below `roots`, up to `distance`; `watched`: files that arrive join."""
        super().__init__()
        self.queue = ReviewQueue()
        self.known = KnownPairs()
        self.drafts = Drafts()
        self.roots = roots
        self.progress: Progress | None = None
        self.scanned = False
        self.problems: list[BetterhalfError] = []
        self.notes: list[BetterhalfError] = []
        self._distance = distance
        self._loader = loader
        self._watched = watched

    def compose(self) -> ComposeResult:
        names = [root.name or str(root) for root in self.roots]
        yield Heading(names[0] if len(names) == 1 else counted(len(names), "folder"), id="header")
        with Horizontal(id="body"):
            yield PairList(self.roots, id="pairs")
            yield PairPanel(self.roots, self._loader, id="pair")
        yield Static(id="empty")
        yield Static(id="small")
        yield Static(id="flash")
        yield Hints(self.NAME, id="hints")

    def on_mount(self) -> None:
        self.refresh_pair()

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        self.set_class(width >= _WIDE, "-wide")
        is_small = width < _LEAST[0] or height < _LEAST[1]
        self.set_class(is_small, "-small")
        if is_small:
            needed = f"{_LEAST[0]} × {_LEAST[1]} cells are needed, here are {width} × {height}."
            self.query_one("#small", Static).update(f"{needed}\n\nNothing is lost.")
        self.refresh_pair()

    @property
    def pair(self) -> KnownPair | None:
        """The current pair, as it is shown; None until it is loaded."""
        ref = self.queue.current
        return self.known.pair(ref) if ref is not None else None

    def flash(self, text: str) -> None:
        """One line that stays until the next one."""
        self.flash_line.update(Content(" " + printable(self.said(text))), layout=False)

    def refresh_pair(self) -> None:
        """Draw what is current: its text now, its pictures when they are made."""
        if not self.is_mounted:
            return
        self.set_class(not self.queue, "-empty")
        pair = self.pair
        if pair is not None:
            self.panel.show(pair)
        elif self.queue:
            self.panel.clear()
        else:
            self._show_empty()
        self.refresh_place()

    def refresh_place(self) -> None:
        """Draw where in the queue the person is, and prepare what is around."""
        self.heading.position, self.heading.total = self.queue.position, len(self.queue)
        self.heading.lens = self.queue.lens
        if self.has_class("-wide"):
            self.pairs.show(self.queue.shown, self.queue.position - 1)
        self._want_views()

    def refresh_progress(self) -> None:
        """Draw how far the scan is."""
        self.heading.progress = self.progress
        if not self.queue:
            self._show_empty()

    def prefetch(self) -> None:
        """Make the pictures of the pairs around."""
        near = self.queue.around(_BEHIND, _AHEAD)
        pairs = [self.known.pair(ref) for ref in near]
        self.panel.pictures.prefetch([pair.view if pair else None for pair in pairs])

    def _show_empty(self) -> None:
        waiting = len(self.queue.everything)
        if waiting:
            text = (
                f"{counted(waiting, 'pair')} wait, and none of them is {self.queue.lens}.\n\n"
                "Esc shows all again · v chooses others"
            )
        elif self.scanned:
            text = (
                f"No pairs wait here at distance {self._distance}.\n\n"
                "u takes the last decision back · q quits\n"
                "betterhalf --distance speculative FOLDER looks further"
            )
            if self._watched:
                text += "\n\nFiles that arrive are looked at as they come."
        else:
            text = "Looking for pairs …\n\nThe first one shows as soon as it is found."
        self.empty.update(text)

    def _want_views(self) -> None:
        current = self.queue.current
        if current is None:
            return
        wanted = [current, *self.queue.around(_BEHIND, _AHEAD)]
        missing = [ref for ref in wanted if not self.known.has_view(ref)]
        if missing:
            self.post_message(ViewsWanted(missing))
        if self.is_active:
            # Behind another page nobody looks.
            self.post_message(LookedAt(wanted))

    def _want_more(self) -> None:
        """Ask what else there is to say of the current pair and the next one."""
        current = self.queue.current
        near = [current, *self.queue.around(0, 1)] if current is not None else []
        outlooks = [ref for ref in near if not self.known.has_outlook(ref)]
        # Only of similar pairs can pixels tell more.
        similar = [ref for ref in near if ref.kind is PairKind.SIMILAR]
        verdicts = [ref for ref in similar if not self.known.has_verdict(ref)]
        self.post_message(OutlooksWanted(outlooks))
        self.post_message(VerdictsWanted(verdicts))

    @on(PairPictures.Shown)
    def _go_on(self) -> None:
        # Pictures come first: they are what the person looks at.
        self._want_more()
        self.prefetch()
