"""What waits for approval: a line each, answered one by one or many at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import ActionRefused, BetterhalfError
from core.model import Plan
from core.text import counted
from core.workers.findings import Proposal
from tui.commands import bindings
from tui.known import Look, RuleWish
from tui.messages import LookAsked
from tui.preview.loader import PictureLoader
from tui.screens.dialogs import AskLine
from tui.screens.page import ListPage, LivePage
from tui.services import Answered, RuleServices
from tui.views import rules as rule_views
from tui.views import wizard as views
from tui.widgets.detail import DetailedList, Sides
from tui.widgets.listing import Listing

_BEYOND = 30
"""Lines beyond the seen ones that are asked for, too."""
_EMPTY = """\

  Nothing waits for your approval.

  Rules that ask propose here what they would do.
  R shows the rules, and what they are at."""

Key = tuple[int, int]


class PendingScreen(ListPage, LivePage):
    """The list, and beside or below it all there is to say of the marked one."""

    NAME = "pending"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pending")]

    detail = query_one("#both", DetailedList)

    def __init__(self, services: RuleServices, loader: PictureLoader, rule: str = "") -> None:
        """Only of `rule`, where one is named."""
        super().__init__()
        self._loader = loader
        self._services = services
        self._rule = rule
        self._text = ""
        self._rules: Mapping[str, int] = {}
        self._keys: Sequence[Key] = ()
        self._known: dict[Key, Proposal] = {}
        self._answering: set[Key] = set()
        """What is being carried out."""
        self._chosen: set[Key] = set()
        self._planned: Key | None = None
        self._plan: Plan | None = None
        self._refusal = ""
        self._loaded = False

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield DetailedList(self._loader, id="both")

    def on_resize(self) -> None:
        # Not before everything has its new place.
        self.call_after_refresh(self._draw)

    # What is shown

    @property
    def version(self) -> object:
        return self._services.version

    async def load(self) -> None:
        waiting = await self._services.waiting(self._rule, self._text)
        self._rules, self._keys = waiting.rules, waiting.keys
        self._loaded = True
        self._leave_out_answered()
        if self._chosen:
            self._chosen.intersection_update(self._keys)
        self._draw()
        await self._load_seen()

    def _leave_out_answered(self) -> None:
        if self._answering:
            self._keys = [key for key in self._keys if key not in self._answering]

    async def _load_other(self) -> None:
        try:
            await self._load_seen()
        except BetterhalfError as error:
            self.flash(str(error))

    async def _load_seen(self) -> None:
        """The proposals that are seen; then some more, before they are."""
        if not self.is_up:
            return
        seen = self.listing.seen
        await self._learn(self._keys[seen.start : max(seen.stop, seen.start + _BEYOND)])
        self._draw()
        await self._learn(self._keys[max(0, seen.start - _BEYOND) : seen.start])
        await self._learn(self._keys[seen.stop : seen.stop + _BEYOND])

    async def _learn(self, keys: Sequence[Key]) -> None:
        for proposal in await self._services.proposals(keys):
            self._known[_key(proposal, keys)] = proposal

    def _draw(self) -> None:
        if not self.is_up:
            return
        width = self.listing.size.width
        heading = rule_views.pending_columns(width, not self._rule)
        self.query_one("#columns", Static).update(heading, layout=False)
        empty = Content(_EMPTY) if self._loaded else Content("\n  looking …")
        self.listing.show(self._keys, self._line, empty)
        self._draw_detail()
        self.draw_frame()

    def _line(self, place: int, width: int) -> Content:
        key = self.listing.keys[place]
        assert isinstance(key, tuple)
        proposal = self._known.get(key)
        return rule_views.proposal(proposal, key in self._chosen, not self._rule, width)

    @on(Listing.Marked)
    def _marked_other(self) -> None:
        self._draw_detail()
        self.run_worker(self._load_other, group="seen", exclusive=True)

    def _draw_detail(self) -> None:
        if not self.is_up:
            return
        key = self.listing.key
        proposal = self._known.get(key) if isinstance(key, tuple) else None
        if proposal is not None and self._planned != key:
            self._planned, self._plan, self._refusal = key, None, ""
            self.run_worker(partial(self._ask_plan, proposal), group="plan", exclusive=True)
        told = views.proposal_detail(proposal, self._plan, self._refusal, self._services.roots)
        self.detail.say(Content("\n").join(told))
        self.detail.show(Sides(proposal.a, proposal.b) if proposal is not None else None)

    async def _ask_plan(self, proposal: Proposal) -> None:
        try:
            self._plan = await self._services.plan(proposal.choice)
        except ActionRefused as error:
            self._refusal = rule_views.refusal(proposal.b, error)
        except BetterhalfError as error:
            self._refusal = str(error)
        self._draw_detail()

    def heading(self, width: int) -> Content:
        name = f"Pending · {self._rule}" if self._rule else "Pending"
        told = [f"{self.listing.place + 1:,} of {len(self._keys):,}" if self._keys else ""]
        told += [f"“{self._text}”"] if self._text else []
        told += [f"{len(self._chosen):,} selected"] if self._chosen else []
        return rule_views.title(name, " · ".join(filter(None, told)), width)

    # Commands

    def action_select(self) -> None:
        key = self.listing.key
        if isinstance(key, tuple):
            self._chosen ^= {key}
            self.listing.step(1)
            self._draw()

    def action_select_all(self) -> None:
        all_are = len(self._chosen) == len(self._keys)
        self._chosen = set() if all_are else set(self._keys)
        self._draw()

    def action_approve(self) -> None:
        self._answer(self._services.approve, "approved")

    def action_deny(self) -> None:
        self._answer(self._services.deny, "denied")

    def _answer(
        self, answer: Callable[[Sequence[Proposal]], Awaitable[Answered]], word: str
    ) -> None:
        marked = self.listing.key
        keys = [key for key in self._keys if key in self._chosen] if self._chosen else []
        if not keys and isinstance(marked, tuple):
            keys = [marked]
        if not keys:
            return
        seen = {key: self._known[key] for key in keys if key in self._known}
        self._answering.update(keys)
        self._chosen.clear()
        self._leave_out_answered()
        self._draw()
        self.flash(f"{counted(len(keys), 'choice')}: being {word} …")
        self.run_worker(partial(self._carry_out, keys, seen, answer, word), group="answers")

    async def _carry_out(
        self,
        keys: Sequence[Key],
        seen: Mapping[Key, Proposal],
        answer: Callable[[Sequence[Proposal]], Awaitable[Answered]],
        word: str,
    ) -> None:
        try:
            found = await self._services.proposals(keys)
            meant = [each for each in found if self._is_as_seen(each, seen)]
            told = await answer(meant)
        except BetterhalfError as error:
            self.complain("not done", error)
        else:
            said = rule_views.answered(told, word, meant[0] if len(meant) == 1 else None)
            others = len(found) - len(meant)
            changed = f"{others:,} changed meanwhile: look again · " if others else ""
            self.flash(changed + (said if meant or not changed else f"not {word}"))
        finally:
            self._answering.difference_update(keys)
            self._planned = None
        await self.loaded()

    def _is_as_seen(self, now: Proposal, seen: Mapping[Key, Proposal]) -> bool:
        """Whether this is what the person answers to: rules may have been edited since."""
        before = seen.get(_key(now, self._known))
        return before is None or RuleWish.of(before.choice).is_as(RuleWish.of(now.choice))

    def action_undo(self) -> None:
        self.run_worker(self._undo, group="answers")

    async def _undo(self) -> None:
        try:
            said = await self._services.undo_answer()
        except BetterhalfError as error:
            self.complain("not undone", error)
            return
        self.flash(f"undone: {said}" if said else "there is no answer to undo")
        await self.loaded()

    @on(Listing.Chosen)
    def action_open(self) -> None:
        refs = self._services.refs(self._keys)
        looks = [Look(ref, _wish(self._known.get(ref.key))) for ref in refs]
        if looks:
            # Some that are listed may be open no longer.
            place = len(self._services.refs(self._keys[: self.listing.place]))
            self.post_message(LookAsked(looks, place, answers=True))

    def action_find(self) -> None:
        def found(text: str | None) -> None:
            if text is not None:
                self._text = text.strip()
                self.reload()

        title = "List only those with this in a path; nothing: all"
        self.app.push_screen(AskLine(title, self._text), found)

    def action_rule(self) -> None:
        names = ["", *self._rules]
        place = names.index(self._rule) if self._rule in names else 0
        self._rule = names[(place + 1) % len(names)]
        self.reload()


def _key(proposal: Proposal, keys: Collection[Key]) -> Key:
    """The pair of a proposal, as it is listed."""
    key = proposal.a.id, proposal.b.id
    return key if key in keys else (key[1], key[0])


def _wish(proposal: Proposal | None) -> RuleWish | None:
    if proposal is None:
        return None
    return RuleWish.of(proposal.choice, proposal.held)
