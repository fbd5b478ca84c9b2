"""The commands that say what is to become of the pictures of a group."""

from __future__ import annotations

from collections.abc import Callable

from core.model import Asset
from core.rules.marks import Mark
from tui.groups.draft import GroupDraft
from tui.screens.group.base import GroupBase
from tui.screens.question import SureScreen

_TRASH_ALL = "Trash all {} photos of this group, and keep none of them?"


class MarkingCommands(GroupBase):
    """One key each; a suggestion stands until a person says otherwise."""

    def action_keep_or_trash(self) -> None:
        self._change(lambda draft, asset: draft.keep_or_trash(asset.id))

    def action_stack(self) -> None:
        self._mark(Mark.STACK)

    def action_alternate(self) -> None:
        self._mark(Mark.ALTERNATE)

    def action_not_related(self) -> None:
        self._mark(Mark.UNRELATED)

    def action_best(self) -> None:
        self._change(lambda draft, asset: draft.make_best(asset.id))

    def action_keep_all(self) -> None:
        self._change(lambda draft, _: draft.mark_all(Mark.KEEP))

    def action_keep_only(self) -> None:
        self._change(lambda draft, asset: draft.keep_only(asset.id))

    def action_suggested(self) -> None:
        self._change(lambda draft, _: draft.forget_marks())

    def action_trash_all(self) -> None:
        draft = self.draft
        if draft is None:
            return

        def answered(yes: object) -> None:
            if yes and self.still_shows(draft):
                self._change(lambda draft, _: draft.mark_all(Mark.TRASH))

        question = _TRASH_ALL.format(len(draft.members))
        self.app.push_screen(SureScreen("Keep none", question, "mark all for the trash"), answered)

    def _mark(self, mark: Mark) -> None:
        self._change(lambda draft, asset: draft.mark(asset.id, mark))

    def _change(self, change: Callable[[GroupDraft, Asset], None]) -> None:
        draft, asset = self.draft, self.focused_asset
        if draft is None or asset is None:
            self.flash("This group is still being loaded." if self.walk else "There is no group.")
            return
        change(draft, asset)
        self.flash("")
        self.refresh_marks()
        self.want_verdicts()
