"""The keys of all commands: shown by screen, changed, and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.text import counted
from tui.command import Command
from tui.commands import SCREENS, bindings, command_id
from tui.keymap import Ruling, names_in, ruling, spelled
from tui.screens.dialogs import AskLine
from tui.screens.libraries.press import PressScreen
from tui.screens.page import ListPage
from tui.shelves import LibraryServices, Place
from tui.views import keys as views
from tui.views import rules as rule_views
from tui.views.keys import Key
from tui.widgets.listing import Listing


class KeysScreen(ListPage):
    """A line for each command, and below it what the marked one does."""

    DEFAULT_CSS = """
    KeysScreen {
        #detail { height: auto; max-height: 40%; width: 1fr; padding: 1 2 0 2; }
    }
    """
    NAME = "keys"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("keys")]

    detail = query_one("#detail", Static)

    def __init__(self, services: LibraryServices) -> None:
        super().__init__()
        self._services = services
        self._text = ""
        self._only_own = False
        self._all: Sequence[Key] = ()
        self._listed: Mapping[str, Key] = {}

    def body(self) -> ComposeResult:
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        # What they said of keys at the start is said here; they would lie over it.
        self.app.clear_notifications()

    def on_screen_resume(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    @property
    def _wishes(self) -> Mapping[str, Sequence[str]]:
        return self._services.settings.keys

    def _draw(self) -> None:
        if not self.is_up:
            return
        self._all = self._every
        self._listed = {each.id: each for each in self._all if self._is_meant(each)}
        listed = list(self._listed.values())
        self.listing.show(
            list(self._listed),
            lambda place, width: views.line(
                listed[place], not place or listed[place - 1].screen != listed[place].screen, width
            ),
            "\n  There is none. / finds others, c lists all.",
        )
        self._draw_detail()
        self.draw_frame()

    @property
    def _every(self) -> list[Key]:
        """All commands; before them those that the settings name and that there are not."""
        keymap, wishes = self.app.keymap, self._wishes
        faults: dict[str, tuple[str, ...]] = {}
        for name, fault in keymap.faults:
            faults[name] = (*faults.get(name, ()), fault)
        known = [
            Key(screen, name, now, default.keys, name in wishes, faults.pop(name, ()))
            for screen, defaults in SCREENS.items()
            for default, now in zip(defaults, keymap.commands[screen], strict=True)
            for name in [command_id(screen, default)]
        ]
        return [*(Key("", name, None, (), True, faults[name]) for name in faults), *known]

    def _is_meant(self, key: Key) -> bool:
        if self._only_own and not (key.is_own or key.faults):
            return False
        command = key.command
        names = command.key_names if command else ()
        if self._text in names:
            return True
        text = f"{key.screen} {key.id} {command.title + command.help if command else ''}"
        return len(self._text) != 1 and all(
            word in text.replace("_", " ").casefold() for word in self._text.casefold().split()
        )

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        marked = self._marked
        self.detail.update("" if marked is None else views.detail(marked))

    def heading(self, width: int) -> Content:
        own = sum(each.is_own for each in self._all)
        told = [f"“{self._text}”"] if self._text else []
        told += ["all as usual" if not own else f"{counted(own, 'command')} not as usual"]
        return rule_views.title("Keys", " · ".join(told), width)

    @property
    def _marked(self) -> Key | None:
        return self._listed.get(str(self.listing.key))

    # Commands

    @on(Listing.Chosen)
    def action_press(self) -> None:
        key = self._marked
        if key is not None and key.command is not None:
            judge = partial(self._ruling, key.screen, key.command)
            ask = PressScreen(key.command, key.usual, judge)
            self.app.push_screen(ask, partial(self._wanted, key))

    def action_write(self) -> None:
        key = self._marked
        if key is None or key.command is None:
            return
        screen, command = key.screen, key.command

        def judged(text: str) -> Ruling:
            return self._ruling(screen, command, names_in(text))

        def written(text: str | None) -> None:
            self._wanted(key, None if text is None else names_in(text))

        ask = AskLine(
            f"{command.title}: keys, blanks between",
            " ".join(map(spelled, command.keys)),
            "ctrl+x f5 x ?",
            check=lambda text: judged(text).problem,
            note=lambda text: judged(text).note,
        )
        self.app.push_screen(ask, written)

    def _ruling(self, screen: str, command: Command, wanted: Sequence[str] | None) -> Ruling:
        return ruling(screen, command, wanted, self._wishes)

    def _wanted(self, key: Key, wanted: Sequence[str] | None) -> None:
        """Have a command done by `wanted`; None: as before."""
        if wanted is None or key.command is None:
            return
        found = self._ruling(key.screen, key.command, wanted)
        usual = self._ruling(key.screen, key.command, None)
        if found.keys == key.usual and not usual.problem:
            self._change(key, None, usual.note)
        elif found.keys != key.command.keys:
            self._change(key, list(map(spelled, found.keys)), found.note)

    def action_usual(self) -> None:
        key = self._marked
        if key is None or not key.is_own:
            self.flash("it is as usual")
        elif key.command is None:
            self._change(key, None, "")
        else:
            found = self._ruling(key.screen, key.command, None)
            if found.problem:
                self.flash(f"not changed: {found.problem}")
            else:
                self._change(key, None, found.note)

    def _change(self, key: Key, value: Any, note: str) -> None:
        place: Place = ("keys", *key.id.split("."))

        async def change() -> None:
            try:
                back = await self._services.change(place, value)
            except BetterhalfError as error:
                self.complain("not changed", error)
                return
            told = "as usual" if value is None else " ".join(value) or "no key"
            self.flash(
                " · ".join(filter(None, [f"{key.id}: {told}", note, "`u` undoes" if back else ""]))
            )
            self._draw()

        self.run_worker(change, group="changes")

    def action_undo(self) -> None:
        async def undo() -> None:
            try:
                place = await self._services.undo_change()
            except BetterhalfError as error:
                self.complain("not changed", error)
                return
            self.flash(f"undone: {place[-1]}" if place else "there is no change to undo")
            self._draw()

        self.run_worker(undo, group="changes")

    def action_find(self) -> None:
        def found(text: str | None) -> None:
            if text is not None:
                self._text = text.strip()
                self._draw()

        title = "List only commands with this word, or this key; nothing: all"
        self.app.push_screen(AskLine(title, self._text), found)

    def action_changed(self) -> None:
        self._only_own = not self._only_own
        self._draw()

    def action_next_screen(self) -> None:
        self._go(1)

    def action_previous_screen(self) -> None:
        self._go(-1)

    def _go(self, step: int) -> None:
        """Mark the first command of the next screen, or of the one before."""
        firsts: dict[str, int] = {}
        for place, each in enumerate(self._listed.values()):
            firsts.setdefault(each.screen, place)
        marked = self._marked
        if marked is not None:
            names = list(firsts)
            self.listing.mark(firsts[names[(names.index(marked.screen) + step) % len(names)]])
