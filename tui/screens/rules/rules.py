"""All rules, in the order in which they are asked: what they are at, and what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.rules.rule import Mode, Rule
from core.text import counted
from core.workers.findings import RuleSummary
from tui.commands import bindings
from tui.messages import PlaceAsked, WizardAsked
from tui.screens.dialogs import AskLine, Confirm, Pick
from tui.screens.page import ListPage, LivePage
from tui.services import Overview, RuleServices
from tui.views import rules as views
from tui.widgets.listing import Listing

_EMPTY = """\

  There is no rule yet.

  o shows what the safe ones that come with betterhalf would do here.
  a adds one: pick one that comes with betterhalf, or begin with a blank one.
  A new rule asks before it acts, and everything it does can be taken back."""


class RulesScreen(ListPage, LivePage):
    """The list, and below it all there is to say of the marked one."""

    DEFAULT_CSS = """
    RulesScreen {
        #detail { height: auto; max-height: 50%; width: 1fr; padding: 0 2; }
    }
    """
    NAME = "rules"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rules")]

    detail = query_one("#detail", Static)

    def __init__(self, services: RuleServices) -> None:
        super().__init__()
        self._services = services
        self._take(services.last_overview)

    def body(self) -> ComposeResult:
        yield Static(id="columns")
        yield Listing(id="list")
        yield Static(id="detail")

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    @property
    def version(self) -> object:
        return self._services.version

    async def load(self) -> None:
        self._take(await self._services.overview())
        self._draw()

    def _take(self, overview: Overview | None) -> None:
        self._overview = overview
        rules = overview.rules if overview is not None else ()
        self._by_name = {each.saved.name: each for each in rules}

    def _draw(self) -> None:
        if self._overview is None or not self.is_up:
            return
        width = self.size.width
        self.query_one("#columns", Static).update(views.columns(width), layout=False)
        self.listing.show(list(self._by_name), self._line, Content(_EMPTY))
        self._draw_detail()
        self.draw_frame()

    def _line(self, place: int, width: int) -> Content:
        overview = self._overview
        assert overview is not None
        found = overview.rules[place]
        return views.line(found, found.state(overview.working, overview.scanning), width)

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        marked = self._marked
        told = (
            views.detail(marked, self._services.PLOTTED, self._services.usual)
            if marked is not None
            else []
        )
        self.detail.update(Content("\n").join(told))

    def heading(self, width: int) -> Content:
        overview = self._overview
        if overview is None:
            return views.title("Rules", "…", width)
        doing = "at work" if overview.working else "scanning" if overview.scanning else ""
        told = [counted(len(overview.rules), "rule"), doing]
        return views.title("Rules", " · ".join(filter(None, told)), width)

    @property
    def _marked(self) -> RuleSummary | None:
        return self._by_name.get(str(self.listing.key)) if self.listing.key else None

    # Commands

    @on(Listing.Chosen)
    def action_edit(self) -> None:
        if self._marked is not None:
            self._with_rule(lambda rule: self.post_message(WizardAsked(rule, rule.name)))

    def action_add(self) -> None:
        templates = self._services.templates()
        options = [("a blank rule", "It looks for nothing in particular yet, and keeps both.")]
        options += [(rule.name, rule.note) for rule in templates]

        def picked(place: int | None) -> None:
            if place is not None:
                rule = templates[place - 1] if place else None
                self.post_message(WizardAsked(rule, None))

        self.app.push_screen(Pick("Add a rule", options), picked)

    def action_offers(self) -> None:
        self.post_message(PlaceAsked("offers"))

    def action_pending(self) -> None:
        self.post_message(PlaceAsked("pending", self._marked_name))

    def action_history(self) -> None:
        self.post_message(PlaceAsked("history", self._marked_name))

    def action_mode(self) -> None:
        self._with_rule(self._change_mode)

    def _change_mode(self, rule: Rule) -> None:
        if rule.mode is Mode.AUTOMATIC:
            self._save(rule, replace(rule, mode=Mode.SEMI), "asks before it acts")
            return
        summary = self._marked
        assert summary is not None

        def answered(yes: bool | None) -> None:
            if yes:
                self._save(rule, replace(rule, mode=Mode.AUTOMATIC), "acts by itself now")

        body = views.before_automatic(summary)
        self.app.push_screen(Confirm("Act by itself?", body, "yes, act", "no, ask me"), answered)

    def action_pause(self) -> None:
        def change(rule: Rule) -> None:
            said = "goes on" if rule.paused else "rests"
            self._save(rule, replace(rule, paused=not rule.paused), said)

        self._with_rule(change)

    def action_earlier(self) -> None:
        self._move(-1)

    def action_later(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        place = self.listing.place + 1 + step
        if self._marked_name and 1 <= place <= len(self._by_name):
            self._change(partial(self._services.place, self._marked_name, place), "")

    def action_duplicate(self) -> None:
        async def twin(name: str) -> None:
            made = await self._services.duplicate(name)
            self.flash(f"{made} was added; it asks before it acts · `u` undoes")

        if self._marked_name:
            self._change(partial(twin, self._marked_name), "")

    def action_remove(self) -> None:
        if self._marked_name:
            said = (
                f"`u` brings it back: {self._marked_name} is gone, and what it did stays on record"
            )
            self._change(partial(self._services.remove, self._marked_name), said)

    def action_reset_denied(self) -> None:
        async def reset(name: str) -> None:
            count = await self._services.reset_denied(name)
            again = f"{name} may ask again for {counted(count, 'pair')} · `u` undoes"
            self.flash(again if count else f"{name} was denied nothing")

        if self._marked_name:
            self._change(partial(reset, self._marked_name), "")

    def action_look_again(self) -> None:
        self._services.look_again()
        self.flash("all pairs are searched and tested anew")

    def action_undo(self) -> None:
        async def undo() -> None:
            said = await self._services.undo_change()
            self.flash(f"undone: {said}" if said else "there is no change of the rules to undo")

        self._change(undo, "")

    def action_export(self) -> None:
        name = self._marked_name
        options = [("all rules", "One file with all of them, in their order.")]
        options += [(name, "Only the marked one.")] if name else []

        def picked(place: int | None) -> None:
            if place is not None:
                self._ask_path(options[place][0] if place else None)

        self.app.push_screen(Pick("Export", options), picked)

    def _ask_path(self, name: str | None) -> None:
        async def write(path: str) -> None:
            count, unreadable = await self._services.export(path, name)
            left_out = f"{unreadable} cannot be read and stayed out · " if unreadable else ""
            self.flash(f"{left_out}{counted(count, 'rule')} written to {path}")

        def named(path: str | None) -> None:
            if path:
                self._change(partial(write, path), "")

        self.app.push_screen(AskLine("Write to which new file?", "rules.toml"), named)

    def action_import(self) -> None:
        async def load(path: str) -> None:
            found = await self._services.load(path)

            def answered(yes: bool | None) -> None:
                if yes:
                    said = f"{counted(len(found), 'rule')} imported · `u` undoes"
                    self._change(partial(self._services.add, found), said)

            body = views.before_import(found, self._by_name)
            self.app.push_screen(Confirm("Import?", body, "yes, save them"), answered)

        def named(path: str | None) -> None:
            if path:
                self._change(partial(load, path), "")

        self.app.push_screen(AskLine("Import which file?", "rules.toml"), named)

    def saved(self, name: str) -> None:
        """A rule of this name was just made, or changed: it is marked."""

        async def told() -> None:
            await self.loaded()
            self.listing.mark_key(name)
            rule = self._marked.saved.rule if self._marked is not None else None
            asks = rule is None or rule.mode is Mode.SEMI
            then = "`p` shows what waits for you" if asks else "it acts by itself"
            self.flash(f"saved · {then} · `u` undoes: {name}")

        self.run_worker(told, group="changes")

    # Ways to do them

    @property
    def _marked_name(self) -> str:
        return str(self.listing.key or "")

    def _with_rule(self, use: Callable[[Rule], object]) -> None:
        marked = self._marked
        if marked is None:
            return
        try:
            use(marked.saved.read())
        except BetterhalfError as error:
            self.flash(error.reason)

    def _save(self, seen: Rule, rule: Rule, said: str) -> None:
        self._change(partial(self._services.save, rule, seen), f"{rule.name} {said} · `u` undoes")

    def _change(self, change: Callable[[], Awaitable[object]], said: str) -> None:
        async def done() -> None:
            try:
                await change()
            except BetterhalfError as error:
                self.complain("not done", error)
                return
            if said:
                self.flash(said)
            await self.loaded()

        self.run_worker(done, group="changes")
