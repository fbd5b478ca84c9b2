"""The home screen: one pair at a time, its text at once, its pictures as soon as they are made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.getters import query_one
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from core.errors import BetterhalfError, ImageError
from core.metadata.compare import PairView, unmatched
from core.model import Asset, Choice, PairKind, PairRef, RelationKind, Verdict
from core.sides import swapped
from core.text import counted, printable
from core.workers.events import Progress
from tui import views
from tui.commands import REVIEW, bindings
from tui.messages import Decided, LookedAt, QuitAsked, UndoAsked, VerdictsWanted, ViewsWanted
from tui.preview.loader import PictureLoader
from tui.preview.protocol import Protocol
from tui.preview.widget import Preview
from tui.queue import ReviewQueue
from tui.screens.question import CompanionScreen
from tui.screens.text import TextScreen

_LAYOUTS = ("", "-pictures", "-fields")
_AHEAD, _BEHIND = 2, 1
"""Pairs prepared around the current one."""
_VIEWS = 64
"""Pairs whose text is kept, and as many whose verdict is."""
_LOOK_SECONDS = 0.08
"""Time between two decisions below which the key is held, or the line has stalled: the second
pair has not been seen."""
_SETTLE = 0.02
"""Seconds a pair has to stay before its pictures are drawn or begun. Its text is painted by then,
a few hundred bytes ahead of a hundred thousand, and a held key has passed."""


class ReviewScreen(Screen[None]):
    """Shows the queue's current pair, and posts what the person decides."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(REVIEW)]
    CSS_PATH = "review.tcss"

    header = query_one("#header", Static)
    paths = query_one("#paths", Static)
    left = query_one("#left", Preview)
    right = query_one("#right", Preview)
    evidence = query_one("#evidence", Static)
    scroll = query_one("#fields", VerticalScroll)
    table = query_one("#table", Static)
    empty = query_one("#empty", Static)
    flash_line = query_one("#flash", Static)
    hint_bar = query_one("#hints", Static)

    def __init__(
        self, roots: Sequence[Path], distance: int, loader: PictureLoader, watched: bool = False
    ) -> None:
        super().__init__()
        self.queue = ReviewQueue()
        self._roots = roots
        self._distance = distance
        self._loader = loader
        self._watched = watched
        self._views: dict[tuple[int, int], PairView] = {}
        self._verdicts: dict[tuple[int, int], Verdict | ImageError] = {}
        """As the pair is stored, or why there is none."""
        self._swapped: set[tuple[int, int]] = set()
        self._progress: Progress | None = None
        self.scanned = False
        self._proposals = 0
        self._problems: list[BetterhalfError] = []
        self._notes: list[BetterhalfError] = []
        self._everything = False
        self._layout = 0
        self._pictures_due: Timer | None = None
        self._pressed_at = 0.0
        self._questions: dict[tuple[bytes, bytes], tuple[str, ...]] = {}
        """Companions that came up too late to be asked about, by the digests of the choice."""

    def compose(self) -> ComposeResult:
        yield Static(id="header")
        yield Static(id="paths")
        with Horizontal(id="pictures"):
            yield Preview(id="left")
            yield Preview(id="right")
        yield Static(id="evidence")
        with VerticalScroll(id="fields", can_focus=False):
            yield Static(id="table")
        yield Static(id="empty")
        yield Static(id="flash")
        yield Static(id="hints")

    def on_mount(self) -> None:
        self.refresh_pair()

    def on_resize(self, event: Resize) -> None:
        self.refresh_pair()

    def on_preview_room_changed(self) -> None:
        if self.view is not None:
            self._show_pictures(self.view)

    # What the app tells

    def pairs_changed(self, refs: Sequence[PairRef]) -> None:
        """The open pairs are now `refs`."""
        before = self.queue.current
        self.queue.update(refs)
        after = self.queue.current
        if before is None or after is None or before.key != after.key:
            self.refresh_pair()
        else:
            self._show_header()
            self._want_views()

    def view_ready(self, ref: PairRef, view: PairView | None) -> None:
        """A wanted pair has been loaded; None where it is gone."""
        if view is None:
            self._views.pop(ref.key, None)
            return
        self._views[ref.key] = view
        while len(self._views) > _VIEWS:
            del self._views[next(iter(self._views))]
        if self.queue.current is not None and self.queue.current.key == ref.key:
            self.refresh_pair()
        else:
            self.run_worker(self._prefetch, group="prefetch", exclusive=True)

    def verdict_ready(self, ref: PairRef, verdict: Verdict | ImageError) -> None:
        """The verdict of a pair has been given, or cannot be."""
        self._verdicts[ref.key] = verdict
        while len(self._verdicts) > _VIEWS:
            del self._verdicts[next(iter(self._verdicts))]
        view = self.view
        if view is not None and view.ref.key == ref.key:
            self._show_evidence(view)

    def progressed(self, progress: Progress) -> None:
        """The scan has got on."""
        self._progress = progress
        if not self.is_active:
            # Under a dialog every change repaints the whole terminal; `on_screen_resume` is soon.
            return
        self._show_header()
        if not self.queue:
            self._show_empty()

    def on_screen_resume(self) -> None:
        self._show_header()

    def scan_ended(self) -> None:
        """Nothing is being read any more."""
        self.scanned, self._progress = True, None
        self._show_header()
        if not self.queue:
            self._show_empty()

    def proposed(self, count: int) -> None:
        """So many choices of rules wait for a person."""
        self._proposals = count
        self._show_header()

    def problem_found(self, error: BetterhalfError) -> None:
        """A file or folder could not be read."""
        self._problems.append(error)
        self._show_header()

    def noted(self, error: BetterhalfError) -> None:
        """Something is odd about a file that could be read."""
        self._notes.append(error)

    def put_back_with_question(self, ref: PairRef, choice: Choice, names: tuple[str, ...]) -> None:
        """A decision has to be asked about: show its pair again, and ask at the next press.

        A dialog that opened by itself would be answered by keys meant for another pair.
        """
        if choice.seen is not None:
            self._questions[choice.seen] = names
        listed = " and ".join(names)
        self.put_back(ref, f"{listed} has no equal beside the keeper; press again to decide")

    def put_back(self, ref: PairRef, why: str) -> None:
        """A decision was not carried out: show its pair again and say why."""
        self.forget(ref)
        self.queue.put_back(ref)
        self.refresh_pair()
        self.flash(why)

    def reopened(self, asset_a: int, asset_b: int) -> None:
        """A decision was undone: go to its pair."""
        if self.queue.bring(asset_a, asset_b):
            self.refresh_pair()

    def forget(self, ref: PairRef) -> None:
        """What is known of a pair may no longer be true."""
        self._views.pop(ref.key, None)
        self._verdicts.pop(ref.key, None)

    def assets_changed(self, asset_ids: Set[int]) -> None:
        """The files of these assets are not what they were."""
        for ref in [view.ref for view in self._views.values()]:
            if not asset_ids.isdisjoint(ref.key):
                self.forget(ref)
        for key in [key for key in self._verdicts if not asset_ids.isdisjoint(key)]:
            del self._verdicts[key]
        if self.queue.current is not None and self.view is None:
            self.refresh_pair()

    def flash(self, text: str) -> None:
        """One line that stays until the next one."""
        self.flash_line.update(Content(" " + printable(text)), layout=False)

    # Drawing

    @property
    def view(self) -> PairView | None:
        """What is shown of the current pair, as it is shown; None until it is loaded."""
        ref = self.queue.current
        view = self._views.get(ref.key) if ref is not None else None
        if ref is None or view is None:
            return None
        if view.ref != ref:
            # Their pixels have been compared since.
            view = replace(view, ref=ref)
        return view.swapped() if ref.key in self._swapped else view

    def refresh_pair(self) -> None:
        """Draw what is current: its text now, its pictures when they are made."""
        if not self.is_mounted:
            return
        self._show_header()
        self.hint_bar.update(views.hints(REVIEW, self.size.width), layout=False)
        self.set_class(not self.queue, "-empty")
        if not self.queue:
            self._show_empty()
            return
        view = self.view
        if view is not None:
            self._show_text(view)
            if self._pictures_due is not None:
                self._pictures_due.stop()
            self._pictures_due = self.set_timer(_SETTLE, partial(self._stayed, view))
        else:
            self.evidence.update("", layout=False)
            self.table.update("")
            self.paths.update("", layout=False)
            for preview in (self.left, self.right):
                preview.say("")
        self._want_views()

    def _show_header(self) -> None:
        if not self.is_mounted:
            return
        names = [root.name or str(root) for root in self._roots]
        title = names[0] if len(names) == 1 else counted(len(names), "folder")
        self.header.update(
            views.header(
                printable(title),
                self.queue.position,
                len(self.queue),
                self._progress,
                len(self._problems),
                self._proposals,
                self.size.width,
            ),
            layout=False,
        )

    def _show_empty(self) -> None:
        if self.scanned:
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

    def _show_evidence(self, view: PairView) -> None:
        verdict = self._verdicts.get(view.ref.key)
        if isinstance(verdict, Verdict) and view.ref.key in self._swapped:
            verdict = swapped(verdict)
        self.evidence.update(views.evidence(view, verdict, self.size.width), layout=False)

    def _show_text(self, view: PairView) -> None:
        self._show_evidence(view)
        width = max(40, self.size.width - 1)
        self.table.update(views.fields(view.fields, width, self._everything))
        self.scroll.scroll_home(animate=False)
        self.paths.update(views.paths(view, self._roots, self.size.width), layout=False)

    def _want_views(self) -> None:
        current = self.queue.current
        if current is None:
            return
        wanted = [current, *self.queue.around(_BEHIND, _AHEAD)]
        missing = [ref for ref in wanted if ref.key not in self._views]
        if missing:
            self.post_message(ViewsWanted(missing))
        self.post_message(LookedAt(wanted))

    def _want_verdicts(self) -> None:
        """Ask for the current pair's verdict and the next one's, where pixels can tell more."""
        current = self.queue.current
        wanted = [current, *self.queue.around(0, 1)] if current is not None else []
        self.post_message(
            VerdictsWanted(
                [
                    ref
                    for ref in wanted
                    if ref.kind is PairKind.SIMILAR and ref.key not in self._verdicts
                ]
            )
        )

    def _sides(self, view: PairView) -> tuple[tuple[Preview, Asset], tuple[Preview, Asset]]:
        return (self.left, view.left), (self.right, view.right)

    @property
    def _drawing(self) -> bool:
        """Whether pictures are wanted, and have any room at this moment."""
        return self._loader.style.protocol is not Protocol.OFF and all(self.left.room)

    def _stayed(self, view: PairView) -> None:
        if self._drawing:
            self._show_pictures(view)
        else:
            self._want_verdicts()

    def _show_pictures(self, view: PairView) -> None:
        if not self._drawing or self.view is None or self.view.ref.key != view.ref.key:
            return
        for preview, asset in self._sides(view):
            picture = self._loader.ready(asset, *preview.room)
            if picture is not None:
                self._loader.place(picture)
                preview.show(picture)
            elif preview.picture is not None:
                preview.say("…")
        self.run_worker(partial(self._load_pictures, view), group="pictures", exclusive=True)

    async def _load_pictures(self, view: PairView) -> None:
        """Make the current pair's pictures, then those of the pairs around it."""
        sides = self._sides(view)
        if not self._drawing:
            return
        await asyncio.gather(*(self._load_picture(preview, asset) for preview, asset in sides))
        # Pictures come first: they are what the person looks at.
        self._want_verdicts()
        await self._prefetch()

    async def _prefetch(self) -> None:
        """Make the pictures of the pairs around the current one."""
        around = self.queue.around(_BEHIND, _AHEAD)
        following = around[0] if around else None
        for ref in around:
            near = self._views.get(ref.key)
            for preview, asset in self._sides(near) if near is not None else ():
                if not self._drawing:
                    return
                try:
                    picture = await self._loader.load(asset, *preview.room)
                except ImageError:
                    # Said when the pair is looked at.
                    continue
                if ref == following:
                    # It travels while the person looks at the one before.
                    self._loader.place(picture)

    async def _load_picture(self, preview: Preview, asset: Asset) -> None:
        if not self._drawing:
            return
        try:
            picture = await self._loader.load(asset, *preview.room)
        except ImageError as error:
            preview.say(f"no picture: {error.reason}")
            return
        self._loader.place(picture)
        preview.show(picture)

    # Commands

    def _decide(self, kind: RelationKind, swap: bool = False) -> None:
        view = self.view
        if view is None:
            self.flash("This pair is still being loaded." if self.queue else "There is no pair.")
            return
        if self._held():
            self.flash("A held key decides once: let it go, look, and press again.")
            return
        keeper, other = (view.right, view.left) if swap else (view.left, view.right)
        seen = keeper.digest, other.digest
        choice = Choice(kind, keeper.id, other.id, why="decided in the review", seen=seen)
        names: tuple[str, ...] = ()
        if kind is RelationKind.BETTER:
            names = self._questions.pop(seen, ()) or unmatched(other, keeper)
        if names:
            self._ask(view.ref, choice, other, names)
        else:
            self._send(view.ref, choice, other)

    def _held(self) -> bool:
        """Whether this key comes so soon after the last that nobody has looked in between."""
        now = time.monotonic()
        last, self._pressed_at = self._pressed_at, now
        return now - last < _LOOK_SECONDS

    def _ask(self, ref: PairRef, choice: Choice, other: Asset, names: tuple[str, ...]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._send(ref, replace(choice, leave_companions=True), other)

        shown = views.shown_path(other.path, self._roots)
        self.app.push_screen(CompanionScreen(shown, names), answered)

    def _send(self, ref: PairRef, choice: Choice, other: Asset) -> None:
        moves = choice.kind is RelationKind.BETTER
        self.queue.deciding(ref, other.id if moves else None)
        self.refresh_pair()
        self.flash(_said(choice.kind, views.shown_path(other.path, self._roots)))
        self.post_message(Decided(ref, choice))

    def action_keep_left(self) -> None:
        self._decide(RelationKind.BETTER)

    def action_keep_right(self) -> None:
        self._decide(RelationKind.BETTER, swap=True)

    def action_alternates(self) -> None:
        self._decide(RelationKind.ALTERNATES)

    def action_not_related(self) -> None:
        self._decide(RelationKind.NOT_RELATED)

    def action_same_quality(self) -> None:
        self._decide(RelationKind.SAME_QUALITY)

    def action_skip(self) -> None:
        self.flash("")
        self.queue.move(1)
        self.refresh_pair()

    def action_back(self) -> None:
        self.flash("")
        self.queue.move(-1)
        self.refresh_pair()

    def action_undo(self) -> None:
        self.post_message(UndoAsked())

    def action_swap(self) -> None:
        if self.queue.current is not None:
            self._swapped ^= {self.queue.current.key}
            self.refresh_pair()

    def action_copy_path(self) -> None:
        self._copy(0)

    def action_copy_other_path(self) -> None:
        self._copy(1)

    def _copy(self, side: int) -> None:
        view = self.view
        if view is not None:
            path = str((view.left, view.right)[side].path)
            # A lone surrogate cannot leave as UTF-8; its bytes can be typed.
            self.app.copy_to_clipboard(path.encode("utf-8", "backslashreplace").decode())
            self.flash(f"copied: {path}")

    def action_all_fields(self) -> None:
        self._everything = not self._everything
        self.refresh_pair()

    def action_layout(self) -> None:
        self.remove_class(*filter(None, _LAYOUTS))
        self._layout = (self._layout + 1) % len(_LAYOUTS)
        if _LAYOUTS[self._layout]:
            self.add_class(_LAYOUTS[self._layout])
        self.call_after_refresh(self.refresh_pair)

    def action_fields_down(self) -> None:
        self.scroll.scroll_page_down(animate=False)

    def action_fields_up(self) -> None:
        self.scroll.scroll_page_up(animate=False)

    def action_problems(self) -> None:
        if not self._problems and not self._notes:
            self.flash("Every file could be read.")
            return
        lines = [Content(printable(str(error))) for error in self._problems]
        lines += [Content(printable(f"note: {error}")) for error in self._notes]
        title = f"{counted(len(self._problems), 'file')} could not be read"
        self.app.push_screen(TextScreen(title, Content("\n\n").join(lines)))

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_help(self) -> None:
        lines = [
            Content.assemble(
                (f"{'  '.join(command.key_names):<12}", "$accent bold"), (command.help, "")
            )
            for command in REVIEW
        ]
        self.app.push_screen(TextScreen("Keys", Content("\n").join(lines)))

    def action_quit(self) -> None:
        self.post_message(QuitAsked())


_KEPT = {
    RelationKind.ALTERNATES: "alternates",
    RelationKind.NOT_RELATED: "no duplicates",
    RelationKind.SAME_QUALITY: "equally good",
}


def _said(kind: RelationKind, other: str) -> str:
    if kind is RelationKind.BETTER:
        return f"{other} → trash · u undoes"
    return f"both kept: {_KEPT[kind]} · u undoes"
