"""A rule is made, or changed, in five steps; its sentence and its counts are always there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.rules.check import warnings
from core.rules.draft import Draft
from core.rules.forms import Row, RowKind, rows
from core.rules.keys import KEYS, Step
from core.rules.rule import Rule
from core.rules.sentence import sentence
from core.rules.table import At
from tui.command import Command
from tui.commands import bindings
from tui.known import Look, RuleWish
from tui.messages import LookAsked
from tui.screens.rules.saving import Saving
from tui.screens.text import TextScreen
from tui.services import RuleServices
from tui.views import rules as rule_views
from tui.views import wizard as views
from tui.widgets.listing import Listing

_LOW = 30
"""Lines of a terminal below which the sentence is cut sooner."""


_HINTS = {
    "edit": "look",
    "rows": "other list",
    "next_step": "next step",
    "save": "save",
    "undo": "undo",
    "help": "help",
    "leave": "back",
}
"""What the bottom line says of the commands that the preview has."""

_Before = tuple[Draft, object]
"""A draft as it was, and what was marked then."""


class WizardScreen(Saving):
    """One draft."""

    DEFAULT_CSS = """
    WizardScreen {
        #sentence { height: auto; width: 1fr; padding: 0 0 1 0; }
        #lists { height: 1; width: 1fr; text-wrap: nowrap; display: none; }
        #told { height: auto; max-height: 3; width: 1fr; padding: 0 1; }
        #detail { height: auto; max-height: 9; width: 1fr; padding: 0 1; display: none; }
        #counts { height: 1; width: 1fr; text-wrap: nowrap; background: $surface; }
        #warnings { height: auto; max-height: 4; width: 1fr; padding: 0 1; }
        &.-preview #lists, &.-preview #detail { display: block; }
        &.-preview #told, &.-preview #warnings { display: none; }
    }
    """
    NAME = "rule"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rule")]

    sentence_text = query_one("#sentence", Static)
    lists = query_one("#lists", Static)
    told = query_one("#told", Static)
    detail = query_one("#detail", Static)
    counts_line = query_one("#counts", Static)
    warning_lines = query_one("#warnings", Static)

    def __init__(self, services: RuleServices, draft: Draft, began: Rule | None) -> None:
        """`began` is the saved rule that it replaces; None: it is a new one."""
        super().__init__()
        self.services = services
        self.draft = draft
        self.began = began
        self.first_draft = draft
        self.step = Step.SEARCH
        self.rows: list[Row] = []
        self._warnings: tuple[str, ...] | None = None
        self._undo: list[_Before] = []
        self._redo: list[_Before] = []

    def body(self) -> ComposeResult:
        yield Static(id="sentence")
        yield Static(id="lists")
        yield Listing(id="list")
        yield Static(id="told")
        yield Static(id="detail")
        yield Static(id="counts")
        yield Static(id="warnings")

    def on_mount(self) -> None:
        self._read()

    def on_resize(self) -> None:
        self._draw_all()

    # The draft

    @property
    def row(self) -> Row | None:
        place = self.listing.key
        return next((each for each in self.rows if each.place == place), None)

    def changed(self, draft: Draft, at: tuple[RowKind, str, At] | None = None) -> None:
        if draft == self.draft:
            return
        self._undo.append((self.draft, self.listing.key))
        self._redo.clear()
        self._take(draft)
        if at is not None:
            self.listing.mark_key(at)

    def _take(self, draft: Draft) -> None:
        self.draft = draft
        self.flash("")
        self._read()

    def action_undo(self) -> None:
        self._go_back(self._undo, self._redo)

    def action_redo(self) -> None:
        self._go_back(self._redo, self._undo)

    def _go_back(
        self, stack: list[tuple[Draft, object]], other: list[tuple[Draft, object]]
    ) -> None:
        if stack:
            other.append((self.draft, self.listing.key))
            draft, marked = stack.pop()
            self._take(draft)
            self.listing.mark_key(marked)

    def _read(self) -> None:
        self.so_far, self.faults = self.draft.read()
        self._draw_all()
        sound = self.so_far if not self.faults else None
        self.try_soon(sound)
        self.run_worker(partial(self._warn, sound), group="warnings", exclusive=True)

    async def _warn(self, rule: Rule | None) -> None:
        # Proofs over tests may take longer than a key waits.
        self._warnings = None if rule is None else await asyncio.to_thread(warnings, rule)
        self._draw_warnings()

    # What is shown

    def _draw_all(self) -> None:
        if not self.is_up or self.so_far is None:
            return
        width, height = self.size
        text = sentence(self.so_far, {each.key for each in self.faults}, self.services.usual)
        self.sentence_text.update(views.sentence(text, width, 4 if height < _LOW else 8))
        self.set_class(self.step is Step.PREVIEW, "-preview")
        self.draw_frame()
        self.trial_went_on()
        self._draw_warnings()

    def trial_went_on(self) -> None:
        if not self.is_up:
            return
        width = self.size.width
        self.counts_line.update(views.counts(self.counts, bool(self.faults), width), layout=False)
        if self.step is Step.PREVIEW:
            found = self.trial_rows
            edited = self.began is not None
            self.lists.update(views.lists(self.counts, self.shown_list, edited), layout=False)
            self.listing.show(
                [each.ref.key for each in found],
                lambda place, wide: views.pair(found[place], wide),
                self._why_no_rows(),
            )
        else:
            made = self.rows = rows(self.draft, self.step, self.faults)
            self.listing.show(
                [each.place for each in made], lambda place, wide: views.row(made[place], wide)
            )
        self._tell()

    def _why_no_rows(self) -> str:
        if self.faults:
            return f"\n  {self.faults[0].key}: {self.faults[0].reason}"
        counts = self.counts
        if counts is None or not counts.done:
            return "\n  looking for pairs …"
        return "\n  There is no such pair here."

    @on(Listing.Marked)
    def _tell(self) -> None:
        if self.step is not Step.PREVIEW:
            self.told.update(views.told(self.row))
            self._draw_warnings()
            return
        found = self.trial_rows
        row = found[self.listing.place] if found else None
        plan, refusal = self.plan_of(row)
        told = views.pair_detail(row, plan, refusal, self.services.roots)
        self.detail.update(Content("\n").join(told))

    def _draw_warnings(self) -> None:
        if self.is_up:
            width, height = self.size
            lines = 2 if height < _LOW else 4
            # What is said of the marked row is not said twice.
            here = self.row.fault if self.row is not None else ""
            elsewhere = [each for each in self.faults if each.reason != here]
            told = views.warned(elsewhere, None if self.faults else self._warnings, width, lines)
            self.warning_lines.update(told)

    def heading(self, width: int) -> Content:
        faulty = Counter(KEYS[fault.key].step for fault in self.faults if fault.key in KEYS)
        name = str(self.draft.value("name") or "")
        return views.heading(name, self.began is None, self.step, faulty, width)

    @property
    def hinted(self) -> Sequence[Command]:
        if self.step is not Step.PREVIEW:
            return self.commands
        return [replace(each, hint=_HINTS[each.id]) for each in self.commands if each.id in _HINTS]

    # Steps

    def action_next_step(self) -> None:
        self._go(1)

    def action_previous_step(self) -> None:
        self._go(-1)

    def _go(self, steps: int) -> None:
        ways = list(Step)
        self.go_to(ways[(ways.index(self.step) + steps) % len(ways)])

    def go_to(self, step: Step) -> None:
        """Show the form of another step."""
        self.step = step
        self._draw_all()
        self.listing.mark(0)

    def action_edit(self) -> None:
        if self.step is not Step.PREVIEW:
            super().action_edit()
        elif self.trial_rows:
            looks = [
                Look(each.ref, RuleWish.of(each.choice) if each.choice is not None else None)
                for each in self.trial_rows
            ]
            self.post_message(LookAsked(looks, self.listing.place))

    def action_sentence(self) -> None:
        assert self.so_far is not None
        text = sentence(self.so_far, {each.key for each in self.faults}, self.services.usual)
        told = [Content(text), Content("")]
        told += [
            Content.styled(f"! {each.key}: {each.reason}", "$attention") for each in self.faults
        ]
        told += [Content.styled(f"! {each}", "$attention") for each in self._warnings or ()]
        counts = self.counts
        if counts is not None:
            told += [Content(""), Content(rule_views.counts(counts.counts))]
            if counts.failures:
                told.append(Content(rule_views.failures(counts.failures)))
        self.app.push_screen(TextScreen("The rule so far", Content("\n").join(told)))
