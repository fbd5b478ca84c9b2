"""The commands that change how the current pair is looked at, and nothing about it."""

from __future__ import annotations

from tui.screens.review.base import ReviewBase
from tui.screens.text import TextScreen
from tui.views.pair import why


class LookingCommands(ReviewBase):
    """Sides, fields, layouts, and paths to take along."""

    def action_swap(self) -> None:
        if self.queue.current is not None:
            self.known.swap(self.queue.current)
            self.refresh_pair()

    def action_copy_path(self) -> None:
        self._copy(0)

    def action_copy_other_path(self) -> None:
        self._copy(1)

    def _copy(self, side: int) -> None:
        pair = self.pair
        if pair is not None:
            path = str((pair.view.left, pair.view.right)[side].path)
            # A lone surrogate cannot leave as UTF-8; its bytes can be typed.
            self.app.copy_to_clipboard(path.encode("utf-8", "backslashreplace").decode())
            self.flash(f"copied: {path}")

    def action_why(self) -> None:
        pair = self.pair
        if pair is not None:
            self.app.push_screen(TextScreen("Why", why(pair)))

    def action_all_fields(self) -> None:
        self.panel.fields.everything = not self.panel.fields.everything
        self.refresh_pair()

    def action_layout(self) -> None:
        self.panel.turn_layout()
        self.call_after_refresh(self.refresh_pair)

    def action_fields_down(self) -> None:
        self.panel.fields.scroll_page_down(animate=False)

    def action_fields_up(self) -> None:
        self.panel.fields.scroll_page_up(animate=False)
