"""How the making of a rule ends: saved, or left."""

from __future__ import annotations

from functools import partial

from textual.content import Content
from textual.worker import Worker

from core.errors import BetterhalfError
from core.model import Ledger
from core.rules.draft import Draft
from core.rules.keys import KEYS, Step
from core.rules.rule import Mode, Rule
from core.rules.sentence import sentence
from core.rules.table import Fault
from core.workers.claims import Standing
from core.workers.findings import RuleSummary, SavedRule
from tui.screens.dialogs import Confirm
from tui.screens.rules.making import Making
from tui.screens.rules.trying import Trying
from tui.views.rules import before_automatic


class Saving(Making, Trying):
    """Nothing that is wrong is saved, and nothing that acts by itself without a question."""

    began: Rule | None
    """What the saved rule is that this one replaces."""
    first_draft: Draft
    so_far: Rule | None = None
    """What the draft says, as far as it goes."""
    faults: tuple[Fault, ...] = ()
    _saving: Worker[None] | None = None

    def go_to(self, step: Step) -> None:
        """Show the form of another step."""
        raise NotImplementedError

    def action_save(self) -> None:
        rule = self.so_far
        if self.faults or rule is None:
            self._show_fault(self.faults[0])
        elif self._saving is None or self._saving.is_finished:
            self._saving = self.run_worker(partial(self._save_or_ask, rule), group="save")

    async def _save_or_ask(self, rule: Rule) -> None:
        try:
            if self.began is not None and not await self._is_still(self.began):
                return
        except BetterhalfError as error:
            self.complain("not saved", error)
            return
        acted = self.began is not None and self.began.mode is Mode.AUTOMATIC
        if rule.mode is Mode.AUTOMATIC and not acted:
            await self._ask_automatic(rule)
        else:
            await self._save(rule)

    async def _is_still(self, began: Rule) -> bool:
        """Whether the saved rule is what it was; else says so, and how to go on."""
        saved = await self.services.saved(began.name)
        if saved is None:
            self.began = None
            self.flash(f"`s` saves it as a new rule: {began.name} was removed elsewhere meanwhile")
            return False
        now = saved.read()
        if now == began:
            return True

        def answered(yes: bool | None) -> None:
            if yes:
                self.began = now
                self.action_save()

        said = sentence(now, usual=self.services.usual)
        told = f"It was changed elsewhere meanwhile, and is now: {said}"
        yes, no = "save yours over it", "no, go on"
        self.app.push_screen(Confirm("Changed elsewhere", Content(told), yes, no), answered)
        return False

    def _show_fault(self, fault: Fault) -> None:
        if fault.key in KEYS:
            self.go_to(KEYS[fault.key].step)
            wrong = next((each for each in self.rows if each.fault), None)
            if wrong is not None:
                self.listing.mark_key(wrong.place)
        self.flash(f"not saved: {fault.key}: {fault.reason}")

    async def _ask_automatic(self, rule: Rule) -> None:
        try:
            known = {each.saved.name: each for each in (await self.services.overview()).rules}
        except BetterhalfError as error:
            self.complain("not saved", error)
            return
        before = known.get(self.began.name if self.began is not None else "")
        ledger = before.ledger if before is not None else Ledger()
        acts = self.counts.estimated(self.counts.acts) if self.counts is not None else 0
        saved, counts = SavedRule(rule.name, rule), {Standing.READY: acts}

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(partial(self._save, rule), group="save")
            else:
                self.changed(self.draft.with_value("mode", str(Mode.SEMI)))
                self.flash("it asks before it acts; `s` saves it")

        body = before_automatic(RuleSummary(0, saved, counts, {}, ledger, None, ()))
        self.app.push_screen(Confirm("Act by itself?", body, "yes, act", "no, ask me"), answered)

    async def _save(self, rule: Rule) -> None:
        try:
            await self.services.save(rule, self.began)
        except BetterhalfError as error:
            self.complain("not saved", error)
            return
        self.dismiss(rule.name)

    def action_leave(self) -> None:
        if self.draft == self.first_draft:
            self.dismiss(None)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        body = Content("What you changed of this rule is not saved.")
        self.app.push_screen(Confirm("Leave it?", body, "yes, drop it", "no, go on"), answered)
