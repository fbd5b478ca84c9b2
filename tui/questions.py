"""What a person has to be asked before a decision is carried out, and what the answer changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from core.errors import CompanionQuestion, Contradiction, MergeQuestion
from core.model import Asset, Choice, Decision, GroupChoice

ASKED = (CompanionQuestion, MergeQuestion, Contradiction)
"""Refusals that an answer lifts."""

Wanted = TypeVar("Wanted", Choice, GroupChoice)


@dataclass(frozen=True, slots=True)
class Question:
    """A refusal that a person can lift."""

    error: CompanionQuestion | MergeQuestion | Contradiction
    decisions: tuple[Decision, ...] = ()
    """Those that contradict."""

    @property
    def in_short(self) -> str:
        """One line that tells what will be asked."""
        if isinstance(self.error, CompanionQuestion):
            names = self.error.names
            verb = "has" if len(names) == 1 else "have"
            return f"{' and '.join(names)} {verb} no equal beside the keeper"
        return self.error.cause


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said."""

    leave_companions: bool = False
    settled: tuple[tuple[str, object], ...] = ()
    overrules: tuple[int, ...] = ()

    def and_then(self, later: Answer) -> Answer:
        """This and what was said after it."""
        return Answer(
            self.leave_companions or later.leave_companions,
            tuple({**dict(self.settled), **dict(later.settled)}.items()),
            tuple(dict.fromkeys((*self.overrules, *later.overrules))),
        )

    def applied(self, choice: Wanted) -> Wanted:
        """`choice` with this and all that was answered before."""
        before = Answer(choice.leave_companions, choice.settled, choice.overrules)
        both = before.and_then(self)
        return replace(
            choice,
            leave_companions=both.leave_companions,
            settled=both.settled,
            overrules=both.overrules,
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the pictures that a question is about."""

    name: str
    """``A``, or its number in a group."""
    asset: Asset


def who_says(field: str, value: object, voices: Sequence[Voice]) -> str:
    """The names of the pictures that say `value` of `field`."""
    said = [each.name for each in voices if getattr(each.asset.metadata, field) == value]
    return ", ".join(said)
