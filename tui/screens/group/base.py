"""The current group on the screen, and what is asked for ahead of need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.getters import query_one
from textual.timer import Timer
from textual.widgets import Static

from core.model import Asset, GroupChoice, Plan
from core.text import printable
from tui.groups.draft import GroupDraft
from tui.groups.walk import GroupWalk
from tui.messages import GroupPlanWanted, GroupsWanted, GroupVerdictsWanted, LookedAt
from tui.preview.loader import PictureLoader
from tui.preview.protocol import Protocol
from tui.screens.commanded import CommandedScreen
from tui.views import group
from tui.widgets.hints import Hints
from tui.widgets.tiles import Tiles

_REST = 0.15
"""Seconds without a key after which it is worked out what the marks come to."""

_EMPTY = "No groups wait here.\n\nu takes the last decision back · Esc goes to the pairs"


class GroupBase(CommandedScreen[None]):
    """What every part of the group view stands on."""

    CSS_PATH = "group.tcss"

    heading = query_one("#header", Static)
    tiles = query_one("#tiles", Tiles)
    focus_line = query_one("#focused", Static)
    why_line = query_one("#why", Static)
    fields = query_one("#fields", VerticalScroll)
    gains_line = query_one("#gains", Static)
    flash_line = query_one("#flash", Static)

    def __init__(self, walk: GroupWalk, roots: Sequence[Path], loader: PictureLoader) -> None:
        super().__init__()
        self.walk = walk
        self.roots = roots
        self.everything = False
        """Whether equal fields are shown as well."""
        self._loader = loader
        self._place = 0
        self._shown: tuple[int, ...] = ()
        self._choice: GroupChoice | None = None
        """What the marks came to when it was last worked out what that does ..."""
        self._plans: Sequence[Plan] | str | None = None
        """... and that."""
        self._due: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="header")
        with Vertical(id="group"):
            yield Tiles(self._loader, id="tiles")
            yield Static(id="focused")
            yield Static(id="why")
            with VerticalScroll(id="fields", can_focus=False):
                yield Static(id="table")
            yield Static(id="gains")
        yield Static(_EMPTY, id="empty")
        yield Static(id="flash")
        yield Hints(self.NAME, id="hints")

    def on_mount(self) -> None:
        # Where nothing is drawn, there is more room for what is said.
        self.set_class(self._loader.protocol is Protocol.OFF, "-text")
        self.refresh_group()

    def on_resize(self, event: Resize) -> None:
        self.refresh_group()

    @property
    def draft(self) -> GroupDraft | None:
        """What is marked in the current group; None until it is loaded."""
        return self.walk.draft

    @property
    def focused_asset(self) -> Asset | None:
        """The picture that keys are about."""
        draft = self.draft
        if draft is None:
            return None
        return draft.members[min(self._place, len(draft.members) - 1)]

    def still_shows(self, draft: GroupDraft) -> bool:
        """Whether `draft` is what is shown; the person is told where another group has come up
        while they were asked about it."""
        if self.draft is draft:
            return True
        self.flash("Another group has come up in the meantime: nothing was marked or decided.")
        return False

    @property
    def _is_up(self) -> bool:
        """Whether there is anything to draw on: not while it is made or taken down."""
        return self.is_mounted and bool(self.children)

    def flash(self, text: str) -> None:
        """One line that stays until the next one."""
        if self._is_up:
            self.flash_line.update(Content(" " + printable(self.said(text))), layout=False)

    def focus_on(self, place: int) -> None:
        """Focus the picture at a place, counted around the ends."""
        draft = self.draft
        if draft is not None:
            self._place = place % len(draft.members)
            self.refresh_marks()

    def refresh_group(self) -> None:
        """Draw what is current: its text now, its pictures when they are made."""
        if not self._is_up:
            return
        members = self.walk.current.members if self.walk.current is not None else ()
        if set(members) != set(self._shown):
            # What comes first is the one that most of them are near.
            self._place = 0
            self.fields.scroll_home(animate=False)
        elif members and members != self._shown:
            # The same in another order: the person stays with the picture.
            self._place = members.index(self._shown[min(self._place, len(members) - 1)])
        self._shown = members
        current = self.walk.current
        self.set_class(current is None, "-empty")
        self.refresh_marks()
        missing = [each for each in self.walk.around() if not self.walk.has(each)]
        if missing:
            self.post_message(GroupsWanted(missing))
        if current is not None:
            self.post_message(LookedAt(list(current.pairs)))

    def refresh_marks(self) -> None:
        """Draw what is marked and focused."""
        if not self._is_up:
            return
        draft, asset = self.draft, self.focused_asset
        width = self.size.width
        place = self.walk.position, len(self.walk)
        self.heading.update(group.heading(*place, draft, width), layout=False)
        if draft is None or asset is None:
            self._clear()
            return
        self.tiles.show(
            draft.members,
            draft.members.index(asset),
            lambda each, room: group.label(draft, each, each == asset, room),
        )
        self.focus_line.update(group.focus(draft, asset, self.roots, width), layout=False)
        self.why_line.update(group.why(draft, asset, width), layout=False)
        self.refresh_fields()
        self._work_out(draft)
        self.refresh_gains()

    def refresh_fields(self) -> None:
        """Draw the table."""
        draft, asset = self.draft, self.focused_asset
        if draft is not None and asset is not None:
            # One cell is the scroll bar's.
            table = group.table(draft, asset, self.size.width - 1, self.everything)
            self.query_one("#table", Static).update(table)

    def refresh_gains(self) -> None:
        """Draw what the kept ones will be told."""
        draft = self.draft
        if draft is not None and self._is_up:
            text = group.gains(draft, self._plans, self.size.width)
            self.gains_line.update(text, layout=False)

    def _clear(self) -> None:
        for line in (self.focus_line, self.why_line, self.gains_line):
            line.update("", layout=False)
        self.query_one("#table", Static).update("")
        self.tiles.show((), 0, lambda *_: Content(""))

    def _work_out(self, draft: GroupDraft) -> None:
        """Have it worked out what the marks come to, once they stay."""
        choice = None if draft.objection else draft.choice()
        if choice == self._choice:
            return
        self._choice, self._plans = choice, None
        if self._due is not None:
            self._due.stop()
        if choice is not None:
            wanted = GroupPlanWanted(choice)
            self._due = self.set_timer(_REST, lambda: self.post_message(wanted))

    @on(Tiles.Shown)
    def _go_on(self) -> None:
        # Pictures come first: they are what the person looks at.
        self.want_verdicts()
        near = [self.walk.draft_of(each) for each in self.walk.around()[1:2]]
        self.tiles.prefetch([asset for draft in near if draft for asset in draft.members])

    def want_verdicts(self) -> None:
        """Ask for what may change the suggestions for this group and the next one."""
        near = [self.walk.draft_of(each) for each in self.walk.around()[:2]]
        wanted = [ref for draft in near if draft for ref in draft.suggestion.wanted]
        self.post_message(GroupVerdictsWanted(wanted))

    @on(Tiles.Picked)
    def _picked(self, message: Tiles.Picked) -> None:
        draft = self.draft
        if draft is not None and message.asset in draft.members:
            self.focus_on(draft.members.index(message.asset))
