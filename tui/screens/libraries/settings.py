"""The settings, or those of one library: shown, explained, changed, and written back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError, UsageError
from core.rules.keys import Shape as RuleShape
from core.settings.schema import Setting, Shape
from core.text import printable
from tui.commands import bindings
from tui.screens.dialogs import AskLine, Pick
from tui.screens.libraries.folderlist import FolderListScreen
from tui.screens.libraries.keys import KeysScreen
from tui.screens.libraries.said import Said
from tui.screens.page import ListPage
from tui.screens.rules.writing import Writing
from tui.shelves import LibraryServices, Place
from tui.views import libraries as views
from tui.views import rules as rule_views
from tui.views.cells import cut_path
from tui.widgets.listing import Listing

_LISTS = (Shape.FOLDERS, Shape.NAMES)
_A_NUMBER = "a number of bits"
_LOOK_SECONDS = 1.0
"""Between two looks at a file that cannot be read."""


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
        self._said = Said(services.settings, services.themes, library)
        self._error: BetterhalfError | None = None
        """Why the file cannot be read."""
        self._unsaved: dict[str, list[str]] = {}
        """Lists that a person made, and that could not be written."""

    def body(self) -> ComposeResult:
        yield Listing(id="list")
        yield Static(id="detail")

    def on_mount(self) -> None:
        self._load()
        self.set_interval(_LOOK_SECONDS, self._look_again)

    def on_screen_resume(self) -> None:
        self._load()

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    def _look_again(self) -> None:
        if self._error is not None and self.is_active:
            self._load()

    def _load(self) -> None:
        services = self._services
        was_wrong, self._error = self._error is not None, None
        try:
            file = services.said()
            self._said = Said.of(file, services.settings, services.themes, self._library)
            services.take_in()
        except UsageError as error:
            # One that can be read has what is wrong said beside each.
            self._error = error if error.subject == str(services.file) else None
        except BetterhalfError as error:
            self._error = error
        if was_wrong and self._error is None:
            self.flash("")
        self._draw()

    def _draw(self) -> None:
        if not self.is_up:
            return
        error, said = self._error, self._said
        names = said.names if error is None else []
        self.listing.show(
            names,
            lambda place, width: self._line(names[place], width),
            "" if error is None else views.unreadable_file(error),
        )
        self._draw_detail()
        self.draw_frame()

    def _line(self, name: str, width: int) -> Content:
        said, setting = self._said, self._said.settings.get(name)
        if setting is None:
            return views.no_setting(name, said.said(name), width)
        return views.setting(
            setting, said.said(name), said.usual(setting), said.problem(setting), width
        )

    @on(Listing.Marked)
    def _draw_detail(self) -> None:
        key, marked = self.listing.key, self._marked
        if marked is not None:
            self.detail.update(
                views.told(marked, self._said.value(marked), self._said.problem(marked))
            )
        else:
            self.detail.update("" if key is None else views.told_wrong(str(key)))

    def heading(self, width: int) -> Content:
        of = cut_path(printable(self._library), width // 2)
        name = f"Settings of {of}" if of else "Settings"
        file = cut_path(printable(str(self._services.file)), width - cell_len(name) - 4)
        return rule_views.title(name, file, width)

    @property
    def _marked(self) -> Setting | None:
        return self._said.settings.get(str(self.listing.key))

    # Commands

    def action_next_value(self) -> None:
        self._turn(1)

    def action_previous_value(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        setting = self._marked
        if setting is None:
            return
        value = self._said.value(setting)
        words = list(self._said.words(setting))
        if setting.shape is Shape.FLAG:
            self._change(setting, not value)
        elif words:
            place = words.index(value) if value in words else -1
            self._change(setting, words[(place + step) % len(words)])
        else:
            self.flash("`⏎` shows these" if setting.shape is Shape.TABLE else "`⏎` writes this")

    @on(Listing.Chosen)
    def action_edit(self) -> None:
        setting = self._marked
        if setting is None or setting.name == "libraries":
            self.flash("" if self.listing.key is None else "correct this in the file itself")
        elif setting.shape is Shape.FLAG:
            self._turn(1)
        elif setting.shape is Shape.TABLE:
            self.app.push_screen(KeysScreen(self._services))
        elif setting.shape in _LISTS:
            self._edit_list(setting)
        elif self._said.words(setting):
            self._pick(setting)
        else:
            self._write(setting)

    def _edit_list(self, setting: Setting) -> None:
        services, before = self._services, self._said.value(setting)

        def done(wanted: list[str] | None) -> None:
            if wanted is not None:
                self._unsaved[setting.name] = wanted
                self._change(setting, wanted)

        def lacks(name: str) -> str:
            return "" if services.is_there(name) else views.ABSENT

        async def show() -> None:
            lacking = lacks
            if setting.shape is Shape.NAMES:
                try:
                    lacking = await services.lacking_rules()
                except BetterhalfError as error:
                    self.complain("not opened", error)
                    return
            wanted = self._unsaved.get(setting.name)
            self.app.push_screen(FolderListScreen(setting, before, lacking, wanted), done)

        self.run_worker(show, group="lists", exclusive=True)

    def _pick(self, setting: Setting) -> None:
        words = self._said.words(setting)
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

        value = self._said.value(setting)
        marked = list(words).index(value) if value in words else 0
        self.app.push_screen(Pick(setting.name, options, marked), picked)

    def _write(self, setting: Setting) -> None:
        said = self._said.said(setting.name)
        # What is wrong is corrected; it need not be written anew.
        value = said if isinstance(said, str) else self._said.value(setting)
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
        setting, name = self._marked, self.listing.key
        if name is None:
            return
        if self._said.said(str(name)) is None:
            self.flash(f"{name} is as usual")
        elif setting is None:
            self._say(str(name), None, "taken out")
        elif setting.name == "libraries":
            self.flash("correct this in the file itself")
        elif setting.shape is Shape.TABLE and not self._said.problem(setting):
            self.flash("`⏎` shows these; there each can be as usual again")
        else:
            self._change(setting, None)

    def _change(self, setting: Setting, value: Any) -> None:
        when = "" if setting.at_once else ", from the next start on"
        shown = "as usual" if value is None else views.value_of(setting, value)
        self._say(setting.name, value, f"{shown}{when}")

    def _say(self, name: str, value: Any, told: str) -> None:
        """Have the file say this; None: nothing of it."""
        place: Place = ("libraries", self._library, name) if self._library else (name,)

        async def change() -> str:
            back = await self._services.change(place, value)
            self._unsaved.pop(name, None)
            return f"{name}: {told}{' · `u` undoes' if back else ''}"

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
