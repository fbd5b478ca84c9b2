"""What the workers tell whoever listens: a progress bar on stderr, or the screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import BetterhalfError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage of the work is."""

    stage: str
    """``listing``, ``reading`` or ``comparing pixels``."""
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


Event = Progress | Problem | Notice | PairsFound | ScanEnded
Listener = Callable[[Event], None]
