"""The counts and the preview of a rule that is being made, as far as they are known."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from textual.timer import Timer

from core.errors import ActionRefused, BetterhalfError
from core.model import Plan
from core.rules.draft import Draft
from core.rules.rule import Rule
from core.workers.events import Event
from core.workers.findings import TrialCounts, TrialRow
from tui.screens.page import ListPage
from tui.services import RuleServices, Tried
from tui.views.rules import refusal
from tui.views.wizard import LISTS

_SETTLE_SECONDS = 0.15
"""A draft has to stay so long before it is tried: whoever writes goes on."""
_DRAW_SECONDS = 0.2
"""Between two drawings of counts that grow."""


class Trying(ListPage):
    """Tries the draft whenever it is another, and knows what has come of it."""

    services: RuleServices
    draft: Draft
    began: Rule | None
    rule: Rule | None = None
    """What the draft says, where nothing is wrong with it."""
    tried: Tried | None = None
    """What was, or is being, tried."""
    shown_list = LISTS[0]
    """Of the preview."""

    _due: Timer | None = None
    _question: object = None
    _plan: Plan | None = None
    _refusal = ""
    _planned: object = None

    def trial_went_on(self) -> None:
        """More is known."""
        raise NotImplementedError

    def try_soon(self, rule: Rule | None) -> None:
        """The draft says this now; None: something is wrong with it."""
        self.rule = rule
        question = None if rule is None else _question(rule)
        if rule is None or question == self._question:
            return
        self._question = question
        if self._due is not None:
            self._due.stop()
        self.tried = None
        self._due = self.set_timer(_SETTLE_SECONDS, self._start)

    def _start(self) -> None:
        self.run_worker(self._try, group="trial", exclusive=True)

    async def _try(self) -> None:
        rule = self.rule
        if rule is None:
            return
        drawn = 0.0

        def heard(event: Event) -> None:
            nonlocal drawn
            now = time.monotonic()
            if now - drawn >= _DRAW_SECONDS or tried.counts.done:
                drawn = now
                self.trial_went_on()

        try:
            tried = self.tried = self.services.try_rule(rule, self.began)
            await tried.run(heard)
        except BetterhalfError as error:
            self.flash(str(error))

    @property
    def counts(self) -> TrialCounts | None:
        """What is known so far; None of a draft with something wrong."""
        return self.tried.counts if self.tried is not None and self.rule is not None else None

    @property
    def trial_rows(self) -> list[TrialRow]:
        """The list of the preview that is shown."""
        found: list[TrialRow] = getattr(self.tried, self.shown_list, [])
        return found if self.rule is not None else []

    def action_rows(self) -> None:
        which = LISTS if self.began is not None else LISTS[:2]
        place = which.index(self.shown_list) if self.shown_list in which else 0
        self.shown_list = which[(place + 1) % len(which)]
        self.trial_went_on()

    def plan_of(self, row: TrialRow | None) -> tuple[Plan | None, str]:
        """What would be done with a pair, or why it would be refused; asked for where that is not
        known yet."""
        if row is None or row.choice is None:
            return None, ""
        if self._planned != row.ref:
            self._planned, self._plan, self._refusal = row.ref, None, ""
            self.run_worker(partial(self._ask, row), group="plan", exclusive=True)
        return self._plan, self._refusal

    async def _ask(self, row: TrialRow) -> None:
        assert row.choice is not None
        # Whoever runs down the list wants no plan of what is passed.
        await asyncio.sleep(_SETTLE_SECONDS)
        try:
            self._plan = await self.services.plan(row.choice)
        except ActionRefused as error:
            self._refusal = refusal(row.b, error)
        except BetterhalfError as error:
            self._refusal = str(error)
        self.trial_went_on()


def _question(rule: Rule) -> object:
    """All of a rule that a trial shows."""
    return rule.search, rule.comparison, rule.keep, rule.action
