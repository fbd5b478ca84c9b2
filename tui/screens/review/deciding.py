"""The commands that decide the current pair."""

from __future__ import annotations

from core.model import RelationKind
from tui.messages import Decided, RedoAsked, UndoAsked
from tui.pace import Pace
from tui.questions import Answer, Question
from tui.screens.question import dialog
from tui.screens.review.base import ReviewBase
from tui.screens.review.draft import Draft
from tui.views.pair import shown_path

_ACCEPTED = "suggested in the review, and accepted"


class DecidingCommands(ReviewBase):
    """From a key to `Decided`, by way of a question where one is due."""

    pace = Pace()

    def action_keep_left(self) -> None:
        self._decide(RelationKind.BETTER)

    def action_keep_right(self) -> None:
        self._decide(RelationKind.BETTER, keep_right=True)

    def action_alternates(self) -> None:
        self._decide(RelationKind.ALTERNATES)

    def action_not_related(self) -> None:
        self._decide(RelationKind.NOT_RELATED)

    def action_same_quality(self) -> None:
        self._decide(RelationKind.SAME_QUALITY)

    def action_accept(self) -> None:
        pair = self.pair
        if pair is None or pair.suggestion.side:
            right = pair is not None and pair.suggestion.side == "B"
            self._decide(RelationKind.BETTER, right, _ACCEPTED)
        else:
            self.flash(f"There is no suggestion: {pair.suggestion.doubt}.")

    def action_undo(self) -> None:
        self.post_message(UndoAsked())

    def action_redo(self) -> None:
        self.post_message(RedoAsked())

    def _decide(
        self, kind: RelationKind, keep_right: bool = False, why: str = "decided in the review"
    ) -> None:
        pair = self.pair
        if pair is None:
            self.flash("This pair is still being loaded." if self.queue else "There is no pair.")
            return
        if self.pace.unseen:
            self.flash("Another pair has just come up by itself: look, and press again.")
            return
        if self.pace.held():
            self.flash("A held key decides once: let it go, look, and press again.")
            return
        draft = self.drafts.draft(pair.view, kind, keep_right, why)
        if draft.question is not None:
            self._ask(draft, draft.question)
        else:
            self._send(draft)

    def _ask(self, draft: Draft, question: Question) -> None:
        def answered(answer: Answer | None) -> None:
            if answer is not None:
                self._send(self.drafts.answered(draft, answer))

        shown = shown_path(draft.other.path, self.roots)
        self.app.push_screen(dialog(question, shown, draft.voices), answered)

    def _send(self, draft: Draft) -> None:
        self.queue.deciding(draft.ref, draft.leaves)
        self.refresh_pair()
        self.flash(_said(draft.choice.kind, shown_path(draft.other.path, self.roots)))
        self.post_message(Decided(draft.ref, draft.choice))


_KEPT = {
    RelationKind.ALTERNATES: "alternates",
    RelationKind.NOT_RELATED: "no duplicates",
    RelationKind.SAME_QUALITY: "equally good",
}


def _said(kind: RelationKind, other: str) -> str:
    if kind is RelationKind.BETTER:
        return f"{other} → trash · `u` undoes"
    return f"both kept: {_KEPT[kind]} · `u` undoes"
