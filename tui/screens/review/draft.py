"""A choice before it is made: what it would do, and what has to be asked before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.errors import CompanionQuestion
from core.metadata.compare import PairView, unmatched
from core.model import Asset, Choice, PairRef, RelationKind
from tui.questions import Answer, Question, Voice

_Key = tuple[RelationKind, tuple[bytes, bytes]]
"""What is wanted of which contents, the one that is kept first."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a key asks for."""

    ref: PairRef
    choice: Choice
    other: Asset
    """The one that is not the keeper."""
    voices: tuple[Voice, ...]
    """Both, the keeper first, by the letters they have on the screen."""
    question: Question | None = None
    """What a person has to be asked before."""

    @property
    def leaves(self) -> int | None:
        """The asset that goes to the trash, if any."""
        return self.other.id if self.choice.trashes else None


class Drafts:
    """Makes drafts, and remembers what came up too late to be asked about."""

    def __init__(self) -> None:
        self._questions: dict[_Key, tuple[Choice, Question]] = {}

    def draft(self, view: PairView, kind: RelationKind, keep_right: bool, why: str) -> Draft:
        """What the person wants of the pair as it is shown."""
        voices = (Voice("A", view.left), Voice("B", view.right))[:: -1 if keep_right else 1]
        keeper, other = voices[0].asset, voices[1].asset
        seen = keeper.digest, other.digest
        choice = Choice(kind, keeper.id, other.id, why, seen=seen)
        before = self._questions.get((kind, seen))
        if before is not None:
            answered, question = before
            choice = replace(
                choice,
                leave_companions=answered.leave_companions,
                settled=answered.settled,
                overrules=answered.overrules,
            )
            return Draft(view.ref, choice, other, voices, question)
        names = unmatched(other, keeper) if choice.trashes else ()
        question = Question(CompanionQuestion(str(other.path), names)) if names else None
        return Draft(view.ref, choice, other, voices, question)

    def answered(self, draft: Draft, answer: Answer) -> Draft:
        """`draft` with what the person said."""
        if draft.choice.seen is not None:
            self._questions.pop((draft.choice.kind, draft.choice.seen), None)
        return replace(draft, choice=answer.applied(draft.choice), question=None)

    def ask_next_time(self, choice: Choice, question: Question) -> None:
        """The app would not carry `choice` out unasked."""
        if choice.seen is not None:
            self._questions[choice.kind, choice.seen] = choice, question
