"""From marks to a decision, by way of a question where one is due."""

from __future__ import annotations

from core.rules.marks import Mark
from core.text import counted, human_size
from tui.groups.draft import GroupDraft
from tui.messages import GroupDecided, RedoAsked, UndoAsked
from tui.pace import Pace
from tui.questions import Answer
from tui.screens.group.base import GroupBase
from tui.screens.question import SureScreen, dialog


class DecidingCommands(GroupBase):
    """What is marked is carried out as one, and taken back as one."""

    pace = Pace()

    def action_apply(self) -> None:
        draft = self.draft
        if draft is None:
            self.flash("This group is still being loaded." if self.walk else "There is no group.")
        elif self.pace.unseen:
            self.flash("Another group has just come up by itself: look, and press again.")
        elif self.pace.held():
            self.flash("A held key decides once: let it go, look, and press again.")
        elif draft.objection:
            self.flash(draft.objection)
        elif draft.all_go:
            self._make_sure(draft)
        else:
            self._ask(draft)

    def action_undo(self) -> None:
        self.post_message(UndoAsked())

    def action_redo(self) -> None:
        self.post_message(RedoAsked())

    def _make_sure(self, draft: GroupDraft) -> None:
        def answered(yes: object) -> None:
            if yes and self.still_shows(draft):
                self._ask(draft)

        many = counted(draft.counts[Mark.TRASH], "photo")
        text = f"{many} would go to the trash, and nothing of this group would be kept for them."
        self.app.push_screen(SureScreen("Keep none", text, "trash them all"), answered)

    def _ask(self, draft: GroupDraft) -> None:
        """Ask what has to be asked, one after the other, and then decide."""
        question = draft.question
        if question is None:
            self._send(draft)
            return

        def answered(answer: Answer | None) -> None:
            if answer is not None and self.still_shows(draft):
                draft.answered(answer)
                self._ask(draft)

        what = counted(draft.counts[Mark.TRASH], "marked picture")
        self.app.push_screen(dialog(question, what, draft.voices), answered)

    def _send(self, draft: GroupDraft) -> None:
        group, choice = self.walk.current, draft.choice()
        if group is None or choice is None:
            return
        self.walk.deciding(group)
        self.refresh_group()
        self.flash(_said(draft))
        self.post_message(GroupDecided(group, choice))


def _said(draft: GroupDraft) -> str:
    counts = draft.counts
    parts = [f"{counts[mark]} {_SHORT[mark]}" for mark in _SHORT if counts[mark]]
    freed = f" · {human_size(draft.freed)} freed" if draft.freed else ""
    return f"{', '.join(parts)}{freed} · `u` undoes"


_SHORT = {
    Mark.TRASH: "→ trash",
    Mark.KEEP: "kept",
    Mark.STACK: "stacked",
    Mark.ALTERNATE: "alternates",
    Mark.UNRELATED: "not related",
    Mark.UNDECIDED: "left open",
}
