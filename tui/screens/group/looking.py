"""The commands that move the focus, and change how the group is looked at."""

from __future__ import annotations

from tui.screens.group.base import GroupBase
from tui.screens.group.compare import CompareScreen

_LAYOUTS = ("", "-pictures", "-fields")


class LookingCommands(GroupBase):
    """Pictures, fields, and two of them side by side."""

    _layout = 0
    _before = 0
    """Place of the picture that was focused before."""

    def action_next_picture(self) -> None:
        self._step(1)

    def action_previous_picture(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        self._before = self._place
        self.focus_on(self._place + step)

    def action_next_group(self) -> None:
        self._move(1)

    def action_previous_group(self) -> None:
        self._move(-1)

    def _move(self, step: int) -> None:
        self.flash("")
        self.walk.move(step)
        self.refresh_group()

    def action_all_fields(self) -> None:
        self.everything = not self.everything
        self.refresh_fields()

    def action_fields_down(self) -> None:
        self.fields.scroll_page_down(animate=False)

    def action_fields_up(self) -> None:
        self.fields.scroll_page_up(animate=False)

    def action_layout(self) -> None:
        area = self.query_one("#group")
        area.remove_class(*filter(None, _LAYOUTS))
        self._layout = (self._layout + 1) % len(_LAYOUTS)
        if _LAYOUTS[self._layout]:
            area.add_class(_LAYOUTS[self._layout])

    def action_copy_path(self) -> None:
        asset = self.focused_asset
        if asset is not None:
            path = str(asset.path)
            # A lone surrogate cannot leave as UTF-8; its bytes can be typed.
            self.app.copy_to_clipboard(path.encode("utf-8", "backslashreplace").decode())
            self.flash(f"copied: {path}")

    def action_compare(self) -> None:
        draft, asset = self.draft, self.focused_asset
        if draft is None or asset is None:
            return
        best = draft.known.assets[draft.best]
        if asset.id == best.id:
            # With the one that was focused before, or the next one.
            others = [each for each in draft.members if each.id != best.id]
            before = draft.members[self._before % len(draft.members)]
            asset = before if before in others else others[0]
        self.app.push_screen(CompareScreen(draft, best, asset, self.roots, self._loader))
