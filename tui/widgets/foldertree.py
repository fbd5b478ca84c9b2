"""Folders in folders, of which some are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widgets import DirectoryTree
from textual.widgets.directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from core.text import printable


class FolderTree(DirectoryTree, can_focus=False):
    """The folders below a person's home, without files and hidden ones."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"folder-tree--chosen"}
    DEFAULT_CSS = """
    FolderTree {
        height: 1fr; background: $background; scrollbar-size-vertical: 1;
        .folder-tree--chosen { color: $keep; text-style: bold; }
        & > .tree--cursor, & > .tree--highlight-line { background: $panel; color: $foreground; }
        & > .tree--guides { color: $faint; }
        & > .tree--label { text-style: none; }
        .directory-tree--folder { text-style: none; }
    }
    """

    def __init__(self, home: Path, first: Path, *, id: str) -> None:  # noqa: A002
        """`first` is marked to begin with, where it lies directly in `home`."""
        super().__init__(home, id=id)
        self._first = first
        self._chosen: frozenset[Path] = frozenset()
        self._begun = False
        self.visible = False

    @property
    def marked(self) -> Path | None:
        """The folder that is marked; None before there is anything to see."""
        node = self.cursor_node
        if not self._begun or node is None or node.data is None:
            return None
        return node.data.path

    def choose(self, chosen: Iterable[Path]) -> None:
        """Show that these are chosen."""
        self._chosen = frozenset(chosen)
        self.clear_cached_dimensions()
        self.refresh()

    async def watch_path(self) -> None:
        """Read the outermost folder, and only then show anything: no key goes astray."""
        await super().watch_path()
        for line in range(self.last_line + 1):
            node = self.get_node_at_line(line)
            if node is not None and node.data is not None and node.data.path == self._first:
                self.cursor_line = line
        self.visible = self._begun = True

    def open(self) -> None:
        """Show what is in the marked folder."""
        node = self.cursor_node
        if node is not None:
            node.expand()

    def shut(self) -> None:
        """Show it no longer; where it is not shown, mark the folder around."""
        node = self.cursor_node
        if node is None:
            return
        if node.is_expanded:
            node.collapse()
        elif node.parent is not None:
            self.move_cursor(node.parent)

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        return [path for path in paths if self._safe_is_dir(path) and path.name[:1] != "."]

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        path = node.data.path if node.data is not None else Path()
        arrow = "▾ " if node.is_expanded else "▸ "
        name = "~" if node.parent is None else printable(path.name)
        label = Text(arrow + name, style)
        if path in self._chosen and self.is_mounted:
            label.append("  ● chosen", self.get_component_rich_style("folder-tree--chosen"))
        return label
