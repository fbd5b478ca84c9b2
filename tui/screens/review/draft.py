"""A choice before it is made: what it would do, and what has to be asked before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.metadata.compare import PairView, unmatched
from core.model import Asset, Choice, PairRef, RelationKind


@dataclass(frozen=True, slots=True)
class Draft:
    """What a key asks for."""

    ref: PairRef
    choice: Choice
    other: Asset
    """The one that is not the keeper."""
    unmatched: tuple[str, ...] = ()
    """Companions of it that stay behind, if the person agrees."""

    @property
    def leaves(self) -> int | None:
        """The asset that goes to the trash, if any."""
        return self.other.id if self.choice.trashes else None

    def agreed(self) -> Draft:
        """The same with the companions left where they are."""
        return replace(self, choice=replace(self.choice, leave_companions=True))


class Drafts:
    """Makes drafts, and remembers what came up too late to be asked about."""

    def __init__(self) -> None:
        self._questions: dict[tuple[bytes, bytes], tuple[str, ...]] = {}
        """By the digests of the choice."""

    def draft(self, view: PairView, kind: RelationKind, keep_right: bool, why: str) -> Draft:
        """What the person wants of the pair as it is shown."""
        keeper, other = (view.right, view.left) if keep_right else (view.left, view.right)
        seen = keeper.digest, other.digest
        choice = Choice(kind, keeper.id, other.id, why, seen=seen)
        names: tuple[str, ...] = ()
        if choice.trashes:
            names = self._questions.pop(seen, ()) or unmatched(other, keeper)
        return Draft(view.ref, choice, other, names)

    def ask_next_time(self, choice: Choice, names: tuple[str, ...]) -> None:
        """The app would not leave these companions behind unasked."""
        if choice.seen is not None:
            self._questions[choice.seen] = names
