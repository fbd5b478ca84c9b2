"""Pages beside the review: which there are, and what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.app import App
from textual.screen import Screen

from core.errors import BetterhalfError
from core.model import DecisionFilter
from core.rules.draft import Draft
from core.text import printable
from core.workers.background import RulesAtWork
from core.workers.rules import free_name
from tui.archive import Archive
from tui.desk import Desk
from tui.librarian import Librarian
from tui.messages import DecideAsked, LookAsked, PlaceAsked, WizardAsked
from tui.preview.loader import PictureLoader
from tui.screens.libraries.libraries import LibrariesScreen
from tui.screens.past.denied import DeniedScreen
from tui.screens.past.history import HistoryScreen
from tui.screens.past.ledger import LedgerScreen
from tui.screens.past.trash import TrashScreen
from tui.screens.review.screen import ReviewScreen
from tui.screens.rules.look import LookScreen
from tui.screens.rules.offers import OffersScreen
from tui.screens.rules.pending import PendingScreen
from tui.screens.rules.proposals import ProposalScreen
from tui.screens.rules.rules import RulesScreen
from tui.screens.rules.wizard import WizardScreen
from tui.tidying import Tidying

T = TypeVar("T")


class Places(App[None]):
    """Opens the pages about rules and what they did."""

    desk: Desk
    """The services that the pages about rules ask ..."""
    archive: Archive
    """... those about the past ..."""
    librarian: Librarian
    """... and those about libraries and settings."""
    loader: PictureLoader
    review: ReviewScreen
    tidying: Tidying
    _rules: RulesAtWork

    def on_place_asked(self, message: PlaceAsked) -> None:
        match message.place:
            case "rules":
                self._open(RulesScreen(self.desk))
            case "offers":
                self._open(OffersScreen(self.desk))
            case "pending":
                self._open(PendingScreen(self.desk, self.loader, message.rule))
            case "history":
                rules = (message.rule,) if message.rule else ()
                which = DecisionFilter(rules=rules, people=message.people)
                self._open(HistoryScreen(self.archive, which, self.loader))
            case "denied":
                self._open(DeniedScreen(self.archive, message.rule))
            case "trash":
                self._open(TrashScreen(self.archive))
            case "ledger":
                self._open(LedgerScreen(self.archive))
            case "libraries":
                self._open(LibrariesScreen(self.librarian))

    def on_look_asked(self, message: LookAsked) -> None:
        screen = ProposalScreen if message.answers else LookScreen
        roots = self.review.roots
        self._open(screen(self.desk, message.looks, message.place, roots, self.loader))

    def on_decide_asked(self, message: DecideAsked) -> None:
        while self.screen is not self.review and len(self.screen_stack) > 1:
            self.pop_screen()
        self.review.reopened(*message.ref.key)

    async def on_wizard_asked(self, message: WizardAsked) -> None:
        if message.name is not None and message.rule is not None:
            made = WizardScreen(self.desk, Draft.of(message.rule), message.rule)
            self._open(made, self._saved)
            return
        try:
            taken = [each.saved.name for each in (await self.desk.overview()).rules]
        except BetterhalfError as error:
            self.notify(printable(str(error)), severity="error", markup=False)
            return
        name = free_name(message.rule.name if message.rule else "my rule", taken)
        draft = Draft.of(message.rule) if message.rule else Draft.blank(name)
        made = WizardScreen(self.desk, draft.with_value("name", name), None)
        self._open(made, self._saved)

    def _saved(self, name: str | None) -> None:
        if name is not None and isinstance(self.screen, RulesScreen):
            self.screen.saved(name)

    def _open(self, page: Screen[T], left: Callable[[T | None], None] | None = None) -> None:
        """Open a page, in place of the one of its kind that is open already, and of all that was
        opened from there."""
        if any(type(each) is type(page) for each in self.screen_stack):
            while type(self.screen) is not type(page):
                self.pop_screen()
            self.pop_screen()
        # Nobody looks at the pair of the review any more.
        self._rules.spare(frozenset())
        self.push_screen(page, left or self._left)

    def _left(self, _: object) -> None:
        if self.screen is self.review:
            self.review.refresh_place()
        # A page is many objects, easier put away at once than many pages together.
        self.call_after_refresh(self.tidying.now)
