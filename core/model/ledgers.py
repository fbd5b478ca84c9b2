"""What rules and people have done, denied and freed."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.pairs import Identity


@dataclass(frozen=True, slots=True)
class DeniedPair:
    """One denial."""

    id: int
    rule: str
    pair: Identity
    denied_at: str
    """ISO 8601, UTC."""
    paths: tuple[str | None, str | None] = (None, None)
    """Where the two are; None of one that is nowhere now."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a rule has done, or people without one, in some time."""

    acted: int = 0
    """Decisions by itself."""
    approved: int = 0
    """Decisions that a person agreed to."""
    undone: int = 0
    """Of both, those that were taken back."""
    denied: int = 0
    freed: int = 0
    """Bytes that left the libraries by what still stands."""

    @property
    def acts(self) -> int:
        """Decisions of either sort, taken back or not."""
        return self.acted + self.approved

    @property
    def precision(self) -> float | None:
        """Share of its choices that nobody objected to; None before the first."""
        judged = self.acts + self.denied
        return (self.acts - self.undone) / judged if judged else None

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(
            self.acted + other.acted,
            self.approved + other.approved,
            self.undone + other.undone,
            self.denied + other.denied,
            self.freed + other.freed,
        )


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """What one rule did on one day."""

    rule: str | None
    """None: people did it without one."""
    day: str
    """``2026-03-01``, of UTC; or all of a month, ``2026-03``."""
    ledger: Ledger
