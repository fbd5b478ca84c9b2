"""What it would come to if every group's suggestion were followed: told before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.errors import ActionRefused, CompanionQuestion, ContentChanged, MergeQuestion
from core.model import Choice
from core.rules.marks import Mark
from core.text import counted, human_size

_REASONS = 6
"""Of each kind that are told apart, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is suggested for one group, ready to be carried out as one."""

    best: int
    """The asset that is kept."""
    marks: Mapping[int, Mark]
    """By asset."""
    choices: tuple[Choice, ...] = ()
    """Empty where nothing can be done."""
    freed: int = 0
    """Bytes that leave the library."""
    doubts: tuple[str, ...] = ()
    """Why each of those that are left undecided is."""
    objection: ActionRefused | None = None
    """Why nothing can be done of what is suggested."""

    @property
    def decided(self) -> set[int]:
        """The assets of which it says something."""
        return {side for each in self.choices for side in (each.asset_a, each.asset_b)}

    @property
    def leaving(self) -> set[int]:
        """The assets that it sends to the trash."""
        return {each.asset_b for each in self.choices if each.trashes}


@dataclass
class Survey:
    """All of some groups' proposals, counted."""

    groups: int = 0
    acting: int = 0
    """Groups of which something would be decided."""
    kept: int = 0
    """Pictures, as what follows."""
    trashed: int = 0
    alternates: int = 0
    undecided: int = 0
    freed: int = 0
    """Bytes."""
    doubts: Counter[str] = field(default_factory=Counter)
    """Why pictures are left undecided."""
    objections: Counter[str] = field(default_factory=Counter)
    """Why whole groups are left to a person."""

    def add(self, proposal: Proposal) -> None:
        """Count one more group."""
        self.groups += 1
        self.doubts.update(proposal.doubts)
        if proposal.objection is not None:
            self.objections[in_short(proposal.objection)] += 1
        counts = Counter(proposal.marks.values())
        if not proposal.choices:
            self.undecided += len(proposal.marks)
            return
        self.acting += 1
        self.kept += counts[Mark.KEEP]
        self.trashed += counts[Mark.TRASH]
        self.alternates += counts[Mark.ALTERNATE]
        self.undecided += counts[Mark.UNDECIDED]
        self.freed += proposal.freed

    def lines(self, done: bool = False) -> Iterator[str]:
        """What it comes to, for people: `done`, or about to be."""
        would = "" if done else "would be "
        yield (
            f"{self.acting:,} of {counted(self.groups, 'group')} {would}decided: "
            f"{self.kept:,} kept, {self.trashed:,} to the trash ({human_size(self.freed)}), "
            f"{counted(self.alternates, 'alternate')}"
        )
        if self.undecided:
            yield f"{counted(self.undecided, 'picture')} left undecided{_listed(self.doubts)}"
        if self.objections:
            left = sum(self.objections.values())
            yield f"{counted(left, 'group')} left to you{_listed(self.objections)}"


def _listed(reasons: Counter[str]) -> str:
    found = [f"{count:,} × {reason}" for reason, count in reasons.most_common(_REASONS)]
    more = len(reasons) - len(found)
    if more > 0:
        found.append(counted(more, "further reason"))
    return f": {'; '.join(found)}" if found else ""


_IN_SHORT = {
    CompanionQuestion: "a RAW or video beside it has no equal beside the keeper",
    MergeQuestion: "the merge policy asks what to do with fields",
    ContentChanged: "a file has changed since it was scanned",
}


def in_short(error: ActionRefused) -> str:
    """Why something was refused, without the names that make each case one of its own."""
    return _IN_SHORT.get(type(error), error.cause.partition(":")[0])
