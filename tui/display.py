"""An app whose pictures cost a terminal no more than they have to.

Two things of Textual are put right here, by its private names, which are used here and in
`tui/driver.py` and nowhere else. It writes every update in full, where most of a picture is on the
screen already: `tui/preview/mirror.py`. And it writes as if there were room on the way for ever,
until its event loop waits for the terminal: here updates that nobody can see in time are left out,
and the screen is caught up with once there is room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.strip import Strip

from tui.command import Command
from tui.driver import SteadyDriver
from tui.keymap import Keymap, Wishes
from tui.preview.link import Link
from tui.preview.loader import Fetch, PictureLoader
from tui.preview.mirror import Mirror
from tui.preview.pen import Placed
from tui.preview.widget import Preview
from tui.preview.wire import Wire
from tui.terminal import Terminal, cell_size, in_browser

_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""Around an update, for terminals that then show it at once."""
_AHEAD = {
    "suspend_process": ("ctrl+z", "suspend"),
    "command_palette": ("ctrl+p", "palette"),
    "quit": ("ctrl+q", ""),
}
"""What Textual does ahead of all screens, by which key, and the command that it is here."""


class PictureApp(App[None]):
    """What draws on the terminal, and is the only one to do so."""

    # A dialog that dims what is behind it has every cell of a picture sent twice more.
    CSS = "ModalScreen, CommandPalette { background: transparent; }"

    # Ahead of all others: a dialog that is open must not keep anybody from their shell.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", show=False, priority=True)
    ]

    def __init__(self, terminal: Terminal, keymap: Keymap, fetch: Fetch | None = None) -> None:
        """`fetch` gets pictures that are on servers."""
        super().__init__(driver_class=None if in_browser() else SteadyDriver)
        self.keymap = keymap
        self.set_keymap(keymap.changed)
        self.link = Link(terminal.distant, terminal.answers, terminal.round_trip)
        self.wire = Wire(self.link, self._send, terminal.in_tmux)
        self.loader = PictureLoader(terminal.protocol, terminal.cell, self.wire, fetch)
        self._advice = terminal.advice
        self._mirror = Mirror(self.console._color_system or ColorSystem.TRUECOLOR)
        self._cursor: tuple[int, int] | None = None
        self._behind = self._catching_up = False

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())
        if self._advice:
            self.notify(self._advice, title="Pictures", markup=False, timeout=20)

    def on_resize(self) -> None:
        # Terminals move or clear what they show when they change.
        self._mirror.forget()
        self.screen.refresh()
        cell = cell_size()
        if cell is not None and cell != self.loader.cell:
            # Another font: the same places have other pixels.
            self.loader.cell = cell
            for preview in self._previews():
                preview.post_message(Preview.RoomChanged())

    def rekey(self, wishes: Wishes) -> None:
        """Have commands done by these keys from now on."""
        self.keymap = Keymap.of(wishes)
        self.set_keymap(self.keymap.changed)
        for screen in self.screen_stack:
            screen.query("Hints").refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _AHEAD:
            # The key is the person's own where they gave it another meaning, or none.
            key, name = _AHEAD[action]
            return not self._takes_every_key and self._still(key, name)
        return super().check_action(action, parameters)

    @property
    def _takes_every_key(self) -> bool:
        """Whether a person is being asked for a key."""
        return getattr(self.screen, "TAKES_EVERY_KEY", False)

    def _still(self, key: str, name: str) -> bool:
        """Whether a key does what it is declared for, on the page that is seen."""
        pages = (getattr(each, "commands", ()) for each in reversed(self.screen_stack))
        commands: Sequence[Command] = next(filter(None, pages), ())
        keys = {each.id: each.keys for each in commands}
        return key in keys[name] if name in keys else not any(key in each for each in keys.values())

    def on_unmount(self) -> None:
        self.loader.close()

    def redraw(self) -> None:
        """Draw everything anew, pictures included, whatever has drawn on the terminal."""
        self._send(self.wire.farewell())
        self.terminal_opened()
        self.run_worker(self._send_pictures, group="pictures of the screen", exclusive=True)
        self.screen.refresh()

    def terminal_opened(self) -> None:
        """The terminal is another one, or has been used by others."""
        self._mirror.forget()
        self._cursor = None
        self.link.restart()

    async def _send_pictures(self) -> None:
        for preview in self._previews():
            picture = preview.picture
            if picture is not None and picture.transmission:
                await self.wire.send(picture.image_id, picture.transmission)

    def _previews(self) -> Iterator[Preview]:
        for screen in (*self._background_screens, self.screen):
            yield from screen.query(Preview)

    def _placed(self) -> list[Placed]:
        return [each for preview in self._previews() if (each := preview.placed) is not None]

    def _send(self, sequences: str) -> None:
        """Write straight to the terminal, in turn with everything else."""
        if self._driver is not None and sequences:
            self._driver.write(sequences)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if not isinstance(self._driver, SteadyDriver):
            super()._display(screen, renderable)
            return
        if not isinstance(renderable, LayoutUpdate | ChopsUpdate):
            if renderable is not None:
                self._mirror.forget()
            super()._display(screen, renderable)
            return
        try:
            if self._running and not self._closed and not self._batch_count:
                self._show(self._driver, renderable)
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.post_display_hook()

    def _show(self, driver: SteadyDriver, update: LayoutUpdate | ChopsUpdate) -> None:
        # Once something was left out, a part of the screen does not make up for it.
        if self.link.full or (self._behind and isinstance(update, ChopsUpdate)):
            self._fall_behind()
            return
        self._behind = False
        text = self._mirror.update(self.size, _strips(update), self._placed())
        x, y = cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if text or cursor != self._cursor:
            self._cursor = cursor
            text += f"\x1b[{y + 1};{x + 1}H"
            driver.write(f"{_SYNC_START}{text}{_SYNC_END}" if self._sync_available else text)
        self.link.text_waits(False)

    def _fall_behind(self) -> None:
        self._behind = True
        if not self._catching_up:
            self._catching_up = True
            self.link.text_waits(True)
            self.run_worker(self._catch_up, group="display")

    async def _catch_up(self) -> None:
        await self.link.room(text=True)
        self._catching_up = False
        self.screen.refresh()


def _strips(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Column, row and strip of all that an update holds."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield x, y, strip
                x += strip.cell_length
        return
    for y, start, end in update.spans:
        for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < end and stop > start:
                # Beyond the span, widgets that lie on top may not have been rendered.
                yield x, y, strip.crop(0, min(stop, end) - x)
