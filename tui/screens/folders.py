"""The very first screen: which folders hold the photos."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from core.errors import BetterhalfError
from core.libraries.opening import library_roots
from core.text import printable
from tui.commands import bindings
from tui.messages import FoldersChosen
from tui.screens.dialogs import AskLine
from tui.screens.page import Page
from tui.views import rules as views
from tui.widgets.foldertree import FolderTree

_INTRO = """\
Which folders hold your photos? ⏎ takes the marked one, ␣ chooses several.
They are read and compared; nothing in them changes before you say so."""


class FoldersScreen(Page):
    """The person's folders, of which some are chosen."""

    DEFAULT_CSS = """
    FoldersScreen {
        #intro { height: auto; padding: 1 1; }
        #chosen { height: auto; max-height: 30%; padding: 1 1 0 1; }
    }
    """
    NAME = "folders"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("folders")]

    tree = query_one("#tree", FolderTree)
    chosen_line = query_one("#chosen", Static)

    def __init__(self, home: Path, pictures: Path, remembered_in: Path) -> None:
        """Folders below `home`, beginning with `pictures`; what is chosen will be remembered in
        the settings file named."""
        super().__init__()
        self._home = home
        self._pictures = pictures
        self._remembered_in = remembered_in
        self._chosen: list[str] = []

    def body(self) -> ComposeResult:
        yield Static(Content(_INTRO), id="intro")
        yield FolderTree(self._home, self._pictures, id="tree")
        yield Static(id="chosen")

    def on_mount(self) -> None:
        self._draw()

    def heading(self, width: int) -> Content:
        return views.title("betterhalf", "nothing is opened yet", width)

    def _draw(self) -> None:
        self.tree.choose(map(Path, self._chosen))
        names = [f"● {printable(self._shown(each))}" for each in self._chosen]
        file = printable(str(self._remembered_in))
        told = [f"They will be opened whenever none is named, as {file} will say."]
        self.chosen_line.update(Content("\n".join([*names, *told] if names else [])))

    def _shown(self, name: str) -> str:
        path = Path(name)
        return f"~/{path.relative_to(self._home)}" if path.is_relative_to(self._home) else name

    # Commands

    def action_begin(self) -> None:
        marked = self.tree.marked
        names = self._chosen or ([str(marked)] if marked is not None else [])
        problem = _problem(names)
        if problem:
            self.flash(problem)
        elif names:
            self.post_message(FoldersChosen(names))

    def action_choose(self) -> None:
        marked = self.tree.marked
        if marked is not None:
            self._choose(str(marked))

    def _choose(self, name: str) -> None:
        if name in self._chosen:
            self._chosen.remove(name)
        elif problem := _problem([name]):
            self.flash(problem)
            return
        else:
            self._chosen.append(name)
        self.flash("")
        self._draw()

    def action_write(self) -> None:
        def written(text: str | None) -> None:
            if text:
                name = str(library_roots([os.path.expanduser(text.strip())])[0])
                if name not in self._chosen:
                    self._choose(name)

        title = "A folder's path, or immich+https://… for an Immich server"
        ask = AskLine(title, placeholder="/mnt/photos", check=_problem_while_typing)
        self.app.push_screen(ask, written)

    def action_open(self) -> None:
        self.tree.open()

    def action_shut(self) -> None:
        self.tree.shut()

    def action_up(self) -> None:
        self.tree.action_cursor_up()

    def action_down(self) -> None:
        self.tree.action_cursor_down()

    def action_page_up(self) -> None:
        self.tree.action_page_up()

    def action_page_down(self) -> None:
        self.tree.action_page_down()

    def action_first(self) -> None:
        self.tree.move_cursor(self.tree.root)

    def action_last(self) -> None:
        self.tree.cursor_line = self.tree.last_line

    def action_leave(self) -> None:
        self.post_message(FoldersChosen([]))


def _problem_while_typing(text: str) -> str:
    return _problem([os.path.expanduser(text.strip())]) if text.strip() else ""


def _problem(names: list[str]) -> str:
    """Why these cannot be opened; empty where they can."""
    try:
        library_roots(names)
    except BetterhalfError as error:
        return str(error)
    return ""
