"""The app before there is a library: it asks for folders, and ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_pictures_path
from textual.theme import Theme

from tui.display import PictureApp
from tui.keymap import Keymap
from tui.messages import FoldersChosen
from tui.screens.folders import FoldersScreen
from tui.terminal import Terminal
from tui.themed import Themed


class FirstApp(Themed, PictureApp):
    """Knows nothing but the disk."""

    TITLE = "betterhalf"

    def __init__(
        self,
        terminal: Terminal,
        theme: str,
        themes: Iterable[Theme],
        keymap: Keymap,
        remembered_in: Path,
    ) -> None:
        """As `tui.app.BetterhalfApp`; a settings file will remember what is chosen."""
        super().__init__(terminal, keymap)
        for each in themes:
            self.register_theme(each)
        self.theme = theme
        self._remembered_in = remembered_in
        self.chosen: list[str] = []
        """The names of the libraries to open; none: the person has left."""

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.push_screen(FoldersScreen(Path.home(), user_pictures_path(), self._remembered_in))

    def on_folders_chosen(self, message: FoldersChosen) -> None:
        self.chosen = message.names
        self.exit()
