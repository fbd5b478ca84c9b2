"""What the workers tell whoever listens: a progress bar on stderr, or the screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import BetterhalfError
from core.model import Asset, Choice, Decision, Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage of the work is."""

    stage: str
    """``listing``, ``reading``, ``comparing pixels``, ``testing``, ``judging`` or ``weighing``."""
    done: int
    total: int
    """0 where it is not known yet."""
    seconds: float
    """Since the stage began."""
    bytes: int = 0
    """Read so far."""
    unreadable: int = 0
    """Files and folders that could not be read, so far."""
    pairs: int = 0
    """Potential pairs that were found, so far."""

    @property
    def rate(self) -> float:
        """Items a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def megabytes_a_second(self) -> float:
        """Read, in millions of bytes."""
        return self.bytes / 1e6 / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None before there is one."""
        return (self.total - self.done) / self.rate if self.done and self.total else None


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or folder that could not be read; the run goes on."""

    error: BetterhalfError


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know of a file that could be read."""

    error: BetterhalfError


@dataclass(frozen=True, slots=True)
class PairsFound:
    """The open pairs are more, or others, than they were."""


@dataclass(frozen=True, slots=True)
class ScanEnded:
    """Nothing is being read any more."""


@dataclass(frozen=True, slots=True)
class Acted:
    """A rule's choice was carried out."""

    plan: Plan
    decision: Decision


@dataclass(frozen=True, slots=True)
class Planned:
    """A rule's choice would be carried out."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A rule's choice was not carried out."""

    choice: Choice
    a: Asset
    b: Asset
    error: BetterhalfError
    waits: bool
    """A person can settle it."""


@dataclass(frozen=True, slots=True)
class RulesEdited:
    """Another process has changed the saved rules; they hold here, too."""


@dataclass(frozen=True, slots=True)
class RuleLeftOut:
    """A saved rule cannot be used; those behind it wait for a person with all they want."""

    error: BetterhalfError


@dataclass(frozen=True, slots=True)
class RulesFailed:
    """The rules could not be asked; nothing is done until they can."""

    error: BetterhalfError


@dataclass(frozen=True, slots=True)
class RulesWorked:
    """The rules have looked at everything there is for now."""

    waiting: int
    """Choices that a person may approve."""


Event = (
    Progress
    | Problem
    | Notice
    | PairsFound
    | ScanEnded
    | Acted
    | Planned
    | LeftAlone
    | RulesWorked
    | RulesFailed
    | RuleLeftOut
    | RulesEdited
)
Listener = Callable[[Event], None]
