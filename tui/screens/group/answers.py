"""What the app tells the group view: each method is one piece of news, drawn where it shows."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import ActionRefused
from core.matching.potential import PotentialGroup
from core.model import GroupChoice, PairRef, Plan
from core.rules.group_suggestion import KnownGroup
from tui.questions import Question
from tui.screens.group.deciding import DecidingCommands


class Answers(DecidingCommands):
    """News of groups, of verdicts, and of decisions."""

    def groups_changed(self, groups: Sequence[PotentialGroup]) -> None:
        """These are the groups now."""
        before = self.walk.current
        self.walk.update(groups)
        after = self.walk.current
        if before is not None and after is not None and before.members != after.members:
            self.pace.changed_by_itself()
        self.refresh_group()

    def group_ready(self, group: PotentialGroup, known: KnownGroup) -> None:
        """A wanted group has been loaded."""
        again = self.walk.draft_of(group) is not None
        self.walk.learn(group, known)
        current = self.walk.current
        if current is not None and current.members == group.members:
            self.refresh_group()
            if again:
                # Its pictures are drawn already, and will not be once more.
                self.want_verdicts()

    def verdict_given(self, ref: PairRef) -> None:
        """What was known of groups with this pair has changed."""
        draft = self.draft
        if draft is not None and set(ref.key) <= draft.known.assets.keys():
            self.refresh_marks()
            if draft.suggestion.wanted:
                self.want_verdicts()

    def planned(self, choice: GroupChoice, plans: Sequence[Plan]) -> None:
        """What the marks come to."""
        if choice == self._choice:
            self._plans = plans
            self.refresh_gains()

    def refused(self, choice: GroupChoice, error: ActionRefused, question: Question | None) -> None:
        """Why what is marked cannot be done, or has to be asked about first."""
        draft = self.draft
        if draft is not None and choice == self._choice:
            draft.asked = question
            asks = f"{question.in_short}; ⏎ asks" if question is not None else str(error)
            self._plans = asks
            self.refresh_gains()

    def put_back(self, group: PotentialGroup, why: str, question: Question | None = None) -> None:
        """A decision was not carried out: show its group again and say why; a question comes at
        the next press, as one that opened by itself would be answered by keys meant for another
        group."""
        self.walk.put_back(group)
        self.pace.changed_by_itself()
        draft = self.walk.draft_of(group)
        if draft is not None and question is not None:
            draft.asked = question
        self.refresh_group()
        self.flash(f"{why}; ⏎ asks" if question is not None else why)

    def reopened(self, asset_a: int, asset_b: int) -> None:
        """A decision was undone: go to its group."""
        if self.walk.go_to(asset_a, asset_b):
            self.refresh_group()
