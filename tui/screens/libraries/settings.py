"""The settings, or those of one library: shown, explained, changed, and written back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.rules.keys import Shape as RuleShape
from core.settings import Settings
from core.settings.schema import SETTINGS, TABLES, Setting, Shape, of_library
from core.text import printable
from tui.commands import bindings
from tui.screens.dialogs import AskLine, Pick
from tui.screens.libraries.folderlist import FolderListScreen
from tui.screens.libraries.keys import KeysScreen
from tui.screens.page import ListPage
from tui.screens.rules.writing import Writing
from tui.shelves import LibraryServices, Place
from tui.views import libraries as views
from tui.views import rules as rule_views
from tui.views.cells import cut_path
from tui.widgets.listing import Listing

_LISTS = (Shape.FOLDERS, Shape.NAMES)
_A_NUMBER = "a number of bits"


class SettingsScreen(ListPage):
    """A line for each setting, and below it what the marked one is for."""

    DEFAULT_CSS = """
    SettingsScreen {
        #detail { height: auto; max-height: 40%; width: 1fr; padding: 1 2 0 2; }
    }
    """
    NAME = "settings"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("settings")]

    detail = query_one("#detail", Static)

    def __init__(self, services: LibraryServices, library: str = "") -> None:
        """Of `library`, as the settings name it, or of all."""
        super().__init__()
        self._services = services
        self._library = library
        self._known = of_library(library) if library else {**SETTINGS, "keys": TABLES["keys"]}
        self._said: Mapping[str, Any] = {}

    def body(self) -> ComposeResult:
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        self._load()

    def on_screen_resume(self) -> None:
        self._load()

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    def _load(self) -> None:
        try:
            said = self._services.said()
        except BetterhalfError as error:
            self.complain("not read", error)
            return
        self._said = said.get("libraries", {}).get(self._library, {}) if self._library else said
        self._draw()

    def _draw(self) -> None:
        if not self.is_up:
            return
        known = list(self._known.values())
        self.listing.show(
            [each.name for each in known],
            lambda place, width: views.setting(
                known[place], self._said.get(known[place].name), self._usual(known[place]), width
            ),
        )
        self._draw_detail()
        self.draw_frame()

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        marked = self._marked
        value = self._value(marked)
        told = views.told(marked, value, marked.at_once)
        self.detail.update(told)

    def heading(self, width: int) -> Content:
        of = cut_path(printable(self._library), width // 2)
        name = f"Settings of {of}" if of else "Settings"
        file = cut_path(printable(str(self._services.file)), width - cell_len(name) - 4)
        return rule_views.title(name, file, width)

    @property
    def _marked(self) -> Setting:
        return self._known[str(self.listing.key or next(iter(self._known)))]

    def _usual(self, setting: Setting) -> Any:
        """What holds where nothing is said, as a file would say it."""
        whole = self._services.settings if self._library else Settings()
        return setting.said(getattr(whole, setting.name, None))

    def _value(self, setting: Setting) -> Any:
        said = self._said.get(setting.name)
        return self._usual(setting) if said is None else said

    def _words(self, setting: Setting) -> Mapping[str, str]:
        if setting.shape is Shape.THEME:
            return dict.fromkeys(self._services.themes, "")
        return setting.words

    # Commands

    def action_next_value(self) -> None:
        self._turn(1)

    def action_previous_value(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        setting = self._marked
        value = self._value(setting)
        words = list(self._words(setting))
        if setting.shape is Shape.FLAG:
            self._change(setting, not value)
        elif words:
            place = words.index(value) if value in words else -1
            self._change(setting, words[(place + step) % len(words)])
        else:
            self.flash("⏎ shows these" if setting.shape is Shape.TABLE else "⏎ writes this")

    @on(Listing.Chosen)
    def action_edit(self) -> None:
        setting = self._marked
        if setting.shape is Shape.FLAG:
            self._turn(1)
        elif setting.shape is Shape.TABLE:
            self.app.push_screen(KeysScreen(self._services))
        elif setting.shape in _LISTS:
            self._edit_list(setting)
        elif self._words(setting):
            self._pick(setting)
        else:
            self._write(setting)

    def _edit_list(self, setting: Setting) -> None:
        def done(wanted: list[str] | None) -> None:
            if wanted is not None:
                self._change(setting, wanted)

        self.app.push_screen(FolderListScreen(setting, self._value(setting)), done)

    def _pick(self, setting: Setting) -> None:
        words = self._words(setting)
        options = list(words.items())
        if setting.shape is Shape.DISTANCE:
            options.append((_A_NUMBER, setting.means))

        def picked(place: int | None) -> None:
            if place is None:
                return
            if place == len(words):
                self._write(setting)
            else:
                self._change(setting, options[place][0])

        value = self._value(setting)
        marked = list(words).index(value) if value in words else 0
        self.app.push_screen(Pick(setting.name, options, marked), picked)

    def _write(self, setting: Setting) -> None:
        value = self._value(setting)
        text = "" if value is None or setting.shape is Shape.SECRET else str(value)

        def written(text: str | None) -> None:
            if text is not None:
                self._change(setting, _typed(setting, text))

        if setting.shape is Shape.POLICY:
            self.app.push_screen(Writing(text, RuleShape.POLICY), written)
            return

        def check(text: str) -> str:
            value = _typed(setting, text)
            return "" if value is None else setting.problem(value)

        self.app.push_screen(AskLine(setting.name, text, check=check), written)

    def action_usual(self) -> None:
        if self._marked.shape is Shape.TABLE:
            self.flash("⏎ shows these; there each can be as usual again")
        else:
            self._change(self._marked, None)

    def _change(self, setting: Setting, value: Any) -> None:
        place: Place = (setting.name,)
        if self._library:
            place = ("libraries", self._library, setting.name)

        async def change() -> str:
            await self._services.change(place, value)
            when = "" if setting.at_once else ", from the next start on"
            shown = "as usual" if value is None else views.value_of(setting, value)
            return f"{setting.name}: {shown}{when} · u undoes"

        self._do(change)

    def action_undo(self) -> None:
        async def undo() -> str:
            place = await self._services.undo_change()
            return f"undone: {place[-1]}" if place else "there is no change to undo"

        self._do(undo)

    def _do(self, change: Callable[[], Awaitable[str]]) -> None:
        async def done() -> None:
            try:
                said = await change()
            except BetterhalfError as error:
                self.complain("not changed", error)
                return
            self.flash(said)
            self._load()

        self.run_worker(done, group="changes")


def _typed(setting: Setting, text: str) -> Any:
    """What a person means by a text, as a file would say it; None: nothing."""
    text = text.strip()
    if not text:
        return None
    if setting.shape in (Shape.NUMBER, Shape.DISTANCE) and text.isdecimal():
        return int(text)
    return text
